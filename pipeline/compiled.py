"""A phrasebook made ready for matching: the phrases of each role, laid out once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.call import Role
from pipeline.lexicon import Lexicon, build_lexicon
from pipeline.patterns import Pattern, Piece
from pipeline.rules import HoldCheck, LimitCheck, Phrasebook, PhraseCheck, Rule, StepsCheck


@dataclass(frozen=True, slots=True, eq=False)
class CompiledBook:
    """By role: every pattern that a rule looks for in that role's words, and their pieces."""

    patterns: Mapping[Role, tuple[Pattern, ...]]
    lexicons: Mapping[Role, Lexicon]


@lru_cache(maxsize=8)
def compile_book(phrasebook: Phrasebook) -> CompiledBook:
    """Lay out a phrasebook; the last eight stay at hand."""
    patterns: dict[Role, dict[Pattern, None]] = {Role.AGENT: {}, Role.CUSTOMER: {}}
    for rule in phrasebook.rules:
        patterns.setdefault(rule.role, {}).update(dict.fromkeys(rule_patterns(rule)))
        for role in rule.occasion.roles if rule.occasion else ():
            patterns[role].update(dict.fromkeys(rule.occasion.patterns if rule.occasion else ()))
    return CompiledBook(
        patterns={role: tuple(found) for role, found in patterns.items()},
        lexicons={
            role: build_lexicon(
                (e for p in found for e in p.elements if isinstance(e, Piece)), phrasebook.language
            )
            for role, found in patterns.items()
        },
    )


def rule_patterns(rule: Rule) -> Iterator[Pattern]:
    """Every pattern that the rule looks for in its own role's words."""
    check = rule.check
    if isinstance(check, PhraseCheck):
        yield from (*check.patterns, *check.unless, *check.softening.patterns)
    elif isinstance(check, StepsCheck):
        yield from check.unless
        for step in check.steps:
            yield from step.patterns
    elif isinstance(check, HoldCheck):
        yield from (*check.announcements, *check.resumptions, *check.excuses)
    elif isinstance(check, LimitCheck):
        yield from check.excuses
