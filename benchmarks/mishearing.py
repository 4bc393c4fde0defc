"""Make a transcript as a recogniser might have misheard it: mostly homophones, sometimes near
sounds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache

import numpy as np
from pypinyin import Style, lazy_pinyin

from pipeline.call import Transcript, Turn, Word
from pipeline.sound import syllable_distance

# Characters that recognisers of Mandarin write: the 2 500 in daily use, by GB 2312's first level.
_FIRST_LEVEL_ROWS = range(0xB0, 0xD8)
_NEAR = 0.2  # of the errors are near sounds, not the same sound
_NEAREST = 0.3  # syllable distance of a near sound
_LOST = 0.1  # of the errors lose the character
_UNCLEAR_P, _CLEAR_P = (0.2, 0.7), (0.75, 0.99)  # word probability of wrong and right characters


@cache
def _by_sound() -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in _FIRST_LEVEL_ROWS:
        for column in range(0xA1, 0xFF):
            try:
                character = bytes((row, column)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            found[lazy_pinyin(character, style=Style.NORMAL)[0]].append(character)
    return {sound: "".join(characters) for sound, characters in found.items()}


@cache
def _near_sounds(sound: str) -> tuple[str, ...]:
    return tuple(s for s in _by_sound() if 0 < syllable_distance(sound, s) <= _NEAREST)


def mishear(transcript: Transcript, *, rate: float, rng: np.random.Generator) -> Transcript:
    """The transcript with `rate` of its Chinese characters wrong, 0-1.

    Seven errors in ten are homophones, two near sounds, one a lost character. Wrong characters
    mostly have a lower probability than right ones, as recognisers give them.
    """
    turns = tuple(_misheard(turn, rate, rng) for turn in transcript.turns)
    return replace(transcript, turns=turns)


def _misheard(turn: Turn, rate: float, rng: np.random.Generator) -> Turn:
    words: list[Word] = []
    text = ""
    spoken = iter(turn.words)
    for character in turn.text:
        if not character.isalnum():
            text += character
            continue
        word = next(spoken, None)
        wrong = "\u4e00" <= character <= "\u9fff" and rng.random() < rate
        heard = _instead(character, rng) if wrong else character
        text += heard
        if heard and word is not None:
            low, high = _UNCLEAR_P if wrong else _CLEAR_P
            words.append(replace(word, text=heard, probability=float(rng.uniform(low, high))))
    return replace(turn, text=text, words=tuple(words))


def _instead(character: str, rng: np.random.Generator) -> str:
    kind = rng.random()
    if kind < _LOST:
        return ""
    sound = lazy_pinyin(character, style=Style.NORMAL)[0]
    near = _near_sounds(sound)
    if kind < _LOST + _NEAR and near:
        sound = near[int(rng.integers(len(near)))]
    choices = [c for c in _by_sound().get(sound, "") if c != character]
    return choices[int(rng.integers(len(choices)))] if choices else character
