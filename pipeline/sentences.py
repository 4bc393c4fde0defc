"""The sentences of one role, as far as pauses and punctuation tell them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from rapidfuzz.distance import Indel

from pipeline.rating import RatedHit
from pipeline.stream import Flags, Stream

_LEAST_TOKENS: Final = {"zh": 4, "es": 3, "en": 3}  # shorter ones (好的) are said again and again
_ALIKE: Final = 0.85  # from which two sentences are one: recognition reads the same words anew


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words from one clause border to the next; `first` and `last` are tokens, both included."""

    tokens: tuple[str, ...]
    first: int
    last: int
    start: float  # seconds
    end: float


def sentences(stream: Stream, mask: Flags) -> Iterator[Sentence]:
    """The sentences that begin inside the window, ascending; very short ones are left out."""
    if not stream.texts:
        return
    starts = [*np.flatnonzero(stream.clause_start).tolist(), len(stream.texts)]
    for first, after in pairwise(starts):
        if mask[first] and after - first >= _LEAST_TOKENS[stream.language]:
            yield Sentence(
                stream.texts[first:after],
                first,
                after - 1,
                float(stream.start[first]),
                float(stream.end[after - 1]),
            )


def alike(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences say the same in nearly the same words."""
    return Indel.normalized_similarity(one.tokens, other.tokens) >= _ALIKE


def excused(sentence: Sentence, excuses: Sequence[RatedHit]) -> bool:
    """Whether one of the hits lies in the sentence."""
    return any(r.hit.first <= sentence.last and sentence.first <= r.hit.last for r in excuses)
