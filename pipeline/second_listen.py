"""The second listen: which hits are worth it, and what it says of them.

Pure but for the verifier that is handed in. What it finds is one more evidence of a hit's
probability, never a verdict of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pipeline.call import Language, Turn
from pipeline.checks import PhraseCheck, StepsCheck
from pipeline.engines import ENGINE_RATE_HZ, Clip, Samples, Verifier, Waveform
from pipeline.judging import concerns
from pipeline.matching import Hit
from pipeline.patterns import PhraseSet, Piece
from pipeline.rating import CallView, HitPlace, place_of, rate_hits
from pipeline.rules import Phrasebook, Rule
from pipeline.stream import Stream, character_times

_REACH: Final = 2.2  # log-odds around a rule's threshold that the evidence may bridge
_MOST_CANDIDATES: Final = 3  # phrases at one place
_LEAST_TOKENS: Final = {"zh": 3}  # Whisper finds a lone 喂 improbable even where it was said
_LEAST_WORDS: Final = 2
_MARGIN_S: Final = 0.2  # of sound around a turn
_WORD_MARGIN_S: Final = 0.1  # and around words within it
_LONGEST_S: Final = 10.0  # of a clip


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place where a phrase may have been said, in other words than the transcript has.

    distance: of the best hit's log-odds from the rule's threshold.
    """

    turn: Turn
    first: int  # character of the turn's text, included
    last: int
    candidates: tuple[tuple[HitPlace, str], ...]  # with the phrase's words
    distance: float


def find_doubts(view: CallView, phrasebook: Phrasebook, *, at_most: int) -> tuple[Doubt, ...]:
    """The places whose evidence is nearest to the thresholds of their rules, nearest first.

    Only phrases of three and more Chinese characters or two other words, without gaps and slots,
    within one turn, and not where the transcript has just the phrase's words: there is nothing to
    compare.
    """
    found: dict[tuple[HitPlace, ...], Doubt] = {}
    for rule in phrasebook.rules:
        if concerns(rule.when, view.metadata):
            for doubt in _doubts_of(view, rule):
                key = tuple(place for place, _ in doubt.candidates)
                if key not in found or doubt.distance < found[key].distance:
                    found[key] = doubt
    nearest = sorted(found.values(), key=lambda d: (d.distance, d.turn.start, d.first))
    return tuple(nearest[:at_most])


def listen_again(
    view: CallView, *, phrasebook: Phrasebook, waveform: Waveform, verifier: Verifier, at_most: int
) -> CallView:
    """The call with acoustic evidence for its doubtful hits.

    Args:
        waveform: of the whole call, shape (channels, samples).
        at_most: places of the call that are listened to.
    """
    doubts = find_doubts(view, phrasebook, at_most=at_most)
    clips = [clip_of(doubt, waveform) for doubt in doubts]
    scores = verifier.verify(clips, language=view.transcript.language)
    listened = {
        place: heard.log_ratio(number)
        for doubt, heard in zip(doubts, scores, strict=True)
        for number, (place, _) in enumerate(doubt.candidates)
    }
    return replace(view, listened={**view.listened, **listened}, weighed={}, told={})


def clip_of(doubt: Doubt, waveform: Waveform) -> Clip:
    """The turn of the doubt, or as much of it around the place as ten seconds hold."""
    turn = doubt.turn
    first, last = _stretch(turn, doubt.first, doubt.last)
    starts, ends, _ = character_times(turn)
    start = turn.start - _MARGIN_S if first == 0 else starts[first] - _WORD_MARGIN_S
    whole = last == len(turn.text) - 1
    end = turn.end + _MARGIN_S if whole else ends[last] + _WORD_MARGIN_S
    before, after = turn.text[first : doubt.first], turn.text[doubt.last + 1 : last + 1]
    return Clip(
        samples=_cut(waveform, turn.speaker, start, end),
        own_words=turn.text[first : last + 1],
        candidates=tuple(before + words + after for _, words in doubt.candidates),
    )


def _doubts_of(view: CallView, rule: Rule) -> Iterator[Doubt]:
    stream = view.streams[rule.role]
    for phrases, unless in _sought(rule):
        for rated in rate_hits(view, rule, phrases, mask=view.mask(rule), unless=unless):
            distance = abs(_logit(rated.probability) - _logit(rule.report_p))
            hit = rated.hit
            if distance > _REACH or stream.turn[hit.first] != stream.turn[hit.last]:
                continue
            rivals = [
                h
                for h in view.hits(rule.role, phrases)
                if _plain(h, stream.language) and _overlap(h, hit)
            ]
            if any(_as_written(h, stream) for h in rivals):
                continue
            rivals = sorted(rivals, key=lambda h: -h.sound_similarity)[:_MOST_CANDIDATES]
            for group in _by_extent(rivals):
                yield Doubt(
                    turn=stream.transcript.turns[int(stream.turn[hit.first])],
                    first=int(stream.first[group[0].first]),
                    last=int(stream.last[group[0].last]),
                    candidates=tuple((place_of(rule.role, h), h.pattern.text) for h in group),
                    distance=distance,
                )


def _sought(rule: Rule) -> Iterator[tuple[PhraseSet, PhraseSet]]:
    """The sets of phrases that decide a rule, with their exceptions."""
    check = rule.check
    if isinstance(check, PhraseCheck):
        yield check.phrases, check.unless
    elif isinstance(check, StepsCheck):
        for step in check.steps:
            yield step.phrases, check.unless


def _plain(hit: Hit, language: Language) -> bool:
    """Whether a phrase is words in a row, and not too few of them."""
    elements = hit.pattern.elements
    words = len(elements) == 1 and isinstance(elements[0], Piece)
    return words and hit.pattern.size >= _LEAST_TOKENS.get(language, _LEAST_WORDS)


def _overlap(one: Hit, other: Hit) -> bool:
    return one.first <= other.last and other.first <= one.last


def _as_written(hit: Hit, stream: Stream) -> bool:
    return stream.texts[hit.first : hit.last + 1] == hit.pattern.tokens


def _by_extent(hits: list[Hit]) -> list[list[Hit]]:
    """Hits that cover just the same words, together: one clip with several candidates."""
    groups: dict[tuple[int, int], list[Hit]] = {}
    for hit in hits:
        groups.setdefault((hit.first, hit.last), []).append(hit)
    return list(groups.values())


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _stretch(turn: Turn, first: int, last: int) -> tuple[int, int]:
    """First and last character of the clip's words: whole words around the place."""
    starts, ends, _ = character_times(turn)
    reach_s = max(0.0, (_LONGEST_S - (ends[last] - starts[first])) / 2)
    if turn.end - turn.start <= _LONGEST_S:
        return 0, len(turn.text) - 1
    begin, end = first, last
    while begin > 0 and starts[begin - 1] >= starts[first] - reach_s:
        begin -= 1
    while end < len(turn.text) - 1 and ends[end + 1] <= ends[last] + reach_s:
        end += 1
    while begin < first and _inside_word(turn.text, begin):
        begin += 1
    while end > last and _inside_word(turn.text, end + 1):
        end -= 1
    return begin, end


def _inside_word(text: str, at: int) -> bool:
    """Whether a word of letters goes on over the border before character `at`."""
    if at <= 0 or at >= len(text):
        return False
    return all(c.isalpha() and c < "\u3400" for c in (text[at - 1], text[at]))


def _cut(waveform: Waveform, speaker: str, start: float, end: float) -> Samples:
    kind, _, number = speaker.partition("-")
    channel = waveform[int(number) if kind == "channel" and int(number) < len(waveform) else 0]
    first, last = (max(0, round(t * ENGINE_RATE_HZ)) for t in (start, end))
    samples: Samples = channel[first:last]
    return samples
