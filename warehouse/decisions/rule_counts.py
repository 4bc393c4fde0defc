"""What people's verdicts say of each rule, counted by how likely a call was to be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    func,
    literal,
    not_,
    select,
)

from pipeline.review import Verdict
from pipeline.rule_worth import Advice, RuleWorth, Stratum, weigh_rule
from pipeline.settings import ReviewSettings
from warehouse.decisions.tables import decision, review, review_flag
from warehouse.decisions.verdicts import Decision, Decisions
from warehouse.lake import Warehouse
from warehouse.statements import statement

_BANDS: Final = 5  # of calls with a flag, by what a look is worth
_UNFLAGGED: Final = _BANDS  # the stratum of calls without any
_ADVICE: Final[tuple[Advice, ...]] = ("review", "unknown", "score")
_Cell = tuple[str, int]  # rule, stratum


@dataclass(frozen=True, slots=True)
class Period:
    """Which calls, by their start; None does not restrict."""

    since: datetime | None = None
    until: datetime | None = None


def weigh_rules(
    engine: Engine,
    warehouse: Warehouse,
    *,
    rules: Collection[str],
    settings: ReviewSettings,
    period: Period = Period(),
) -> tuple[RuleWorth, ...]:
    """What each rule is worth; those to look at first: proposed for review, then the unknown."""
    counted = count_rules(engine, warehouse, rules=rules, period=period)
    found = (
        weigh_rule(
            rule,
            strata,
            precision_least=settings.precision_least,
            verdicts_least=settings.verdicts_least,
        )
        for rule, strata in counted.items()
    )
    return tuple(sorted(found, key=lambda w: (_ADVICE.index(w.advice), -w.flags, w.rule_id)))


def count_rules(
    engine: Engine, warehouse: Warehouse, *, rules: Collection[str], period: Period = Period()
) -> dict[str, tuple[Stratum, ...]]:
    """The strata of each rule: five bands of calls by worth, and the calls without a flag.

    Within a band, calls are taken to be reviewed whatever they hold; of the calls without a flag
    only the random share counts as reviewed, and calls that somebody picked by hand are left out.

    Args:
        rules: those that can be a fault.
        warehouse: the lake, which knows what the machine found to be done.
    Returns: by rule that was flagged or missed at least once.
    """
    with engine.connect() as connection:
        within = _within(period)
        band = _band(_edges(connection, within))
        calls = _count_calls(connection, band, within)
        flags = _count_flags(connection, band, within)
        seen = _read_reviews(connection, band, within)
    verdicts = _count_verdicts(seen, warehouse)
    known = {rule for rule, _ in (*flags, *verdicts["missed"])} & set(rules)
    return {
        rule: tuple(
            Stratum(
                calls=calls[stratum][0],
                reviewed=calls[stratum][1],
                flags=flags[rule, stratum],
                **{name: counted[rule, stratum] for name, counted in verdicts.items()},
            )
            for stratum in range(_BANDS + 1)
        )
        for rule in sorted(known)
    }


@dataclass(frozen=True, slots=True)
class LabelledFlag:
    """A flag that a person called true or false."""

    call_id: str
    scoring_id: str
    finding_no: int
    rule_id: str
    true: bool
    stratum: int
    weight: float  # how many flags of its stratum it stands for


def labelled_flags(engine: Engine, *, period: Period = Period()) -> tuple[LabelledFlag, ...]:
    """The flags of submitted calls with a clear verdict, by call and finding.

    Doubtful flags are looked at oftener than certain ones. So each counts as many flags as its
    stratum (`count_rules`) has for each of them that was looked at. A flag in doubt was looked at
    and has no label; a call whose roles were swapped says nothing of what was said.
    """
    with engine.connect() as connection:
        within = _within(period)
        band = _band(_edges(connection, within))
        flags = _count_flags(connection, band, within)
        seen = _read_reviews(connection, band, within)
    told = [
        (each, number, verdict)
        for each in seen
        if not each.decisions.swapped
        for number, verdict in sorted(each.decisions.verdicts(swapped=False).items())
        if number in each.flags
    ]
    there, looked = Counter[int](), Counter(each.stratum for each, _, _ in told)
    for (_, stratum), count in flags.items():
        there[stratum] += count
    return tuple(
        LabelledFlag(
            call_id=each.call_id,
            scoring_id=each.scoring_id,
            finding_no=number,
            rule_id=each.flags[number],
            true=verdict is Verdict.CONFIRMED,
            stratum=each.stratum,
            weight=there[each.stratum] / looked[each.stratum],
        )
        for each, number, verdict in told
        if verdict is not Verdict.DOUBTFUL
    )


def _within(period: Period) -> ColumnElement[bool]:
    """Judged calls of the period, without those that somebody picked though nothing asked."""
    by_hand = and_(review.c.flags == 0, not_(review.c.sampled), review.c.state == "submitted")
    found = [not_(by_hand)]
    if period.since:
        found.append(review.c.started_at >= period.since)
    if period.until:
        found.append(review.c.started_at < period.until)
    return and_(*found)


def _edges(connection: Connection, within: ColumnElement[bool]) -> tuple[float, ...]:
    """The worths that divide the flagged calls into bands, highest first; none without calls."""
    flagged = select(review.c.worth).where(within, review.c.flags > 0)
    total = connection.execute(select(func.count()).select_from(flagged.subquery())).scalar_one()
    ordered = flagged.order_by(review.c.worth.desc())
    found = (
        connection.execute(ordered.offset(total * n // _BANDS).limit(1)).scalar()
        for n in range(1, _BANDS)
    )
    return tuple(worth for worth in found if worth is not None)


def _band(edges: Sequence[float]) -> ColumnElement[Any]:
    places = [(review.c.worth > edge, literal(n)) for n, edge in enumerate(edges)]
    return case((review.c.flags == 0, literal(_UNFLAGGED)), *places, else_=literal(len(edges)))


def _count_calls(
    connection: Connection, band: ColumnElement[Any], within: ColumnElement[bool]
) -> dict[int, tuple[int, int]]:
    """By stratum: judged calls, and those of them that were reviewed."""
    submitted = func.sum(case((review.c.state == "submitted", 1), else_=0))
    query = select(band, func.count(), submitted).where(within).group_by(band)
    counted = {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}
    return {n: counted.get(n, (0, 0)) for n in range(_BANDS + 1)}


def _count_flags(
    connection: Connection, band: ColumnElement[Any], within: ColumnElement[bool]
) -> Counter[_Cell]:
    query = (
        select(review_flag.c.rule_id, band, func.count())
        .join(review, review.c.call_id == review_flag.c.call_id)
        .where(within)
        .group_by(review_flag.c.rule_id, band)
    )
    return Counter({(rule, n): count for rule, n, count in connection.execute(query)})


@dataclass(frozen=True, slots=True)
class _Reviewed:
    """One submitted call: what people said, and which finding is whose flag."""

    call_id: str
    scoring_id: str
    stratum: int
    decisions: Decisions
    flags: Mapping[int, str]  # rule by finding


def _read_reviews(
    connection: Connection, band: ColumnElement[Any], within: ColumnElement[bool]
) -> tuple[_Reviewed, ...]:
    submitted = and_(within, review.c.state == "submitted")
    flags: dict[str, dict[int, str]] = {}
    query = select(review_flag).join(review, review.c.call_id == review_flag.c.call_id)
    for row in connection.execute(query.where(submitted)):
        flags.setdefault(row.call_id, {})[row.finding_no] = row.rule_id
    told = (
        select(decision, band.label("band"))
        .join(
            review,
            and_(
                review.c.call_id == decision.c.call_id,
                review.c.scoring_id == decision.c.scoring_id,
            ),
        )
        .where(submitted, decision.c.kind != "comment")
        .order_by(decision.c.call_id, decision.c.decision_no)
    )
    found = []
    for call_id, group in groupby(connection.execute(told), key=lambda row: str(row.call_id)):
        rows = list(group)
        undone = {row.undoes for row in rows}
        standing = tuple(
            Decision(r.decision_no, r.kind, r.finding_no, r.value, r.account_id, r.at)
            for r in rows
            if r.kind != "undo" and r.decision_no not in undone
        )
        own = (rows[0].scoring_id, rows[0].band)
        found.append(_Reviewed(call_id, *own, Decisions(standing), flags.get(call_id, {})))
    return tuple(found)


def _count_verdicts(
    reviews: Sequence[_Reviewed], warehouse: Warehouse
) -> dict[str, Counter[_Cell]]:
    """Confirmed, false, doubtful, missed: by rule and stratum."""
    counted: dict[str, Counter[_Cell]] = {
        name: Counter() for name in ("confirmed", "false", "doubtful", "missed")
    }
    reversed_: list[tuple[_Reviewed, int]] = []
    for each in reviews:
        if each.decisions.swapped:
            continue  # who said what was wrong; that is no fault of the rules
        for number, verdict in each.decisions.verdicts(swapped=False).items():
            if rule := each.flags.get(number):
                counted[verdict.value][rule, each.stratum] += 1
            elif verdict is Verdict.FALSE:
                reversed_.append((each, number))
        added = {str(d.value.get("rule_id")) for d in each.decisions.of("added")}
        for rule in added - set(each.flags.values()):
            counted["missed"][rule, each.stratum] += 1
    for rule, stratum in _missed(reversed_, warehouse):
        counted["missed"][rule, stratum] += 1
    return counted


def _missed(reversed_: Sequence[tuple[_Reviewed, int]], warehouse: Warehouse) -> list[_Cell]:
    """What the machine found to be done and a person not: a fault that it missed."""
    if not reversed_:
        return []
    ids = sorted({each.call_id for each, _ in reversed_})
    rows = warehouse.connection.execute(statement("queries/met_findings"), {"call_ids": ids})
    rules = {(call_id, number): rule for call_id, number, rule in rows.fetchall()}
    found = ((rules.get((each.call_id, number)), each.stratum) for each, number in reversed_)
    return [(rule, stratum) for rule, stratum in found if rule]
