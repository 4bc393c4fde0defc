"""From segments to turns: one speaker's uninterrupted speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.call import Segment, SpeakerSpan, Word
from pipeline.errors import TranscriptError


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn before anybody knows whose role it is."""

    speaker: str
    start: float
    end: float
    text: str
    words: tuple[Word, ...]
    level_db: float | None


def build_turns(
    segments: Sequence[Segment], spans: Sequence[SpeakerSpan], *, max_gap_s: float = 0.8
) -> tuple[SpokenTurn, ...]:
    """Join neighbouring segments of one speaker into turns.

    A turn goes on over a pause of at most `max_gap_s` seconds, unless the other party has words
    that begin in between. Speech in which no word was understood makes no turn; it stays visible
    as a span.

    Args:
        segments: of one call, ascending `start`; seconds from call start.
        spans: where voices were heard; they give a turn its level.
    Returns: turns with ascending `start`; empty if `segments` is empty.
    Raises: TranscriptError if a word ends before it starts.
    """
    groups: list[list[Segment]] = []
    open_group: dict[str, int] = {}
    for segment in segments:
        _check(segment)
        group = open_group.get(segment.speaker)
        if group is not None:
            last = groups[group][-1]
            if segment.start - last.end <= max_gap_s and group == len(groups) - 1:
                groups[group].append(segment)
                continue
        open_group[segment.speaker] = len(groups)
        groups.append([segment])
    return tuple(_turn(group, spans) for group in groups)


def _check(segment: Segment) -> None:
    for word in segment.words:
        if word.end < word.start:
            raise TranscriptError(
                "transcript.word_backwards", word=word.text, start=word.start, end=word.end
            )


def _turn(group: Sequence[Segment], spans: Sequence[SpeakerSpan]) -> SpokenTurn:
    start, end = group[0].start, max(s.end for s in group)
    levels = [
        (span.level_db, span.end - span.start)
        for span in spans
        if span.speaker == group[0].speaker
        and span.level_db is not None
        and span.start < end
        and span.end > start
    ]
    weight = sum(duration for _, duration in levels)
    level = sum(db * duration for db, duration in levels) / weight if weight > 0 else None
    return SpokenTurn(
        speaker=group[0].speaker,
        start=start,
        end=end,
        text=_join(tuple(s.text for s in group)),
        words=tuple(word for s in group for word in s.words),
        level_db=None if level is None else round(level, 1),
    )


def _join(texts: Sequence[str]) -> str:
    """Join texts; a space stands between two words of a script that writes spaces."""
    joined = ""
    for text in texts:
        spaced = joined and text and joined[-1].isascii() and text[0].isascii()
        joined += (" " if spaced else "") + text
    return joined
