"""What a phrasebook would change in the ledger; points by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from small_books import inspected, make_books

from pipeline.call import CallMetadata, Purpose
from pipeline.settings_ledger import LedgerSettings
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import create_account
from warehouse.decisions.ledger import pending, post
from warehouse.decisions.store import open_decisions
from warehouse.ledger_proposals import incidents_of_calls
from warehouse.rescoring.digests import record_books
from warehouse.rescoring.ledger_effect import ledger_effects
from warehouse.rescoring.plan import Rescoring
from warehouse.rescoring.preview import preview_rescoring
from warehouse.results import append_calls

SETTINGS = LedgerSettings(attitude_rules=("zh.rude", "zh.ignorance"), slow_rules=())
RUDE = "agent: 喂\ncustomer: 几点上课\nagent: 你自己想办法\n"
IGNORANT = "agent: 您好\ncustomer: 几点上课\nagent: 我不知道\n"
THREE = "agent: 您好\ncustomer: 几点上课\nagent: 三点\n"


@pytest.fixture
def stored(tmp_path):
    """Complaints: A1 was rude twice and once harmless, A2 did not know once; A3's rude call is no
    complaint.
    """
    books = make_books(tmp_path / "books")
    book = books["zh"]

    def call(number, agent, dialogue, purpose=Purpose.COMPLAINT):
        moment = datetime(2026, 11, number, 9, tzinfo=UTC)
        known = CallMetadata(
            f"c-{number}", language="zh", agent_id=agent, started_at=moment, purpose=purpose
        )
        return inspected(f"c-{number}", dialogue, book, known)

    calls = [
        call(1, "A1", RUDE),
        call(2, "A1", RUDE),
        call(3, "A1", THREE),
        call(4, "A2", IGNORANT),
        call(5, "A3", RUDE, Purpose.INBOUND),
    ]
    with open_warehouse(tmp_path / "data") as warehouse:
        record_books(warehouse, books.values())
        append_calls(warehouse, calls, [], night_id="n", code_version="1")
    return tmp_path / "data"


def effects_of(data, engine, books):
    preview = preview_rescoring(data, Rescoring(books, code_version="1", processes=1))
    return ledger_effects(data, engine, preview.findings, SETTINGS, verdicts={})


def test_proposals_come_and_go_with_the_findings_and_points_follow_the_tiers(stored, tmp_path):
    engine = open_decisions(stored)
    wider = make_books(tmp_path / "v2", zh_rude=("forbidden", "-5", "你自己想办法\n三点", ""))
    (effect,) = effects_of(stored, engine, wider)
    assert (effect.agent_id, effect.month) == ("A1", "2026-11")
    assert [i.call_id for i in effect.added] == ["c-3"]
    assert effect.removed == ()
    # two complaints cost a point each, the third makes it five
    assert (effect.before.points, effect.after.points) == (Decimal(8), Decimal(5))


def test_a_rule_that_goes_takes_its_proposals_with_it_and_leaves_what_was_posted(stored, tmp_path):
    engine = open_decisions(stored)
    chief = create_account(engine, login="c", name="c", role="supervisor", password="long enough")
    with open_warehouse(stored, read_only=True) as warehouse:
        waiting = pending(engine, "2026-11", incidents_of_calls(warehouse, "2026-11", SETTINGS))
    assert {i.call_id for i in waiting} == {"c-1", "c-2", "c-4"}
    posted = next(i for i in waiting if i.call_id == "c-1")
    post(engine, posted, by=chief)
    gone = make_books(tmp_path / "v2", zh_rude=None)
    (effect,) = effects_of(stored, engine, gone)
    assert effect.agent_id == "A1"
    assert [i.call_id for i in effect.removed] == ["c-2"]
    assert (effect.before.points, effect.after.points) == (Decimal(8), Decimal(9))


def test_a_change_that_moves_no_flag_of_the_ledger_changes_nothing_there(stored, tmp_path):
    engine = open_decisions(stored)
    dearer = make_books(tmp_path / "v2", zh_rude=("forbidden", "-9", "你自己想办法", ""))
    assert effects_of(stored, engine, dearer) == ()
