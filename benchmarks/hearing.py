"""Hearing side by side with the stock engines, same weights, one run: `python -m
benchmarks.hearing [FOLDER ...] [--real DIR] [--draw FILE.svg]`.

Stereo calls: the product against faster-whisper on each channel with its own VAD, beam 5, int8.
Mono calls, and recordings of DIR whose turns are known: the product's diarization against
pyannote.audio's `SpeakerDiarization` at its default step. Read sentences of DIR: against
faster-whisper in windows of 30 s. Ten minutes each of silence, noise, music and tones: invented
words. An hour of stereo: peak memory. One thread each. Without FOLDER, the samples.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.error_rates import role_hits
from benchmarks.hearing_engines import (
    Product,
    default_pipeline,
    stock_text,
    stock_whisper,
    turns_of,
)
from benchmarks.hearing_plot import draw
from benchmarks.hearing_tally import Tally
from benchmarks.long_call import peak_of_an_hour_mb
from benchmarks.measured_calls import MeasuredCall, measured_calls
from benchmarks.real_recordings import Recording, real_recordings
from benchmarks.synthesis import sounds
from models.installed import default_models_dir
from pipeline.audio import read_audio
from pipeline.call import Turn
from pipeline.engines import ENGINE_RATE_HZ, Waveform

_SENTENCES = 40  # of DIR's read sentences, evenly taken
_NON_SPEECH_S = 600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path("samples")])
    parser.add_argument("--real", type=Path, help="a folder with manifest.jsonl")
    parser.add_argument("--models", type=Path, default=default_models_dir())
    parser.add_argument("--draw", type=Path, help="an SVG with the character errors")
    parser.add_argument(
        "--only", choices=["stereo", "mono", "real", "sentences", "nonspeech", "hour"]
    )
    options = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    models, wanted = options.models, options.only
    product = Product(models)
    _warm(product, models)
    calls = [c for folder in options.folders for c in measured_calls(folder)]
    # what cannot be decoded has nothing to compare
    heard = [(call, read_audio(call.audio)[1]) for call in calls if call.name != "truncated"]
    stereo = [(c, w) for c, w in heard if not c.mono and w.shape[0] == 2]
    if stereo and wanted in (None, "stereo"):
        pair = _stereo(product, models, stereo)
        _compare("stereo calls", *pair)
        if options.draw:
            draw(pair, options.draw)
    mono = [(c, w) for c, w in heard if c.mono]
    if mono and wanted in (None, "mono"):
        _compare("mono calls: diarization", *_mono(product, models, mono))
    recordings = tuple(real_recordings(options.real)) if options.real else ()
    if recordings and wanted in (None, "real"):
        _compare("real recordings: diarization", *_real(product, models, recordings))
    if recordings and wanted in (None, "sentences"):
        _compare("read sentences", *_sentences(product, models, recordings))
    if wanted in (None, "nonspeech"):
        _non_speech(product)
    if wanted in (None, "hour"):
        _say(f"== an hour of stereo, heard and judged: peak {peak_of_an_hour_mb():.0f} MB\n")
    return 0


def _warm(product: Product, models: Path) -> None:
    """Load what is loaded at first use, so that loading counts for nobody."""
    silence = read_audio(Path("samples/zh_callback_careless.wav"))[1]
    for language in ("zh", "es", "en"):
        product.hear(silence[:, : 10 * ENGINE_RATE_HZ], language)
    stock_whisper(models)


def _stereo(
    product: Product, models: Path, calls: Iterable[tuple[MeasuredCall, Waveform]]
) -> tuple[Tally, Tally]:
    ours, stock = Tally("tingjian"), Tally("stock faster-whisper, per channel")
    for call, waveform in calls:
        language = call.metadata.language or "zh"
        spans, segments = ours.timed(
            partial(product.hear, waveform, language), of_s=call.duration_s
        )
        turns = turns_of(call, spans, segments)
        _add_turns(ours, call, turns)
        ours.add_borders(call.turns, turns)
        texts = stock.timed(partial(_stock_texts, models, call, waveform), of_s=call.duration_s)
        stock.add_text(call, texts)
    return ours, stock


def _stock_texts(models: Path, call: MeasuredCall, waveform: Waveform) -> dict[str, str]:
    roles = call.metadata.channel_roles
    return {
        str(role): stock_text(models, channel, call.metadata.language or "zh", vad=True)
        for role, channel in zip(roles, waveform, strict=True)
    }


def _mono(
    product: Product, models: Path, calls: Iterable[tuple[MeasuredCall, Waveform]]
) -> tuple[Tally, Tally]:
    ours, stock = Tally("tingjian"), Tally("pyannote default pipeline")
    for call, waveform in calls:
        spans = ours.timed(partial(product.spans, waveform), of_s=call.duration_s)
        ours.add_spans(call.name, call.turns, spans, of_s=call.duration_s)
        segments = product.segments(waveform, spans, call.metadata.language or "zh")
        _add_turns(ours, call, turns_of(call, spans, segments))
        pipeline = default_pipeline(models)
        theirs = stock.timed(partial(pipeline.diarize, waveform), of_s=call.duration_s)
        stock.add_spans(call.name, call.turns, theirs, of_s=call.duration_s)
    return ours, stock


def _real(product: Product, models: Path, recordings: Iterable[Recording]) -> tuple[Tally, Tally]:
    ours, stock = Tally("tingjian"), Tally("pyannote default pipeline")
    for recording in recordings:
        if not recording.turns:
            continue
        waveform = read_audio(recording.audio)[1].mean(axis=0, keepdims=True)
        seconds = waveform.shape[1] / ENGINE_RATE_HZ
        pipeline = default_pipeline(models)
        for tally, engine in ((ours, product.spans), (stock, pipeline.diarize)):
            spans = tally.timed(partial(engine, waveform), of_s=seconds)
            tally.add_spans(recording.name, recording.turns, spans, of_s=seconds)
    return ours, stock


def _sentences(
    product: Product, models: Path, recordings: Sequence[Recording]
) -> tuple[Tally, Tally]:
    ours, stock = Tally("tingjian"), Tally("stock faster-whisper, 30 s")
    chosen = [r for r in recordings if r.is_mandarin_sentence]
    for recording in chosen[:: max(1, len(chosen) // _SENTENCES)]:
        waveform = read_audio(recording.audio)[1]
        seconds = waveform.shape[1] / ENGINE_RATE_HZ
        call = recording.as_call(seconds)
        _, segments = ours.timed(partial(product.hear, waveform, "zh"), of_s=seconds)
        ours.add_text(call, {"agent": " ".join(s.text for s in segments)})
        read = partial(stock_text, models, waveform[0], "zh", vad=False)
        stock.add_text(call, {"agent": stock.timed(read, of_s=seconds)})
    return ours, stock


def _non_speech(product: Product) -> None:
    _say("== nobody speaks: ten minutes each, stereo\n")
    for name, waveform in _silences():
        words = [
            word
            for language in ("zh", "es")
            for segment in product.hear(waveform, language)[1]
            for word in segment.words
        ]
        hours = 2 * _NON_SPEECH_S / 3600
        _say(f"  {name:10} invented words per hour {len(words) / hours:.0f}\n")


def _silences() -> Iterable[tuple[str, Waveform]]:
    rng = np.random.default_rng(1)
    music = sounds.hold_music(_NON_SPEECH_S)
    pairs = {
        "silence": (np.zeros_like(music), np.zeros_like(music)),
        "noise": (
            sounds.noise(_NON_SPEECH_S, level_db=-58, rng=rng),
            sounds.noise(_NON_SPEECH_S, level_db=-35, rng=rng, pink=True),
        ),
        "music": (music, 0.05 * music),
        "tones": (
            sounds.ringback(_NON_SPEECH_S),
            sounds.hum(_NON_SPEECH_S, level_db=-45),
        ),
    }
    for name, pair in pairs.items():
        length = min(len(side) for side in pair)
        # 8 kHz samples held for two: what lies above 4 kHz is no speech either
        held = np.repeat(np.stack([side[:length] for side in pair]), 2, axis=1)
        yield name, held.astype(np.float32)


def _add_turns(tally: Tally, call: MeasuredCall, turns: Sequence[Turn]) -> None:
    texts = {
        role: " ".join(turn.text for turn in turns if turn.role == role)
        for role in ("agent", "customer")
    }
    tally.add_text(call, texts)
    hits, total = role_hits(call.turns, turns)
    tally.role_hits += hits
    tally.role_turns += total


def _compare(title: str, ours: Tally, stock: Tally) -> None:
    _say(f"== {title}\n" + "".join(f"{line}\n" for line in (*ours.lines(), *stock.lines())))
    _say(f"CPU ratio {ours.cpu_s / max(stock.cpu_s, 1e-9):.3f}\n\n")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
