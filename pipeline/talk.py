"""How long each party speaks, is silent, and speaks into the other's words: interval arithmetic
over spans.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.call import Role, SpeakerSpan, TalkMetrics, Transcript
from pipeline.normalise import tokenise

Interval = tuple[float, float]

_INTO_S: Final = 0.6  # the other party has spoken, and goes on, for at least this long
_OWN_S: Final = 1.0  # shorter words into the other's speech are listening: 嗯, 是的
_UNREAD_S: Final = 1.0  # a voice without words that is shorter (a cough, a click) ends no silence


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaks from `start` to `end`, in seconds; who spoke before, who speaks next."""

    start: float
    end: float
    before: Role
    after: Role

    @property
    def length_s(self) -> float:
        return self.end - self.start


def measure_talk(transcript: Transcript) -> TalkMetrics:
    """Talk, silence and overlap of a call in seconds, and the agent's characters (or words) per
    minute of talk.

    Speech is where spans are, whether or not words were understood; where there are none, where
    turns are. A span belongs to the role that most turns of its speaker have. Silence is
    counted from the start of the recording to its end. The longest silence is that of `silences`
    with unread voices, by which dead air is judged. The rate is None under one second of talk.
    """
    by_role = role_intervals(transcript)
    agent, customer = by_role[Role.AGENT], by_role[Role.CUSTOMER]
    everyone = merge([i for spans in by_role.values() for i in spans])
    spoken = total(everyone)
    longest = max(silences(transcript, unread=True), key=lambda s: s.length_s, default=None)
    talk = total(agent)
    units = sum(
        len(tokenise(t.text, transcript.language)) for t in transcript.turns if t.role is Role.AGENT
    )
    return TalkMetrics(
        agent_talk_s=talk,
        customer_talk_s=total(customer),
        silence_s=max(0.0, transcript.duration_s - spoken),
        longest_silence_s=longest.length_s if longest else 0.0,
        longest_silence_start_s=longest.start if longest else None,
        overlap_s=total(intersect(agent, customer)),
        agent_chars_per_min=60.0 * units / talk if talk >= 1.0 else None,
        agent_interruptions=len(interruptions(transcript)),
    )


def role_intervals(transcript: Transcript) -> dict[Role, tuple[Interval, ...]]:
    """The merged speech of each role; spans of a speaker without turns are of unknown role."""
    roles = _roles(transcript)
    spans = transcript.spans or tuple(
        SpeakerSpan(t.start, t.end, t.speaker) for t in transcript.turns
    )
    found: dict[Role, list[Interval]] = {role: [] for role in Role}
    for span in spans:
        found[roles.get(span.speaker, Role.UNKNOWN)].append((span.start, span.end))
    return {role: merge(intervals) for role, intervals in found.items()}


def silences(
    transcript: Transcript, *, min_s: float = 0.0, unread: bool = False
) -> tuple[Silence, ...]:
    """Every stretch of more than 0 and at least `min_s` seconds between words in which nobody's
    words are understood, ascending.

    Silence before the first and after the last word is not part of the call.

    Args:
        unread: a voice that is heard for a second or more ends a silence too, even if no word of
            it was understood. Without, only words do: music of a hold may sound like a voice.
    """
    heard = [(t.start, t.end, t.role) for t in transcript.turns if t.text.strip()]
    if unread:
        heard += _unread(transcript)
    found = []
    last: tuple[float, float, Role] | None = None
    for start, end, role in sorted(heard):
        if last is not None and start > last[1] and start - last[1] >= min_s:
            found.append(Silence(last[1], start, last[2], role))
        last = (start, end, role) if last is None or end > last[1] else last
    return tuple(found)


def _unread(transcript: Transcript) -> list[tuple[float, float, Role]]:
    roles = _roles(transcript)
    read: dict[str, list[Interval]] = defaultdict(list)
    for turn in transcript.turns:
        if turn.text.strip():
            read[turn.speaker].append((turn.start, turn.end))
    return [
        (s.start, s.end, roles.get(s.speaker, Role.UNKNOWN))
        for s in transcript.spans
        if s.end - s.start >= _UNREAD_S
        and not any(start < s.end and s.start < end for start, end in read[s.speaker])
    ]


def _roles(transcript: Transcript) -> Mapping[str, Role]:
    """The role that most turns of each speaker have."""
    votes: dict[str, Counter[Role]] = defaultdict(Counter)
    for turn in transcript.turns:
        votes[turn.speaker][turn.role] += 1
    return {speaker: counted.most_common(1)[0][0] for speaker, counted in votes.items()}


def interruptions(transcript: Transcript, *, by: Role = Role.AGENT) -> tuple[Interval, ...]:
    """Where one party speaks into the other's words, from its first word to the end of the
    overlap.

    Counted when the other has spoken for 0.6 s, goes on for 0.6 s, and the party speaks for a
    second or more.

    Args:
        by: agent or customer.
    """
    by_role = role_intervals(transcript)
    return cuts(by_role[by], into=by_role[Role.CUSTOMER if by is Role.AGENT else Role.AGENT])


def cuts(speech: Iterable[Interval], *, into: Sequence[Interval]) -> tuple[Interval, ...]:
    """Where merged speech cuts into other merged speech, as `interruptions` counts it."""
    found = []
    for start, end in speech:
        if end - start >= _OWN_S:
            at = bisect_right(into, start, key=lambda spoken: spoken[0] + _INTO_S)
            if at and start <= into[at - 1][1] - _INTO_S:
                found.append((start, min(end, into[at - 1][1])))
    return tuple(found)


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The union of intervals, ascending, without overlap; empty and reversed ones are dropped."""
    merged: list[Interval] = []
    for start, end in sorted(i for i in intervals if i[1] > i[0]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def intersect(one: Iterable[Interval], other: Iterable[Interval]) -> tuple[Interval, ...]:
    """The stretches that lie in both of two merged lists."""
    others = tuple(other)
    return merge(
        (max(a[0], b[0]), min(a[1], b[1]))
        for a in one
        for b in others
        if a[0] < b[1] and b[0] < a[1]
    )


def total(intervals: Iterable[Interval]) -> float:
    """The summed length of intervals that do not overlap."""
    return sum(end - start for start, end in intervals)
