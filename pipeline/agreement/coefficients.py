"""Coefficients of agreement on categories: raw, Cohen, Fleiss, Gwet; Krippendorff in `alpha`."""

from __future__ import annotations

from typing import Literal

import numpy as np

from pipeline.agreement.ratings import NO_RATING, Floats, Ratings
from pipeline.agreement.ratios import ratio
from pipeline.agreement.tally import Tally

Weights = Literal["none", "linear", "quadratic"]


def raw_agreement(ratings: Ratings) -> Tally:
    """The share of pairs of raters who said the same of a unit, averaged over units.

    Units that fewer than two rated count nothing.
    """
    pairs, same = _pairs(ratings)

    def finish(sums: Floats) -> Floats:
        return ratio(sums[..., 1], sums[..., 0])

    return Tally(np.stack([pairs, same], axis=1), finish, fault_of(ratings))


def cohen_kappa(ratings: Ratings, *, weights: Weights = "none") -> Tally:
    """Two raters, corrected for the agreement that their own habits would give by chance.

    Args:
        ratings: of exactly two raters; units that only one rated count nothing.
        weights: none: all disagreements are alike; linear, quadratic: they grow with the distance
            of the categories, which then have an order.
    Raises: ValueError if there are not two raters.
    Source: Cohen 1960; Cohen 1968 (weighted).
    """
    if len(ratings.raters) != 2:
        raise ValueError("Cohen's kappa is of two raters")
    count = len(ratings.categories)
    both = (ratings.codes != NO_RATING).all(axis=1)
    shares = np.zeros((len(ratings.units), count * count))
    first, second = ratings.codes[both].T
    shares[np.flatnonzero(both), first * count + second] = 1.0
    agreeing = _agreeing(count, weights)

    def finish(sums: Floats) -> Floats:
        joint = sums.reshape(*sums.shape[:-1], count, count)
        total = joint.sum(axis=(-2, -1))
        rows, columns = joint.sum(axis=-1), joint.sum(axis=-2)
        observed = ratio((joint * agreeing).sum(axis=(-2, -1)), total)
        by_chance = np.einsum("...i,ij,...j->...", rows, agreeing, columns)
        return _beyond_chance(observed, ratio(by_chance, total**2))

    return Tally(shares, finish, fault_of(ratings))


def fleiss_kappa(ratings: Ratings) -> Tally:
    """Any number of raters, corrected for chance with what all of them together tend to say.

    Raters may have left units out; then each unit counts its own raters, as in Gwet's
    generalisation, which is Fleiss's coefficient where nobody left any out.

    Source: Fleiss 1971; Gwet, Handbook of Inter-Rater Reliability (2014), chapter 2.
    """
    return Tally(_unit_shares(ratings), _finish_fleiss, fault_of(ratings))


def gwet_ac1(ratings: Ratings) -> Tally:
    """Any number of raters; steady also where nearly all units get the same answer.

    Source: Gwet 2008, Computing inter-rater reliability and its variance in the presence of high
    agreement.
    """
    others = len(ratings.categories) - 1

    def finish(sums: Floats) -> Floats:
        observed = ratio(sums[..., 1], sums[..., 0])
        tendency = ratio(sums[..., 3:], sums[..., 2:3])
        return _beyond_chance(observed, (tendency * (1 - tendency)).sum(axis=-1) / others)

    return Tally(_unit_shares(ratings), finish, fault_of(ratings))


def fault_of(ratings: Ratings) -> str:
    """Why no coefficient can be told, as a key of messages/agreement.toml; "" if one can."""
    given = ratings.codes != NO_RATING
    if not given.any():
        return "no_ratings"
    if given.any(axis=0).sum() < 2:
        return "one_rater"
    if not (given.sum(axis=1) >= 2).any():
        return "no_pairs"
    return "one_choice" if len(ratings.categories) < 2 else ""


def confusion(ratings: Ratings) -> Floats:
    """How often the first of two raters said one thing and the second another.

    Returns: categories x categories; rows are the first rater's.
    Raises: ValueError if there are not two raters.
    """
    count = len(ratings.categories)
    counted: Floats = cohen_kappa(ratings).shares.sum(axis=0).reshape(count, count)
    return counted


def prevalence(ratings: Ratings) -> Floats:
    """The share of each category in all that was said; zeros if nothing was."""
    said = ratings.counts.sum(axis=0)
    shares: Floats = said / max(said.sum(), 1.0)
    return shares


def _finish_fleiss(sums: Floats) -> Floats:
    observed = ratio(sums[..., 1], sums[..., 0])
    tendency = ratio(sums[..., 3:], sums[..., 2:3])
    return _beyond_chance(observed, (tendency**2).sum(axis=-1))


def _unit_shares(ratings: Ratings) -> Floats:
    """Per unit: whether it has a pair, its agreement, whether it has a rating, its categories."""
    counts = ratings.counts
    rated = counts.sum(axis=1)
    pairs, same = _pairs(ratings)
    chosen = counts / np.maximum(rated, 1.0)[:, None]
    return np.column_stack([pairs, same, rated >= 1, chosen])


def _pairs(ratings: Ratings) -> tuple[Floats, Floats]:
    """Per unit: 1 if at least two rated it, and the share of pairs that agree."""
    counts = ratings.counts
    rated = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1) / np.maximum(rated * (rated - 1), 1.0)
    return (rated >= 2).astype(np.float64), same


def _agreeing(count: int, weights: Weights) -> Floats:
    """How far two categories agree, 0-1."""
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count))) / max(count - 1, 1)
    match weights:
        case "none":
            return np.eye(count)
        case "linear":
            return 1 - apart
        case "quadratic":
            return 1 - apart**2


def _beyond_chance(observed: Floats, by_chance: Floats) -> Floats:
    """What is left of the agreement beyond chance; NaN where chance explains all."""
    return ratio(observed - by_chance, 1 - by_chance)
