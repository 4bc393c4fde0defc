"""Each rater by month, the machine among them: how strict, how much like the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from sqlalchemy import ColumnElement, Engine, Select, Table, func, literal, select

from pipeline.agreement.coefficients import raw_agreement
from pipeline.agreement.raters import drift, likeness, strictness
from pipeline.agreement.ratings import MACHINE, Rating, Ratings, group_calls, tabulate
from pipeline.agreement.tally import Estimate, Tally, estimate
from pipeline.calibration import CATEGORIES, FAULT, category_of
from pipeline.finding import Outcome
from warehouse.decisions.calibration_tables import (
    calibration_answer,
    calibration_call,
    calibration_machine,
    calibration_session,
)
from warehouse.decisions.tables import account

_CATEGORY: Final = {outcome.value: category_of(outcome) for outcome in Outcome}
_RESAMPLES: Final = 1000  # of a bootstrap; there is one for each rater and month


@dataclass(frozen=True, slots=True)
class Rated:
    """What was answered in the sessions of some months; repeats are left out."""

    table: Ratings
    names: Mapping[str, str]  # of people, by rater; without the machine
    months: Mapping[str, date]  # of each call of a session, by its name in the table

    @property
    def raters(self) -> tuple[str, ...]:
        """People by name, then the machine, those alone who answered anything."""
        people = sorted(self.names, key=lambda rater: (self.names[rater], rater))
        return tuple(r for r in (*people, MACHINE) if r in self.table.raters)


@dataclass(frozen=True, slots=True)
class RaterMonth:
    """One rater in one month."""

    rater: str
    month: date  # its first day
    found: Estimate


def rated(
    engine: Engine,
    *,
    since: datetime | None,
    until: datetime | None,
    zone: tzinfo | None = UTC,
) -> Rated:
    """The answers of all sessions that were made within a time and whose scoring has ended.

    A session belongs to the month in which it was made, by the clock of `zone`.
    """
    session, call, answer = calibration_session, calibration_call, calibration_answer
    wanted = [session.c.state != "scoring"]
    if since is not None:
        wanted.append(session.c.made_at >= since)
    if until is not None:
        wanted.append(session.c.made_at < until)
    sessions = select(session.c.session_no).where(*wanted)
    last = select(func.max(answer.c.answer_no)).where(answer.c.session_no.in_(sessions))
    last = last.group_by(
        answer.c.session_no, answer.c.account_id, answer.c.call_no, answer.c.rule_id
    )
    of_people = _answers(answer, answer.c.account_id).where(answer.c.answer_no.in_(last))
    machine = calibration_machine
    of_machine = _answers(machine, literal(MACHINE)).where(machine.c.session_no.in_(sessions))
    about = select(session.c.session_no, session.c.made_at).where(*wanted)
    repeated = select(call.c.session_no, call.c.call_no).where(call.c.repeat_of.is_not(None))
    with engine.connect() as connection:
        people = connection.execute(select(account.c.account_id, account.c.name))
        names = {account_id: name for account_id, name in people}
        made = {number: made_at for number, made_at in connection.execute(about)}
        repeats = {(number, call_no) for number, call_no in connection.execute(repeated)}
        rows = [
            row
            for query in (of_people, of_machine)
            for row in connection.execute(query)
            if (row[0], row[2]) not in repeats
        ]
    month_of = {n: at.astimezone(zone).date().replace(day=1) for n, at in made.items()}
    ratings, months = [], {}
    for number, rater, call_no, rule, outcome in rows:
        name = f"{number}:{call_no:04}"
        months[name] = month_of[number]
        ratings.append(Rating(rater, name, rule, _CATEGORY[outcome]))
    table = tabulate(ratings, categories=CATEGORIES)
    return Rated(table, {r: names[r] for r in table.raters if r in names}, months)


def _answers(of: Table, rater: ColumnElement[str]) -> Select[int, str, int, str, str]:
    return select(of.c.session_no, rater.label("rater"), of.c.call_no, of.c.rule_id, of.c.outcome)


def strictness_by_month(found: Rated) -> tuple[RaterMonth, ...]:
    """How much oftener each rater saw a fault than the others on the same units; -1 to 1."""
    return _by_month(found, "strictness")


def likeness_by_month(found: Rated) -> tuple[RaterMonth, ...]:
    """How often each rater said what another said of the same unit; 0-1."""
    return _by_month(found, "likeness")


def machine_by_month(found: Rated) -> tuple[RaterMonth, ...]:
    """How often each person said what the machine said of the same unit; 0-1."""
    return _by_month(found, "machine")


def strictness_drifts(found: Rated) -> dict[str, Estimate]:
    """By how much each rater's strictness changes from month to month, over all months."""
    numbers = {call: month.year * 12 + month.month for call, month in found.months.items()}
    return {
        rater: _estimate(
            found.table,
            drift(found.table, rater, faults={FAULT}, months=numbers),
            undefined="one_month",
        )
        for rater in found.raters
    }


def _by_month(found: Rated, what: str) -> tuple[RaterMonth, ...]:
    """In the order of raters and months; who answered nothing of a month is left out."""
    told = []
    months = sorted(set(found.months.values()))
    tables = {
        month: found.table.of_calls({c for c, m in found.months.items() if m == month})
        for month in months
    }
    for rater in found.raters:
        for month in months:
            tally = _tally(tables[month], rater, what)
            if tally is not None and tally.units:
                told.append(RaterMonth(rater, month, _estimate(tables[month], tally)))
    return tuple(told)


def _tally(table: Ratings, rater: str, what: str) -> Tally | None:
    if what == "strictness":
        return strictness(table, rater, faults={FAULT})
    if what == "likeness":
        return likeness(table, rater)
    if rater == MACHINE or MACHINE not in table.raters:
        return None
    return raw_agreement(table.of_raters(rater, MACHINE))


def _estimate(table: Ratings, tally: Tally, *, undefined: str = "one_category") -> Estimate:
    calls = group_calls(table.units)
    return estimate(tally, calls, resamples=_RESAMPLES, undefined=undefined)
