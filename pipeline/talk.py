"""How long each party speaks, is silent, and speaks into the other's words: interval arithmetic
over spans.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from pipeline.call import Role, SpeakerSpan, TalkMetrics, Transcript
from pipeline.normalise import tokenise

Interval = tuple[float, float]

_INTO_S = 0.6  # the other party has spoken, and goes on, for at least this long
_OWN_S = 1.0  # shorter words into the other's speech are listening (嗯, 是的), not interrupting


def measure_talk(transcript: Transcript) -> TalkMetrics:
    """Talk, silence and overlap of a call in seconds, and the agent's characters (or words) per
    minute of talk.

    Speech is where spans are, whether or not words were understood; where there are none, where
    turns are. A span belongs to the role that most turns of its speaker have. Silence is
    counted from the start of the recording to its end, the longest silence between the first
    and the last speech. The rate is None under one second of talk.
    """
    by_role = role_intervals(transcript)
    agent, customer = by_role[Role.AGENT], by_role[Role.CUSTOMER]
    everyone = merge([i for spans in by_role.values() for i in spans])
    spoken = total(everyone)
    pauses = [b[0] - a[1] for a, b in pairwise(everyone)]
    talk = total(agent)
    units = sum(
        len(tokenise(t.text, transcript.language)) for t in transcript.turns if t.role is Role.AGENT
    )
    return TalkMetrics(
        agent_talk_s=talk,
        customer_talk_s=total(customer),
        silence_s=max(0.0, transcript.duration_s - spoken),
        longest_silence_s=max(pauses, default=0.0),
        overlap_s=total(intersect(agent, customer)),
        agent_chars_per_min=60.0 * units / talk if talk >= 1.0 else None,
        agent_interruptions=len(interruptions(transcript)),
    )


def role_intervals(transcript: Transcript) -> dict[Role, tuple[Interval, ...]]:
    """The merged speech of each role; spans of a speaker without turns are of unknown role."""
    votes: dict[str, Counter[Role]] = defaultdict(Counter)
    for turn in transcript.turns:
        votes[turn.speaker][turn.role] += 1
    spans = transcript.spans or tuple(
        SpeakerSpan(t.start, t.end, t.speaker) for t in transcript.turns
    )
    found: dict[Role, list[Interval]] = {role: [] for role in Role}
    for span in spans:
        known = votes.get(span.speaker)
        role = known.most_common(1)[0][0] if known else Role.UNKNOWN
        found[role].append((span.start, span.end))
    return {role: merge(intervals) for role, intervals in found.items()}


def interruptions(transcript: Transcript, *, by: Role = Role.AGENT) -> tuple[Interval, ...]:
    """Where one party speaks into the other's words, from its first word to the end of the
    overlap.

    Counted when the other has spoken for 0.6 s, goes on for 0.6 s, and the party speaks for a
    second or more.

    Args:
        by: agent or customer.
    """
    by_role = role_intervals(transcript)
    other = Role.CUSTOMER if by is Role.AGENT else Role.AGENT
    return tuple(
        (own[0], min(own[1], spoken[1]))
        for own in by_role[by]
        for spoken in by_role[other]
        if spoken[0] + _INTO_S <= own[0] <= spoken[1] - _INTO_S and own[1] - own[0] >= _OWN_S
    )


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
