"""Erasing a person, and checking that the warehouse is whole; every file is read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from call_examples import make_call, make_failure
from sqlalchemy import select

from pipeline.settings_promises import PromiseSettings
from warehouse.checking import check_warehouse
from warehouse.connection import open_warehouse
from warehouse.decisions import audit
from warehouse.decisions.accounts import create_account
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.store import open_decisions
from warehouse.decisions.tables import account, decision, review
from warehouse.decisions.verdicts import decide
from warehouse.erasure.erase import erase
from warehouse.erasure.subject import Subject
from warehouse.erasure.words import Words
from warehouse.facts import facts_zone, follow_results
from warehouse.nights import Night, record_night
from warehouse.questions.promised import promises_by
from warehouse.questions.scope import Scope
from warehouse.results import append_calls
from warehouse.stored import read_call

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)


def test_words_are_found_whole_and_not_inside_others():
    words = Words(["a7", "客户-9"])
    assert words.in_text('{"agent": "a7"}')
    assert not words.in_text("sha256 0a7f, a70, x-a7")
    assert words.in_bytes("通话 客户-9 来电".encode())
    assert words.blanked("a7, a70", "x") == "x, a70"


def test_a_warehouse_is_whole_and_a_lost_row_is_found(warehouse):
    calls = [make_call("c-1"), make_call("c-2")]
    append_calls(warehouse, calls, [make_failure()], night_id="n", code_version="1")
    found = check_warehouse(warehouse)
    assert found.whole
    counts = {t.name: (t.catalogued, t.scanned) for t in found.tables}
    assert counts["call_result"] == (3, 3)
    assert counts["finding_result"] == (8, 8)
    warehouse.connection.execute("delete from scorecard_result where call_id = 'c-1'")
    broken = check_warehouse(warehouse)
    assert not broken.whole
    # one call without a score, and the four findings that belonged to it
    assert dict(broken.faults) == {"done_without_score": 1, "findings_without_score": 4}


def test_a_file_that_is_gone_is_told(warehouse, data_dir):
    append_calls(warehouse, [make_call()], [], night_id="n", code_version="1")
    lake = data_dir / "warehouse" / "lake"
    next((lake / "main" / "turn_result").glob("*.parquet")).unlink()
    found = check_warehouse(warehouse)
    assert not found.whole
    assert [what.partition(":")[0] for what in found.unreadable] == ["turn_result"]


@pytest.fixture
def filled(data_dir, tmp_path):
    """Calls of two customers by one agent, with recordings, a night's files and a verdict."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    calls = []
    for call_id, customer in (("gone-1", "k-9"), ("gone-2", "k-9"), ("stays", "k-8")):
        path = inbox / f"{call_id}.wav"
        path.write_bytes(b"RIFF")
        (inbox / f"{call_id}.json").write_text(json.dumps({"customer_ref": customer}))
        call = make_call(call_id, audio=f"sha-{call_id}")
        recording = replace(call.recording, path=str(path))
        metadata = replace(call.metadata, customer_ref=customer, agent_id="agent-77")
        calls.append(replace(call, recording=recording, metadata=metadata))
    (inbox / "calls.csv").write_text("call_id,customer_ref\ngone-1,k-9\nstays,k-8\n")
    engine = open_decisions(data_dir)
    ann = create_account(
        engine, login="ann", name="Ann", role="inspector", password="long enough 1"
    ).account_id
    summary = {"agents": {"agent-77": 3}, "failures": [{"call_id": "gone-1"}, {"call_id": "stays"}]}
    with open_warehouse(data_dir) as warehouse:
        append_calls(warehouse, calls, [], night_id="n", code_version="1")
        record_night(warehouse, Night("n", str(inbox), MOMENT, MOMENT, "1", summary))
        fill_queue(engine, warehouse)
        scoring = {c: read_call(warehouse, c).scoring_id for c in ("gone-1", "stays")}
    for call_id in scoring:
        decide(engine, call_id, scoring[call_id], "comment", {"text": "..."}, by=ann)
    nights = data_dir / "nights"
    nights.mkdir()
    (nights / "n.json").write_text(json.dumps(summary))
    (nights / "n.md").write_text("gone-1: k-9\nstays\n")
    sound = data_dir / "sound"
    sound.mkdir()
    (sound / "sha-gone-1.mp3").write_bytes(b"x")
    (sound / "sha-stays.mp3").write_bytes(b"x")
    return data_dir, engine, inbox


def bytes_with(folder: Path, word: str) -> list[str]:
    """An own look at every byte, and at every value of every Parquet file."""
    import duckdb

    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".parquet":
            text = str(duckdb.read_parquet(str(path)).fetchall()).encode()
        else:
            text = path.read_bytes()
        if word.encode() in text:
            found.append(str(path.relative_to(folder)))
    return found


def test_a_customer_is_erased_from_everything_and_others_stay(filled):
    data_dir, engine, inbox = filled
    assert bytes_with(data_dir, "k-9") != []
    done = erase(data_dir, engine, Subject("customer", "k-9"), by=None)
    assert done.remains == ()
    assert (done.calls, done.rows["call_result"], done.rows["turn_result"]) == (2, 2, 4)
    assert done.decisions["decision"] == 1
    assert done.kept_audit_entries == 1
    assert sorted(p.name for p in inbox.iterdir()) == ["calls.csv", "stays.json", "stays.wav"]
    assert (inbox / "calls.csv").read_text() == "call_id,customer_ref\nstays,k-8\n"
    assert [p.name for p in (data_dir / "sound").iterdir()] == ["sha-stays.mp3"]
    assert bytes_with(data_dir, "k-9") == []
    assert bytes_with(data_dir, "gone-2") == []
    # the audit log is sealed and names calls, nobody else
    assert set(bytes_with(data_dir, "gone-1")) <= {"decisions.sqlite", "decisions.sqlite-wal"}
    assert isinstance(audit.verify(engine), int)
    with open_warehouse(data_dir, read_only=True) as warehouse:
        rows = warehouse.connection.execute("select call_id from call").fetchall()
        assert rows == [("stays",)]
        assert check_warehouse(warehouse).whole
        assert read_call(warehouse, "stays").outcome.metadata.customer_ref == "k-8"
    with engine.connect() as connection:
        assert connection.execute(select(review.c.call_id)).scalars().all() == ["stays"]
        assert connection.execute(select(decision.c.call_id)).scalars().all() == ["stays"]
    certificate = json.loads((data_dir / "erasures" / f"{done.number}.json").read_text())
    assert certificate["calls"] == 2
    assert "k-9" not in json.dumps(certificate)


def test_an_agent_is_erased_with_the_account(filled):
    data_dir, engine, _ = filled
    create_account(
        engine,
        login="seven",
        name="Seven",
        role="agent",
        password="long enough 1",
        agent_id="agent-77",
    )
    done = erase(data_dir, engine, Subject("agent", "agent-77"), by=None)
    assert (done.remains, done.calls, done.decisions["account"]) == ((), 3, 1)
    assert bytes_with(data_dir, "agent-77") == []
    assert bytes_with(data_dir, "Seven") == []
    with engine.connect() as connection:
        rows = connection.execute(select(account.c.active).order_by(account.c.active)).scalars()
        assert rows.all() == [False, True]


def test_old_calls_go_and_what_cannot_be_deleted_is_told(filled):
    data_dir, engine, inbox = filled
    kept = erase(data_dir, engine, Subject("before", "2026-11-20"), by=None)
    assert (kept.calls, kept.remains) == (0, ())  # they began at 01:30 UTC of that day
    copy = data_dir / "copy.bin"
    copy.write_bytes(b"\0gone-1\0")
    done = erase(data_dir, engine, Subject("before", "2026-11-21"), by=None)
    assert done.calls == 3
    assert done.remains == (str(copy),)
    assert not done.complete
    assert sorted(p.name for p in inbox.iterdir()) == ["calls.csv"]


@pytest.mark.parametrize("subject", [Subject("customer", "k-9"), Subject("agent", "agent-77")])
def test_reports_are_deleted_whole_with_whoever_is_in_them(filled, subject):
    data_dir, engine, _ = filled
    shelf = data_dir / "reports"
    shelf.mkdir()
    for name in ("agent-2026-11.zh.pdf", "complaints-2026-11-20.zh.xlsx"):
        (shelf / name).write_bytes(b"k-9 and agent-77, packed so that no word can be found")
    done = erase(data_dir, engine, subject, by=None)
    assert done.remains == ()
    assert not shelf.exists()


def test_reports_stay_where_nothing_was_erased(filled):
    data_dir, engine, _ = filled
    shelf = data_dir / "reports"
    shelf.mkdir()
    (shelf / "daily-2026-11-20.zh.pdf").write_bytes(b"%PDF")
    assert erase(data_dir, engine, Subject("customer", "nobody"), by=None).calls == 0
    assert (shelf / "daily-2026-11-20.zh.pdf").exists()


def test_figures_of_promises_are_there_at_once_after_an_erasure_without_the_erased(filled):
    data_dir, engine, _ = filled
    with open_warehouse(data_dir) as warehouse:
        warehouse.connection.execute(
            "insert into promise_result select scoring_id, result_id, call_id, 0, 0, 1.0, 2.0,"
            " '半小时后给您回电话', 'contact', '半小时后', timestamptz '2026-11-20 01:30:00+00',"
            " timestamptz '2026-11-20 02:00:00+00' from scorecard_result"
        )
        follow_results(warehouse, PromiseSettings(), zone="Asia/Shanghai")
        (all_of_them,) = promises_by(warehouse, Scope())
        assert all_of_them.made == 3
    erase(data_dir, engine, Subject("customer", "k-9"), by=None)
    with open_warehouse(data_dir, read_only=True) as warehouse:
        (left,) = promises_by(warehouse, Scope())
        assert left.made == 1
        assert facts_zone(warehouse) == "Asia/Shanghai"  # days are counted as before
