"""Names and types of the columns that a shard brings, in the order in which rows give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

_TEXT: Final = pa.string()
_REAL: Final = pa.float64()
_WHOLE: Final = pa.int32()
_MOMENT: Final = pa.timestamp("us", tz="UTC")
_EXACT: Final = pa.decimal128(12, 4)
_STAGE: Final = pa.struct([("stage", _TEXT), ("elapsed_s", _REAL)])
_SIMILARITY: Final = pa.struct([("speaker", _TEXT), ("cosine", _REAL)])

SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "call_result": pa.schema(
        [
            ("result_id", _TEXT),
            ("stored_no", pa.int64()),
            ("night_id", _TEXT),
            ("recorded_at", _MOMENT),
            ("code_version", _TEXT),
            ("call_id", _TEXT),
            ("audio_sha256", _TEXT),
            ("recording_path", _TEXT),
            ("state", _TEXT),
            ("reason_code", _TEXT),
            ("reason_values", _TEXT),
            ("reason", _TEXT),
            ("duration_s", _REAL),
            ("channels", _WHOLE),
            ("sample_rate_hz", _WHOLE),
            ("codec", _TEXT),
            ("warnings", _TEXT),
            ("language", _TEXT),
            ("language_probability", _REAL),
            ("declared_language", _TEXT),
            ("started_at", _MOMENT),
            ("started_at_offset_s", _WHOLE),
            ("purpose", _TEXT),
            ("direction", _TEXT),
            ("agent_id", _TEXT),
            ("agent_name", _TEXT),
            ("team", _TEXT),
            ("customer_ref", _TEXT),
            ("answered_after_s", _REAL),
            ("hung_up_by", _TEXT),
            ("channel_roles", pa.list_(_TEXT)),
            ("asr_model", _TEXT),
            ("segmentation_model", _TEXT),
            ("embedding_model", _TEXT),
            ("phrasebook_sha256", _TEXT),
            ("agent_talk_s", _REAL),
            ("customer_talk_s", _REAL),
            ("silence_s", _REAL),
            ("longest_silence_s", _REAL),
            ("overlap_s", _REAL),
            ("agent_chars_per_min", _REAL),
            ("agent_interruptions", _WHOLE),
            ("transcript_s", _REAL),
            ("stages", pa.list_(_STAGE)),
            ("voiceprint_sha256", _TEXT),
            ("voiceprint_calls", _WHOLE),
            ("voiceprint_speech_s", _REAL),
            ("voice_similarities", pa.list_(_SIMILARITY)),
            ("longest_silence_start_s", _REAL),
        ]
    ),
    "turn_result": pa.schema(
        [
            ("result_id", _TEXT),
            ("call_id", _TEXT),
            ("turn_no", _WHOLE),
            ("speaker", _TEXT),
            ("role", _TEXT),
            ("role_probability", _REAL),
            ("start_s", _REAL),
            ("end_s", _REAL),
            ("text", _TEXT),
            ("level_db", _REAL),
        ]
    ),
    "word": pa.schema(
        [("text", _TEXT), ("start_s", _REAL), ("end_s", _REAL), ("probability", _REAL)]
    ),
    "span_result": pa.schema(
        [
            ("result_id", _TEXT),
            ("call_id", _TEXT),
            ("span_no", _WHOLE),
            ("speaker", _TEXT),
            ("start_s", _REAL),
            ("end_s", _REAL),
            ("level_db", _REAL),
        ]
    ),
    "role_talk_result": pa.schema(
        [
            ("result_id", _TEXT),
            ("call_id", _TEXT),
            ("role", _TEXT),
            ("talk_s", _REAL),
            ("share", _REAL),
            ("longest_s", _REAL),
            ("units_per_min", _REAL),
            ("responses", _WHOLE),
            ("response_median_s", _REAL),
            ("response_longest_s", _REAL),
            ("interruptions", _WHOLE),
            ("level_db", _REAL),
            ("level_rise_db", _REAL),
            ("interruption_longest_s", _REAL),
            ("monologue_s", _REAL),
        ]
    ),
    "listened_result": pa.schema(
        [
            ("result_id", _TEXT),
            ("call_id", _TEXT),
            ("role", _TEXT),
            ("phrase", _TEXT),
            ("start_s", _REAL),
            ("end_s", _REAL),
            ("acoustic_llr", _REAL),
        ]
    ),
    "scorecard_result": pa.schema(
        [
            ("scoring_id", _TEXT),
            ("result_id", _TEXT),
            ("call_id", _TEXT),
            ("stored_no", pa.int64()),
            ("scored_at", _MOMENT),
            ("code_version", _TEXT),
            ("phrasebook_id", _TEXT),
            ("phrasebook_version", _TEXT),
            ("phrasebook_sha256", _TEXT),
            ("points", _EXACT),
            ("points_possible", _EXACT),
            ("passed", pa.bool_()),
        ]
    ),
    "finding_result": pa.schema(
        [
            ("scoring_id", _TEXT),
            ("result_id", _TEXT),
            ("call_id", _TEXT),
            ("finding_no", _WHOLE),
            ("rule_id", _TEXT),
            ("outcome", _TEXT),
            ("probability", _REAL),
            ("points", _EXACT),
            ("severity", _TEXT),
            ("suggestion", _TEXT),
            ("source", _TEXT),
            ("reason_code", _TEXT),
            ("measured", _REAL),
            ("review", _TEXT),
        ]
    ),
    "evidence_result": pa.schema(
        [
            ("scoring_id", _TEXT),
            ("result_id", _TEXT),
            ("call_id", _TEXT),
            ("finding_no", _WHOLE),
            ("evidence_no", _WHOLE),
            ("rule_id", _TEXT),
            ("turn_no", _WHOLE),
            ("start_s", _REAL),
            ("end_s", _REAL),
            ("quote", _TEXT),
            ("phrase", _TEXT),
            ("text_similarity", _REAL),
            ("sound_similarity", _REAL),
            ("acoustic_llr", _REAL),
        ]
    ),
    "promise_result": pa.schema(
        [
            ("scoring_id", _TEXT),
            ("result_id", _TEXT),
            ("call_id", _TEXT),
            ("promise_no", _WHOLE),
            ("turn_no", _WHOLE),
            ("start_s", _REAL),
            ("end_s", _REAL),
            ("quote", _TEXT),
            ("kind", _TEXT),
            ("time_text", _TEXT),
            ("spoken_at", _MOMENT),
            ("due_at", _MOMENT),
        ]
    ),
    "promise_scan": pa.schema([("stored_no", pa.int64()), ("scanned_at", _MOMENT)]),
}
