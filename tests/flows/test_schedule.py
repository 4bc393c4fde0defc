"""Nights by the clock: when they are due, who is told what, and that nobody is named."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows import notices
from flows.calendar_times import check_cron, due_times, ends_at
from flows.schedule import keep_time, look, run_night
from flows.watch import missed
from pipeline.errors import ConfigurationError
from pipeline.settings import NightSettings, ScheduleSettings, Settings, load_settings

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is:DeprecationWarning")  # Apprise's
HOUR = timedelta(hours=1)
MADRID = ZoneInfo("Europe/Madrid")
NIGHTLY = "30 22 * * *"
DOCUMENT = {
    "night_id": "2026-11-24",
    "inbox": "/srv/李四光/13812345678",
    "started_at": "2026-11-24T22:30:00+08:00",
    "finished_at": "2026-11-25T05:12:00+08:00",
    "calls": 4180,
    "audio_s": 312 * 3600.0,
    "failed": 6,
    "failures": [{"call_id": "13812345678", "path": "/srv/李四光.wav", "reason": "李四光"}],
    "flags_by_agent": [{"agent_id": "李四光", "flags": 3, "calls": 9}],
    "left": 0,
}


@pytest.fixture
def web_hook() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An address of loopback, and what was sent to it."""
    sent: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", sent
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("language", ["zh", "es", "en"])
def test_a_nights_result_reaches_a_web_hook_and_names_nobody(web_hook, language):
    address, sent = web_hook
    assert notices.send(notices.of_result(DOCUMENT, language), [address])
    (notice,) = sent
    text = json.dumps(notice, ensure_ascii=False)
    assert "4180" in str(notice["title"])
    assert "312.0" in str(notice["title"])
    assert "05:12" in str(notice["title"])
    assert "402" in str(notice["message"])  # minutes from 22:30 to 05:12
    assert notice["type"] == "warning"  # six calls failed
    for personal in ("李四光", "13812345678", "/srv"):
        assert personal not in text


def test_an_address_that_does_not_answer_is_no_error():
    notice = notices.Notice("t", "b", bad=False)
    assert not notices.send(notice, ["json://127.0.0.1:9/"])


@pytest.mark.parametrize(
    "address",
    [
        "feishu://abcdefghijklmnop1234",
        "dingtalk://abcdefghijkl1234abcdefghijkl1234",
        "wecombot://botkey1234",
        "mailto://user:pass@example.com",
        "json://127.0.0.1/hook",
    ],
)
def test_every_kind_of_address_that_is_promised_is_understood(address: str):
    notices.check_addresses([address])


def test_a_wrong_address_is_told_without_its_secret():
    with pytest.raises(ConfigurationError) as caught:
        notices.check_addresses(["json://127.0.0.1/", "telepathy://very-secret-token"])
    assert "telepathy" in str(caught.value)
    assert "very-secret-token" not in str(caught.value)


def test_addresses_of_notices_do_not_stand_in_a_file(tmp_path: Path):
    file = tmp_path / "tingjian.toml"
    file.write_text('[schedule]\nnotify = ["json://host/secret"]\n')
    with pytest.raises(ConfigurationError, match="TINGJIAN_SCHEDULE_NOTIFY"):
        load_settings(file, environment={})
    found = load_settings(None, environment={"TINGJIAN_SCHEDULE_NOTIFY": "json://a/, json://b/"})
    assert found.schedule.notify == ("json://a/", "json://b/")


def test_nights_are_due_by_the_clock_on_the_wall_also_when_it_is_changed():
    # Madrid goes from summer to winter time on 25 October 2026
    after = datetime(2026, 10, 24, 12, tzinfo=MADRID)
    until = datetime(2026, 10, 26, 12, tzinfo=MADRID)
    due = list(due_times(NIGHTLY, after=after, until=until, time_zone="Europe/Madrid"))
    assert [moment.astimezone(UTC).hour for moment in due] == [20, 21]


def test_a_night_ends_at_an_hour_of_the_wall_also_when_the_clocks_change():
    # at 3:00 of 25 October the clocks go back: from 22:30 to 6:30 are nine hours
    begun = datetime(2026, 10, 24, 22, 30, tzinfo=MADRID)
    end = ends_at("06:30", begun, time_zone="Europe/Madrid")
    assert end is not None
    assert end.astimezone(UTC) - begun.astimezone(UTC) == timedelta(hours=9)
    assert ends_at(None, begun, time_zone=None) is None


@pytest.mark.parametrize("cron", ["", "every night", "61 * * * *", "* * * *"])
def test_a_cron_expression_that_is_none_is_told(cron: str):
    with pytest.raises(ConfigurationError, match=r"schedule\.cron"):
        check_cron(cron, None)


def test_a_time_zone_that_is_none_is_told():
    with pytest.raises(ConfigurationError, match="Atlantis"):
        check_cron(NIGHTLY, "Europe/Atlantis")


def test_a_night_that_did_not_take_place_is_told_once(tmp_path: Path):
    def ask(now: datetime) -> list[int]:
        lost = missed(tmp_path, cron=NIGHTLY, time_zone="Europe/Madrid", grace=HOUR, now=now)
        return [moment.day for moment in lost]

    noon = datetime(2026, 11, 20, 12, tzinfo=MADRID)
    assert ask(noon) == []  # the first look
    report = {"started_at": "2026-11-20T22:31:00+01:00"}
    (tmp_path / "2026-11-20.json").write_text(json.dumps(report))
    assert ask(noon + timedelta(days=1)) == []
    # nothing on the 21st; at 23:00 it may still come, at 23:31 it does not
    assert ask(datetime(2026, 11, 21, 23, 0, tzinfo=MADRID)) == []
    assert ask(datetime(2026, 11, 21, 23, 31, tzinfo=MADRID)) == [21]
    assert ask(datetime(2026, 11, 21, 23, 32, tzinfo=MADRID)) == []
    # the watch itself was down for two days, and the clock was set back before
    assert ask(datetime(2026, 11, 20, 1, tzinfo=MADRID)) == []
    assert ask(datetime(2026, 11, 24, 8, tzinfo=MADRID)) == [22, 23]


def test_a_missed_night_is_sent_to_the_web_hook(tmp_path: Path, web_hook):
    address, sent = web_hook
    settings = Settings(
        night=NightSettings(language="es"),
        schedule=ScheduleSettings(cron=NIGHTLY, time_zone="Europe/Madrid"),
    )

    def see(day: int) -> int:
        now = datetime(2026, 11, day, 12, tzinfo=MADRID)
        return look(settings, data=tmp_path, now=now, send=lambda n: notices.send(n, [address]))

    assert (see(20), see(21)) == (0, 1)
    assert "2026-11-20 22:30 CET" in str(sent[0]["title"])
    assert sent[0]["type"] == "warning"


@dataclass(frozen=True, slots=True)
class _Program:
    """A night that ends as the program says, which gets the folder as its argument."""

    program: str
    folder: Path

    def arguments(self) -> list[str]:
        return [sys.executable, "-S", "-c", self.program, str(self.folder)]

    @property
    def prefect_url(self) -> None:
        return None


_DIES_TWICE = f"""
import os, pathlib, signal, sys
mark = pathlib.Path(sys.argv[1]) / "tries"
tries = int(mark.read_text()) if mark.exists() else 0
mark.write_text(str(tries + 1))
if tries < 2:
    os.kill(os.getpid(), signal.SIGKILL)
print({json.dumps(DOCUMENT)!r})
sys.exit(3)
"""


def test_a_night_that_dies_is_begun_again_and_its_result_is_told(tmp_path: Path):
    told: list[notices.Notice] = []
    code = run_night(
        _Program(_DIES_TWICE, tmp_path),  # type: ignore[arg-type]
        settings=Settings(),
        send=told.append,
    )
    assert code == 3
    assert (tmp_path / "tries").read_text() == "3"
    assert "2026-11-24" in told[0].title


@pytest.mark.parametrize(("code", "attempts"), [(5, 1), (1, 4)])
def test_a_night_that_cannot_end_well_is_told(tmp_path: Path, code: int, attempts: int):
    told: list[notices.Notice] = []
    program = _Program(f"import sys; sys.exit({code})", tmp_path)
    run_night(program, settings=Settings(), send=told.append)  # type: ignore[arg-type]
    assert told[0].bad
    assert str(code) in told[0].title
    assert str(attempts) in told[0].body


def test_what_is_left_for_another_night_is_told():
    notice = notices.of_result({**DOCUMENT, "failed": 0, "left": 12}, "en")
    assert "12" in notice.body
    assert notice.bad
    assert not notices.of_result({**DOCUMENT, "failed": 0}, "en").bad
    assert replace(notice, bad=False).title == notice.title


def test_a_night_that_is_due_takes_place_without_prefect(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("flows.schedule._CLOCK_EVERY_S", 0.0)
    moments = iter([datetime(2026, 11, 20, 22, 29 + n, tzinfo=UTC) for n in range(4)])
    stop, told = threading.Event(), []

    def now() -> datetime:
        moment = next(moments)
        if moment.minute == 32:
            stop.set()
        return moment

    def nobody() -> None:
        raise ConnectionError

    settings = Settings(schedule=ScheduleSettings(cron=NIGHTLY, time_zone="UTC"))
    program = _Program(f"print({json.dumps(DOCUMENT)!r})", tmp_path)
    keep_time(settings, program, nobody, send=told.append, stop=stop, now=now)  # type: ignore[arg-type]
    assert [notice.title for notice in told] == [notices.of_result(DOCUMENT, "en").title]
