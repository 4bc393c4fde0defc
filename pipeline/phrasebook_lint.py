"""What a phrasebook can be read with, but should not be released with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipeline.call import CallMetadata, Purpose, Role
from pipeline.checks import PhraseCheck, StepsCheck
from pipeline.dialogue import build_transcript
from pipeline.finding import Outcome
from pipeline.judging import concerns, judge
from pipeline.matching import Hit, find_hits
from pipeline.messages import LANGUAGES, Language
from pipeline.patterns import Pattern, PhraseSet, Piece
from pipeline.phrase_index import index_phrases
from pipeline.phrasebook import load_phrasebook
from pipeline.phrasebook_faults import Fault, InvalidPhrasebookError
from pipeline.phrasebook_tests import failed, run_phrasebook_tests
from pipeline.rules import Kind, Line, Phrasebook, Rule, Window
from pipeline.stream import Stream, build_stream
from pipeline.talk import measure_talk

_SHORT: Final = {"zh": 4, "es": 2, "en": 2}  # tokens; shorter phrases need a place or a context
_FASTEST_PER_S: Final = {"zh": 8.0, "es": 5.0, "en": 5.0}  # tokens that can be spoken in a second
_APART_S: Final = 5.0  # so that phrases said one after the other do not run together
_OPEN: Final = {Outcome.NOT_APPLICABLE, Outcome.NOT_ASSESSABLE}  # what any rule may find
_OUTCOMES: Final = {
    Kind.FORBIDDEN: {Outcome.VIOLATED, Outcome.CLEAR} | _OPEN,
    Kind.REQUIRED: {Outcome.MET, Outcome.MISSED} | _OPEN,
    Kind.CREDIT: {Outcome.MET} | _OPEN,
}
_ALIKE: Final = 96.0  # sound similarity of phrases that recognition cannot tell apart


def check_phrasebook(folder: Path) -> tuple[Fault, ...]:
    """Every fault of a phrasebook's languages; empty when it may be released.

    First what keeps it from being read; then, rule by rule: no source or no tests, tests that only
    hit or only miss, tests that fail, short phrases without place or context, windows in which no
    phrase has room, conditions that no call meets, norms' own words and suggestions that another
    rule forbids, forbidden phrases that sound like recommended ones. Files are named from `folder`.

    Raises: InvalidPhrasebookError if `folder` is no phrasebook.
    """
    faults: list[Fault] = []
    for language in LANGUAGES:
        try:
            found = lint(load_phrasebook(folder, language=language))
        except InvalidPhrasebookError as error:
            if not error.faults:
                raise
            found = error.faults
        inside = f"{language}/" if (folder / language).is_dir() else ""
        faults += [replace(fault, file=inside + fault.file) for fault in found]
    return tuple(faults)


def lint(book: Phrasebook) -> tuple[Fault, ...]:
    """The faults of a phrasebook that can be read, by file and line."""
    found = [
        *(f for rule in book.rules for f in _rule_faults(rule, book.language)),
        *_never_concerned(book),
        *_failed_tests(book),
        *_forbidden_advice(book),
        *_sound_alikes(book),
    ]
    return tuple(sorted(found, key=lambda f: (f.file, f.line, f.key)))


def _fault(rule: Rule, key: str, **values: object) -> Fault:
    return Fault(rule.file, rule.line, rule.id, f"phrasebook.{key}", tuple(values.items()))


def _rule_faults(rule: Rule, language: Language) -> Iterator[Fault]:
    if not rule.sources:
        yield _fault(rule, "no_source")
    expected = {test.expected for test in rule.tests}
    if not expected:
        yield _fault(rule, "no_tests")
    elif len(expected) == 1:
        yield _fault(rule, "one_sided_tests", outcome=next(iter(expected)).value)
    patterns = [p for s in _asked(rule) for p in s.patterns]
    if key := _empty_window(rule.window):
        yield _fault(rule, "no_window", name=key)
    elif patterns and not _has_room(rule.window, patterns, language):
        yield _fault(rule, "no_room", seconds=round(_seconds(rule.window), 1))
    if isinstance(rule.check, PhraseCheck):
        lines = {p.text for p in patterns}
        if rule.check.at_least > len(lines):
            yield _fault(rule, "too_few_phrases", at_least=rule.check.at_least, count=len(lines))
        if rule.kind is Kind.FORBIDDEN and not _has_context(rule, rule.check):
            for text in sorted({p.text for p in patterns if _is_loose(p, language)}):
                yield _fault(rule, "loose_phrase", phrase=text)


def _never_concerned(book: Phrasebook) -> Iterator[Fault]:
    """Rules whose conditions contradict each other, or wait for a finding that cannot be there."""
    earlier: dict[str, Rule] = {}
    for rule in book.rules:
        for rule_id, outcome in rule.when.findings:
            if rule_id not in earlier:
                yield _fault(rule, "not_earlier", other=rule_id)
            elif outcome not in _OUTCOMES[earlier[rule_id].kind]:
                yield _fault(rule, "never_found", other=rule_id, outcome=outcome.value)
        purposes = rule.when.purposes or tuple(Purpose)
        calls = [
            CallMetadata(
                "check",
                language=book.language,
                purpose=purpose,
                direction=direction,
                team=next(iter(rule.when.teams), None),
            )
            for purpose in purposes
            for direction in (None, "inbound", "outbound")
        ]
        if not any(concerns(rule.when, call) for call in calls):
            yield _fault(rule, "no_such_call")
        earlier[rule.id] = rule


def _asked(rule: Rule) -> tuple[PhraseSet, ...]:
    """The phrases that decide a rule of phrases or steps, without exceptions."""
    if isinstance(rule.check, PhraseCheck):
        return (rule.check.phrases,)
    if isinstance(rule.check, StepsCheck):
        return tuple(step.phrases for step in rule.check.steps)
    return ()


def _empty_window(window: Window) -> str:
    """The condition that leaves nothing of the call; "" where something is left."""
    if window.first_turns is not None and window.skip_turns >= window.first_turns:
        return "skip_turns"
    return "skip_s" if window.first_s is not None and window.skip_s >= window.first_s else ""


def _seconds(window: Window) -> float:
    """The most seconds that a window can hold; infinite where none bound it."""
    first = math.inf if window.first_s is None else window.first_s - window.skip_s
    return min(first, math.inf if window.last_s is None else window.last_s)


def _has_room(window: Window, patterns: list[Pattern], language: Language) -> bool:
    return min(p.size for p in patterns) / _FASTEST_PER_S[language] <= _seconds(window)


def _has_context(rule: Rule, check: PhraseCheck) -> bool:
    placed = rule.window != Window() or rule.occasion is not None
    return placed or bool(check.unless or check.softening.phrases) or check.at_least > 1


def _is_loose(pattern: Pattern, language: Language) -> bool:
    anchored = pattern.at_clause_start or pattern.at_clause_end
    bare = len(pattern.elements) == 1 and isinstance(pattern.elements[0], Piece)
    return pattern.size < _SHORT[language] and bare and not anchored


def _failed_tests(book: Phrasebook) -> Iterator[Fault]:
    for result in failed(run_phrasebook_tests(book)):
        yield _fault(
            result.rule,
            "failed_test",
            number=result.number,
            expected=result.test.expected.value,
            found=result.found.outcome.value,
        )


def _forbidden_advice(book: Phrasebook) -> Iterator[Fault]:
    """The norms' own polite words, and every suggestion, said to the rules that forbid."""
    good = [(r, s.quote) for r in book.rules if r.kind is not Kind.FORBIDDEN for s in r.sources]
    good += [(r, r.suggestion) for r in book.rules if r.suggestion]
    forbidding = {r.id: r for r in book.rules if r.kind is Kind.FORBIDDEN}
    for rule, text in dict.fromkeys(good):
        transcript = build_transcript((Line(Role.AGENT, text.replace("XX", "")),), book.language)
        findings = judge(
            transcript,
            metadata=CallMetadata("check", language=book.language),
            metrics=measure_talk(transcript),
            phrasebook=book,
        )
        for finding in findings:
            if finding.outcome is Outcome.VIOLATED and finding.rule_id in forbidding:
                phrase = finding.evidence[0].phrase if finding.evidence else ""
                wrong = forbidding[finding.rule_id]
                yield _fault(wrong, "forbids_advice", phrase=phrase, text=text, other=rule.id)


def _sound_alikes(book: Phrasebook) -> Iterator[Fault]:
    """Recommended phrases that a forbidding rule would hear as its own, as far as they go."""
    advice = _recommended(book)
    if not advice:
        return
    said = tuple(Line(Role.AGENT, text, pause_s=_APART_S) for text in advice)
    stream = build_stream(build_transcript(said, book.language), Role.AGENT)
    forbidding = [
        (rule, rule.check)
        for rule in book.rules
        if rule.kind is Kind.FORBIDDEN and isinstance(rule.check, PhraseCheck)
    ]
    sets = [s for _, check in forbidding for s in (check.phrases, check.unless)]
    found = find_hits(stream, index_phrases(sets, book.language))
    texts = list(advice)
    for rule, check in forbidding:
        excused = {int(stream.turn[h.first]) for h in found.get(check.unless, ())}
        told = set(excused)
        for hit in found.get(check.phrases, ()):
            turn = int(stream.turn[hit.first])
            if turn not in told and _covers(hit, stream, turn):
                told.add(turn)
                text, phrase = texts[turn], hit.pattern.text
                recommends = advice[text]
                yield _fault(rule, "sounds_alike", phrase=phrase, text=text, other=recommends)


def _recommended(book: Phrasebook) -> dict[str, str]:
    """Every phrase of a credit or a required step, with the first rule that recommends it."""
    advice: dict[str, str] = {}
    for rule in book.rules:
        for phrases in _asked(rule) if rule.kind is not Kind.FORBIDDEN else ():
            for pattern in phrases.patterns:
                if len(pattern.elements) == 1 and isinstance(pattern.elements[0], Piece):
                    advice.setdefault(pattern.text, rule.id)
    return advice


def _covers(hit: Hit, stream: Stream, turn: int) -> bool:
    """Whether the hit is as good as certain and leaves at most one token of the turn."""
    size = int((stream.turn == turn).sum())
    return hit.sound_similarity >= _ALIKE and hit.last - hit.first + 1 >= size - 1
