"""Whose the silences of a call are, and which words explain them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.call import Role
from pipeline.finding import Evidence
from pipeline.rating import RatedHit
from pipeline.rules import Rule
from pipeline.talk import Silence

EDGE_S: Final = 0.5  # word times are this inexact at the edges of a silence
_SOON_S: Final = 2.0  # words that explain a silence come this soon after it


def silence_evidence(silence: Silence, rule: Rule) -> Evidence:
    """The silence as evidence of a rule."""
    phrase = rule.sources[0].quote if rule.sources else rule.title
    return Evidence(None, silence.start, silence.end, "", phrase, 0.0, 0.0)


def agent_owed_words(
    silence: Silence, *, excuses: Sequence[RatedHit], wondering: Sequence[RatedHit]
) -> bool:
    """Whether it was the agent who let the customer wait.

    So when the agent speaks next, unless asking whether the customer is there (`excuses`); when
    the customer speaks next, only if asking whether the agent is (`wondering`).
    """
    if silence.after is Role.AGENT:
        return not soon_after(excuses, silence, within_s=_SOON_S)
    return bool(soon_after(wondering, silence, within_s=_SOON_S))


def soon_before(
    rated: Sequence[RatedHit], silence: Silence, *, within_s: float
) -> tuple[RatedHit, ...]:
    """The hits that end at most `within_s` before the silence."""
    earliest, latest = silence.start - within_s, silence.start + EDGE_S
    return tuple(r for r in rated if earliest <= r.evidence.end <= latest)


def soon_after(
    rated: Sequence[RatedHit], silence: Silence, *, within_s: float
) -> tuple[RatedHit, ...]:
    """The hits that begin at most `within_s` after the silence."""
    earliest, latest = silence.end - EDGE_S, silence.end + within_s
    return tuple(r for r in rated if earliest <= r.evidence.start <= latest)
