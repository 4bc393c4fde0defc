from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from call_examples import data_files, make_call, make_failure, with_models

from pipeline.errors import WarehouseError
from warehouse.connection import Warehouse, open_warehouse
from warehouse.results import (
    NOT_STORABLE,
    Appended,
    KnownRecording,
    append_calls,
    check_storable,
    known_recordings,
)
from warehouse.stored import read_call

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def append(warehouse, calls=(), failures=(), *, at=AT) -> Appended:
    return append_calls(
        warehouse, calls, failures, night_id="n-1", code_version="0.1", recorded_at=at
    )


def count(warehouse: Warehouse, table: str) -> int:
    return warehouse.connection.table(table).count("*").fetchall()[0][0]


def test_a_stored_call_reads_back_as_it_was(warehouse):
    call = make_call()
    append(warehouse, [call])
    stored = read_call(warehouse, "c-1")
    assert stored.outcome == call
    assert (stored.night_id, stored.code_version, stored.recorded_at) == ("n-1", "0.1", AT)
    assert stored.outcome.metadata.started_at.utcoffset() == call.metadata.started_at.utcoffset()


def test_a_stored_failure_reads_back_as_it_was(warehouse):
    failure = make_failure()
    append(warehouse, [], [failure])
    stored = read_call(warehouse, "c-bad")
    assert stored.outcome == failure
    assert stored.scoring_id is None


def test_a_failure_of_which_only_the_path_is_known_is_stored(warehouse):
    failure = make_failure(audio=None)
    append(warehouse, [], [replace(failure, metadata=None)])
    assert read_call(warehouse, "c-bad").outcome.audio_sha256 is None


def test_a_call_without_turns_or_findings_reads_back_as_it_was(warehouse):
    call = make_call()
    silent = replace(
        call, transcript=replace(call.transcript, turns=(), spans=()), findings=(), stage_s=()
    )
    append(warehouse, [silent])
    assert read_call(warehouse, "c-1").outcome == silent


def test_a_shard_is_one_version_of_the_lake(warehouse):
    before = warehouse.connection.execute("from lake.current_snapshot()").fetchone()[0]
    append(warehouse, [make_call("c-1"), make_call("c-2")], [make_failure()])
    after = warehouse.connection.execute("from lake.current_snapshot()").fetchone()[0]
    assert after == before + 1


def test_the_same_shard_again_adds_nothing(warehouse, data_dir):
    shard = [make_call("c-1"), make_call("c-2")], [make_failure()]
    assert append(warehouse, *shard) == Appended(("c-1", "c-2"), ("c-bad",), ())
    files = data_files(data_dir)
    assert append(warehouse, *shard) == Appended((), (), ("c-1", "c-2", "c-bad"))
    assert count(warehouse, "call_result") == 3
    assert data_files(data_dir) == files


def test_one_result_given_twice_in_a_shard_is_stored_once(warehouse):
    assert append(warehouse, [make_call(), make_call()]).skipped == ("c-1",)
    assert count(warehouse, "turn_result") == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda call: with_models(call, "asr@2"),
        lambda call: replace(call, recording=replace(call.recording, audio_sha256="dd44")),
        lambda call: replace(call, phrasebook=replace(call.phrasebook, sha256="ee55")),
        lambda call: replace(call, voiceprint=replace(call.voiceprint, sha256="ff66")),
        lambda call: replace(call, voiceprint=None),
    ],
    ids=["models", "sound", "phrasebook", "voiceprint", "no voiceprint"],
)
def test_a_new_inspection_is_added_and_supersedes_the_old_one(warehouse, change):
    call = make_call()
    append(warehouse, [call])
    changed = change(call)
    assert append(warehouse, [changed]).done == ("c-1",)
    assert count(warehouse, "call_result") == 2
    assert count(warehouse, "call") == 1
    assert count(warehouse, "turn") == 2
    assert count(warehouse, "finding") == 4
    assert read_call(warehouse, "c-1").outcome == changed


def test_what_was_stored_last_counts_even_if_the_clock_was_set_back(warehouse):
    append(
        warehouse, [], [make_failure("c-1", audio="aa11")], at=datetime(2026, 11, 21, tzinfo=UTC)
    )
    append(warehouse, [make_call("c-1")], at=datetime(2026, 11, 20, tzinfo=UTC))
    assert known_recordings(warehouse) == {KnownRecording("c-1", "aa11", "done")}


def test_going_back_to_an_earlier_model_counts(warehouse):
    call = make_call()
    for asr in ("asr@1", "asr@2", "asr@1"):
        assert append(warehouse, [with_models(call, asr)]).done == ("c-1",)
    assert read_call(warehouse, "c-1").outcome.models.asr == "asr@1"


def test_a_failure_never_hides_what_is_known_of_the_same_sound(warehouse):
    append(warehouse, [make_call("c-1")])
    for audio in ("aa11", None):
        assert append(warehouse, [], [make_failure("c-1", audio=audio)]).skipped == ("c-1",)
    assert known_recordings(warehouse) == {KnownRecording("c-1", "aa11", "done")}


def test_a_failure_of_another_sound_supersedes(warehouse):
    append(warehouse, [make_call("c-1")])
    append(warehouse, [], [make_failure("c-1", audio="cc33")])
    assert known_recordings(warehouse) == {KnownRecording("c-1", "cc33", "failed")}


def test_another_reason_of_failure_is_added(warehouse):
    append(warehouse, [], [make_failure(code="audio.truncated")])
    assert append(warehouse, [], [make_failure(code="audio.empty")]).failed == ("c-bad",)
    assert read_call(warehouse, "c-bad").outcome.reason_code == "audio.empty"


def test_points_that_would_not_be_exact_are_refused_whole(warehouse):
    call = make_call("c-2")
    inexact = replace(call, scorecard=replace(call.scorecard, points=Decimal("0.00001")))
    with pytest.raises(WarehouseError, match="c-2") as caught:
        append(warehouse, [make_call("c-1"), inexact])
    assert caught.value.key == NOT_STORABLE
    assert known_recordings(warehouse) == frozenset()


def test_a_call_that_no_row_can_hold_is_known_before_it_joins_a_shard():
    call = make_call("c1")
    check_storable(call, code_version="1")
    endless = replace(call, scorecard=replace(call.scorecard, points=Decimal("0.33333333")))
    with pytest.raises(WarehouseError, match="c1"):
        check_storable(endless, code_version="1")


def test_points_are_exact(warehouse):
    # 0.1 + 0.2 is 0.30000000000000004 in binary fractions
    for call_id, points in (("c-1", "0.1"), ("c-2", "0.2")):
        call = make_call(call_id)
        append(
            warehouse, [replace(call, scorecard=replace(call.scorecard, points=Decimal(points)))]
        )
    total = warehouse.connection.execute("select sum(points) from scorecard").fetchone()[0]
    assert total == Decimal("0.3")


def test_an_empty_shard_is_no_error(warehouse):
    assert append(warehouse) == Appended((), (), ())


def test_a_warehouse_opened_for_reading_refuses_to_be_written(warehouse, data_dir):
    with (
        open_warehouse(data_dir, read_only=True) as reader,
        pytest.raises(WarehouseError) as caught,
    ):
        append(reader, [make_call()])
    assert caught.value.key == "warehouse.read_only"


def test_an_unknown_call_is_named(warehouse):
    with pytest.raises(WarehouseError, match="no call c-404"):
        read_call(warehouse, "c-404")


def test_moving_the_data_folder_keeps_its_calls(warehouse, data_dir: Path):
    append(warehouse, [make_call()])
    warehouse.close()
    moved = data_dir.rename(data_dir.with_name("moved 数据 o'clock"))
    with open_warehouse(moved, read_only=True) as reader:
        assert read_call(reader, "c-1").outcome == make_call()
