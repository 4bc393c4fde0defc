"""Recordings become waveforms: `read_audio` for everyone, and what the decoding child runs.

The only module that lets FFmpeg (PyAV) at a file; it does so in a child process with limits (see
`pipeline.audio_process`), never in the caller's.

FFmpeg's resampler (a windowed sinc of 64 taps) makes 16 kHz of any rate: a call of 8 kHz keeps its
band up to 3.8 kHz within 1 dB, and nothing is invented above 4.2 kHz (below -40 dB).
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import BinaryIO, cast

import av
import av.subtitles.codeccontext  # PyAV imports these late, when nothing can be opened any more
import av.subtitles.stream
import av.video.codeccontext
import av.video.stream
import numpy as np
from av import AudioFifo, AudioFrame, AudioResampler, Packet
from av.audio.stream import AudioStream
from av.container import InputContainer

from pipeline.audio_levels import FileSamples, count_clipped, mute_absurd
from pipeline.audio_process import DecodeLimits, DecodeReport, DecodeTask
from pipeline.audio_reading import read_audio
from pipeline.confinement import open_no_more
from pipeline.engines import ENGINE_RATE_HZ
from pipeline.errors import AudioError

__all__ = ["DecodeLimits", "DecodeTask", "decode_standard_input", "read_audio"]

# Containers that hold their sound themselves. Playlists and lists of files (hls, concat, dash, sdp)
# are missing on purpose: FFmpeg then does not even look whether a file is one.
_CONTAINERS = (
    "wav,w64,mp3,ogg,flac,mov,m4a,mp4,aac,amr,amrnb,amrwb,gsm,alaw,mulaw,au,aiff,caf,"
    "matroska,webm,asf,avi,flv,mpeg,mpegts"
)
_LAYOUTS = {1: "mono", 2: "stereo"}
_RATES_HZ = range(4000, 384_001)
_GAP_MIN_S, _GAP_MAX_S = 0.1, 300.0  # a hole in the time stamps; more is a leap of the clock
_DEMUX_FAILURES_MAX = 16
_PIECE_SAMPLES = 4096
_RESAMPLING = {
    "filter_size": "64"
}  # the default of 32 dampens 3.6 kHz by 0.7 dB, 3.8 kHz by 2.8 dB
_COVER = 0x400  # AV_DISPOSITION_ATTACHED_PIC: a picture of the recording, not its film


def decode_standard_input(task: DecodeTask) -> None:
    """The child's whole work: samples to standard output, one line of JSON to standard error."""
    av.logging.set_level(
        av.logging.PANIC
    )  # nothing is printed, but errors then carry FFmpeg's words
    open_no_more()
    try:
        report = _Decoding(task, sys.stdout.buffer).run(sys.stdin.buffer)
        sys.stdout.flush()
        answer: dict[str, object] = {"report": dataclasses.asdict(report)}
    except MemoryError:
        answer = {"error": "audio.memory_limit", "values": {}}
    except AudioError as e:
        answer = {"error": e.key, "values": e.values}
    except av.FFmpegError as e:
        answer = {"error": "audio.unreadable", "values": {"detail": _explain(e)}}
    sys.stderr.write(json.dumps(answer))


def _explain(error: av.FFmpegError) -> str:
    """FFmpeg's own words, the last line of its log first: `moov atom not found`."""
    log = cast("tuple[int, str, str] | None", error.log)  # PyAV's stub nests it once more
    words = (log[2].strip() if log else "") or error.strerror or type(error).__name__
    return words.partition(" on whitelist ")[0]  # and then all that is


class _Decoding:
    """One file on its way from packets to samples, with what was counted on the way."""

    def __init__(self, task: DecodeTask, sink: BinaryIO) -> None:
        self.task = task
        self.sink = sink
        self.channels = 0  # not known before the first frame
        self.rate_hz = 0
        self.sound_s = 0.0  # what the resampler was given, holes filled
        self.packets = self.damaged = self.gaps = 0
        self.gap_s = 0.0
        self.values = self.clipped = self.absurd = 0  # samples of all channels, at the file's rate
        self.written = 0  # at 16 kHz, per channel

    def run(self, source: BinaryIO) -> DecodeReport:
        """Decode all of it. Raises: AudioError without a path, av.FFmpegError, MemoryError."""
        options = _open_options(self.task)
        with av.open(
            source, "r", self.task.raw_format, options, metadata_errors="replace"
        ) as container:
            stream = _choose_stream(container)
            stream.codec_context.thread_count = 1
            start_s = _seconds(stream.start_time, stream.time_base)
            frames = self._without_holes(self._frames(container, stream), start_s)
            self._convert(_in_pieces(frames))
            if self.written == 0:
                raise AudioError("audio.no_samples")
            return self._report(container, stream)

    def _report(self, container: InputContainer, stream: AudioStream) -> DecodeReport:
        declared_s = _seconds(stream.duration, stream.time_base)
        if declared_s is None and container.duration is not None:
            declared_s = container.duration / 1e6  # in microseconds, where the stream has none
        return DecodeReport(
            container=container.format.name,
            codec=stream.codec_context.codec.canonical_name,
            sample_rate_hz=self.rate_hz,
            channels=self.channels,
            duration_s=round(self.sound_s, 6),
            declared_s=declared_s,
            audio_streams=len(container.streams.audio),
            video=any(not s.disposition & _COVER for s in container.streams.video),
            packets=self.packets,
            damaged=self.damaged,
            gaps=self.gaps,
            gap_s=round(self.gap_s, 6),
            not_finite=self.absurd,
            clipped_share=self.clipped / self.values,
        )

    def _packets(
        self, container: InputContainer, stream: AudioStream
    ) -> Iterator[Packet[AudioStream]]:
        """All packets that can still be read: a damaged place is stepped over, a few times."""
        for _ in range(_DEMUX_FAILURES_MAX):
            try:
                yield from container.demux(stream)
                return
            except MemoryError:  # also one of FFmpeg's
                raise
            except av.FFmpegError:
                self.damaged += 1

    def _frames(self, container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
        for packet in self._packets(container, stream):
            self.packets += packet.size > 0  # the empty one at the end only flushes the decoder
            try:
                yield from stream.decode(packet)
            except MemoryError:  # also one of FFmpeg's
                raise
            except av.FFmpegError:
                self.damaged += packet.size > 0

    def _without_holes(
        self, frames: Iterator[AudioFrame], start_s: float | None
    ) -> Iterator[AudioFrame]:
        """The frames, with silence where packets are missing: times stay those of the file."""
        for frame in frames:
            if not self.channels:
                self.channels, self.rate_hz = frame.layout.nb_channels, frame.sample_rate
            _check_shape(frame.layout.nb_channels, frame.sample_rate)
            now_s = _seconds(frame.pts, frame.time_base)
            if now_s is not None:
                start_s = now_s if start_s is None else start_s
                hole_s = now_s - start_s - self.sound_s
                if _GAP_MIN_S < hole_s < _GAP_MAX_S:
                    self.gaps += 1
                    self.gap_s += hole_s
                    self.sound_s += hole_s
                    yield from _silence(hole_s, like=frame)
            self.sound_s += frame.samples / frame.sample_rate
            yield frame

    def _convert(self, pieces: Iterator[AudioFrame]) -> None:
        """Resample to 16 kHz and write; a file may change its format on the way."""
        resampler: AudioResampler | None = None
        shape: tuple[object, ...] = ()
        for piece in pieces:
            frame = self._clean(piece)
            now = _shape(frame)
            if resampler is None or now != shape:
                self._write(resampler.resample(None) if resampler else [])
                resampler = AudioResampler(
                    "flt", _LAYOUTS[self.channels], ENGINE_RATE_HZ, options=_RESAMPLING
                )
                shape = now
            self._write(resampler.resample(frame))
        self._write(resampler.resample(None) if resampler else [])

    def _clean(self, frame: AudioFrame) -> AudioFrame:
        """Count what is wrong with the samples; what is no number becomes silence.

        Two channels are named left and right whatever the file calls them, so that the resampler
        mixes none into another.
        """
        samples, absurd = mute_absurd(frame.to_ndarray())
        step = 1 if frame.format.is_planar else frame.layout.nb_channels
        self.values += samples.size
        self.absurd += absurd
        self.clipped += count_clipped(samples, step=step)
        if absurd or frame.layout.name not in _LAYOUTS.values():
            return _frame_of(samples, like=frame)
        frame.pts = None  # the resampler shall not reason about time
        return frame

    def _write(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self.written += frame.samples
            if self.written > self.task.duration_limit_s * ENGINE_RATE_HZ:
                raise AudioError("audio.too_long", limit_h=self.task.duration_limit_s / 3600)
            self.sink.write(memoryview(frame.planes[0])[: frame.samples * self.channels * 4])


def _open_options(task: DecodeTask) -> dict[str, str]:
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "none"}
    if task.raw_format in ("alaw", "mulaw"):
        options |= {"sample_rate": "8000", "ch_layout": "mono"}
    if task.ignore_length:
        options["ignore_length"] = "1"
    return options


def _choose_stream(container: InputContainer) -> AudioStream:
    """The stream with sound that FFmpeg takes for the main one."""
    if not container.streams.audio:
        raise AudioError("audio.no_audio")
    best = container.streams.best("audio")
    for stream in container.streams.audio:
        decodable = bool(stream.codec_context)  # None where FFmpeg has no decoder
        if decodable and best is not None and stream.index == best.index:
            return stream
    raise AudioError("audio.unreadable", detail="no sound track that can be decoded")


def _in_pieces(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """The same samples in longer frames: 160 at a time, as telephone codecs give, is slow."""
    fifo = AudioFifo()
    shape: tuple[object, ...] = ()
    for frame in frames:
        if _shape(frame) != shape:
            if rest := fifo.read(0, partial=True):
                yield rest
            fifo, shape = AudioFifo(), _shape(frame)
        frame.pts = None  # holes are filled; the queue would only compare
        fifo.write(frame)
        while piece := fifo.read(_PIECE_SAMPLES):
            yield piece
    if rest := fifo.read(0, partial=True):
        yield rest


def _shape(frame: AudioFrame) -> tuple[object, ...]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _seconds(ticks: int | None, time_base: Fraction | None) -> float | None:
    return None if ticks is None or time_base is None else float(ticks * time_base)


def _check_shape(channels: int, rate_hz: int) -> None:
    if channels not in _LAYOUTS:
        raise AudioError("audio.channels", channels=channels)
    if rate_hz not in _RATES_HZ:
        raise AudioError("audio.sample_rate", rate_hz=rate_hz)


def _silence(duration_s: float, *, like: AudioFrame) -> Iterator[AudioFrame]:
    """Frames of silence, of at most a second each."""
    left = round(duration_s * like.sample_rate)
    channels = like.layout.nb_channels
    dtype = like.to_ndarray().dtype
    middle = 128 if dtype == np.uint8 else 0
    while left > 0:
        count = min(left, like.sample_rate)
        shape = (channels, count) if like.format.is_planar else (1, count * channels)
        yield _frame_of(np.full(shape, middle, dtype), like=like)
        left -= count


def _frame_of(samples: FileSamples, *, like: AudioFrame) -> AudioFrame:
    layout = _LAYOUTS[like.layout.nb_channels]
    frame = av.AudioFrame.from_ndarray(samples, like.format.name, layout)
    frame.sample_rate = like.sample_rate
    return frame
