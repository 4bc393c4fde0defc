"""People at work on a console, in a process of their own: it prints what they met as JSON.

    python -m benchmarks.console_people PORT [--users 20] [--seconds 60] [--think 1 3] [--seed 0]

Each goes on as an inspector does: a page of the queue with some filter, a call with its waveform,
stretches of its sound, verdicts, handing in, the call that follows; every tenth is a supervisor
who also gives calls out. Between two actions each of them thinks, between the two times of
`--think`; the browser's own requests follow at once. All sign in before the time begins.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import resource
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from benchmarks.made_console import PASSWORD, login_of
from benchmarks.made_queue import PURPOSES

RULES = ("zh.hold.resumed", "zh.refusal.bare", "zh.T06.improper")  # common, rare, rarer
_IN_A_ROW = 3  # calls that somebody reviews before looking at the queue again


@dataclass(slots=True)
class Tally:
    """What all people met, by kind of request; seconds."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Person:
    """One person with a session of their own."""

    number: int
    port: int
    think_s: tuple[float, float]
    tally: Tally
    draw: random.Random
    connection: http.client.HTTPConnection = field(init=False)
    cookie: str = ""
    moved: str = ""  # where the last answer leads

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def enter(self) -> None:
        """Sign in."""
        form = {"login": login_of(self.number), "password": PASSWORD}
        self.ask("sign_in", "POST", "/sign-in", form=form, fine=(303,))

    def work(self, until: float) -> None:
        """Go on until the time is over."""
        self.pause()  # nobody begins in the same moment
        while time.monotonic() < until:
            page = self.ask("queue", "GET", f"/queue?{_filter(self.draw)}")
            places = re.findall(r'href="(/calls/[^"?]+)\?', page)
            self.pause()
            if self.number % 10 == 0 and self.draw.random() < 0.3:
                self.give_out(page)
            place = self.draw.choice(places) if places else ""
            for _ in range(self.draw.randint(1, _IN_A_ROW)):
                if not place.startswith("/calls/") or time.monotonic() >= until:
                    break
                place = self.review(place)

    def give_out(self, page: str) -> None:
        """The first calls of the queue to somebody."""
        people = re.findall(r'<option value="([0-9a-f]{32})"', page)
        if people:
            form = {"to": self.draw.choice(people), "first": "20"}
            self.ask("assign", "POST", "/queue/assign?state=open", form=form, fine=(303,))
            self.pause()

    def review(self, place: str) -> str:
        """One call: listen, judge, hand in; the call that comes then."""
        page = self.ask("call", "GET", place)
        place = place.partition("?")[0]
        self.ask("peaks", "GET", f"{place}/peaks")
        for _ in range(2):
            first = self.draw.randrange(44, 2_000_000, 2)
            wanted = {"Range": f"bytes={first}-{first + 65_535}"}
            self.pause()
            self.ask("sound", "GET", f"{place}/sound", headers=wanted, fine=(206,))
        numbers = re.findall(r'data-verdict="confirmed"[^>]*hx-vals[^>]*"finding_no": (\d+)', page)
        for number in numbers[:2]:
            self.pause()
            verdict = self.draw.choice(("confirmed", "false", "doubtful"))
            form = {"kind": "verdict", "finding_no": number, "verdict": verdict, "swapped": "0"}
            self.ask("verdict", "POST", f"{place}/decide", form=form, fine=(200, 409))
        if not numbers or self.draw.random() < 0.3:
            return ""
        self.pause()
        self.ask("submit", "POST", f"{place}/submit", form={}, fine=(303, 409))
        return self.moved

    def ask(
        self,
        kind: str,
        method: str,
        place: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (200,),
    ) -> str:
        """Ask, measure to the last byte, and count what is not as it should be."""
        sent = {"Accept": "text/html", "Cookie": self.cookie, **(headers or {})}
        body = None
        if form is not None:
            body = urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        try:
            self.connection.request(method, place, body=body, headers=sent)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.tally.failures[f"{kind} {type(error).__name__}"] += 1
            self.connection.close()
            return ""
        self.tally.times[kind].append(time.perf_counter() - start)
        if answer.status not in fine:
            self.tally.failures[f"{kind} {answer.status}"] += 1
        if kind == "sign_in":
            self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        self.moved = answer.getheader("Location") or ""
        return content.decode("utf-8", "replace") if kind != "sound" else ""

    def pause(self) -> None:
        """Think."""
        time.sleep(self.draw.uniform(*self.think_s))


def _filter(draw: random.Random) -> str:
    """What people look for."""
    day = f"2026-{draw.randint(1, 10):02}-{draw.randint(1, 28):02}"
    return draw.choice(
        (
            "",
            f"page={draw.randint(1, 40)}",
            f"agent=A{draw.randrange(200)}",
            f"team={quote(f'组{draw.randrange(12)}')}",
            f"rule={draw.choice(RULES)}",
            f"purpose={draw.choice(PURPOSES)}",
            f"since={day}&until={day}",
            f"since={day}",
            "below=97",
            "state=mine",
            "state=submitted",
            f"state=any&rule={draw.choice(RULES)}",
            f"agent=A{draw.randrange(200)}&since={day}",
            f"all=1&page={draw.randint(1, 40)}",
        )
    )


def run(port: int, options: argparse.Namespace) -> Tally:
    """All people, until the time is over."""
    tally = Tally()
    people = [
        Person(n, port, tuple(options.think), tally, random.Random(1000 * options.seed + n))
        for n in range(options.users)
    ]
    for person in people:
        person.enter()
    until = time.monotonic() + options.seconds
    threads = [threading.Thread(target=person.work, args=(until,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def main() -> None:
    """Print times, failures and what this process took of the processors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("port", type=int)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, nargs=2, default=(1.0, 3.0))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tally = run(options.port, options)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "times": tally.times,
        "failures": tally.failures,
        "cpu_s": used.ru_utime + used.ru_stime,
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
