"""The check of holds: announced before, thanked for after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.call import Role
from pipeline.checks import HoldCheck, LimitCheck
from pipeline.finding import Outcome
from pipeline.patterns import PhraseSet
from pipeline.rating import CallView, RatedHit, doubt_about, rate_hits
from pipeline.rules import Rule
from pipeline.silences import agent_owed_words, silence_evidence, soon_after, soon_before
from pipeline.stream import Flags
from pipeline.talk import Silence, silences
from pipeline.verdict import (
    Verdict,
    doubt_reason,
    from_hits,
    not_applicable,
    not_assessable,
    sure_and_doubtful,
)


def judge_hold(view: CallView, rule: Rule, check: HoldCheck, *, mask: Flags) -> Verdict:
    """Each hold must have its words: before it for `announced`, after it for `resumed`.

    A hold is a silence of `min_s` that the agent owed words in, or of `announced_min_s` after an
    announcement. Met when every hold has its words, missed when one has not, not applicable
    without a hold.
    """
    announced = said(view, rule, check.announcements, mask=mask)
    resumed = said(view, rule, check.resumptions, mask=mask)
    satisfied: list[RatedHit] = []
    doubtful: list[RatedHit] = []
    missed: list[Silence] = []
    for silence in silences(view.transcript, min_s=check.announced_min_s):
        before = soon_before(announced, silence, within_s=check.within_s)
        if not before and not _unannounced_hold(view, rule, check, silence=silence):
            continue
        after = soon_after(resumed, silence, within_s=check.within_s)
        sure, unsure = sure_and_doubtful(rule, before if check.part == "announced" else after)
        if sure:
            satisfied.append(sure[-1] if check.part == "announced" else sure[0])
        elif unsure:
            doubtful.append(unsure[0])
        elif silence.length_s >= check.min_s:
            missed.append(silence)
    if missed:
        reason = doubt_about(view, rule, mask)
        return not_assessable(reason) if reason else _missed(rule, missed)
    if doubtful:
        best = max(r.probability for r in doubtful)
        return not_assessable(doubt_reason(doubtful), best, tuple(r.evidence for r in doubtful))
    return from_hits(rule, satisfied) if satisfied else not_applicable("judging.no_hold")


def _unannounced_hold(view: CallView, rule: Rule, check: HoldCheck, *, silence: Silence) -> bool:
    return silence.length_s >= check.min_s and agent_owed_words(
        silence, excuses=excuses(view, rule, check), wondering=wondering(view, rule, check)
    )


def _missed(rule: Rule, missed: Sequence[Silence]) -> Verdict:
    evidence = tuple(silence_evidence(s, rule) for s in missed)
    return Verdict(Outcome.MISSED, 0.9, evidence, "judging.hold")


def said(
    view: CallView, rule: Rule, phrases: PhraseSet, *, mask: Flags, role: Role | None = None
) -> tuple[RatedHit, ...]:
    """The hits that may have been said: at least as probable as the rule reviews."""
    rated = rate_hits(view, rule, phrases, mask=mask, role=role)
    return tuple(r for r in rated if r.probability >= rule.review_p)


def excuses(view: CallView, rule: Rule, check: HoldCheck | LimitCheck) -> tuple[RatedHit, ...]:
    """The agent's words that show whose a silence was, anywhere in the call."""
    everywhere = np.ones(len(view.streams[rule.role].texts), dtype=np.bool_)
    return said(view, rule, check.excuses, mask=everywhere)


def wondering(view: CallView, rule: Rule, check: HoldCheck | LimitCheck) -> tuple[RatedHit, ...]:
    """The customer's words that show that the agent was silent, anywhere in the call."""
    everywhere = np.ones(len(view.streams[Role.CUSTOMER].texts), dtype=np.bool_)
    return said(view, rule, check.wondering, mask=everywhere, role=Role.CUSTOMER)
