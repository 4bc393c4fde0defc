from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from call_examples import make_call
from sqlalchemy import Engine, delete, func, insert, select, update

from pipeline.errors import UsageError
from pipeline.review import Verdict
from warehouse.connection import Warehouse, open_warehouse
from warehouse.decisions import audit as audit_log
from warehouse.decisions.accounts import (
    TooManyAttemptsError,
    account_of_session,
    create_account,
    set_active,
    sign_in_with_password,
    sign_out,
)
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.queue_filter import QueueFilter
from warehouse.decisions.reviews import (
    CLAIM_LASTS,
    assign,
    claim,
    count_queue,
    find_item,
    list_queue,
    next_item,
)
from warehouse.decisions.store import open_decisions, writing
from warehouse.decisions.tables import audit, metadata, review
from warehouse.decisions.verdicts import decide, read_decisions, submit, undo
from warehouse.results import append_calls

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_decisions(tmp_path)


@pytest.fixture
def ann(engine: Engine) -> str:
    return _person(engine, "ann")


@pytest.fixture
def bob(engine: Engine) -> str:
    return _person(engine, "bob")


def _person(engine: Engine, login: str) -> str:
    made = create_account(engine, login=login, name=login, role="inspector", password=PASSWORD)
    return made.account_id


@pytest.fixture
def call(engine: Engine) -> str:
    """A call in the queue."""
    _put(engine, "c1", worth=2.0)
    return "c1"


def _put(engine: Engine, call_id: str, *, worth: float) -> None:
    values = {
        "call_id": call_id, "stored_no": 1, "scoring_id": "s1", "language": "zh",
        "duration_s": 10.0, "points": 98, "flags": 1, "worth": worth, "sampled": False,
        "state": "open",
    }  # fmt: skip
    with writing(engine).begin() as connection:
        connection.execute(insert(review).values(**values))


def test_the_migrations_make_what_the_code_expects(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_one_person_at_a_time_has_a_call_in_hand(
    engine: Engine, call: str, ann: str, bob: str
) -> None:
    assert claim(engine, call, by=ann, now=NOON)
    assert claim(engine, call, by=ann, now=NOON)
    assert not claim(engine, call, by=bob, now=NOON + CLAIM_LASTS - timedelta(seconds=1))
    assert claim(engine, call, by=bob, now=NOON + CLAIM_LASTS + timedelta(seconds=1))


def test_of_many_who_reach_for_a_call_at_once_one_gets_it(engine: Engine, call: str) -> None:
    people = [_person(engine, f"p{n}") for n in range(6)]
    got: list[bool] = []
    threads = [
        threading.Thread(target=lambda who=who: got.append(claim(engine, call, by=who)))
        for who in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 5 + [True]


def test_the_last_verdict_counts_and_undo_goes_back_one_by_one(
    engine: Engine, call: str, ann: str
) -> None:
    for verdict in ("confirmed", "false"):
        decide(engine, call, "s1", "verdict", {"verdict": verdict}, by=ann, finding_no=0)
    said = [Verdict.FALSE, Verdict.CONFIRMED, None]
    for expected in said:
        found = read_decisions(engine, call, "s1").verdicts(swapped=False)
        assert found.get(0) is expected
        undo(engine, call, "s1", by=ann)
    assert undo(engine, call, "s1", by=ann) is None


def test_a_person_undoes_only_what_is_its_own(
    engine: Engine, call: str, ann: str, bob: str
) -> None:
    decide(engine, call, "s1", "comment", {"text": "ann's"}, by=ann)
    with writing(engine).begin() as connection:
        connection.execute(update(review).values(claimed_by=None))
    assert undo(engine, call, "s1", by=bob) is None
    assert read_decisions(engine, call, "s1").comment == "ann's"


def test_nothing_is_decided_on_a_call_that_is_not_in_hand(
    engine: Engine, call: str, ann: str, bob: str
) -> None:
    claim(engine, call, by=ann)
    with pytest.raises(UsageError) as held:
        decide(engine, call, "s1", "comment", {"text": "x"}, by=bob)
    with pytest.raises(UsageError) as anew:
        decide(engine, call, "s0", "comment", {"text": "x"}, by=ann)
    submit(engine, call, "s1", by=ann)
    with pytest.raises(UsageError) as done:
        decide(engine, call, "s1", "comment", {"text": "x"}, by=ann)
    keys = [error.value.key for error in (held, anew, done)]
    assert keys == ["console.claimed", "console.judged_anew", "console.submitted"]
    assert read_decisions(engine, call, "s1").standing == ()


def test_the_best_free_call_comes_next(engine: Engine, ann: str, bob: str) -> None:
    for call_id, worth in (("low", 1.0), ("high", 3.0), ("mid", 2.0), ("none", 0.0)):
        _put(engine, call_id, worth=worth)
    wanted = QueueFilter()
    assert [i.call_id for i in list_queue(engine, wanted, reader=ann)] == ["high", "mid", "low"]
    assert count_queue(engine, wanted, reader=ann) == 3
    claim(engine, "high", by=bob)
    assign(engine, ["mid"], to=bob, by=ann)
    assert next_item(engine, wanted, reader=ann) == "low"
    assert next_item(engine, wanted, reader=bob) == "high"


def test_filling_the_queue_twice_changes_nothing(
    engine: Engine, warehouse: Warehouse, ann: str
) -> None:
    append_calls(warehouse, [make_call("a"), make_call("b")], [], night_id=None, code_version="1")
    assert fill_queue(engine, warehouse) == 2
    claim(engine, "a", by=ann)
    before = list_queue(engine, QueueFilter(unflagged=True), reader=ann)
    assert fill_queue(engine, warehouse) == 0
    assert list_queue(engine, QueueFilter(unflagged=True), reader=ann) == before
    assert find_item(engine, "a").claimed_by == ann


def test_two_who_fill_the_queue_at_once_take_each_judgement_once(
    engine: Engine, warehouse: Warehouse, data_dir: Path
) -> None:
    calls = [make_call(f"c{n}") for n in range(20)]
    append_calls(warehouse, calls, [], night_id=None, code_version="1")
    taken: list[int] = []

    def fill() -> None:
        with open_warehouse(data_dir, read_only=True) as own:
            taken.append(fill_queue(engine, own))

    threads = [threading.Thread(target=fill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 20


def test_a_session_ends_by_time_by_leaving_and_with_its_account(engine: Engine, ann: str) -> None:
    def enter() -> str:
        begun = sign_in_with_password(
            engine, login="Ann ", password=PASSWORD, address="::1", now=NOON
        )
        assert begun is not None
        return begun[1]

    secret = enter()
    assert account_of_session(engine, secret, now=NOON + timedelta(hours=11)) is not None
    assert account_of_session(engine, secret, now=NOON + timedelta(hours=13)) is None
    sign_out(engine, secret)
    assert account_of_session(engine, secret, now=NOON) is None
    second = enter()
    set_active(engine, ann, active=False, by=None)
    assert account_of_session(engine, second, now=NOON) is None


def test_guesses_are_counted_by_login_and_forgotten_after_a_while(engine: Engine, ann: str) -> None:
    def attempt(password: str, at: datetime) -> object:
        return sign_in_with_password(engine, login="ann", password=password, address="::1", now=at)

    for _ in range(8):
        assert attempt("wrong", NOON) is None
    with pytest.raises(TooManyAttemptsError):
        attempt(PASSWORD, NOON + timedelta(minutes=14))
    assert attempt(PASSWORD, NOON + timedelta(minutes=16)) is not None


@pytest.mark.parametrize("harm", ["change", "remove", "swap"])
def test_a_log_that_somebody_touched_is_found_out(engine: Engine, harm: str) -> None:
    for number in range(5):
        with writing(engine).begin() as connection:
            audit_log.record(connection, "test", subject=f"s{number}", account_id=None)
    assert audit_log.verify(engine) == 5
    with writing(engine).begin() as connection:
        third = audit.c.entry_no == 3
        if harm == "change":
            connection.execute(update(audit).where(third).values(subject="other"))
        elif harm == "remove":
            connection.execute(delete(audit).where(third))
        else:
            connection.execute(update(audit).where(third).values(entry_no=99))
            connection.execute(update(audit).where(audit.c.entry_no == 4).values(entry_no=3))
            connection.execute(update(audit).where(audit.c.entry_no == 99).values(entry_no=4))
    found = audit_log.verify(engine)
    assert isinstance(found, audit_log.BrokenChain)
    assert found.entry_no == 3


def test_what_was_decided_and_its_audit_entry_are_stored_together(
    engine: Engine, call: str, ann: str
) -> None:
    def entries() -> int:
        with engine.connect() as connection:
            wanted = select(func.count()).where(audit.c.action == "review.decide")
            return int(connection.execute(wanted).scalar_one())

    decide(engine, call, "s1", "comment", {"text": "kept"}, by=ann)
    with pytest.raises(UsageError):
        decide(engine, call, "other", "comment", {"text": "not kept"}, by=ann)
    assert entries() == 1
