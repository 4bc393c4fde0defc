"""How each party of a call speaks: how much, how fast, how loud, how soon, and into whose words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import Final

from pipeline.call import Role, Transcript, Turn
from pipeline.normalise import tokenise
from pipeline.talk import Interval, cuts, role_intervals, total

PARTIES: Final = (Role.AGENT, Role.CUSTOMER)
_OTHER: Final = {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}
_TALK_LEAST_S: Final = 1.0  # under it a rate says nothing
_LEVELS_LEAST: Final = 6  # turns; a rise between fewer is chance, and is not told


@dataclass(frozen=True, slots=True)
class RoleTalk:
    """One party's speech in one call; None where there is too little of it to say."""

    role: Role
    talk_s: float  # seconds in which the party speaks
    share: float | None  # of the talk of both, 0-1
    longest_s: float  # longest speech without a pause
    units_per_min: float | None  # characters (Chinese) or words per minute of its talk
    responses: int  # times that it answers the other party
    response_median_s: float | None  # from the other's last word to its first; 0 if they overlap
    response_longest_s: float | None
    interruptions: int  # times that it cuts into the other's words
    level_db: float | None  # mean of its turns by time, decibels relative to full scale
    level_rise_db: float | None  # last third of its turns over the first third
    interruption_longest_s: float | None  # of the overlap; None without any
    monologue_s: float  # longest speech, pauses included, that the other does not break with a word


def measure_roles(transcript: Transcript) -> tuple[RoleTalk, RoleTalk]:
    """The agent's and the customer's speech; rules of limits judge by the same figures.

    Talk is where the spans of a party's voice are, whether or not words were understood. What is
    said by an unknown voice belongs to neither.
    """
    spans = role_intervals(transcript)
    both_s = sum(total(spans[role]) for role in PARTIES)
    turns = spoken_turns(transcript)

    def measure(role: Role) -> RoleTalk:
        own = [t for t in turns if t.role is role]
        talk_s = total(spans[role])
        units = sum(len(tokenise(t.text, transcript.language)) for t in own)
        gaps = [end - start for start, end in _gaps(turns, role)]
        cut_s = [end - start for start, end in cuts(spans[role], into=spans[_OTHER[role]])]
        return RoleTalk(
            role=role,
            talk_s=talk_s,
            share=talk_s / both_s if both_s else None,
            longest_s=max((end - start for start, end in spans[role]), default=0.0),
            units_per_min=60.0 * units / talk_s if talk_s >= _TALK_LEAST_S else None,
            responses=len(gaps),
            response_median_s=median(gaps) if gaps else None,
            response_longest_s=max(gaps, default=None),
            interruptions=len(cut_s),
            level_db=mean_level(own),
            level_rise_db=level_rise(own, least=_LEVELS_LEAST),
            interruption_longest_s=max(cut_s, default=None),
            monologue_s=max((b - a for a, b in _monologues(turns, role)), default=0.0),
        )

    return measure(Role.AGENT), measure(Role.CUSTOMER)


def spoken_turns(transcript: Transcript) -> list[Turn]:
    """The turns in which words were understood, by start."""
    return sorted((t for t in transcript.turns if t.text.strip()), key=lambda t: t.start)


def response_gaps(transcript: Transcript, role: Role) -> tuple[Interval, ...]:
    """From the other party's last word to this one's first, each time that it answers; of no
    length where it begins before the other has ended.
    """
    return _gaps(spoken_turns(transcript), role)


def _gaps(turns: Sequence[Turn], role: Role) -> tuple[Interval, ...]:
    other = _OTHER[role]
    return tuple(
        (min(before.end, after.start), after.start)
        for before, after in pairwise(turns)
        if before.role is other and after.role is role
    )


def monologues(transcript: Transcript, role: Role) -> tuple[Interval, ...]:
    """One party's speech from its first word to its last before anybody else says a word."""
    return _monologues(spoken_turns(transcript), role)


def _monologues(turns: Sequence[Turn], role: Role) -> tuple[Interval, ...]:
    runs: list[Interval] = []
    before: Turn | None = None
    for turn in turns:
        if turn.role is role:
            goes_on = before is not None and before.role is role
            start, end = runs.pop() if goes_on else (turn.start, turn.end)
            runs.append((start, max(end, turn.end)))
        before = turn
    return tuple(runs)


def mean_level(turns: Sequence[Turn]) -> float | None:
    """Loudness by time, decibels relative to full scale; None if that of no turn is known."""
    known = [(t.end - t.start, t.level_db) for t in turns if t.level_db is not None]
    spoken_s = sum(length for length, _ in known)
    return sum(length * level for length, level in known) / spoken_s if spoken_s else None


def level_rise(turns: Sequence[Turn], *, least: int = 3) -> float | None:
    """By how many decibels the last third of turns is louder than the first; None under `least`
    turns whose loudness is known.
    """
    levels = [t.level_db for t in turns if t.level_db is not None]
    if len(levels) < max(3, least):
        return None
    third = len(levels) // 3
    return fmean(levels[-third:]) - fmean(levels[:third])
