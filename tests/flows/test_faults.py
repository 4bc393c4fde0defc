"""A night that is killed, starved or stuck: every call is there once and whole."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.faults.database import stop_databases
from benchmarks.faults.full_disk import fill_disk
from benchmarks.faults.kills import kill_nights
from benchmarks.faults.night import Count, begin, count, make_inbox, run, settings_of
from benchmarks.faults.one_long import hold_up
from benchmarks.faults.reads import read_beside_a_writer
from models.fakes import EnergyDiarizer, FakeEars


def done(*, calls: int, failed: int) -> Count:
    """Everything there once and whole, in lake and ledger alike."""
    return Count(calls, 0, 0, 0, failed, {"done": calls - failed, "failed": failed})


@dataclass(frozen=True, slots=True)
class Trap:
    """A diarizer that does something to the process on recordings of one length."""

    samples: int
    spring: str  # "die" or "hang"

    def diarize(self, waveform):
        if waveform.shape[1] == self.samples:
            if self.spring == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(600)  # in a thread that ends with the tests
        return EnergyDiarizer().diarize(waveform)


def length_of(number: int) -> int:
    """Samples of a recording of the inbox."""
    return 3 * 16_000 + number + 1


@pytest.mark.slow
def test_nights_killed_at_random_moments_lose_double_and_halve_nothing(tmp_path: Path):
    outcome = kill_nights(tmp_path, kills=5, calls=40, seed=20261125, longest_s=2.0)
    there = len(list((tmp_path / "inbox").glob("*.wav")))
    assert outcome.killed == 5
    assert outcome.count == done(calls=there, failed=1)


@pytest.mark.slow
def test_a_full_disk_stops_the_night_with_its_name_and_the_next_goes_on(tmp_path: Path):
    told = fill_disk(tmp_path, calls=24, small_mb=1).strip().splitlines()
    assert "no error" not in told[0]
    assert told[0].startswith(("warehouse.", "night.folder")), told
    assert told[-1] == str(done(calls=25, failed=1))


def test_a_call_that_kills_its_worker_is_left_alone_after_some_attempts(tmp_path: Path):
    make_inbox(tmp_path / "inbox", calls=6, corrupt=0)
    settings = settings_of(tmp_path / "books", attempts=2)
    ears = FakeEars(diarizer=Trap(length_of(2), "die"))
    for _ in range(2):
        child = begin(tmp_path / "inbox", tmp_path / "data", settings=settings, ears=ears)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
    summary = run(tmp_path / "inbox", tmp_path / "data", settings=settings, ears=ears)
    assert [(f.call_id, f.reason_code) for f in summary.failures] == [("c00002", "night.poison")]
    assert count(tmp_path / "data") == done(calls=6, failed=1)
    # and when a person asks, with the fault mended, it is heard
    mended = run(tmp_path / "inbox", tmp_path / "data", settings=settings, resume=True)
    assert (mended.done, mended.failed) == (1, 0)
    # its failure stays as a row of the past
    assert count(tmp_path / "data") == Count(6, 1, 0, 0, 0, {"done": 6})


def test_a_call_that_hangs_is_given_up_and_holds_up_no_other(tmp_path: Path):
    make_inbox(tmp_path / "inbox", calls=6, corrupt=0)
    settings = settings_of(tmp_path / "books", call_limit_s=8.0, shard_calls=1)
    began = time.monotonic()
    summary = run(
        tmp_path / "inbox",
        tmp_path / "data",
        settings=settings,
        ears=FakeEars(diarizer=Trap(length_of(0), "hang")),
    )
    assert time.monotonic() - began < 300
    assert [(f.call_id, f.reason_code) for f in summary.failures] == [
        ("c00000", "night.call_limit")
    ]
    assert count(tmp_path / "data") == done(calls=6, failed=1)


def test_a_long_call_and_a_corrupt_file_hold_up_no_other(tmp_path: Path):
    # 16.5 MiB of stereo, which are heard until the other twelve have ended
    outcome = hold_up(tmp_path, calls=12, seconds=270.0, at_most_s=120.0)
    assert (outcome.others, outcome.ended_meanwhile) == (12, 12)  # with the corrupt file
    assert (outcome.count.calls, outcome.count.failed, outcome.count.twice) == (13, 1, 0)


def test_reads_beside_loading_and_maintenance_do_not_fail(tmp_path: Path):
    found = read_beside_a_writer(tmp_path, reads=200, reopen=40)
    assert (found.failed, found.torn) == ({}, 0)


@pytest.mark.slow
def test_a_database_that_goes_in_the_middle_ends_the_night_by_name_and_the_next_goes_on(
    tmp_path: Path,
):
    outcome = stop_databases(tmp_path, calls=12, stops=1, down_s=0.5, wait_s=0.0)
    (stop,) = outcome.stops
    assert stop.told.startswith("warehouse."), stop.told
    assert outcome.count == done(calls=13, failed=1)


@pytest.mark.slow
def test_a_night_waits_for_a_database_that_comes_back_and_goes_on(tmp_path: Path):
    outcome = stop_databases(tmp_path, calls=24, stops=1, down_s=2.0, wait_s=300.0)
    (stop,) = outcome.stops
    assert stop.told == ""
    assert stop.stored < 25  # it went in the middle
    assert outcome.count == done(calls=25, failed=1)
