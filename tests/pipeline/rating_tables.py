"""Published examples of rated units, and tables of ratings from rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.agreement.ratings import NO_RATING, Rating, Ratings, tabulate

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section E: four observers, twelve
# units, five values; a dot is no rating.
KRIPPENDORFF = ("1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3",
                ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .")  # fmt: skip

# Fleiss 1971, Measuring nominal scale agreement among many raters, table 1: thirty patients, the
# diagnoses of six psychiatrists each, as a number of 1-5 per psychiatrist.
FLEISS_1971 = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 "
    "144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 "
    "111155 224444 133333 555555"
)
# The worked example that Wikipedia and SPSS's manual give for Fleiss's kappa: ten subjects, how
# many of fourteen raters chose each of five categories.
FOURTEEN_RATERS = ((0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0),
                   (2, 2, 8, 1, 1), (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2),
                   (6, 5, 2, 1, 0), (0, 2, 2, 3, 7))  # fmt: skip

# Shrout and Fleiss 1979, Intraclass correlations: uses in assessing rater reliability, table 2: six
# targets, four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def from_columns(columns: Sequence[str], categories: str) -> Ratings:
    """A table from one line per rater; units are calls of their own, a dot is no rating."""
    return tabulate(
        [
            Rating(f"r{r}", f"c{unit:03}", "item", value)
            for r, column in enumerate(columns)
            for unit, value in enumerate(column.split())
            if value != "."
        ],
        categories=categories,
    )


def from_counts(counts: Sequence[Sequence[int]]) -> Ratings:
    """A table in which so many raters chose each category of a unit; who did is of no matter."""
    rows = [np.repeat(np.arange(len(row)), row) for row in counts]
    codes = np.full((len(rows), max(map(len, rows))), NO_RATING)
    for number, row in enumerate(rows):
        codes[number, : len(row)] = row
    return of_codes(codes, categories=len(counts[0]))


def from_joint(joint: Sequence[Sequence[int]]) -> Ratings:
    """Two raters from their table of counts: rows are the first one's categories."""
    pairs = [(a, b) for a, row in enumerate(joint) for b, n in enumerate(row) for _ in range(n)]
    return of_codes(np.array(pairs), categories=len(joint))


def of_codes(codes: np.ndarray, *, categories: int, per_call: int = 1) -> Ratings:
    """A table from codes of units x raters; -1 is no rating. `per_call` units share a call."""
    units = tuple((f"c{n // per_call:04}", str(n % per_call)) for n in range(len(codes)))
    names = tuple(f"r{n}" for n in range(codes.shape[1]))
    return Ratings(units, names, tuple("abcdefgh"[:categories]), codes.astype(np.int64))


def random_codes(
    seed: int, *, raters: int = 2, units: int = 40, missing: float = 0.0
) -> np.ndarray:
    """Codes 0-3 of raters who agree more often than chance; reproducible."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 4, units)
    codes = np.where(
        rng.random((units, raters)) < 0.6, true[:, None], rng.integers(0, 4, (units, raters))
    )
    codes[rng.random(codes.shape) < missing] = NO_RATING
    return codes
