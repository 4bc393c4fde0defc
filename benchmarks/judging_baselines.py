"""What simpler matchers find on the same transcripts: exact text, and rapidfuzz's partial ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from rapidfuzz import fuzz, process

from benchmarks.judged_calls import JudgedCall, Tags
from pipeline.call import Role
from pipeline.checks import PhraseCheck
from pipeline.judging import concerns
from pipeline.messages import Language
from pipeline.normalise import tokenise
from pipeline.patterns import Piece
from pipeline.rules import Phrasebook, Rule
from pipeline.verdict import done

Matcher = Literal["exact", "partial_ratio"]


@dataclass(frozen=True, slots=True)
class Scored:
    """The best score, 0-100, of each rule of phrases on one call."""

    call: JudgedCall
    scores: tuple[tuple[str, str, float], ...]  # rule, outcome when done, score

    def found(self, threshold: float) -> Tags:
        """What the matcher reports at a threshold."""
        return frozenset((rule, outcome) for rule, outcome, s in self.scores if s >= threshold)


def phrase_rules(book: Phrasebook) -> tuple[Rule, ...]:
    """The rules that phrases alone decide; the others no phrase matcher can judge."""
    return tuple(r for r in book.rules if isinstance(r.check, PhraseCheck) and r.occasion is None)


def score_calls(
    calls: Sequence[JudgedCall],
    books: dict[Language, Phrasebook],
    *,
    matcher: Matcher,
    least_tokens: int = 1,
) -> list[Scored]:
    """The best score of each phrase of each rule in each of the agent's turns.

    Both matchers read the same normalised text as the project's own, and heed on which calls a rule
    applies; phrases with gaps count by their longest piece, shorter ones than `least_tokens` not.
    """
    phrases = {lang: _phrases(book, least_tokens) for lang, book in books.items()}
    found = []
    for call in calls:
        language = call.transcript.language
        turns = [
            _joined([t.text for t in tokenise(turn.text, language)], language)
            for turn in call.transcript.turns
            if turn.role is Role.AGENT
        ]
        best = _best(phrases[language], [t for t in turns if t], matcher)
        rows = [
            (rule.id, done(rule).value, max((best[p] for p in texts), default=0.0))
            for rule, texts in _by_rule(books[language], phrases[language])
            if concerns(rule.when, call.metadata)
        ]
        found.append(Scored(call, tuple(rows)))
    return found


def _phrases(book: Phrasebook, least_tokens: int) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for rule in phrase_rules(book):
        if isinstance(rule.check, PhraseCheck):
            texts[rule.id] = []
            for pattern in rule.check.phrases.patterns:
                pieces = [e.tokens for e in pattern.elements if isinstance(e, Piece)]
                longest = max(pieces, key=len)
                if len(longest) >= least_tokens:
                    texts[rule.id].append(_joined(longest, book.language))
    return texts


def _by_rule(book: Phrasebook, phrases: dict[str, list[str]]) -> list[tuple[Rule, list[str]]]:
    return [(rule, phrases[rule.id]) for rule in phrase_rules(book)]


def _joined(tokens: Sequence[str], language: Language) -> str:
    return ("" if language == "zh" else " ").join(tokens)


def _best(phrases: dict[str, list[str]], turns: list[str], matcher: Matcher) -> dict[str, float]:
    texts = sorted({p for several in phrases.values() for p in several})
    if not turns:
        return dict.fromkeys(texts, 0.0)
    if matcher == "exact":
        return {p: 100.0 * any(p in turn for turn in turns) for p in texts}
    table = process.cdist(texts, turns, scorer=_whole_phrase, dtype=np.float32)
    return dict(zip(texts, table.max(axis=1).tolist(), strict=True))


def _whole_phrase(phrase: str, turn: str, *, score_cutoff: float | None = None) -> float:
    """`partial_ratio`, but never of a turn inside a longer phrase."""
    if len(turn) < len(phrase):
        return float(fuzz.ratio(phrase, turn, score_cutoff=score_cutoff))
    return float(fuzz.partial_ratio(phrase, turn, score_cutoff=score_cutoff))
