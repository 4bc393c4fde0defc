"""Stretches of speech in a mixed recording: between pauses, dips in level and hand-overs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.channels import foreground
from models.segmentation import FRAME_S, FRAMES_PER_WINDOW, POWERSET, WindowActivity
from models.spans import (
    BoolArray,
    FloatArray,
    Interval,
    close_gaps,
    frame_level_db,
    hysteresis,
    intervals_in_frames,
    intervals_of,
    longer_than,
)

_WINDOW_EDGE = 12  # frames at the ends of a window, where it has heard too little
_LEAST_SEEN = 6  # frames of a stretch in a window from which its local speaker is read
_SHARES = (0.02, 0.6)  # of overlap that are believed of a call
_MOST_SEEN = 60  # frames beyond which a stretch weighs no more


@dataclass(frozen=True, slots=True)
class StretchSettings:
    """How speech is cut; measured in docs/hearing.md.

    onset, offset: speech probability at which a stretch begins and ends.
    dip_db, dip_s: a fall this far under the loud passages, for this long, may be a change of turn
        that the network bridges; it ends a stretch.
    floor_db: nothing under it is speech.
    """

    onset: float = 0.6
    offset: float = 0.6
    max_gap_s: float = 0.05
    least_s: float = 0.1
    dip_db: float = 25.0
    dip_s: float = 0.12
    floor_db: float = -60.0


def stretches(
    activity: WindowActivity, channel: FloatArray, *, settings: StretchSettings
) -> list[Interval]:
    """Stretches in which, as far as can be heard, one voice speaks; ascending."""
    speech = hysteresis(activity.speech(), onset=settings.onset, offset=settings.offset)
    speech &= foreground(frame_level_db(channel), floor_db=settings.floor_db)[: len(speech)]
    speech = _without_dips(speech, frame_level_db(channel, smooth_s=0.06), settings)
    runs = longer_than(
        close_gaps(intervals_of(speech), max_gap_s=settings.max_gap_s), min_s=settings.least_s
    )
    borders = [frame * FRAME_S for frame in hand_overs(activity)]
    return [part for run in runs for part in _split(run, borders, least_s=settings.least_s)]


def hand_overs(activity: WindowActivity, *, tolerance_frames: int = 8) -> list[int]:
    """Frames at which one voice hands over to another, seen by at least half of the windows there.

    Window-local speakers cannot be compared between windows, but the moment of a change can.
    """
    votes = np.zeros(activity.frames + FRAMES_PER_WINDOW)
    seen = np.zeros_like(votes)
    for start, probability in zip(activity.starts, activity.probability, strict=True):
        seen[start + _WINDOW_EDGE : start + FRAMES_PER_WINDOW - _WINDOW_EDGE] += 1
        heard = np.argmax(probability, axis=1)
        single = np.flatnonzero((heard >= 1) & (heard <= 3))
        changed = np.flatnonzero(np.diff(heard[single]) != 0)
        for before, after in zip(single[changed], single[changed + 1], strict=True):
            if _WINDOW_EDGE <= after < FRAMES_PER_WINDOW - _WINDOW_EDGE:
                votes[start + (before + after) // 2] += 1
    near = np.convolve(votes, np.ones(2 * tolerance_frames + 1), mode="same")
    agreed = (near > 0) & (near >= 0.5 * np.maximum(seen, 1))
    return [(first + last) // 2 for first, last in intervals_in_frames(agreed[: activity.frames])]


def links(
    activity: WindowActivity, found: Sequence[Interval]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """What the windows say of each pair of stretches that they heard together.

    Returns: shape (stretches, stretches): from 1, always the same local speaker, to -1, always
        another; 0 for pairs that no window heard together.
    """
    total = np.zeros((len(found), len(found)))
    weight = np.zeros_like(total)
    frames = [(int(i.start / FRAME_S), int(i.end / FRAME_S) + 1) for i in found]
    speakers = activity.probability @ POWERSET
    for start, local in zip(activity.starts.tolist(), speakers, strict=True):
        inside: list[int] = []
        directions: list[FloatArray] = []
        lengths: list[int] = []
        for index, (first, last) in enumerate(frames):
            low, high = max(first - start, 0), min(last - start, FRAMES_PER_WINDOW)
            if high - low >= _LEAST_SEEN:
                mean = local[low:high].mean(axis=0)
                inside.append(index)
                directions.append(mean / max(float(np.linalg.norm(mean)), 1e-6))
                lengths.append(min(high - low, _MOST_SEEN))
        if inside:
            agreement = 2 * (np.stack(directions) @ np.stack(directions).T) - 1
            mass = np.minimum.outer(lengths, lengths)
            total[np.ix_(inside, inside)] += agreement * mass
            weight[np.ix_(inside, inside)] += mass
    return np.where(weight > 0, total / np.maximum(weight, 1e-9), 0.0)


def overlaps(activity: WindowActivity, *, least: float, least_s: float) -> tuple[Interval, ...]:
    """Where two speak at once with a probability of at least `least`, for `least_s` and longer."""
    return longer_than(intervals_of(activity.overlap() >= least), min_s=least_s)


def overlap_border(activity: WindowActivity, *, least: float, usual_share: float) -> float:
    """The network's overlap probability that is as good as `least` in a call like this one.

    The network was trained where two speak at once for about `usual_share` of the speech. Where
    they do so more often, as in a meeting, a lower probability says as much; where they hardly
    ever do, a higher one is needed. The share of this call is what the network expects of it.

    Args:
        least: of an overlap, if the call were a usual one; 0 to 1.
    Source: M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the Outputs of a Classifier to New
        a Priori Probabilities", Neural Computation 14, 2002; one step of it.
    """
    speech = max(float(activity.speech().sum()), 1e-6)
    share = min(max(float(activity.overlap().sum()) / speech, _SHARES[0]), _SHARES[1])
    odds = _odds(least) * _odds(usual_share) / _odds(share)
    return odds / (1.0 + odds)


def _odds(probability: float) -> float:
    return probability / (1.0 - probability)


def join_turns(
    own: Sequence[Interval], others: Sequence[Interval], *, max_gap_s: float, margin_s: float
) -> list[Interval]:
    """Join the stretches of one voice over short pauses in which no other voice speaks.

    What remains is widened by `margin_s` at most, never over half of the pause to another voice.
    """
    joined: list[Interval] = []
    for interval in own:
        if joined and interval.start - joined[-1].end <= max_gap_s:
            between = (joined[-1].end, interval.start)
            if not any(o.start < between[1] and o.end > between[0] for o in others):
                joined[-1] = Interval(joined[-1].start, interval.end)
                continue
        joined.append(interval)
    return [_widened(interval, others, margin_s) for interval in joined]


def _widened(interval: Interval, others: Sequence[Interval], margin_s: float) -> Interval:
    before = max((o.end for o in others if o.end <= interval.start), default=-np.inf)
    after = min((o.start for o in others if o.start >= interval.end), default=np.inf)
    return Interval(
        max(0.0, interval.start - min(margin_s, (interval.start - before) / 2)),
        interval.end + min(margin_s, (after - interval.end) / 2),
    )


def _without_dips(speech: BoolArray, levels: FloatArray, settings: StretchSettings) -> BoolArray:
    if not speech.any():
        return speech
    levels = levels[: len(speech)]
    room = float(np.percentile(levels, 10.0)) + 2.0
    party = float(np.percentile(levels[speech], 90.0))
    border = max(party - settings.dip_db, room + min(max(0.25 * (party - room), 3.0), 8.0))
    kept = speech.copy()
    for first, last in intervals_in_frames(levels < border):
        if (last - first) * FRAME_S >= settings.dip_s:
            kept[first:last] = False
    return kept


def _split(run: Interval, borders: Sequence[float], *, least_s: float) -> list[Interval]:
    inside = [b for b in borders if run.start + least_s < b < run.end - least_s]
    return [Interval(a, b) for a, b in pairwise([run.start, *inside, run.end])]
