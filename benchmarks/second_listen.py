"""How well the second listen tells what was said from what sounds alike or was said elsewhere.

    python -m benchmarks.second_listen FOLDER [--models DIR]

In each true turn of an agent that holds a phrase of the phrasebook, the phrase is replaced by the
phrase of the book that sounds most like it, and by a phrase of another turn. The turn as it was
said should fit its sound better than both. CPU is told per text, encoder included.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

from benchmarks.measured_calls import MeasuredCall, measured_calls
from models.ears import load_ears
from models.installed import models_dir
from pipeline.audio import read_audio
from pipeline.call import Language, Role
from pipeline.compiled import phrase_sets
from pipeline.engines import ENGINE_RATE_HZ, Clip
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook

_MARGIN_S = 0.2
_LONGEST_S = 10.0
_LEAST_LETTERS = {"zh": 4}  # a phrase worth replacing
_FEWEST_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Trial:
    """One turn with a phrase that was said in it, and the two that were not."""

    call: str
    clip: Clip  # candidates: said, alike, elsewhere


def trials(call: MeasuredCall, book: Phrasebook) -> Iterator[Trial]:
    """Every turn of the agent of at most ten seconds with its phrases, longest first."""
    phrases = plain_phrases(book)
    said = {turn: _said(turn.text, phrases) for turn in call.turns if turn.role == "agent"}
    everything = sorted({phrase for found in said.values() for phrase in found})
    _, waveform = read_audio(call.audio)
    roles = call.metadata.channel_roles
    channel = waveform[roles.index(Role.AGENT) if len(waveform) > 1 and roles else 0]
    for turn, found in said.items():
        others = [phrase for phrase in everything if phrase not in turn.text]
        if turn.end - turn.start > _LONGEST_S or not others:
            continue
        first, last = (
            round(t * ENGINE_RATE_HZ)
            for t in (max(0.0, turn.start - _MARGIN_S), turn.end + _MARGIN_S)
        )
        for number, phrase in enumerate(found):
            alike = most_alike(phrase, [p for p in phrases if p not in turn.text])
            elsewhere = others[number % len(others)]
            texts = tuple(turn.text.replace(phrase, p) for p in (phrase, alike, elsewhere))
            yield Trial(call.name, Clip(channel[first:last], turn.text, texts))


def plain_phrases(book: Phrasebook) -> tuple[str, ...]:
    """The agent's phrases of a book that are words in a row, without gaps and slots."""
    least = _LEAST_LETTERS.get(book.language, _FEWEST_LETTERS)
    found = {
        pattern.text
        for rule in book.rules
        for role, phrases in phrase_sets(rule)
        if role is Role.AGENT
        for pattern in phrases.patterns
        if len(pattern.elements) == 1
    }
    return tuple(sorted(phrase for phrase in found if len(phrase) >= least))


def most_alike(phrase: str, others: Sequence[str]) -> str:
    """The phrase that sounds most like one that neither holds nor is held by it."""
    meant = lazy_pinyin(phrase)
    apart = [p for p in others if p not in phrase and phrase not in p and lazy_pinyin(p) != meant]
    return max(apart, key=lambda p: (Levenshtein.normalized_similarity(meant, lazy_pinyin(p)), p))


def area_under_curve(better: Sequence[float], worse: Sequence[float]) -> float:
    """The share of all pairs in which the first is greater; ties count half."""
    a, b = np.array(better)[:, None], np.array(worse)[None, :]
    return float(((a > b) + 0.5 * (a == b)).mean())


def _said(text: str, phrases: Sequence[str]) -> list[str]:
    found = sorted((p for p in phrases if p in text), key=lambda p: (-len(p), p))
    return [p for i, p in enumerate(found) if not any(p in longer for longer in found[:i])]


def main(arguments: list[str] | None = None) -> int:
    """Print shares, areas under the curve and CPU."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--phrasebook", type=Path, default=Path("phrasebooks"))
    options = parser.parse_args(arguments)
    verifier = load_ears(models_dir(options.models)).verifier
    rows: list[tuple[float, ...]] = []
    cpu_s = 0.0
    books: dict[Language, Phrasebook] = {}
    for call in measured_calls(options.folder):
        language = call.metadata.language
        if language not in ("zh", "es"):
            continue
        if language not in books:
            books[language] = load_phrasebook(options.phrasebook, language=language)
        asked = list(trials(call, books[language]))
        begin = time.process_time()
        scores = verifier.verify([trial.clip for trial in asked], language=language)
        cpu_s += time.process_time() - begin
        rows += [(*found.candidates, found.silence) for found in scores]
    _show(rows, cpu_s)
    return 0


def _show(rows: Sequence[tuple[float, ...]], cpu_s: float) -> None:
    said, alike, elsewhere, silence = (list(column) for column in zip(*rows, strict=True))
    sys.stdout.write(f"{len(rows)} phrases that were said\n")
    for name, worse in (("alike", alike), ("elsewhere", elsewhere), ("silence", silence)):
        share = np.mean([a > b for a, b in zip(said, worse, strict=True)])
        area = area_under_curve(said, worse)
        sys.stdout.write(f"better than {name:10} {share:.3f}, area under curve {area:.3f}\n")
    sys.stdout.write(f"CPU {1000 * cpu_s / (3 * len(rows)):.0f} ms per text\n")


if __name__ == "__main__":
    sys.exit(main())
