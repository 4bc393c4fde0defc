"""Each rater by month, the machine among them: how strict, how much like the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from sqlalchemy import Engine, and_, func, select

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
    last = select(func.max(answer.c.answer_no)).group_by(
        answer.c.session_no, answer.c.account_id, answer.c.call_no, answer.c.rule_id
    )
    first_hearing = and_(
        call.c.session_no == session.c.session_no, call.c.repeat_of.is_(None), *wanted
    )
    of_people = (
        select(
            session.c.session_no, session.c.made_at, answer.c.account_id, answer.c.call_no,
            answer.c.rule_id, answer.c.outcome,
        )
        .join(session, session.c.session_no == answer.c.session_no)
        .join(call, and_(call.c.call_no == answer.c.call_no, first_hearing))
        .where(answer.c.answer_no.in_(last))
    )  # fmt: skip
    machine = calibration_machine
    of_machine = (
        select(
            session.c.session_no, session.c.made_at, machine.c.call_no, machine.c.rule_id,
            machine.c.outcome,
        )
        .join(session, session.c.session_no == machine.c.session_no)
        .join(call, and_(call.c.call_no == machine.c.call_no, first_hearing))
    )  # fmt: skip
    with engine.connect() as connection:
        names = {
            row.account_id: row.name
            for row in connection.execute(select(account.c.account_id, account.c.name))
        }
        rows = [
            (r.session_no, r.made_at, r.account_id, r.call_no, r.rule_id, r.outcome)
            for r in connection.execute(of_people)
        ]
        rows += [
            (r.session_no, r.made_at, MACHINE, r.call_no, r.rule_id, r.outcome)
            for r in connection.execute(of_machine)
        ]
    ratings, months = [], {}
    for number, made_at, rater, call_no, rule, outcome in rows:
        name = f"{number}:{call_no:04}"
        months[name] = made_at.astimezone(zone).date().replace(day=1)
        ratings.append(Rating(rater, name, rule, category_of(Outcome(outcome))))
    table = tabulate(ratings, categories=CATEGORIES)
    return Rated(table, {r: names[r] for r in table.raters if r in names}, months)


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
