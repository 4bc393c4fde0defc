"""A phrasebook made ready for matching: the phrases of each role, arranged once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from pipeline.call import Role
from pipeline.checks import HoldCheck, PhraseCheck, SequenceCheck, StepsCheck
from pipeline.patterns import PhraseSet
from pipeline.phrase_index import PhraseIndex, index_phrases
from pipeline.rules import Phrasebook, Rule


@lru_cache(maxsize=8)
def compile_book(phrasebook: Phrasebook) -> Mapping[Role, PhraseIndex]:
    """The phrases that the rules look for in each role's words; eight books stay at hand."""
    sets: dict[Role, list[PhraseSet]] = {Role.AGENT: [], Role.CUSTOMER: []}
    for rule in phrasebook.rules:
        for role, phrases in phrase_sets(rule):
            sets[role].append(phrases)
    return {role: index_phrases(found, phrasebook.language) for role, found in sets.items()}


def phrase_sets(rule: Rule) -> Iterator[tuple[Role, PhraseSet]]:
    """Every set of phrases of a rule, with the role in whose words it is looked for."""
    check = rule.check
    if isinstance(check, PhraseCheck):
        own = [check.phrases, check.unless, check.softening.phrases]
    elif isinstance(check, StepsCheck):
        own = [check.unless, *(step.phrases for step in check.steps)]
    elif isinstance(check, SequenceCheck):
        own = []
        for item in check.items:
            yield item.role, item.phrases
    elif isinstance(check, HoldCheck):
        own = [check.announcements, check.resumptions, check.excuses]
        yield Role.CUSTOMER, check.wondering
    else:
        own = [check.excuses, check.of, check.among]
        yield Role.CUSTOMER, check.wondering
    for phrases in own:
        yield rule.role, phrases
    for role in rule.occasion.roles if rule.occasion else ():
        yield role, rule.occasion.phrases if rule.occasion else PhraseSet()
