"""A night that is killed at any moment is gone on with, and nothing is lost, doubled or halved."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest
from inboxes import write_call

from flows.prefect_server import prefect_server

CALLS = 12
KILLS = 5


def test_every_call_is_there_exactly_once_after_kills_at_random_moments(
    night_process, inbox: Path, tmp_path: Path, ask
):
    for number in range(CALLS):
        write_call(inbox / f"c{number:02}.wav", hz=300 + number)
    (inbox / "bad.wav").write_bytes(b"RIFF")
    chance = random.Random(20261123)
    killed = 0
    for _ in range(KILLS):
        process = night_process("plain")
        assert process.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0.0, 4.0))
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    nights = tmp_path / "data" / "nights"
    unfinished = list(nights.glob("*.open.json"))
    last = night_process("plain")
    output, errors = last.communicate(timeout=120)
    assert last.returncode == 0, errors
    assert killed > 0
    calls = ask("select call_id, state from call order by call_id")
    expected = [("bad", "failed"), *((f"c{number:02}", "done") for number in range(CALLS))]
    assert calls == expected
    # each inspected call is whole: three turns, one scorecard, two findings, stored once
    whole = """
        select
            (select count(*) from call_result),
            (select count(*) from turn_result),
            (select count(*) from scorecard_result),
            (select count(*) from finding_result)
    """
    assert ask(whole) == [(CALLS + 1, CALLS * 3, CALLS, CALLS * 2)]
    assert not list(nights.glob("*.open.json"))
    # a kill may also come after the night was summed up; else all runs were one night, and its
    # last summary counts all of it
    if killed == KILLS and unfinished:
        assert output.split()[1:3] == [str(CALLS + 1), "1"]


def test_the_server_of_a_killed_night_ends_with_it(tmp_path: Path):
    parent = os.fork()
    if parent == 0:
        with prefect_server(tmp_path) as server:
            assert server is not None
            (tmp_path / "pid.part").write_text(str(server.process.pid))
            (tmp_path / "pid.part").rename(tmp_path / "pid")
            time.sleep(60)
        os._exit(0)
    while not (tmp_path / "pid").exists():
        time.sleep(0.02)
    server_pid = int((tmp_path / "pid").read_text())
    time.sleep(0.5)  # the child has asked to end with its parent by then
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    give_up = time.monotonic() + 10
    while _runs(server_pid):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
def test_under_prefect_the_summary_is_an_artifact_and_nobody_is_called(
    night_process, inbox: Path, tmp_path: Path
):
    # Python imports sitecustomize by itself, in the night's process and in Prefect's server
    guard = tmp_path / "guard"
    guard.mkdir()
    calls = tmp_path / "calls.txt"
    (guard / "sitecustomize.py").write_text(
        f"""
import sys

def watch(event, args):
    if event == "socket.connect" and not isinstance(args[1], (str, bytes)):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if host not in ("127.0.0.1", "::1", "localhost", None, b"127.0.0.1"):
        with open({str(calls)!r}, "a") as file:
            file.write(f"{{host}}\\n")
        raise OSError("no network here")

sys.addaudithook(watch)
"""
    )
    for number in range(3):
        write_call(inbox / f"c{number}.wav", hz=300 + number)
    process = night_process("prefect", path=(guard,))
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert output.split() == ["begun", "3", "0", "0"]
    assert not calls.exists(), calls.read_text()
    assert "Prefect" not in errors
    with sqlite3.connect(tmp_path / "data" / "prefect" / "prefect.db") as database:
        keys = database.execute("select key from artifact order by key").fetchall()
        states = database.execute("select state_type, count(*) from task_run group by 1").fetchall()
    database.close()
    assert keys == [("night",), ("night-failures",)]
    # a shard for each call; what came back in the same moment is stored by one task
    ((state, tasks),) = states
    assert state == "COMPLETED"
    assert 1 <= tasks <= 3
