"""The stretches of a call in which one voice can be heard alone."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from pipeline.call import SpeakerSpan
from pipeline.talk import Interval, merge


def clean_speech(
    spans: Sequence[SpeakerSpan],
    speaker: str,
    *,
    piece_s: float = 3.0,
    least_s: float = 0.5,
    most_s: float = 20.0,
) -> tuple[Interval, ...]:
    """Pieces in which `speaker` speaks and nobody else does, the longest first.

    Args:
        spans: of all speakers, in seconds; of another channel too, whose voice may leak.
        piece_s: longer stretches are cut into equal pieces of at most this length.
        least_s: shorter pieces are left out: they hardly have a voice.
        most_s: pieces beyond this sum are left out.
    Returns: empty if the speaker is never alone for `least_s`.
    """
    own = merge((s.start, s.end) for s in spans if s.speaker == speaker)
    others = merge((s.start, s.end) for s in spans if s.speaker != speaker)
    pieces = [
        piece
        for stretch in own
        for alone in _without(stretch, others)
        for piece in _cut(alone, piece_s)
        if piece[1] - piece[0] >= least_s
    ]
    pieces.sort(key=lambda piece: (piece[0] - piece[1], piece[0]))
    kept: list[Interval] = []
    for piece in pieces:
        if sum(end - start for start, end in kept) >= most_s:
            break
        kept.append(piece)
    return tuple(kept)


def _without(stretch: Interval, others: Sequence[Interval]) -> list[Interval]:
    start, left = stretch[0], []
    for begin, end in others:
        if end <= start or begin >= stretch[1]:
            continue
        left.append((start, begin))
        start = max(start, end)
    left.append((start, stretch[1]))
    return [(a, b) for a, b in left if b > a]


def _cut(stretch: Interval, piece_s: float) -> list[Interval]:
    count = max(1, ceil((stretch[1] - stretch[0]) / piece_s))
    step = (stretch[1] - stretch[0]) / count
    return [(stretch[0] + i * step, stretch[0] + (i + 1) * step) for i in range(count)]
