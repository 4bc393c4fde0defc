"""Which stretches of speech are read together.

Whisper reads a short turn badly alone and spends as much on it as on ten seconds. So consecutive
spans of one speaker are laid into one window with a short silence between them; the words find
their way back by their times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.segmentation import FRAME_S
from models.spans import FloatArray, Interval, cut, frame_level_db
from pipeline.call import SpeakerSpan
from pipeline.engines import ENGINE_RATE_HZ

_LOUD_PERCENTILE = 99.0
_TARGET_LEVEL = 0.5
_MAX_GAIN = 30.0
_HALVINGS = 8  # finds the length of equal windows to a twentieth of a second


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one speaker's speech that is read without interruption.

    span: the speech, in seconds from the start of the call.
    samples: of the span and its margins, a view of the channel: a long call is not held twice.
    audio_start: of `samples`, in seconds from the start of the call.
    gain: that brings the piece to the level of all others.
    """

    speaker: str
    span: Interval
    samples: FloatArray
    audio_start: float
    gain: float = 1.0

    @property
    def audio_s(self) -> float:
        return len(self.samples) / ENGINE_RATE_HZ

    def audio(self) -> FloatArray:
        """The levelled samples."""
        levelled: FloatArray = np.clip(self.samples * self.gain, -1.0, 1.0).astype(np.float32)
        return levelled


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of one speaker in one decoder window; each begins at its offset, in seconds."""

    pieces: tuple[Piece, ...]
    offsets: tuple[float, ...]

    @property
    def duration_s(self) -> float:
        return self.offsets[-1] + self.pieces[-1].audio_s

    @property
    def speech_s(self) -> float:
        return sum(piece.span.duration_s for piece in self.pieces)

    def audio(self) -> FloatArray:
        """The samples of the window, silence between the pieces."""
        samples = np.zeros(round(self.duration_s * ENGINE_RATE_HZ) + 1, dtype=np.float32)
        for piece, offset in zip(self.pieces, self.offsets, strict=True):
            first = round(offset * ENGINE_RATE_HZ)
            samples[first : first + len(piece.samples)] = piece.audio()
        return samples

    def piece_at(self, moment_s: float) -> int:
        """Index of the piece that holds a moment of the window, or of the nearest one."""
        ends = [o + p.audio_s for o, p in zip(self.offsets, self.pieces, strict=True)]
        distances = [
            max(start - moment_s, moment_s - end, 0.0)
            for start, end in zip(self.offsets, ends, strict=True)
        ]
        return int(np.argmin(distances))


def cut_pieces(
    channel: FloatArray, spans: Sequence[SpeakerSpan], *, margin_s: float, max_piece_s: float
) -> tuple[Piece, ...]:
    """Cut the spans of one speaker out of the channel that carries it, each brought to the same
    level.

    A span longer than `max_piece_s` is divided at its quietest moments. Margins never reach into
    a neighbour.

    Args:
        channel: shape (samples,), 16 kHz.
        spans: of one speaker, ascending, not overlapping each other.
    """
    parts = [
        (span.speaker, part)
        for span in spans
        for part in divide(channel, Interval(span.start, span.end), max_s=max_piece_s)
    ]
    pieces = []
    for i, (speaker, part) in enumerate(parts):
        before = part.start - (parts[i - 1][1].end if i else 0.0)
        after = (parts[i + 1][1].start if i + 1 < len(parts) else np.inf) - part.end
        start = part.start - min(margin_s, max(before, 0.0) / 2)
        end = part.end + min(margin_s, max(after, 0.0) / 2)
        audio = cut(channel, Interval(start, end))
        if len(audio):
            pieces.append(Piece(speaker, part, audio, max(start, 0.0), _gain(audio)))
    return tuple(pieces)


def whole_piece(
    waveform: FloatArray, spans: Sequence[SpeakerSpan], *, at_most_s: float
) -> Piece | None:
    """A short recording of one voice as one piece; None for any other.

    Args:
        waveform: shape (channels, samples), 16 kHz.
        spans: of all voices, ascending.
    """
    channels, samples = waveform.shape
    alone = len({span.speaker for span in spans}) == 1
    if channels != 1 or not alone or samples > at_most_s * ENGINE_RATE_HZ:
        return None
    speech = Interval(spans[0].start, spans[-1].end)
    audio = waveform[0]
    return Piece(spans[0].speaker, speech, audio, 0.0, _gain(cut(audio, speech)))


def divide(channel: FloatArray, interval: Interval, *, max_s: float) -> tuple[Interval, ...]:
    """Divide an interval into parts of at most `max_s` seconds at its quietest moments."""
    if interval.duration_s <= max_s:
        return (interval,)
    levels = frame_level_db(cut(channel, interval), smooth_s=0.15)
    # the cut lies in the second half of what is allowed, so that no part is a splinter
    first, last = round(0.5 * max_s / FRAME_S), round(max_s / FRAME_S)
    last = min(last, max(first + 1, len(levels) - round(0.5 / FRAME_S)))
    cut_at = interval.start + (first + int(np.argmin(levels[first:last]))) * FRAME_S
    rest = divide(channel, Interval(cut_at, interval.end), max_s=max_s)
    return (Interval(interval.start, cut_at), *rest)


def pack(pieces: Sequence[Piece], *, max_window_s: float, gap_s: float) -> tuple[Window, ...]:
    """Lay consecutive pieces of one speaker into as few windows of at most `max_window_s` seconds
    as they fill, all about equally long.

    A piece that is longer than that gets a window of its own. Windows of a batch wait for the
    longest of them, so a full one beside a nearly empty one costs more than two halves.
    """
    fewest = _filled(pieces, max_window_s=max_window_s, gap_s=gap_s)
    too_short, enough = 0.0, max_window_s
    for _ in range(_HALVINGS):
        limit = (too_short + enough) / 2
        if len(_filled(pieces, max_window_s=limit, gap_s=gap_s)) > len(fewest):
            too_short = limit
        else:
            enough = limit
    return _filled(pieces, max_window_s=enough, gap_s=gap_s)


def _filled(pieces: Sequence[Piece], *, max_window_s: float, gap_s: float) -> tuple[Window, ...]:
    windows: list[Window] = []
    for piece in pieces:
        if windows and windows[-1].duration_s + gap_s + piece.audio_s <= max_window_s:
            last = windows[-1]
            offset = last.duration_s + gap_s
            windows[-1] = Window((*last.pieces, piece), (*last.offsets, offset))
        else:
            windows.append(Window((piece,), (0.0,)))
    return tuple(windows)


def _gain(audio: FloatArray) -> float:
    loud = float(np.percentile(np.abs(audio), _LOUD_PERCENTILE))
    return min(_TARGET_LEVEL / max(loud, 1e-9), _MAX_GAIN)
