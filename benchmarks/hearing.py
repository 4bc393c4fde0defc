"""Hearing side by side with the stock engines, same weights, one run: `python -m
benchmarks.hearing [FOLDER ...]`.

Stereo: the product against faster-whisper on each channel with its own VAD, beam 5, int8. Mono:
the product's diarization against pyannote.audio's `SpeakerDiarization` at its default step.
Prints character errors, diarization errors and CPU seconds per second of call, and their ratios.
One thread each. Without FOLDER, the samples.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.error_rates import Errors, character_errors, diarization_rates
from benchmarks.measured_calls import MeasuredCall, measured_calls
from models.ears import CallEars, load_ears
from models.installed import default_models_dir, require
from models.reference_diarizer import ReferenceDiarizer
from models.registry import load_registry
from pipeline.audio import read_audio
from pipeline.call import SpeakerSpan
from pipeline.engines import Waveform
from pipeline.messages import LANGUAGES
from pipeline.phrasebook import load_phrasebook

_Result = TypeVar("_Result")


@dataclass(slots=True)
class Score:
    """What one engine did on one kind of recording."""

    name: str
    cpu_s: float = 0.0
    errors: dict[str, Errors] = field(default_factory=dict)
    ders: list[float] = field(default_factory=list)

    def timed(self, work: Callable[[], _Result]) -> _Result:
        """Do something and add its CPU seconds."""
        began = time.process_time()
        result = work()
        self.cpu_s += time.process_time() - began
        return result

    def add_text(self, call: MeasuredCall, heard: dict[str, str]) -> None:
        """Count character errors; `heard` has the text of each role."""
        language = call.metadata.language or "zh"
        for role, text in heard.items():
            true = " ".join(t.text for t in call.turns if t.role == role)
            before = self.errors.get(role, Errors(0, 0))
            self.errors[role] = before + character_errors(true, text, language)

    def add_spans(self, call: MeasuredCall, spans: Sequence[SpeakerSpan]) -> None:
        """Count diarization errors."""
        truth = [(t.start, t.end, t.speaker) for t in call.turns]
        self.ders.append(diarization_rates(truth, spans, duration_s=call.duration_s)["der"])

    def line(self, seconds: float) -> str:
        """The figures as text."""
        parts = [f"{self.name:28} CPU {self.cpu_s / seconds:.4f} s/s"]
        parts += [f"CER {role} {e.rate:.3f}" for role, e in sorted(self.errors.items())]
        if self.ders:
            mean = sum(self.ders) / len(self.ders)
            parts.append(f"DER mean {mean:.3f} worst {max(self.ders):.3f}")
        return "  ".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path("samples")])
    parser.add_argument("--models", type=Path, default=default_models_dir())
    parser.add_argument("--only", choices=["stereo", "mono"])
    options = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    calls = [c for folder in options.folders for c in measured_calls(folder)]
    # what cannot be decoded has nothing to compare
    heard = [(call, read_audio(call.audio)[1]) for call in calls if call.name != "truncated"]
    stereo = [(c, w) for c, w in heard if not c.mono and w.shape[0] == 2]
    mono = [(c, w) for c, w in heard if c.mono]
    if stereo and options.only != "mono":
        _compare("stereo", *_stereo(stereo, options.models), seconds=_seconds(stereo))
    if mono and options.only != "stereo":
        _compare("mono", *_mono(mono, options.models), seconds=_seconds(mono))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory of this process, all engines together: {peak_mb:.0f} MB\n")
    return 0


def _stereo(calls: Sequence[tuple[MeasuredCall, Waveform]], models: Path) -> tuple[Score, Score]:
    from faster_whisper import WhisperModel

    names = {
        lang: dict(load_phrasebook(Path("phrasebooks"), language=lang).names).get("org", ())
        for lang in LANGUAGES
    }
    ears = load_ears(models, names=names)
    folder = require(load_registry(), models, "whisper-base")
    stock_model = WhisperModel(str(folder), compute_type="int8", cpu_threads=1)
    ours, stock = Score("tingjian"), Score("stock faster-whisper")
    for call, waveform in calls:
        ours.add_text(call, ours.timed(partial(_hear, ears, call, waveform)))
        stock.add_text(call, stock.timed(partial(_hear_stock, stock_model, call, waveform)))
    return ours, stock


def _hear(ears: CallEars, call: MeasuredCall, waveform: Waveform) -> dict[str, str]:
    """The text of each role as the product hears it."""
    roles = {f"channel-{i}": str(role) for i, role in enumerate(call.metadata.channel_roles)}
    spans = ears.diarizer.diarize(waveform)
    texts = dict.fromkeys(roles.values(), "")
    for segment in ears.transcriber.transcribe(
        waveform, spans, language=call.metadata.language or "zh"
    ):
        texts[roles[segment.speaker]] += segment.text + " "
    return texts


def _hear_stock(model: Any, call: MeasuredCall, waveform: Waveform) -> dict[str, str]:
    """The text of each role as faster-whisper hears its channel."""
    texts: dict[str, str] = {}
    for channel, role in zip(waveform, call.metadata.channel_roles, strict=True):
        segments, _ = model.transcribe(
            channel, language=call.metadata.language, beam_size=5, vad_filter=True
        )
        texts[role] = " ".join(segment.text for segment in segments)
    return texts


def _mono(calls: Sequence[tuple[MeasuredCall, Waveform]], models: Path) -> tuple[Score, Score]:
    ears = load_ears(models)
    registry = load_registry()
    reference = ReferenceDiarizer(
        require(registry, models, "segmentation-3.0"), require(registry, models, "campplus-zh-en")
    )
    ours, stock = Score("tingjian"), Score("pyannote default pipeline")
    for call, waveform in calls:
        ours.add_spans(call, ours.timed(partial(ears.diarizer.diarize, waveform)))
        stock.add_spans(call, stock.timed(partial(reference.diarize, waveform)))
    return ours, stock


def _compare(title: str, ours: Score, stock: Score, *, seconds: float) -> None:
    say = sys.stdout.write
    say(f"== {title}: {seconds:.0f} s\n{ours.line(seconds)}\n{stock.line(seconds)}\n")
    say(f"CPU ratio {ours.cpu_s / stock.cpu_s:.2f}\n")


def _seconds(calls: Sequence[tuple[MeasuredCall, Waveform]]) -> float:
    return sum(call.duration_s for call, _ in calls)


if __name__ == "__main__":
    sys.exit(main())
