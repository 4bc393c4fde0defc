"""What the answers of a calibration session show: item by item, pair by pair, rater by rater."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

import numpy as np

from pipeline.agreement.alpha import krippendorff_alpha
from pipeline.agreement.coefficients import cohen_kappa, gwet_ac1, prevalence, raw_agreement
from pipeline.agreement.raters import Steadiness, steadiness, strictness
from pipeline.agreement.ratings import MACHINE, Rating, Ratings, group_calls, tabulate
from pipeline.agreement.scores import intraclass
from pipeline.agreement.tally import Estimate, Tally, estimate
from pipeline.agreement.telling import hides_agreement
from pipeline.calibration import CATEGORIES, FAULT, Card, category_of, points_of
from pipeline.finding import Outcome
from pipeline.rules import Rule


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rater said of one item of one call; the last one counts."""

    rater: str  # account id, or MACHINE
    call_no: int
    rule_id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ItemReport:
    """How far the raters agree on one item; the machine is one of them."""

    rule_id: str
    raw: Estimate
    alpha: Estimate
    ac1: Estimate
    people: Estimate  # alpha without the machine
    rare: bool  # kappa-like figures are low only because faults are rare
    split: tuple[int, ...]  # call numbers on which the raters differ, the most divided first


@dataclass(frozen=True, slots=True)
class SessionReport:
    """Everything that the meeting looks at."""

    items: tuple[ItemReport, ...]  # the least agreed first
    pairs: Mapping[tuple[str, str], Estimate]  # Cohen's kappa over all items, by raters
    strict: Mapping[str, Estimate]
    steady: tuple[Steadiness, ...]
    scores: Estimate  # intraclass correlation of the calls' points, one rater's
    missing: tuple[tuple[str, int, str], ...]  # rater, call number, rule: not answered


def report_session(
    cards: Sequence[Card],
    rules: Sequence[Rule],
    answers: Sequence[Answer],
    *,
    raters: Sequence[str],
    seed: int = 0,
) -> SessionReport:
    """The whole report.

    Repeats count for steadiness alone: a call that came twice is one call in everything else.

    Args:
        cards: the calls that were dealt, with repeats.
        answers: the standing ones, at most one for each rater, call number and rule.
        raters: account ids of those who were invited; the machine need not be named.
        seed: of the bootstrap.
    """
    given = {(a.rater, a.call_no, a.rule_id): a.outcome for a in answers}
    everybody = (*raters, MACHINE)
    first = [card for card in cards if card.repeat_of is None]
    ratings = [
        Rating(rater, f"{card.call_no:04}", rule.id, category_of(given[place]))
        for rater in everybody
        for card in first
        for rule in rules
        if (place := (rater, card.call_no, rule.id)) in given
    ]
    table = tabulate(ratings, categories=CATEGORIES, raters=everybody)
    items = [_report_item(table, rule, raters, seed) for rule in rules]
    strict = {
        rater: _estimate(table, strictness(table, rater, faults={FAULT}), seed=seed)
        for rater in everybody
    }
    pairs = {
        (a, b): _estimate(table, cohen_kappa(table.of_raters(a, b)), seed=seed)
        for a, b in combinations(everybody, 2)
    }
    return SessionReport(
        items=tuple(sorted(items, key=lambda item: _worst(item.alpha))),
        pairs=pairs,
        strict=strict,
        steady=tuple(steadiness(_repeated(cards, rules, given, raters), raters)),
        scores=_scores(first, rules, given, everybody, seed),
        missing=tuple(
            (rater, card.call_no, rule.id)
            for rater in raters
            for card in cards
            for rule in rules
            if (rater, card.call_no, rule.id) not in given
        ),
    )


def _estimate(table: Ratings, tally: Tally, *, seed: int) -> Estimate:
    return estimate(tally, group_calls(table.units), seed=seed)


def _report_item(table: Ratings, rule: Rule, raters: Sequence[str], seed: int) -> ItemReport:
    own = table.of_item(rule.id)
    raw = _estimate(own, raw_agreement(own), seed=seed)
    alpha = _estimate(own, krippendorff_alpha(own), seed=seed)
    people = own.of_raters(*raters)
    counts = own.counts
    rated = counts.sum(axis=1)
    divided = rated - counts.max(axis=1, initial=0)
    order = sorted(np.flatnonzero(divided > 0), key=lambda n: (-divided[n], own.units[n]))
    faults = float(prevalence(own)[CATEGORIES.index(FAULT)])
    return ItemReport(
        rule_id=rule.id,
        raw=raw,
        alpha=alpha,
        ac1=_estimate(own, gwet_ac1(own), seed=seed),
        people=_estimate(people, krippendorff_alpha(people), seed=seed),
        rare=raw.value is not None
        and hides_agreement(raw.value, alpha.value, rarest=min(faults, 1 - faults)),
        split=tuple(int(own.units[n][0]) for n in order),
    )


def _worst(found: Estimate) -> float:
    """Sorts what is least agreed first; what cannot be told, last."""
    return found.value if found.value is not None else 2.0


def _repeated(
    cards: Sequence[Card],
    rules: Sequence[Rule],
    given: Mapping[tuple[str, int, str], Outcome],
    raters: Sequence[str],
) -> list[tuple[str, str, str]]:
    """Who said what first and what the second time."""
    return [
        (rater, category_of(given[before]), category_of(given[after]))
        for rater in raters
        for card in cards
        if card.repeat_of is not None
        for rule in rules
        if (before := (rater, card.repeat_of, rule.id)) in given
        and (after := (rater, card.call_no, rule.id)) in given
    ]


def _scores(
    cards: Sequence[Card],
    rules: Sequence[Rule],
    given: Mapping[tuple[str, int, str], Outcome],
    raters: Sequence[str],
    seed: int,
) -> Estimate:
    """Intraclass correlation of the points that each rater's answers come to."""
    points = np.full((len(cards), len(raters)), np.nan)
    for row, card in enumerate(cards):
        for column, rater in enumerate(raters):
            places = [(rater, card.call_no, rule.id) for rule in rules]
            if all(place in given for place in places):
                parts = (points_of(given[p], r) for p, r in zip(places, rules, strict=True))
                points[row, column] = float(sum(parts, Decimal(0)))
    calls = np.arange(len(cards))
    return estimate(intraclass(points, form="2-1"), calls, seed=seed, undefined="no_spread")
