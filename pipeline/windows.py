"""Which part of a call a rule looks at."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.call import Role, Transcript
from pipeline.rules import Window
from pipeline.stream import Flags, Stream

_EVERYWHERE: Final = Window()


def window_mask(stream: Stream, window: Window) -> Flags:
    """One flag per token: whether the rule looks there.

    The call lasts from its first to its last word, whoever speaks it; silence around it is not
    counted.
    """
    mask = np.ones(len(stream.texts), dtype=np.bool_)
    if not len(mask) or window == _EVERYWHERE:
        return mask
    if window.first_turns is not None:
        mask &= stream.exchange < window.first_turns
    if window.last_turns is not None:
        mask &= stream.exchange >= stream.exchanges - window.last_turns
    if window.skip_turns:
        mask &= stream.exchange >= window.skip_turns
    if window.skip_s:
        mask &= stream.start >= stream.start[0] + window.skip_s
    if window.first_share is not None:
        begin, end = call_bounds(stream.transcript)
        mask &= stream.start < begin + window.first_share * (end - begin)
    if window.first_s is not None:
        mask &= stream.start < stream.start[0] + window.first_s
    if window.last_s is not None or window.last_share is not None:
        begin, end = call_bounds(stream.transcript)
        seconds = end - begin
        if window.last_s is not None:
            seconds = window.last_s
        if window.last_share is not None:
            seconds = min(seconds, window.last_share * (end - begin))
        mask &= stream.end > end - seconds
    if window.after_customer:
        mask &= stream.start >= first_words(stream.transcript, Role.CUSTOMER)
    return mask


def call_bounds(transcript: Transcript) -> tuple[float, float]:
    """Seconds of the first and the last word; the whole recording where nothing was said."""
    spoken = [turn for turn in transcript.turns if turn.text.strip()]
    if not spoken:
        return 0.0, transcript.duration_s
    return spoken[0].start, max(turn.end for turn in spoken)


def first_words(transcript: Transcript, role: Role) -> float:
    """When `role` first speaks, in seconds; the recording's end if never."""
    return next(
        (t.start for t in transcript.turns if t.role is role and t.text.strip()),
        transcript.duration_s,
    )
