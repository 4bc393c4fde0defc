"""The check of sequences: one thing said after another, near enough, and something not said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.check_phrases import absent
from pipeline.checks import SequenceCheck, SequenceItem
from pipeline.rating import CallView, RatedHit, rate_hits
from pipeline.rules import Rule
from pipeline.stream import Flags
from pipeline.verdict import Verdict, done, doubt_reason, not_assessable, sure_and_doubtful

_Chain = tuple[RatedHit, ...]


def judge_sequence(view: CallView, rule: Rule, check: SequenceCheck, *, mask: Flags) -> Verdict:
    """Done when every item follows the one before it within its distance.

    An item marked `absent` is fulfilled when nothing of it is said within its distance. The first
    item is looked for in the rule's window. Where only doubtful hits complete the sequence, it is
    not assessable.
    """
    sure = _complete(view, rule, check, mask=mask, doubtful=False)
    if sure:
        return Verdict(
            done(rule), min(r.probability for r in sure), tuple(r.evidence for r in sure)
        )
    maybe = _complete(view, rule, check, mask=mask, doubtful=True)
    if maybe:
        least = min(r.probability for r in maybe)
        return not_assessable(doubt_reason(maybe), least, tuple(r.evidence for r in maybe))
    return absent(view, rule, mask=mask, best=0.0)


def _complete(
    view: CallView, rule: Rule, check: SequenceCheck, *, mask: Flags, doubtful: bool
) -> _Chain:
    """The first chain of hits that fulfils every item; empty where there is none."""
    chains: list[_Chain] = [()]
    for number, item in enumerate(check.items):
        hits = _hits(view, rule, item, mask=mask if number == 0 else None, doubtful=doubtful)
        longer: list[_Chain] = []
        for chain in chains:
            near = [h for h in hits if not chain or _follows(view, chain[-1], h, item=item)]
            if item.absent:
                longer += [] if near else [chain]
            elif chain:
                longer += [(*chain, hit) for hit in near[:1]]
            else:
                longer += [(hit,) for hit in near]
        chains = longer
    return next((chain for chain in chains if chain), ())


def _hits(
    view: CallView, rule: Rule, item: SequenceItem, *, mask: Flags | None, doubtful: bool
) -> Sequence[RatedHit]:
    stream = view.streams[item.role]
    look = np.ones(len(stream.texts), dtype=np.bool_)
    if mask is not None and item.role is rule.role:
        look = mask
    rated = rate_hits(view, rule, item.phrases, mask=look, role=item.role)
    sure, unsure = sure_and_doubtful(rule, rated)
    if doubtful and not item.absent:
        return sorted((*sure, *unsure), key=lambda r: r.evidence.start)
    return sure


def _follows(view: CallView, before: RatedHit, after: RatedHit, *, item: SequenceItem) -> bool:
    """Whether a hit begins after another and within the item's seconds and turns."""
    gap = after.evidence.start - before.evidence.end
    if after.evidence.start < before.evidence.start or after is before:
        return False
    if item.within_s is not None and gap > item.within_s:
        return False
    if item.within_turns is None:
        return True
    numbers = [t.turn_no for t in view.transcript.turns]
    first, last = before.evidence.turn_no, after.evidence.turn_no
    if first is None or last is None:
        return False
    return numbers.index(last) - numbers.index(first) <= item.within_turns
