"""What an agent asked in a call and what the customer answered: for records that people keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pipeline.call import Role, Transcript
from pipeline.checks import PhraseCheck, StepsCheck
from pipeline.finding import Evidence, InspectedCall
from pipeline.judging import view_call
from pipeline.rating import rate_hits
from pipeline.rules import Phrasebook
from pipeline.verdict import sure_and_doubtful

_ANSWER_MOST: Final = 120  # characters


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, or another thing that a rule's step looks for, and the words that followed."""

    rule_id: str
    step: str  # "" of a rule without steps
    question: Evidence
    answer: str  # of the customer, until the agent went on; "" if nothing was said


def questions_only(phrasebook: Phrasebook, rules: Iterable[str]) -> Phrasebook:
    """The phrasebook with some of its rules: quick to look for in many calls."""
    wanted = frozenset(rules)
    return replace(phrasebook, rules=tuple(r for r in phrasebook.rules if r.id in wanted))


def find_asked(call: InspectedCall, phrasebook: Phrasebook) -> tuple[Asked, ...]:
    """What was surely said of each rule and step, whether or not it was enough for the rule.

    Args:
        phrasebook: with the rules to look for; those that are not about phrases are passed over.
    Returns: in the order of the rules and their steps; empty for a phrasebook of another language
        than the call.
    """
    if call.transcript.language != phrasebook.language:
        return ()
    view = view_call(
        call.transcript, metadata=call.metadata, metrics=call.metrics, phrasebook=phrasebook
    )
    found = []
    for rule in phrasebook.rules:
        match rule.check:
            case StepsCheck(steps=steps):
                looked_for = [(step.name, step.phrases) for step in steps]
            case PhraseCheck(phrases=phrases):
                looked_for = [("", phrases)]
            case _:
                continue
        unless = rule.check.unless
        for name, phrases in looked_for:
            rated = rate_hits(view, rule, phrases, mask=view.mask(rule), unless=unless)
            sure, _ = sure_and_doubtful(rule, rated)
            if sure:
                question = sure[0].evidence
                found.append(Asked(rule.id, name, question, _answer(call.transcript, question)))
    return tuple(found)


def _answer(transcript: Transcript, question: Evidence) -> str:
    """What the customer said between the question's turn and the agent's next one."""
    words = []
    for turn in transcript.turns:
        if question.turn_no is None or turn.turn_no <= question.turn_no:
            continue
        if turn.role is not Role.CUSTOMER:
            break
        words.append(turn.text)
    told = " ".join(words).strip()
    return told if len(told) <= _ANSWER_MOST else told[: _ANSWER_MOST - 1] + "…"
