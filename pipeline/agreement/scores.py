"""Agreement on scores: intraclass correlations after Shrout and Fleiss."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.agreement.ratings import Floats
from pipeline.agreement.ratios import ratio
from pipeline.agreement.tally import Tally

Form = Literal["1-1", "2-1", "3-1", "1-k", "2-k", "3-k"]


def intraclass(scores: Floats, *, form: Form = "2-1") -> Tally:
    """How much of the spread of scores is of the calls, and not of who scored them.

    Args:
        scores: calls x raters, in points; NaN where a rater gave none. Calls that somebody left
            out count nothing, since the analysis of variance needs them whole.
        form: 1: each call has raters of its own; 2: the raters are some of many; 3: these raters
            are all that matter, and a constant difference between them is none. -1: of one
            rater's score; -k: of the mean of all.
    Source: Shrout and Fleiss 1979.
    """
    whole = np.asarray(np.isfinite(scores).all(axis=1))
    count = scores.shape[1]
    rows = np.where(whole[:, None], scores, 0.0)
    middle = rows[whole].mean() if whole.any() else 0.0
    rows = np.where(whole[:, None], rows - middle, 0.0)
    shares = np.column_stack([whole, rows.sum(axis=1) ** 2, (rows**2).sum(axis=1), rows])

    def finish(sums: Floats) -> Floats:
        return _correlation(sums, count, form)

    return Tally(shares, finish, _fault(whole, scores))


def _fault(whole: NDArray[np.bool_], scores: Floats) -> str:
    if not np.isfinite(scores).any():
        return "no_ratings"
    if np.isfinite(scores).any(axis=0).sum() < 2:
        return "one_rater"
    return "few_whole_calls" if whole.sum() < 2 else ""


def _correlation(sums: Floats, raters: int, form: Form) -> Floats:
    calls = sums[..., 0]
    of_raters = sums[..., 3:]
    mean_term = of_raters.sum(axis=-1) ** 2 / (calls * raters)
    between_calls = sums[..., 1] / raters - mean_term
    between_raters = (of_raters**2).sum(axis=-1) / calls - mean_term
    within_calls = sums[..., 2] - mean_term - between_calls
    rest = within_calls - between_raters
    call = between_calls / (calls - 1)
    rater = between_raters / (raters - 1)
    within = within_calls / (calls * (raters - 1))
    error = rest / ((calls - 1) * (raters - 1))
    one = form.endswith("1")
    match form[0]:
        case "1":
            part, whole = call - within, call + (raters - 1) * within * one
        case "2":
            spread = (rater - error) * (raters if one else 1) / calls
            part, whole = call - error, call + (raters - 1) * error * one + spread
        case _:
            part, whole = call - error, call + (raters - 1) * error * one
    return ratio(part, whole)
