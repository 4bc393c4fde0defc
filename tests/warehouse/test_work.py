"""The work ledger: every call is somebody's or nobody's, whatever dies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from warehouse.decisions.store import open_decisions
from warehouse.decisions.work import Ended, Work, begin, claim, count_by_state, finish, heard, queue
from warehouse.decisions.work_recovery import (
    LOST,
    give_back,
    return_from_the_dead,
    settle_stored,
)
from warehouse.decisions.work_tables import work, worker
from warehouse.decisions.workers import Identity, Lease, beat, register, sign_off, this_process
from warehouse.results import KnownRecording

CALLS = tuple(Work(f"c{n}", f"{n:064}", f"in/c{n}.wav", 100) for n in range(6))
IDS = tuple(call.call_id for call in CALLS)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with empty decisions; copying it is quicker than making the tables."""
    folder = tmp_path_factory.mktemp("empty")
    open_decisions(folder).dispose()
    return folder


@pytest.fixture
def engine(tmp_path: Path, empty: Path) -> Iterator[Engine]:
    opened = open_decisions(shutil.copytree(empty, tmp_path / "data"))
    yield opened
    opened.dispose()


def attempts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        rows = connection.execute(select(work.c.call_id, work.c.attempt))
        return {row.call_id: row.attempt for row in rows}


def state_of(engine: Engine, call_id: str) -> tuple[str, str | None]:
    with engine.connect() as connection:
        row = connection.execute(
            select(work.c.state, work.c.reason_code).where(work.c.call_id == call_id)
        ).one()
    return row.state, row.reason_code


def dead_process() -> Identity:
    """A process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        number, start = (
            child.pid,
            int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]),
        )
    return replace(this_process(), process_no=number, process_start=start)


def test_a_call_goes_from_waiting_to_claimed_to_done(engine: Engine):
    queue(engine, CALLS, night_id="n")
    me = register(engine)
    assert claim(engine, IDS[:2], worker_id=me) == IDS[:2]
    begin(engine, IDS[:2])
    heard(engine, IDS[:2])
    ended = [Ended("c0", "done", versions="v"), Ended("c1", "failed", reason_code="audio.empty")]
    finish(engine, ended, worker_id=me)
    assert count_by_state(engine) == {"waiting": 4, "done": 1, "failed": 1}
    assert state_of(engine, "c1") == ("failed", "audio.empty")


def test_of_many_who_reach_for_the_same_calls_each_call_goes_to_one(engine: Engine):
    queue(engine, CALLS, night_id="n")
    got: list[tuple[str, ...]] = []
    workers = [register(engine) for _ in range(6)]
    threads = [
        threading.Thread(target=lambda who=who: got.append(claim(engine, IDS, worker_id=who)))
        for who in workers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(call for calls in got for call in calls) == sorted(IDS)


def test_what_a_dead_process_of_this_machine_had_waits_again_at_once(engine: Engine):
    queue(engine, CALLS, night_id="n")
    gone = register(engine, dead_process())
    claim(engine, IDS[:4], worker_id=gone)
    begin(engine, IDS[:2])
    heard(engine, IDS[:1])
    back = return_from_the_dead(engine, worker_id=register(engine), lease=Lease())
    assert (back.calls, back.waiting_for) == (4, 0)
    assert count_by_state(engine) == {"waiting": 6}
    # c1 was being heard when the worker died; c0 was only to be stored, c2 and c3 not begun
    assert state_of(engine, "c1") == ("waiting", LOST)
    assert [state_of(engine, call)[1] for call in ("c0", "c2", "c3")] == [None, None, None]
    assert attempts(engine)["c1"] == 1


def living_process() -> Identity:
    """Another process of this machine that is there: the one that began this one."""
    number = os.getppid()
    start = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[19]
    return replace(this_process(), process_no=number, process_start=int(start))


def test_what_a_living_process_has_stays_with_it(engine: Engine):
    queue(engine, CALLS, night_id="n")
    claim(engine, IDS, worker_id=register(engine, living_process()))
    other = register(engine)
    back = return_from_the_dead(engine, worker_id=other, lease=Lease())
    assert (back.calls, back.waiting_for) == (0, 0)  # it is known to live: nobody waits for it
    assert claim(engine, IDS, worker_id=other) == ()
    assert queue(engine, CALLS, night_id="n") == {}


def test_what_an_earlier_night_of_this_process_could_not_give_back_waits_again(engine: Engine):
    queue(engine, CALLS, night_id="n")
    claim(engine, IDS, worker_id=register(engine))
    assert return_from_the_dead(engine, worker_id=register(engine), lease=Lease()).calls == 6


def test_a_process_number_that_was_given_away_again_is_another_process(engine: Engine):
    queue(engine, CALLS, night_id="n")
    before = replace(this_process(), process_start=this_process().process_start - 1)
    claim(engine, IDS, worker_id=register(engine, before))
    assert return_from_the_dead(engine, worker_id=register(engine), lease=Lease()).calls == 6


def test_a_machine_that_went_down_makes_no_call_a_suspect(engine: Engine):
    queue(engine, CALLS, night_id="n")
    gone = register(engine, replace(this_process(), boot_id="0000"))
    claim(engine, IDS[:1], worker_id=gone)
    begin(engine, IDS[:1])
    return_from_the_dead(engine, worker_id=register(engine), lease=Lease())
    assert state_of(engine, "c0") == ("waiting", None)
    assert attempts(engine)["c0"] == 0


def test_a_worker_elsewhere_is_dead_when_it_is_silent_by_the_observers_clock(engine: Engine):
    queue(engine, CALLS, night_id="n")
    there = register(engine, replace(this_process(), host="elsewhere"))
    claim(engine, IDS, worker_id=there)
    now = [0.0]
    lease, me = Lease(lease_s=60.0, clock=lambda: now[0]), register(engine)

    def ask() -> tuple[int, int]:
        back = return_from_the_dead(engine, worker_id=me, lease=lease)
        return back.calls, back.waiting_for

    assert ask() == (0, 1)
    now[0] = 59.0
    assert ask() == (0, 1)
    beat(engine, there)
    now[0] = 61.0
    assert ask() == (0, 0)  # it lives: nobody need wait for it
    now[0] = 130.0
    assert ask()[0] == 6


@pytest.mark.parametrize("leap_s", [-1e9, 1e9])
def test_a_leap_of_the_other_machines_clock_takes_nothing_from_the_living(
    engine: Engine, leap_s: float
):
    from datetime import timedelta

    queue(engine, CALLS, night_id="n")
    there = register(engine, replace(this_process(), host="elsewhere"))
    claim(engine, IDS, worker_id=there)
    with engine.begin() as connection:  # all its moments are off by thirty years
        for table, column in ((worker, "begun_at"), (work, "claimed_at")):
            moment = connection.execute(select(table.c[column]).limit(1)).scalar_one()
            connection.execute(update(table).values({column: moment + timedelta(seconds=leap_s)}))
    back = return_from_the_dead(engine, worker_id=register(engine), lease=Lease())
    assert (back.calls, back.waiting_for) == (0, 1)


def test_who_lost_its_claims_cannot_finish_them(engine: Engine):
    queue(engine, CALLS, night_id="n")
    slow = register(engine, replace(this_process(), host="elsewhere"))
    claim(engine, IDS, worker_id=slow)
    sign_off(engine, slow)
    me = register(engine)
    return_from_the_dead(engine, worker_id=me, lease=Lease())
    claim(engine, IDS, worker_id=me)
    finish(engine, [Ended("c0", "done")], worker_id=slow)
    assert state_of(engine, "c0")[0] == "claimed"


def test_what_is_given_back_is_no_suspect(engine: Engine):
    queue(engine, CALLS, night_id="n")
    me = register(engine)
    claim(engine, IDS, worker_id=me)
    begin(engine, IDS[:3])
    assert give_back(engine, worker_id=me) == 6
    assert set(attempts(engine).values()) == {0}


def test_attempts_are_counted_on_until_the_sound_changes_or_a_person_asks(engine: Engine):
    queue(engine, CALLS, night_id="n")
    for _ in range(2):
        gone = register(engine, dead_process())
        claim(engine, ["c0"], worker_id=gone)
        begin(engine, ["c0"])
        return_from_the_dead(engine, worker_id=register(engine), lease=Lease())
        waiting = queue(engine, CALLS, night_id="n")
    assert waiting["c0"].attempt == 2
    assert queue(engine, CALLS, night_id="n", afresh=True)["c0"].attempt == 0
    changed = replace(CALLS[0], audio_sha256="f" * 64)
    assert queue(engine, [changed], night_id="n")["c0"].attempt == 0


def test_what_is_in_the_lake_is_not_heard_again(engine: Engine):
    queue(engine, CALLS, night_id="n")
    stored = {
        "c0": KnownRecording("c0", f"{0:064}", "done"),
        "c1": KnownRecording("c1", "another sound", "done"),
    }
    assert settle_stored(engine, stored) == 1
    assert count_by_state(engine) == {"done": 1, "waiting": 5}


def test_this_process_is_alive_and_known_by_more_than_its_number():
    me = this_process()
    assert me.process_no == os.getpid()
    assert me.is_dead(me) is False
    assert replace(me, process_space="pid:[1]").is_dead(me) is None
