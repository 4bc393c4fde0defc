"""What is wrong with a recording that can still be heard: message keys with their values."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audio_levels import Levels
from pipeline.audio_process import DecodeReport
from pipeline.audio_source import Source

Caution = tuple[str, dict[str, object]]  # as in Recording.warnings

# Containers whose length is written by the recorder; elsewhere FFmpeg guesses it from the bit rate.
_TELL_LENGTH = {"flac", "ogg", "mov", "matroska", "w64", "au", "aiff", "caf"}
_LENGTH_TOLERANCE_S = 0.25  # encoders round to frames, pre-skip and edit lists cut some more
_CLIPPED_SHARE = 0.001


def warn_of_file(source: Source, report: DecodeReport) -> Iterator[Caution]:
    """Declared against decoded length, damaged packets, what else is in the container."""
    declared_s = _declared_s(source, report)
    lengths: dict[str, object] = {
        "declared_s": declared_s,
        "decoded_s": round(report.duration_s, 3),
    }
    if declared_s is not None and declared_s - report.duration_s > _LENGTH_TOLERANCE_S:
        yield "audio.truncated", lengths
    elif declared_s is not None and report.duration_s - declared_s > _LENGTH_TOLERANCE_S:
        yield "audio.longer_than_declared", lengths
    elif not source.ogg_ended:
        yield "audio.unfinished", {"decoded_s": round(report.duration_s, 3)}
    if report.damaged:
        yield "audio.damaged", {"damaged": report.damaged, "packets": report.packets}
    if report.gaps:
        yield "audio.gaps", {"gaps": report.gaps, "gap_s": round(report.gap_s, 3)}
    if report.video:
        yield "audio.video_ignored", {}
    if report.audio_streams > 1:
        yield "audio.several_streams", {"streams": report.audio_streams}


def warn_of_content(levels: Levels, report: DecodeReport) -> Iterator[Caution]:
    """Silence, copies, scale, clipping, samples that are no numbers."""
    silent = levels.silent
    if all(silent):
        yield "audio.silent", {}
    else:
        for channel in (c for c, still in enumerate(silent) if still):
            yield "audio.silent_channel", {"channel": channel}
    if levels.identical:
        yield "audio.identical_channels", {}
    if levels.over_scale:
        yield "audio.over_scale", {"peak": round(levels.peak, 3)}
    elif report.clipped_share >= _CLIPPED_SHARE:
        yield "audio.clipping", {"share": round(report.clipped_share, 5)}
    if report.not_finite:
        yield "audio.not_finite", {"samples": report.not_finite}


def _declared_s(source: Source, report: DecodeReport) -> float | None:
    """The length that the recorder wrote; None where it wrote none: no guess becomes a fault."""
    if source.wav is not None:
        declared_s = source.wav.declared_s
    elif report.container == "mp3":
        declared_s = report.declared_s if source.mp3_counted else None
    else:
        tells = bool(_TELL_LENGTH.intersection(report.container.split(",")))
        declared_s = report.declared_s if tells else None
    return None if declared_s is None else round(declared_s, 3)
