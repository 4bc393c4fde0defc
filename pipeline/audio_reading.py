"""From a path to a recording and its waveform: all the steps around the decoding child."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from pipeline.audio_levels import assemble, measure
from pipeline.audio_process import DecodeLimits, DecodeTask, decode_in_child
from pipeline.audio_source import examine, open_recording
from pipeline.audio_warnings import warn_of_content, warn_of_file
from pipeline.call import Recording
from pipeline.engines import Waveform
from pipeline.errors import AudioError

DEFAULT_LIMITS = DecodeLimits()


def read_audio(path: Path, *, limits: DecodeLimits = DEFAULT_LIMITS) -> tuple[Recording, Waveform]:
    """Decode a recording, in a child process with limits.

    What still leaves sound to hear is a warning in `Recording.warnings`. Two channels that carry
    the same signal give a waveform of one channel; `Recording.channels` stays what the file has.

    Returns: the recording, and its waveform at 16 kHz, full scale 1.0, shape (channels, samples),
        never empty.
    Raises: AudioError for everything that gives no sound; keys as in `messages/audio.toml`.
    """
    with open_recording(path, max_bytes=limits.file_bytes) as file:
        before = os.fstat(file.fileno())
        source = examine(file, path)
        task = DecodeTask(
            raw_format=source.raw_format,
            ignore_length=source.wav is not None and source.wav.understated,
            duration_limit_s=limits.duration_s,
        )
        try:
            blocks, report = decode_in_child(file, task, limits=limits)
        except AudioError as e:
            raise AudioError(e.key, **{**e.values, "path": str(path)}) from e
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise AudioError("audio.changed", path=str(path))
    levels = measure(blocks, report.channels)
    recording = Recording(
        path=str(path),
        audio_sha256=source.sha256,
        duration_s=report.duration_s,
        channels=report.channels,
        sample_rate_hz=report.sample_rate_hz,
        codec=report.codec,
        warnings=(*warn_of_file(source, report), *warn_of_content(levels, report)),
    )
    louder = int(np.argmax(levels.energy)) if levels.identical else None
    scale = 1 / levels.peak if levels.over_scale else 1.0
    return recording, assemble(blocks, report.channels, only=louder, scale=scale)
