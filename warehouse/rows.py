"""Results as Arrow tables, one per table of the warehouse: the form in which a shard is stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from typing import Final

import pyarrow as pa

from pipeline.call import CallMetadata, Recording, Turn
from pipeline.role_talk import RoleTalk, measure_roles
from pipeline.voiceprints import VoiceprintUse
from warehouse.arrow_columns import columns_table, few, repeated
from warehouse.columns import SCHEMAS
from warehouse.identified import Identified, IdentifiedFailure, Row, Stamp
from warehouse.judgement_rows import evidence_table, finding_table, scorecard_row

_NO_INSPECTION: Final[Row] = (None,) * 18
_TALK_FIELDS: Final = tuple(each.name for each in fields(RoleTalk))


def tables_of(
    calls: Sequence[Identified], failures: Sequence[IdentifiedFailure], *, stamp: Stamp
) -> Mapping[str, pa.Table]:
    """The rows of one shard by table; a table may be empty.

    Raises: pyarrow.ArrowInvalid if points have more than four decimals: they would not be exact.
    """
    return {
        "call_result": table_of(
            "call_result",
            [
                *(_done_row(each, stamp) for each in calls),
                *(_failed_row(each, stamp) for each in failures),
            ],
        ),
        "turn_result": _turn_table(calls),
        "span_result": _span_table(calls),
        "role_talk_result": table_of("role_talk_result", _role_talk_rows(calls)),
        "listened_result": table_of("listened_result", _listened_rows(calls)),
        "scorecard_result": table_of("scorecard_result", [scorecard_row(c, stamp) for c in calls]),
        "finding_result": finding_table(calls),
        "evidence_result": evidence_table(calls),
    }


def _done_row(each: Identified, stamp: Stamp) -> Row:
    call = each.call
    metrics = call.metrics
    return (
        each.result_id,
        each.stored_no,
        *_stamp_fields(stamp),
        call.metadata.call_id,
        call.recording.audio_sha256,
        call.recording.path,
        "done",
        *(None, None, None),
        *_recording_fields(call.recording),
        call.transcript.language,
        call.transcript.language_probability,
        *_metadata_fields(call.metadata),
        call.models.asr,
        call.models.segmentation,
        call.models.embedding,
        call.phrasebook.sha256,
        metrics.agent_talk_s,
        metrics.customer_talk_s,
        metrics.silence_s,
        metrics.longest_silence_s,
        metrics.overlap_s,
        metrics.agent_chars_per_min,
        metrics.agent_interruptions,
        call.transcript.duration_s,
        list(call.stage_s),
        *_voiceprint_fields(call.voiceprint),
        metrics.longest_silence_start_s,
    )


def _failed_row(each: IdentifiedFailure, stamp: Stamp) -> Row:
    failure = each.failure
    metadata = failure.metadata or CallMetadata(failure.call_id)
    return (
        each.result_id,
        each.stored_no,
        *_stamp_fields(stamp),
        failure.call_id,
        failure.audio_sha256,
        failure.path,
        "failed",
        failure.reason_code,
        _json(failure.reason_values),
        failure.reason,
        *_recording_fields(failure.recording),
        metadata.language,
        None,
        *_metadata_fields(metadata),
        *_NO_INSPECTION,
    )


def _stamp_fields(stamp: Stamp) -> Row:
    return stamp.night_id, stamp.recorded_at, stamp.code_version


def _recording_fields(recording: Recording | None) -> Row:
    if recording is None:
        return (None,) * 5
    return (
        recording.duration_s,
        recording.channels,
        recording.sample_rate_hz,
        recording.codec,
        _json(recording.warnings),
    )


def _voiceprint_fields(use: VoiceprintUse | None) -> Row:
    if use is None:
        return (None,) * 4
    return use.sha256, use.calls, use.speech_s, list(use.similarities)


def _metadata_fields(metadata: CallMetadata) -> Row:
    started_at = metadata.started_at
    return (
        metadata.language,
        started_at,
        _offset_s(started_at) if started_at else None,
        metadata.purpose,
        metadata.direction,
        metadata.agent_id,
        metadata.agent_name,
        metadata.team,
        metadata.customer_ref,
        metadata.answered_after_s,
        metadata.hung_up_by,
        [str(role) for role in metadata.channel_roles],
    )


def _turn_table(calls: Sequence[Identified]) -> pa.Table:
    turns = [turn for each in calls for turn in each.call.transcript.turns]
    table = columns_table(
        "turn_result",
        (
            *_result_columns(calls, [len(each.call.transcript.turns) for each in calls]),
            [turn.turn_no for turn in turns],
            few([turn.speaker for turn in turns], pa.string()),
            few([turn.role for turn in turns], pa.string()),
            [turn.role_probability for turn in turns],
            [turn.start for turn in turns],
            [turn.end for turn in turns],
            [turn.text for turn in turns],
            [turn.level_db for turn in turns],
        ),
    )
    return table.append_column("words", _word_lists(turns))


def _result_columns(calls: Sequence[Identified], counts: Sequence[int]) -> tuple[pa.Array, ...]:
    return (
        repeated([each.result_id for each in calls], counts),
        repeated([each.call.metadata.call_id for each in calls], counts),
    )


def _word_lists(turns: Sequence[Turn]) -> pa.Array:
    """One list of words per turn, column by column: words are by far the most values of a call."""
    words = [word for turn in turns for word in turn.words]
    offsets = [0]
    for turn in turns:
        offsets.append(offsets[-1] + len(turn.words))
    columns = (
        [word.text for word in words],
        [word.start for word in words],
        [word.end for word in words],
        [word.probability for word in words],
    )
    kind = SCHEMAS["word"]
    structs = pa.StructArray.from_arrays(
        [pa.array(values, field.type) for values, field in zip(columns, kind, strict=True)],
        fields=list(kind),
    )
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)


def _role_talk_rows(calls: Sequence[Identified]) -> list[Row]:
    return [
        (each.result_id, each.call.metadata.call_id, *(getattr(talk, n) for n in _TALK_FIELDS))
        for each in calls
        for talk in measure_roles(each.call.transcript)
    ]


def _listened_rows(calls: Sequence[Identified]) -> list[Row]:
    """In the order in which they are read again."""
    return [
        (each.result_id, each.call.metadata.call_id, *astuple(listened))
        for each in calls
        for listened in each.call.listened
    ]


def _span_table(calls: Sequence[Identified]) -> pa.Table:
    spans = [span for each in calls for span in each.call.transcript.spans]
    counts = [len(each.call.transcript.spans) for each in calls]
    return columns_table(
        "span_result",
        (
            *_result_columns(calls, counts),
            [number for times in counts for number in range(times)],
            few([span.speaker for span in spans], pa.string()),
            [span.start for span in spans],
            [span.end for span in spans],
            [span.level_db for span in spans],
        ),
    )


def table_of(name: str, rows: Iterable[Row]) -> pa.Table:
    """Rows as an Arrow table with the columns of one table of the warehouse."""
    return columns_table(name, list(zip(*rows, strict=True)) or [()] * len(SCHEMAS[name]))


def _offset_s(moment: datetime) -> int:
    offset = moment.utcoffset()
    if offset is None:
        message = f"started_at {moment.isoformat()} has no offset; call metadata must carry one"
        raise ValueError(message)
    return round(offset.total_seconds())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
