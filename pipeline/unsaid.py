"""Calls of which a phrasebook's rules find nothing, told without judging them one by one.

A changed phrasebook is tried on a hundred thousand calls, most of which say nothing of what it
looks for. Where none of the phrases that decide its rules may have been said
(`pipeline.maybe_said`), and who spoke and what was said is clear enough for silence to be silence,
a rule's verdict follows from the metadata alone, and is the one that `judge` gives.

Only rules of phrases, steps and sequences that forbid or credit have that property: a required
thing that is missing is told with the stretch in which it was looked for, and rules of waiting and
of limits look at every call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, NamedTuple

from pipeline.call import CallMetadata, Purpose, Role, TalkMetrics, Transcript, Turn
from pipeline.checks import PhraseCheck, SequenceCheck, StepsCheck
from pipeline.compiled import compile_book
from pipeline.finding import Finding, Outcome
from pipeline.judging import judge
from pipeline.maybe_said import Sought, Words, make_sought, may_hold
from pipeline.messages import Language
from pipeline.normalise import tokenise
from pipeline.patterns import PhraseSet
from pipeline.phrase_index import PhraseIndex, index_phrases
from pipeline.rules import Kind, Phrasebook, Rule, Window

_MARGIN: Final = 1e-6  # above a threshold by this much, however sums are rounded
_OTHERS_ALONE: Final = 1.0 - 0.7  # `build_stream`: as improbable as this a turn is not the role's
_MOST_REMOVED: Final = 2  # turns of an opening that may be a recorded voice; with more, no word
_PARTIES: Final = (Role.AGENT, Role.CUSTOMER)
_WORDS: Final = "qzxqzxqzxqzx"  # nobody's
_NO_METRICS: Final = TalkMetrics(0.0, 0.0, 0.0, 0.0, 0.0, None)
_SILENT: Final = (Outcome.CLEAR, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class BriefTurn:
    """A turn without its times."""

    role: Role
    role_probability: float
    text: str
    least_p: float  # the least recognition probability of its words; 1 without words


class _Heard(NamedTuple):
    """A turn with the tokens of its words, and who may have said them."""

    turn: BriefTurn
    texts: tuple[str, ...]
    agent_p: float | None  # None where it is not the agent's, by `build_stream`
    customer_p: float | None

    def chance(self, role: Role) -> float | None:
        """That the role spoke it; None where it did not, or nothing was said."""
        return self.agent_p if role is Role.AGENT else self.customer_p


@dataclass(frozen=True, slots=True)
class _Needed:
    """How well a role must be heard, whichever rule asks."""

    role_p: float
    word_p: float
    whole: bool  # all look at the whole call


@dataclass(frozen=True, slots=True, eq=False)
class Sieve:
    """The phrases that decide the rules of a phrasebook, made ready for many calls at once."""

    phrasebook: Phrasebook
    sought: Mapping[Role, Sought]
    needed: Mapping[Role, _Needed]
    recorded: Sought | None  # by which an announcement is known
    _told: dict[tuple[object, ...], tuple[Finding, ...]] = field(default_factory=dict)

    def silent(self, calls: Sequence[Sequence[BriefTurn]]) -> list[bool]:
        """Of each call of the phrasebook's language, whether `findings` are what `judge` finds.

        Where that is not certain, it is not said.
        """
        heard = [_heard(turns, self.phrasebook.language) for turns in calls]
        announced = self._announced(heard)
        found = []
        searched: dict[Role, list[tuple[int, Words]]] = {role: [] for role in self.sought}
        for at, turns in enumerate(heard):
            kept = _without_some(turns) if at in announced else [turns]
            found.append(bool(kept) and all(self._clear(some) for some in kept))
            if found[at]:
                for role, sequences in searched.items():
                    distinct = dict.fromkeys(_words(some, role) for some in kept)
                    sequences += [(at, words) for words in distinct]
        for role, sequences in searched.items():
            for number in may_hold(self.sought[role], [words for _, words in sequences]):
                found[sequences[number][0]] = False
        return found

    def findings(self, metadata: CallMetadata) -> tuple[Finding, ...]:
        """What the rules say of a call that is silent."""
        key = (metadata.purpose, metadata.direction, metadata.team)
        known = self._told.get(key)
        if known is None:
            known = self._told[key] = _judge_nothing(self.phrasebook, metadata)
        return known

    def _announced(self, calls: Sequence[Sequence[_Heard]]) -> frozenset[int]:
        """The calls that may begin with a recorded voice, whose turns are taken out."""
        if self.recorded is None:
            return frozenset()
        return may_hold(self.recorded, [_words(_opening(turns), Role.AGENT) for turns in calls])

    def _clear(self, turns: Sequence[_Heard]) -> bool:
        """Whether every role is heard well enough for all rules."""
        return all(_is_clear(turns, role, needed) for role, needed in self.needed.items())


def make_sieve(phrasebook: Phrasebook) -> Sieve | None:
    """None where some rule has to look at every call."""
    wanted: dict[Role, set[int]] = {role: set() for role in _PARTIES}
    for rule in phrasebook.rules:
        if rule.kind is Kind.REQUIRED:
            return None
        sets = _deciding(rule)
        if sets is None:
            return None
        for role, phrases in sets:
            wanted[role].add(id(phrases))
    indexes = compile_book(phrasebook)
    recorded = index_phrases([phrasebook.recorded_voice], phrasebook.language)
    sought = {role: _sought(indexes[role], wanted[role]) for role in _PARTIES if wanted[role]}
    announced = _sought(recorded, {id(phrasebook.recorded_voice)})
    if announced is None or not _is_nothing(phrasebook):
        return None
    ready = {role: each for role, each in sought.items() if each is not None}
    if len(ready) < len(sought):
        return None
    needed = {role: _needed(phrasebook, role) for role in {rule.role for rule in phrasebook.rules}}
    return Sieve(phrasebook, ready, needed, announced if phrasebook.recorded_voice else None)


def _deciding(rule: Rule) -> list[tuple[Role, PhraseSet]] | None:
    """The phrases without which a rule finds nothing, whatever else is said; None where there
    are none such.
    """
    check = rule.check
    if isinstance(check, PhraseCheck):
        found = [(rule.role, check.phrases)]
    elif isinstance(check, StepsCheck):
        found = [(rule.role, step.phrases) for step in check.steps]
    elif isinstance(check, SequenceCheck):
        found = [(item.role, item.phrases) for item in check.items if not item.absent]
    else:
        return None
    if rule.occasion is not None:
        found += [(role, rule.occasion.phrases) for role in rule.occasion.roles]
    return found


def _sought(index: PhraseIndex, wanted: set[int]) -> Sought | None:
    patterns = [p for some in index.by_piece.values() for p in some]
    patterns += index.without_piece
    return make_sought(
        index, tuple(p for p in patterns if any(id(owner) in wanted for owner in p.owners))
    )


def _needed(phrasebook: Phrasebook, role: Role) -> _Needed:
    rules = [rule for rule in phrasebook.rules if rule.role is role]
    return _Needed(
        role_p=max(rule.min_role_p for rule in rules) + _MARGIN,
        word_p=max(rule.min_word_p for rule in rules) + _MARGIN,
        whole=all(rule.window == Window() for rule in rules),
    )


def _judge_nothing(phrasebook: Phrasebook, metadata: CallMetadata) -> tuple[Finding, ...]:
    """What `judge` says where both parties say something, and none of it concerns a rule."""
    turns = tuple(
        Turn(n, f"{role}", role, 1.0, 2.0 * n, 2.0 * n + 1.0, _WORDS)
        for n, role in enumerate((Role.CUSTOMER, Role.AGENT))
    )
    return judge(
        Transcript(phrasebook.language, turns, (), 4.0),
        metadata=metadata,
        metrics=_NO_METRICS,
        phrasebook=phrasebook,
    )


def _is_nothing(phrasebook: Phrasebook) -> bool:
    """Whether that is so under every purpose."""
    calls = [CallMetadata("", purpose=purpose) for purpose in (None, *Purpose)]
    return all(
        finding.outcome in _SILENT and not finding.evidence
        for call in calls
        for finding in _judge_nothing(phrasebook, call)
    )


def _heard(turns: Sequence[BriefTurn], language: Language) -> list[_Heard]:
    """Turns without a word stay: where the customer's first is, is told by its text."""
    found = []
    for turn in turns:
        texts = tuple([token.text for token in tokenise(turn.text, language)])
        agent_p = _chance(turn, Role.AGENT) if texts else None
        customer_p = _chance(turn, Role.CUSTOMER) if texts else None
        found.append(_Heard(turn, texts, agent_p, customer_p))
    return found


def _chance(turn: BriefTurn, role: Role) -> float | None:
    """As `build_stream` counts the turn among the role's."""
    if turn.role is role:
        return turn.role_probability
    if turn.role is Role.UNKNOWN:
        return 0.5
    other = 1.0 - turn.role_probability
    return other if other > _OTHERS_ALONE else None


def _words(turns: Sequence[_Heard], role: Role) -> Words:
    texts: list[str] = []
    trust: list[float] = []
    for each in turns:
        if each.chance(role) is not None:
            texts += each.texts
            trust += [each.turn.least_p] * len(each.texts)
    return Words(tuple(texts), tuple(trust))


def _opening(turns: Sequence[_Heard]) -> Sequence[_Heard]:
    """What is said before the customer's first words."""
    first = next(
        (
            at
            for at, each in enumerate(turns)
            if each.turn.role is Role.CUSTOMER and each.turn.text.strip()
        ),
        len(turns),
    )
    return turns[:first]


def _without_some(turns: Sequence[_Heard]) -> list[list[_Heard]]:
    """All that may be left when the turns of a recorded voice are taken out of the opening; empty
    where that is too much to say.
    """
    opening = [at for at, each in enumerate(_opening(turns)) if each.agent_p is not None]
    if len(opening) > _MOST_REMOVED:
        return []
    return [
        [each for at, each in enumerate(turns) if at not in removed]
        for size in range(len(opening) + 1)
        for removed in combinations(opening, size)
    ]


def _is_clear(turns: Sequence[_Heard], role: Role, needed: _Needed) -> bool:
    """Whether no window of the role's words is too doubtful to be judged."""
    own = [(p, each) for each in turns if (p := each.chance(role)) is not None]
    if not own:
        return False
    if needed.whole:
        count = sum(len(each.texts) for _, each in own)
        role_p = sum(p * len(each.texts) for p, each in own) / count
        word_p = sum(each.turn.least_p * len(each.texts) for _, each in own) / count
    else:
        role_p = min(p for p, _ in own)
        word_p = min(each.turn.least_p for _, each in own)
    return role_p >= needed.role_p and word_p >= needed.word_p
