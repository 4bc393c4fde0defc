"""How this machine hears fastest: many calls at once with a thread each, or few with many."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from models.devices import choose_device
from models.spans import FloatArray
from models.whisper_engine import WhisperEngine
from pipeline.engines import ENGINE_RATE_HZ

_WINDOW_S: Final = 8.0
_SPOKEN_S: Final = 6.0
_AT_ONCE: Final = 2  # windows that are decoded together
_CLEARLY: Final = 1.1  # another layout must be this much faster than a thread per call

Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """Calls that are heard at the same time, and threads of each."""

    workers: int
    threads: int


@dataclass(frozen=True, slots=True)
class Trial:
    """How many windows of eight seconds a layout heard per second, all workers together."""

    layout: Layout
    windows_per_s: float


def layouts(cores: int) -> tuple[Layout, ...]:
    """What is worth trying: one thread per call, two, and one call with all."""
    threads = sorted({1, 2 if cores >= 4 else 1, cores})
    return tuple(Layout(max(1, cores // count), count) for count in threads)


def measure(
    folder: Path, *, device: str, compute_type: str, cores: int, seconds: float = 1.5
) -> tuple[Trial, ...]:
    """Encode and decode windows of a made-up voice in every layout for a while.

    Args:
        folder: of the recogniser.
        seconds: of every layout; one round is always finished.
    """
    chosen = choose_device(device, compute_type)
    trials = []
    for layout in layouts(cores):
        engine = WhisperEngine(
            folder,
            device=chosen,
            compute_type=compute_type,
            threads=layout.threads,
            workers=layout.workers,
        )
        trials.append(try_layout(layout, lambda engine=engine: _hear(engine), seconds=seconds))  # type: ignore[misc]
    return tuple(trials)


def try_layout(layout: Layout, work: Work, *, seconds: float) -> Trial:
    """Let every worker do rounds of `_AT_ONCE` windows until the time is over, after one to warm
    up.
    """
    work()
    began = time.perf_counter()

    def rounds(_: int) -> int:
        done = 0
        while not done or time.perf_counter() - began < seconds:
            work()
            done += 1
        return done

    with ThreadPoolExecutor(layout.workers) as pool:
        windows = _AT_ONCE * sum(pool.map(rounds, range(layout.workers)))
    return Trial(layout, round(windows / (time.perf_counter() - began), 3))


def best(trials: tuple[Trial, ...]) -> Layout:
    """The fastest layout; a thread per call unless another is clearly faster, for small
    differences are chance.

    Raises: ValueError without a trial.
    """
    fastest = max(trials, key=lambda trial: trial.windows_per_s)
    plain = next((trial for trial in trials if trial.layout.threads == 1), fastest)
    clearly = fastest.windows_per_s >= _CLEARLY * plain.windows_per_s
    return (fastest if clearly else plain).layout


def _hear(engine: WhisperEngine) -> None:
    windows, widths = [_voice()] * _AT_ONCE, [_WINDOW_S] * _AT_ONCE
    encoded = engine.encode(windows, widths_s=widths, language="zh")
    engine.read(encoded, count=_AT_ONCE, language="zh", max_tokens=48, beam=2)


def _voice() -> FloatArray:
    """Six seconds of a buzzing throat that opens and closes four times a second, then silence."""
    time_s = np.arange(round(_SPOKEN_S * ENGINE_RATE_HZ)) / ENGINE_RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 120 * k * time_s) / k for k in range(1, 25))
    voice: FloatArray = (0.1 * buzz * (0.5 - 0.5 * np.cos(2 * np.pi * 4 * time_s))).astype(
        np.float32
    )
    return voice
