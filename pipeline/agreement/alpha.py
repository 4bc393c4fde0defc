"""Krippendorff's alpha for categories, ranks and amounts; ratings may be missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from pipeline.agreement.coefficients import fault_of
from pipeline.agreement.ratings import Floats, Ratings
from pipeline.agreement.ratios import ratio
from pipeline.agreement.tally import Tally

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(
    ratings: Ratings, *, level: Level = "nominal", values: Sequence[float] | None = None
) -> Tally:
    """1 minus the observed disagreement out of the one that chance would give.

    A unit that fewer than two rated counts nothing; any rater may have left any unit out.

    Args:
        level: how two categories differ: nominal, at all; ordinal, by how many ratings lie
            between them; interval, by the square of their distance.
        values: of the categories, at level interval; None for 0, 1, 2 and so on.
    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
    """
    counts = ratings.counts
    count = counts.shape[1]
    rated = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(count)
    coincidences = pairs / np.maximum(rated - 1, 1.0)[:, None, None]
    coincidences[rated < 2] = 0.0
    amounts = np.asarray(values if values is not None else range(count), dtype=np.float64)

    def finish(sums: Floats) -> Floats:
        together = sums.reshape(*sums.shape[:-1], count, count)
        return _alpha(together, level, amounts)

    return Tally(coincidences.reshape(len(rated), count * count), finish, fault_of(ratings))


def _alpha(together: Floats, level: Level, amounts: Floats) -> Floats:
    """Alpha of coincidence matrices (..., categories, categories)."""
    marginal = together.sum(axis=-1)
    total = marginal.sum(axis=-1)
    apart = _distances(marginal, level, amounts)
    observed = (together * apart).sum(axis=(-2, -1))
    by_chance = (marginal[..., :, None] * marginal[..., None, :] * apart).sum(axis=(-2, -1))
    return 1 - ratio(observed * (total - 1), by_chance)


def _distances(marginal: Floats, level: Level, amounts: Floats) -> Floats:
    """Squared distances of the categories (..., categories, categories)."""
    count = marginal.shape[-1]
    match level:
        case "nominal":
            return 1 - np.eye(count)
        case "interval":
            return np.subtract.outer(amounts, amounts) ** 2
        case "ordinal":
            middle = np.cumsum(marginal, axis=-1) - marginal / 2
            return (middle[..., :, None] - middle[..., None, :]) ** 2
