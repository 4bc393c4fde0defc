"""The words of a call: spans of speech read window by window, timed, and given back to spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from models.belief import Belief, BeliefSettings, belief
from models.packing import Piece, Window, cut_pieces, pack, whole_piece
from models.sections import Section, sections
from models.whisper_engine import Reading, TimedToken, WhisperEngine
from models.word_times import words_of_pieces
from pipeline.call import Language, Segment, SpeakerSpan, Word
from pipeline.engines import Waveform
from pipeline.messages import LANGUAGES


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How windows are laid and decoded; each default is measured in docs/hearing.md.

    Each window is encoded at its own width and lengthened by its own silence. What is doubtful is
    read again patiently: in windows of `patient_window_s`, with `patient_beam`, without names.

    max_window_s: speech that is read together.
    gap_s: silence between the pieces of a window.
    padding_s: silence after the last piece; with less, Whisper loops.
    min_window_s: shorter windows loop.
    wordless_s: a piece this long in which no word was read is read again.
    short_s: a recording of one voice that is no longer is read as a whole, patiently:
        nothing beside it tells what was missed where it was cut.
    """

    beam: int = 2
    batch: int = 8
    margin_s: float = 0.15
    max_window_s: float = 12.0
    max_piece_s: float = 14.0
    gap_s: float = 0.5
    padding_s: float = 1.5
    min_window_s: float = 7.0
    wordless_s: float = 0.6
    patient_padding_s: float = 4.0
    patient_window_s: float = 10.0
    patient_beam: int = 5
    short_s: float = 10.0
    tokens_free: int = 16
    tokens_per_s: float = 14.0
    believing: BeliefSettings = field(default_factory=BeliefSettings)


@dataclass(frozen=True, slots=True)
class _Read:
    window: Window
    reading: Reading
    words: tuple[TimedToken, ...]


class WhisperTranscriber:
    """Reads spans of speech with Whisper.

    Args:
        names: by language, of the organisation and its agents; the only bias that reading gets.
    """

    def __init__(
        self,
        engine: WhisperEngine,
        *,
        names: Mapping[Language, Sequence[str]] | None = None,
        settings: ReadingSettings | None = None,
    ) -> None:
        self._engine = engine
        self._names = {language: tuple(texts) for language, texts in (names or {}).items()}
        self._settings = settings or ReadingSettings()

    def detect_language(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan]
    ) -> tuple[Language, float]:
        """The language of the call among those that tingjian knows, from its longest windows."""
        windows = sorted(self._windows(waveform, spans), key=lambda w: -w.speech_s)[:4]
        if not windows:
            return "zh", 0.0
        encoded = self._engine.encode(
            [w.audio() for w in windows],
            widths_s=[self._width(w.duration_s) for w in windows],
            language=None,
        )
        rows = self._engine.language_probabilities(encoded)
        total = sum(w.speech_s for w in windows)
        scores = {
            language: sum(
                row.get(language, 0.0) * w.speech_s for row, w in zip(rows, windows, strict=True)
            )
            / total
            for language in LANGUAGES
        }
        best = max(LANGUAGES, key=lambda language: scores[language])
        return best, scores[best] / max(sum(scores.values()), 1e-9)

    def transcribe(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan], *, language: Language
    ) -> tuple[Segment, ...]:
        """One segment for each stretch of speech in which words were understood, ascending by
        start.

        Args:
            waveform: shape (channels, samples) at 16 kHz; a span `channel-N` is read from channel
                N, any other label from channel 0.
            spans: ascending by start.
        """
        return tuple(
            _shifted(segment, section.start_s)
            for section in sections(waveform)
            for segment in self._transcribe(section, spans, language)
        )

    def _transcribe(
        self, section: Section, spans: Sequence[SpeakerSpan], language: Language
    ) -> list[Segment]:
        """The segments of one section, with seconds from its start."""
        inside = [
            replace(
                span,
                start=round(span.start - section.start_s, 3),
                end=round(span.end - section.start_s, 3),
            )
            for span in spans
            if section.start_s <= span.start < section.end_s
        ]
        whole = whole_piece(section.waveform, inside, at_most_s=self._settings.short_s)
        if whole is not None:
            reads = self._read_all([Window((whole,), (0.0,))], language, patiently=True)
            mended = [r for r in reads if self._belief(r, language, ()) is not Belief.FALSE]
        else:
            reads = self._read_all(self._windows(section.waveform, inside), language)
            mended = self._mend(reads, language)
        segments = [segment for read in mended for segment in _segments(read, language)]
        return sorted(segments, key=lambda s: (s.start, s.speaker))

    def _windows(self, waveform: Waveform, spans: Sequence[SpeakerSpan]) -> list[Window]:
        s = self._settings
        windows: list[Window] = []
        for speaker in sorted({span.speaker for span in spans}):
            channel = waveform[channel_of(speaker)]
            pieces = cut_pieces(
                channel,
                [span for span in spans if span.speaker == speaker and not beneath(span, spans)],
                margin_s=s.margin_s,
                max_piece_s=s.max_piece_s,
            )
            windows += pack(pieces, max_window_s=s.max_window_s, gap_s=s.gap_s)
        return windows

    def _width(self, duration_s: float, *, patiently: bool = False) -> float:
        s = self._settings
        padding = s.patient_padding_s if patiently else s.padding_s
        least = s.patient_window_s if patiently else s.min_window_s
        # in whole fiftieths of a second: the encoder wants an even number of frames
        return min(30.0, max(least, ceil((duration_s + padding) * 50) / 50))

    def _read_all(
        self, windows: Sequence[Window], language: Language, *, patiently: bool = False
    ) -> list[_Read]:
        """Decode in batches of similar length; the order of the windows is kept.

        Args:
            patiently: in wider windows, with more readings weighed, and without the names, which
                may have been echoed.
        """
        order = sorted(range(len(windows)), key=lambda i: windows[i].duration_s)
        reads: dict[int, _Read] = {}
        for first in range(0, len(order), self._settings.batch):
            batch = order[first : first + self._settings.batch]
            found = self._read_batch([windows[i] for i in batch], language, patiently=patiently)
            reads.update(zip(batch, found, strict=True))
        return [reads[i] for i in range(len(windows))]

    def _read_batch(
        self, batch: Sequence[Window], language: Language, *, patiently: bool
    ) -> list[_Read]:
        s = self._settings
        widths = [self._width(w.duration_s, patiently=patiently) for w in batch]
        encoded = self._engine.encode(
            [w.audio() for w in batch], widths_s=widths, language=language
        )
        speech_s = max(w.speech_s for w in batch)
        readings = self._engine.read(
            encoded,
            count=len(batch),
            language=language,
            max_tokens=round(s.tokens_free + s.tokens_per_s * speech_s),
            beam=s.patient_beam if patiently else s.beam,
            names="" if patiently else " ".join(self._names.get(language, ())),
        )
        times = self._engine.align(encoded, readings, language=language, durations_s=widths)
        return [_Read(w, r, tuple(t)) for w, r, t in zip(batch, readings, times, strict=True)]

    def _mend(self, reads: Sequence[_Read], language: Language) -> list[_Read]:
        """Read again what is not sound, and the pieces that a sound reading left out: each piece
        alone, in a wider window, without names."""
        names = self._names.get(language, ())
        beliefs = [self._belief(read, language, names) for read in reads]
        doubted = [
            self._left_out(read, language) if first is Belief.SOUND else read.window.pieces
            for read, first in zip(reads, beliefs, strict=True)
        ]
        windows = [Window((piece,), (0.0,)) for pieces in doubted for piece in pieces]
        again = iter(self._read_all(windows, language, patiently=True))
        mended: list[_Read] = []
        for read, first, pieces in zip(reads, beliefs, doubted, strict=True):
            singles = [next(again) for _ in pieces]
            if first is Belief.SOUND:
                mended += [read, *(r for r in singles if self._belief(r, language, ()) is first)]
                continue
            kept = [r for r in singles if self._belief(r, language, ()) is not Belief.FALSE]
            worse = first is Belief.DOUBTFUL and _letters(kept) < _letters([read])
            mended += [read] if worse else kept
        return mended

    def _left_out(self, read: _Read, language: Language) -> tuple[Piece, ...]:
        """Pieces of a window that have no word: the decoder sometimes ends in a pause."""
        found = words_of_pieces(read.window, read.words, language=language)
        return tuple(
            piece
            for piece, words in zip(read.window.pieces, found, strict=True)
            if not words and piece.span.duration_s >= self._settings.wordless_s
        )

    def _belief(self, read: _Read, language: Language, names: Sequence[str]) -> Belief:
        return belief(
            read.reading,
            speech_s=read.window.speech_s,
            language=language,
            names=names,
            settings=self._settings.believing,
        )


def channel_of(speaker: str) -> int:
    """The channel that carries a speaker: N of `channel-N`, otherwise the only one."""
    kind, _, number = speaker.partition("-")
    return int(number) if kind == "channel" else 0


def beneath(span: SpeakerSpan, spans: Sequence[SpeakerSpan]) -> bool:
    """Whether a span lies within another voice's on the same channel.

    What is read there are the other's words; reading it again would put them into the wrong mouth.
    """
    return any(
        other.speaker != span.speaker
        and channel_of(other.speaker) == channel_of(span.speaker)
        and other.start <= span.start
        and span.end <= other.end
        for other in spans
    )


def _letters(reads: Sequence[_Read]) -> int:
    return sum(len(read.reading.text) for read in reads)


def _shifted(segment: Segment, by_s: float) -> Segment:
    if by_s == 0:
        return segment
    return replace(
        segment,
        start=round(segment.start + by_s, 3),
        end=round(segment.end + by_s, 3),
        words=tuple(
            replace(word, start=round(word.start + by_s, 3), end=round(word.end + by_s, 3))
            for word in segment.words
        ),
    )


def _segments(read: _Read, language: Language) -> list[Segment]:
    segments = []
    for piece, words in zip(
        read.window.pieces, words_of_pieces(read.window, read.words, language=language), strict=True
    ):
        if words:
            segments.append(_segment(piece, words, read.reading.mean_log_probability))
    return segments


def _segment(piece: Piece, words: tuple[Word, ...], log_probability: float) -> Segment:
    return Segment(
        start=round(piece.span.start, 3),
        end=round(piece.span.end, 3),
        speaker=piece.speaker,
        text="".join(word.text for word in words).strip(),
        words=words,
        mean_log_probability=round(log_probability, 4),
    )
