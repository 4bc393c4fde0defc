"""Judging stored calls anew; every figure is added up by hand from four plain rules."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from small_books import inspected, make_books

from pipeline.call import CallMetadata, Role
from pipeline.finding import Listened, Outcome
from pipeline.probability import evidence_weights, weights_mark
from pipeline.rejudging import HeardCall, judge_again
from pipeline.review import Verdict
from pipeline.rule_digest import compare_books, digest_book
from warehouse.connection import open_warehouse
from warehouse.rescoring.apply import apply_rescoring
from warehouse.rescoring.digests import digest_of, record_books
from warehouse.rescoring.plan import Rescoring
from warehouse.rescoring.preview import preview_rescoring
from warehouse.results import append_calls
from warehouse.stored import read_call

# By the book of version 1: 100 - 2 = 98; 100 - 3 - 5 = 92; 100 + 1, at most 100
IGNORANT = "agent: 您好\ncustomer: 几点上课\nagent: 我不知道\n"
RUDE = "agent: 喂\ncustomer: 几点上课\nagent: 你自己想办法\n"
POLITE = "agent: 您好\ncustomer: 几点上课\nagent: 三点，感谢您的来电\n"
CHANGED = {"zh_ignorance": ("forbidden", "-4", "我不知道\n三点", "")}  # dearer, and wider


def call_at(call_id: str, agent_id: str, day: int, dialogue: str, book):
    moment = datetime(2026, 11, day, 9, tzinfo=UTC)
    metadata = CallMetadata(call_id, language="zh", agent_id=agent_id, started_at=moment)
    return inspected(call_id, dialogue, book, metadata)


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    return make_books(tmp_path_factory.mktemp("books"))


@pytest.fixture
def changed(tmp_path):
    return make_books(tmp_path / "v2", version="2", **CHANGED)


@pytest.fixture(scope="module")
def filled(tmp_path_factory, fresh_data_dir, books):
    folder = shutil.copytree(fresh_data_dir, tmp_path_factory.mktemp("filled") / "data")
    with open_warehouse(folder) as warehouse:
        record_books(warehouse, books.values())
        calls = [
            call_at("c-1", "A1", 2, IGNORANT, books["zh"]),
            call_at("c-2", "A2", 3, RUDE, books["zh"]),
            call_at("c-3", "A1", 4, POLITE, books["zh"]),
        ]
        append_calls(warehouse, calls, [], night_id="n", code_version="1")
    return folder


@pytest.fixture
def stored(tmp_path, filled):
    """Three calls of two agents, judged by version 1."""
    return shutil.copytree(filled, tmp_path / "data")


def scores(data_dir) -> dict[str, Decimal]:
    with open_warehouse(data_dir, read_only=True) as warehouse:
        rows = warehouse.connection.execute("select call_id, points from scorecard").fetchall()
    return dict(rows)


def test_a_rule_is_another_when_its_words_or_points_are_and_not_when_its_tests_are(tmp_path):
    book = make_books(tmp_path / "a")["zh"]
    test = "[[rule.test]]\nexpect = \"violated\"\ndialogue = '''\nagent: 你自己想办法\n'''"
    tested = make_books(tmp_path / "b", zh_rude=("forbidden", "-5", "你自己想办法", test))["zh"]
    assert book.sha256 != tested.sha256
    assert compare_books(digest_book(book), tested).affected == frozenset()
    dearer = make_books(tmp_path / "c", zh_rude=("forbidden", "-6", "你自己想办法", ""))["zh"]
    assert compare_books(digest_book(book), dearer).changed == {"zh.rude"}
    fewer = make_books(tmp_path / "d", zh_rude=None, zh_new=("credit", "1", "好的", ""))["zh"]
    found = compare_books(digest_book(book), fewer)
    assert (found.added, found.removed, found.changed) == ({"zh.new"}, {"zh.rude"}, frozenset())


def test_a_rule_that_rests_on_a_changed_one_is_judged_too(tmp_path):
    rests = ("forbidden", "-1", "你说", "when = { findings = ['zh.rude violated'] }")
    book = make_books(tmp_path / "a", zh_last=rests)["zh"]
    dearer = make_books(
        tmp_path / "b", zh_rude=("forbidden", "-6", "你自己想办法", ""), zh_last=rests
    )["zh"]
    assert compare_books(digest_book(book), dearer).changed == {"zh.rude", "zh.last"}


def test_the_parts_of_a_phrasebook_come_back_as_they_were(warehouse, books):
    assert record_books(warehouse, books.values()) == 2  # zh; es and en are both empty
    assert record_books(warehouse, books.values()) == 0
    assert digest_of(warehouse, books["zh"].sha256) == digest_book(books["zh"])
    assert digest_of(warehouse, "another") is None


def test_the_stored_scores_are_those_added_up_by_hand(stored):
    assert scores(stored) == {"c-1": Decimal(98), "c-2": Decimal(92), "c-3": Decimal(100)}


def test_a_preview_names_what_comes_and_goes_and_stores_nothing(stored, changed):
    before = scores(stored)
    preview = preview_rescoring(stored, Rescoring(changed, code_version="1", processes=1))
    assert (preview.calls, preview.judged, preview.same, preview.closed) == (3, 3, 0, 0)
    (rule,) = preview.rules
    assert (rule.rule_id, rule.kind, rule.added, rule.removed) == ("zh.ignorance", "changed", 1, 0)
    assert (rule.counts.flags_before, rule.counts.flags_after) == (1, 2)
    (example,) = rule.examples_added
    assert (example.call_id, example.agent_id, example.after.quote) == ("c-3", "A1", "三点")
    assert example.after.start is not None
    # c-1: 100 - 4 = 96; c-3: 100 - 4 + 1 = 97; A1: (98 + 100) / 2 and (96 + 97) / 2
    (agent,) = preview.agents
    assert (agent.agent_id, agent.sums.calls, agent.sums.changed) == ("A1", 2, 2)
    assert (agent.mean_before, agent.mean_after) == (Decimal("99.00"), Decimal("96.50"))
    assert [(c.call_id, c.before.points, c.after.points) for c in preview.findings] == [
        ("c-1", Decimal(-2), Decimal(-4)),
        ("c-3", Decimal(0), Decimal(-4)),
    ]
    assert scores(stored) == before


def test_two_processes_find_the_same(stored, changed, monkeypatch):
    monkeypatch.setattr("warehouse.rescoring.run._FEW", 1)
    one = preview_rescoring(stored, Rescoring(changed, code_version="1", processes=1))
    two = preview_rescoring(stored, Rescoring(changed, code_version="1", processes=2))
    assert replace(two, elapsed_s=0) == replace(one, elapsed_s=0)


def test_verdicts_of_people_give_the_precision_before_and_after(stored, changed, tmp_path):
    with open_warehouse(stored, read_only=True) as warehouse:
        scoring = {c: read_call(warehouse, c).scoring_id for c in ("c-1", "c-3")}
    verdicts = {
        (scoring["c-1"], 0): Verdict.CONFIRMED,  # the flag of c-1 is right
        (scoring["c-3"], 0): Verdict.CONFIRMED,  # c-3 is clear, and rightly so
    }
    preview = preview_rescoring(
        stored, Rescoring(changed, code_version="1", verdicts=verdicts, processes=1)
    )
    (rule,) = preview.rules
    assert (rule.precision_before, rule.precision_after) == (1.0, 0.5)  # 1 of 1, 1 of 2
    gone = make_books(tmp_path / "v3", zh_ignorance=None)
    preview = preview_rescoring(
        stored, Rescoring(gone, code_version="1", verdicts=verdicts, processes=1)
    )
    (rule,) = preview.rules
    assert (rule.kind, rule.removed) == ("removed", 1)
    assert (rule.precision_before, rule.precision_after) == (1.0, None)


def everything_of(data_dir, call_id):
    with open_warehouse(data_dir, read_only=True) as warehouse:
        return read_call(warehouse, call_id).outcome


@pytest.mark.parametrize("code_version", ["1", "2"])
def test_applied_it_is_as_if_the_other_phrasebook_had_judged_from_the_start(
    stored, tmp_path, code_version
):
    """By the rules that changed, and, where another program had judged, by all rules."""
    rests = ("forbidden", "-1", "你自己", "when = { findings = ['zh.ignorance clear'] }")
    changes = {**CHANGED, "zh_greeting": None, "zh_rests": rests}
    new = make_books(tmp_path / "v2", version="2", **changes)
    account = apply_rescoring(stored, Rescoring(new, code_version=code_version, processes=1))
    assert account.judged == 3
    dialogues = {"c-1": ("A1", 2, IGNORANT), "c-2": ("A2", 3, RUDE), "c-3": ("A1", 4, POLITE)}
    for call_id, (agent, day, dialogue) in dialogues.items():
        fresh = call_at(call_id, agent, day, dialogue, new["zh"])
        assert everything_of(stored, call_id) == fresh
    again = apply_rescoring(stored, Rescoring(new, code_version=code_version, processes=1))
    assert (again.judged, again.same) == (0, 3)


def test_earlier_judgements_stay_beside_the_new_ones(stored, changed):
    apply_rescoring(stored, Rescoring(changed, code_version="1", processes=1))
    with open_warehouse(stored, read_only=True) as warehouse:
        ask = warehouse.connection.execute
        assert ask("select count(*) from scorecard_result").fetchone() == (6,)
        assert ask("select count(*) from finding_result").fetchone() == (24,)  # 6 x 4 rules
        assert ask("select count(distinct stored_no) from scorecard_result").fetchone() == (6,)


def test_what_a_second_listen_said_is_used_again_and_where_none_was_is_told(stored, books):
    """The place of 你自己想象办法, kept with its time, and one that nobody listened to."""
    said = "agent: 您好\ncustomer: 嗯\nagent: 你自己想象办法\n"
    call = call_at("c-9", "A1", 5, said, books["zh"])
    models = replace(call.models, asr="asr@1+listen@4")
    heard = HeardCall(call.metadata, call.transcript, call.metrics, models.asr)
    book = books["zh"]
    (need,) = judge_again(heard, phrasebook=book).audio_needs
    assert (need.call_id, need.phrase) == ("c-9", "你自己想办法")
    listened = Listened(Role.AGENT, need.phrase, need.start, need.end, 9.0)
    again = judge_again(replace(heard, listened=(listened,)), phrasebook=book)
    assert again.audio_needs == ()
    rude = next(f for f in again.findings if f.rule_id == "zh.rude")
    assert [e.acoustic_llr for e in rude.evidence] == [9.0]
    assert judge_again(replace(heard, asr_model="asr@1"), phrasebook=book).audio_needs == ()


def test_days_and_closed_months_set_limits(stored, changed):
    some = preview_rescoring(
        stored,
        Rescoring(changed, code_version="1", since=date(2026, 11, 3), until=date(2026, 11, 4)),
    )
    assert (some.calls, some.judged) == (2, 2)
    closed = apply_rescoring(
        stored, Rescoring(changed, code_version="1", closed_months={"2026-11"}, processes=1)
    )
    assert (closed.calls, closed.judged, closed.closed) == (3, 0, 3)
    assert scores(stored)["c-1"] == Decimal(98)


def test_a_killed_rescoring_goes_on_where_it_stopped(stored, changed, monkeypatch):
    monkeypatch.setattr("warehouse.rescoring.run.PORTION", 1)
    done = []

    def stop(count: int, total: int) -> None:
        assert total == 3
        done.append(count)
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_rescoring(stored, Rescoring(changed, code_version="1", processes=1), progress=stop)
    again = apply_rescoring(stored, Rescoring(changed, code_version="1", processes=1))
    assert again.same + again.judged == 3
    assert again.same >= 1
    assert scores(stored) == {"c-1": Decimal(96), "c-2": Decimal(92), "c-3": Decimal(97)}


def test_outcomes_are_compared_not_probabilities(stored, tmp_path):
    """A rule that says nothing before and after is no change, whatever else it is."""
    silent = make_books(tmp_path / "v2", zh_new=("forbidden", "-1", "从来没人说", ""))
    preview = preview_rescoring(stored, Rescoring(silent, code_version="1", processes=1))
    assert preview.findings == ()
    (rule,) = preview.rules
    assert (rule.kind, rule.counts.flags_after) == ("added", 0)
    assert preview.agents == ()
    assert everything_of(stored, "c-1").findings[0].outcome is Outcome.VIOLATED


def test_other_weights_judge_the_same_phrasebook_anew_and_the_results_name_them(stored, books):
    doubting = replace(evidence_weights(), intercept=-20.0)  # believes nothing that was heard
    version = "1" + weights_mark(doubting)
    asked = Rescoring(books, code_version=version, weights=doubting, processes=1)
    preview = preview_rescoring(stored, asked)
    flags = {r.rule_id: (r.counts.flags_before, r.counts.flags_after) for r in preview.rules}
    assert flags["zh.ignorance"] == (1, 0)
    assert flags["zh.rude"] == (1, 0)
    account = apply_rescoring(stored, asked)
    assert (account.judged, account.findings) == (3, preview.findings)
    with open_warehouse(stored, read_only=True) as warehouse:
        rows = warehouse.connection.execute("select distinct code_version from scorecard")
        assert rows.fetchall() == [(version,)]
    assert apply_rescoring(stored, asked).same == 3
