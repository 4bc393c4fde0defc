"""Passages that may mean a norm in other words, by a sentence encoder.

They are proposed to people and nothing else: no finding and no score rests on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel

from pipeline.call import CallMetadata, Role, Transcript
from pipeline.checks import PhraseCheck, StepsCheck
from pipeline.engines import SentenceEncoder
from pipeline.finding import Finding, Outcome, Proposal
from pipeline.judging import concerns
from pipeline.patterns import Pattern, Piece
from pipeline.rules import Phrasebook, Rule
from pipeline.sentences import Sentence, sentences
from pipeline.stream import Flags, Stream, build_stream
from pipeline.windows import window_mask

LEAST_LIKENESS: Final = 0.62  # below, most proposals are of something else (docs/judging.md)
_MOST_PHRASES: Final = 6  # of one rule
_LEAST_TOKENS: Final = {"zh": 4, "es": 3, "en": 3}  # shorter phrases mean too many things
_DIFFERENT: Final = 0.6  # phrases of one rule that are more alike say the same
_FOUND: Final = (Outcome.VIOLATED, Outcome.MET, Outcome.NOT_ASSESSABLE)  # a person sees them anyway


@dataclass(frozen=True, slots=True, eq=False)
class _References:
    rule_ids: tuple[str, ...]
    phrases: tuple[str, ...]
    meanings: npt.NDArray[np.float32]


def propose(
    transcript: Transcript,
    findings: Sequence[Finding],
    *,
    metadata: CallMetadata,
    phrasebook: Phrasebook,
    encoder: SentenceEncoder,
    at_most: int,
) -> tuple[Proposal, ...]:
    """The sentences that are most like a phrase of a rule that found nothing, likest first.

    Each sentence is proposed for one rule, each rule once; only the rule's role, inside its window,
    and rules that concern the call. Sentences that a finding quotes are left out.
    """
    known = _references(phrasebook, encoder)
    outcomes = {finding.rule_id: finding.outcome for finding in findings}
    quoted = [(e.start, e.end) for f in findings for e in f.evidence if e.quote]
    open_rules = {
        rule.id: rule
        for rule in phrasebook.rules
        if concerns(rule.when, metadata) and outcomes.get(rule.id) not in _FOUND
    }
    rows = np.array([n for n, i in enumerate(known.rule_ids) if i in open_rules], dtype=np.int64)
    if not len(rows) or transcript.language != phrasebook.language:
        return ()
    found: list[Proposal] = []
    for role in sorted({rule.role for rule in open_rules.values()}):
        stream = build_stream(transcript, role)
        heard = [s for s in sentences(stream, _everywhere(stream)) if not _covered(s, quoted)]
        likeness = encoder.encode([_quote(stream, s) for s in heard]) @ known.meanings[rows].T
        allowed = _allowed(stream, heard, [open_rules[known.rule_ids[n]] for n in rows], role)
        likeness = np.where(allowed, likeness, -1.0)
        for sentence, row in zip(heard, likeness, strict=True):
            best = int(row.argmax())
            if row[best] >= LEAST_LIKENESS:
                place = int(rows[best])
                found.append(_proposal(stream, sentence, known, place, float(row[best])))
    found.sort(key=lambda p: (-p.likeness, p.start))
    first = {p.rule_id: p for p in reversed(found)}
    return tuple(p for p in found if first[p.rule_id] is p)[:at_most]


def _everywhere(stream: Stream) -> Flags:
    return np.ones(len(stream.texts), dtype=np.bool_)


def _quote(stream: Stream, sentence: Sentence) -> str:
    return stream.quote(sentence.first, sentence.last)


def _allowed(stream: Stream, heard: Sequence[Sentence], rules: Sequence[Rule], role: Role) -> Flags:
    """Whether each sentence begins where each rule looks; shape (sentences, rules)."""
    masks = {rule.id: window_mask(stream, rule.window) for rule in rules if rule.role is role}
    nowhere = ~_everywhere(stream)
    columns = [masks.get(rule.id, nowhere) for rule in rules]
    starts = [sentence.first for sentence in heard]
    return np.array([[mask[at] for mask in columns] for at in starts], dtype=np.bool_).reshape(
        len(starts), len(columns)
    )


def _proposal(
    stream: Stream, sentence: Sentence, known: _References, place: int, likeness: float
) -> Proposal:
    return Proposal(
        known.rule_ids[place],
        stream.transcript.turns[int(stream.turn[sentence.first])].turn_no,
        sentence.start,
        sentence.end,
        _quote(stream, sentence),
        known.phrases[place],
        round(min(1.0, likeness), 4),
    )


def _covered(sentence: Sentence, quoted: Sequence[tuple[float, float]]) -> bool:
    return any(start < sentence.end and end > sentence.start for start, end in quoted)


@lru_cache(maxsize=8)
def _references(phrasebook: Phrasebook, encoder: SentenceEncoder) -> _References:
    """What the phrases of all rules mean; worked out once per phrasebook."""
    pairs = [(rule.id, text) for rule in phrasebook.rules for text in _phrases(rule, phrasebook)]
    texts = [text for _, text in pairs]
    return _References(tuple(i for i, _ in pairs), tuple(texts), encoder.encode(texts))


def _phrases(rule: Rule, phrasebook: Phrasebook) -> list[str]:
    """A few phrases of a rule that differ from each other."""
    patterns: list[Pattern] = []
    if isinstance(rule.check, PhraseCheck):
        patterns = list(rule.check.phrases.patterns)
    elif isinstance(rule.check, StepsCheck):
        patterns = [p for step in rule.check.steps for p in step.phrases.patterns]
    chosen: list[Pattern] = []
    for pattern in patterns:
        whole = len(pattern.elements) == 1 and isinstance(pattern.elements[0], Piece)
        if not whole or pattern.size < _LEAST_TOKENS[phrasebook.language]:
            continue
        if len(chosen) == _MOST_PHRASES:
            break
        near = (Indel.normalized_similarity(pattern.tokens, c.tokens) for c in chosen)
        if max(near, default=0.0) < _DIFFERENT:
            chosen.append(pattern)
    return [pattern.text for pattern in chosen]
