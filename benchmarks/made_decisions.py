"""What people would have decided about a made queue: reviews, verdicts, appeals, sessions; and what
the lake knows of promises and of the last night.

Every choice follows from the seed. Verdicts are given on the flags that the queue has, so that
plots and reports read what they would read.
"""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from warehouse.decisions.accounts import create_account
from warehouse.decisions.store import open_decisions
from warehouse.lake import Warehouse
from warehouse.nights import Night, record_night
from warehouse.writing import write

PASSWORD: Final = "a long enough password"
INSPECTORS: Final = 10
REVIEWED: Final = 0.05  # of all calls
APPEALED: Final = 0.04  # of the reviewed calls
SESSION_CALLS, SESSION_RULES, SESSION_RATERS = 20, 8, 5
NIGHT: Final = "last night"
_VERDICTS: Final = ("confirmed",) * 8 + ("false", "doubtful")
_FATES: Final = ("open", "upheld", "rejected", "rejected", "final", "final_upheld", "lapsed")
_DECISION: Final = (
    "insert into decision (call_id, scoring_id, kind, finding_no, value, account_id, at, undoes)"
    " values (?, ?, ?, ?, ?, ?, ?, ?)"
)
_APPEAL: Final = (
    "insert into appeal (call_id, scoring_id, finding_no, rule_id, points, takes_back, agent_id,"
    " account_id, opened_at, state) values (?, ?, ?, ?, 1, '{}', ?, ?, ?, ?)"
)
_RELEASE: Final = (
    "update review set state = 'submitted', submitted_by = ?, submitted_at = ? where call_id = ?"
)


def decide(data: Path, *, seed: int = 3) -> dict[str, int]:
    """Reviews with their verdicts, appeals and sessions; how many of each there are now."""
    people = _people(data)
    connection = sqlite3.connect(data / "decisions.sqlite")
    draw = random.Random(seed)
    with connection:
        _review(connection, people, draw)
        _hold_sessions(connection, people, draw)
    counts = {
        name: int(connection.execute(f"select count(*) from {name}").fetchone()[0])
        for name in ("decision", "appeal", "calibration_session", "calibration_answer")
    }
    connection.execute("analyze")
    connection.close()
    return counts


def _people(data: Path) -> list[str]:
    engine = open_decisions(data)
    made = [
        create_account(
            engine, login=f"qa{n}", name=f"质检员{n}", role="inspector", password=PASSWORD
        ).account_id
        for n in range(INSPECTORS)
    ]
    create_account(engine, login="chief", name="主管", role="supervisor", password=PASSWORD)
    engine.dispose()
    return made


def _review(connection: sqlite3.Connection, people: list[str], draw: random.Random) -> None:
    """The flagged calls first, as the queue would have them."""
    total = connection.execute("select count(*) from review").fetchone()[0]
    rows = connection.execute(
        "select call_id, scoring_id, agent_id, started_at from review where worth > 0"
    ).fetchall()
    flags: dict[str, list[tuple[int, str]]] = {}
    chosen = draw.sample(rows, min(len(rows), int(total * REVIEWED)))
    names = {row[0] for row in chosen}
    for call_id, number, rule in connection.execute(
        "select call_id, finding_no, rule_id from review_flag"
    ):
        if call_id in names:
            flags.setdefault(call_id, []).append((number, rule))
    releases, told, appeals = [], [], []
    for call_id, scoring, agent, started in chosen:
        by = draw.choice(people)
        at = datetime.fromisoformat(started) + timedelta(hours=draw.uniform(4, 72))
        moment = f"{at:%Y-%m-%d %H:%M:%S.%f}"
        releases.append((by, moment, call_id))
        for number, rule in flags.get(call_id, ()):
            value = json.dumps({"verdict": draw.choice(_VERDICTS), "swapped": False})
            told.append((call_id, scoring, "verdict", number, value, by, moment, None))
            if draw.random() < APPEALED:
                appeals.append(
                    (call_id, scoring, number, rule, agent, by, moment, draw.choice(_FATES))
                )
    connection.executemany(_RELEASE, releases)
    connection.executemany(_DECISION, sorted(told, key=lambda row: row[6]))
    connection.executemany(_APPEAL, appeals)
    undone = connection.execute(
        "select decision_no, call_id, scoring_id, finding_no, account_id, at from decision"
        " where decision_no % 100 = 0"
    ).fetchall()
    connection.executemany(
        _DECISION, [(c, s, "undo", f, "{}", who, at, no) for no, c, s, f, who, at in undone]
    )


def _hold_sessions(connection: sqlite3.Connection, people: list[str], draw: random.Random) -> None:
    """Two sessions in each month that has calls; each rater errs with a rate of his own, and the
    first becomes stricter from month to month.
    """
    ends = connection.execute("select min(started_at), max(started_at) from review").fetchone()
    day, end = (datetime.fromisoformat(moment) for moment in ends)
    calls = [r[0] for r in connection.execute("select call_id from review limit 400")]
    rules = [
        r[0]
        for r in connection.execute(
            "select rule_id from review_flag group by rule_id order by count(*) desc limit ?",
            (SESSION_RULES,),
        )
    ]
    month = 0
    while day <= end:
        for _ in range(2):
            _hold(connection, people[:SESSION_RATERS], draw, (day, month, rules, calls))
        day, month = day + timedelta(days=30), month + 1


def _hold(
    connection: sqlite3.Connection,
    raters: list[str],
    draw: random.Random,
    about: tuple[datetime, int, list[str], list[str]],
) -> None:
    day, month, rules, calls = about
    moment = f"{day:%Y-%m-%d %H:%M:%S.%f}"
    number = connection.execute(
        "insert into calibration_session (title, language, seed, deadline, state, made_by, made_at)"
        " values (?, 'zh', 1, ?, 'closed', ?, ?)",
        (f"{day:%Y-%m}", moment, raters[0], moment),
    ).lastrowid
    connection.executemany(
        "insert into calibration_item values (?, ?, ?)",
        [(number, n, rule) for n, rule in enumerate(rules)],
    )
    connection.executemany(
        "insert into calibration_call values (?, ?, ?, null)",
        [(number, n, c) for n, c in enumerate(draw.sample(calls, min(len(calls), SESSION_CALLS)))],
    )
    connection.executemany(
        "insert into calibration_rater values (?, ?, ?)", [(number, r, moment) for r in raters]
    )
    for call in range(min(len(calls), SESSION_CALLS)):
        for rule in rules:
            fault = draw.random() < 0.3
            machine = fault != (draw.random() < 0.08)
            connection.execute(
                "insert into calibration_machine values (?, ?, ?, ?)",
                (number, call, rule, _answer(fault=machine)),
            )
            for place, rater in enumerate(raters):
                wrong = draw.random() < 0.03 + 0.03 * place
                strict = not place and draw.random() < 0.02 * month
                connection.execute(
                    "insert into calibration_answer"
                    " (session_no, call_no, rule_id, account_id, outcome, at)"
                    " values (?, ?, ?, ?, ?, ?)",
                    (number, call, rule, rater, _answer(fault=strict or fault != wrong), moment),
                )


def _answer(*, fault: bool) -> str:
    return "violated" if fault else "clear"


def add_promises_and_night(warehouse: Warehouse) -> None:
    """A promise in every eighth call; the calls of the last day are those of the last night."""
    states = "['kept', 'kept', 'kept', 'late', 'broken', 'open', 'unverifiable']"

    def work(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            "insert into promise_fact by name select call_id, 0 as promise_no, day, team, agent_id,"
            " agent_name, 'contact' as kind, hash(call_id) % 5 > 0 as dated,"
            f" {states}[1 + (hash(call_id || 's') % 7)::bigint] as state"
            " from call_fact where hash(call_id) % 8 = 0 order by day"
        )
        connection.execute(
            "update call_fact set night_id = $night where day = (select max(day) from call_fact)",
            {"night": NIGHT},
        )

    write(warehouse, work)
    row = warehouse.connection.execute("select max(day) from call_fact").fetchone()
    end = datetime.combine(row[0], datetime.min.time(), tzinfo=UTC) if row else datetime.now(UTC)
    night = Night(
        night_id=NIGHT,
        inbox="made",
        started_at=end + timedelta(hours=22),
        finished_at=end + timedelta(hours=29),
        code_version="0",
        summary={},
    )
    record_night(warehouse, night, recorded_at=night.finished_at)
