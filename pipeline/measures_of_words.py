"""What is measured in the words of a call: shares, counts, repetitions, rates."""

from __future__ import annotations

from typing import Final

from pipeline.call import Role
from pipeline.measured import Asked, Measured
from pipeline.normalise import tokenise
from pipeline.role_talk import measure_roles, spoken_turns
from pipeline.sentences import Sentence, alike, excused, sentences
from pipeline.windows import call_bounds

_LISTENING: Final = frozenset("嗯哦啊噢呃额喔行好对是的了呢吧")


def measure_speech_rate(asked: Asked) -> Measured | None:
    """The agent's units per minute of speech."""
    rate = asked.view.metrics.agent_chars_per_min
    if rate is None:
        return None
    return Measured(rate, asked.view.metrics.agent_talk_s, (call_bounds(asked.view.transcript),))


def measure_rate_over_customer(asked: Asked) -> Measured | None:
    """The agent's units per minute of speech in parts of the customer's; the sample is the
    seconds of the party that speaks less.
    """
    talk = {t.role: t for t in measure_roles(asked.view.transcript)}
    agent, customer = talk.get(Role.AGENT), talk.get(Role.CUSTOMER)
    if agent is None or customer is None or not agent.units_per_min or not customer.units_per_min:
        return None
    return Measured(
        agent.units_per_min / customer.units_per_min, min(agent.talk_s, customer.talk_s)
    )


def measure_ratio(asked: Asked) -> Measured | None:
    """How many of the phrases `among` are those `of`; what stands under an excuse is left out."""
    excused = asked.said(asked.check.excuses)
    covered = {t for r in excused for t in range(r.hit.first, r.hit.last + 1)}
    among = [r for r in asked.said(asked.check.among) if r.hit.first not in covered]
    chosen = {r.hit.first for r in asked.said(asked.check.of)}
    if not among:
        return None
    share = sum(r.hit.first in chosen for r in among) / len(among)
    others = [r.evidence for r in among if r.hit.first not in chosen]
    return Measured(share, len(among), tuple((e.start, e.end) for e in others))


def count_phrases(asked: Asked) -> Measured | None:
    """How often one of the phrases `of` was said."""
    found = asked.said(asked.check.of)
    return Measured(
        float(len(found)), 1.0, tuple((r.evidence.start, r.evidence.end) for r in found)
    )


def count_repeats(asked: Asked) -> Measured | None:
    """How often the role says its most repeated sentence, or one that hardly differs from it."""
    groups: list[list[Sentence]] = []
    said = 0
    excuses = asked.said(asked.check.excuses)
    for sentence in sentences(asked.view.streams[asked.rule.role], asked.mask):
        said += 1
        if not excused(sentence, excuses):
            group = next((g for g in groups if alike(g[0], sentence)), None)
            if group is None:
                groups.append([sentence])
            else:
                group.append(sentence)
    most = max(groups, key=len, default=[])
    places = tuple((s.start, s.end) for s in most)
    return Measured(float(len(most)), float(said), places) if said else None


def measure_listening(asked: Asked) -> Measured | None:
    """The share of the agent's turns in which nothing is said but 嗯, 哦, 好的 and such."""
    turns = [t for t in spoken_turns(asked.view.transcript) if t.role is Role.AGENT]
    if not turns:
        return None
    language = asked.view.transcript.language
    bare = [
        t for t in turns if all(token.text in _LISTENING for token in tokenise(t.text, language))
    ]
    return Measured(len(bare) / len(turns), len(turns), tuple((t.start, t.end) for t in bare))
