"""How alike two syllables, or two Spanish words, sound.

Recognition of telephone speech errs mostly by a word that sounds the same or nearly so. Distances
here are 0 (the same sound) to 1 (unlike).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from pypinyin import Style, lazy_pinyin
from rapidfuzz.distance import Levenshtein

_INITIALS: Final = (
    *("zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h"),
    *("j", "q", "x", "r", "z", "c", "s", "y", "w"),
)
_UNLIKE_PART = 0.5
# Pairs that speakers of Mandarin merge, or that the telephone band (300-3400 Hz) blurs.
_NEAR_INITIALS: Final = {
    **{frozenset(p): 0.12 for p in (("z", "zh"), ("c", "ch"), ("s", "sh"))},
    **{frozenset(p): 0.18 for p in (("n", "l"), ("f", "h"), ("l", "r"))},
    **{frozenset(p): 0.28 for p in (("b", "p"), ("d", "t"), ("g", "k"), ("j", "q"), ("z", "c"))},
    **{
        frozenset(p): 0.28 for p in (("zh", "ch"), ("j", "zh"), ("q", "ch"), ("x", "sh"), ("", "w"))
    },
    **{frozenset(p): 0.28 for p in (("x", "s"), ("zh", "sh"), ("z", "j"), ("q", "c"), ("m", "n"))},
}
_NEAR_FINALS: Final = {
    **{frozenset(p): 0.12 for p in (("an", "ang"), ("en", "eng"), ("in", "ing"), ("ian", "iang"))},
    **{frozenset(p): 0.12 for p in (("uan", "uang"), ("un", "ong"), ("ue", "ve"), ("i", "in"))},
    **{frozenset(p): 0.25 for p in (("ai", "ei"), ("ao", "ou"), ("e", "eng"), ("e", "en"))},
    **{frozenset(p): 0.25 for p in (("i", "ie"), ("o", "uo"), ("ua", "uo"), ("eng", "ong"))},
    **{frozenset(p): 0.25 for p in (("ian", "an"), ("iao", "ao"), ("ui", "ei"), ("uan", "an"))},
    **{
        frozenset(p): 0.25
        for p in (("i", "ing"), ("a", "an"), ("u", "ou"), ("ia", "a"), ("ian", "ie"))
    },
}
# Readings beside the commonest one; where a character stands alone the reading is not known.
_SECOND_READINGS: Final = {
    **{"得": "dei", "了": "liao", "还": "huan", "行": "hang", "长": "zhang", "重": "chong"},
    **{"都": "du", "觉": "jiao", "便": "pian", "着": "zhao", "地": "de", "的": "di", "乐": "yue"},
    **{"调": "tiao", "会": "kuai", "什": "shi", "没": "mo", "呢": "ni", "落": "la"},
}


def split_syllable(syllable: str) -> tuple[str, str]:
    """Initial and final of a toneless pinyin syllable; y and w count as initials."""
    for initial in _INITIALS:
        if syllable.startswith(initial):
            return initial, syllable[len(initial) :]
    return "", syllable


@cache
def syllable_distance(one: str, other: str) -> float:
    """How unlike two toneless syllables sound, 0-1: the sum of the initials' and the finals'
    distance.

    Each part adds 0.5 when unlike and less when it is a known near pair. 您/你 is nearer than its
    letters say.
    """
    if one == other:
        return 0.0
    if {one, other} == {"nin", "ni"}:
        return 0.1
    (i1, f1), (i2, f2) = split_syllable(one), split_syllable(other)
    initial = 0.0 if i1 == i2 else _NEAR_INITIALS.get(frozenset((i1, i2)), _UNLIKE_PART)
    final = 0.0 if f1 == f2 else _NEAR_FINALS.get(frozenset((f1, f2)), _UNLIKE_PART)
    return initial + final


@cache
def readings(character: str) -> tuple[str, ...]:
    """The toneless readings of one character, commonest first; a foreign word reads as itself."""
    first = lazy_pinyin(character, style=Style.NORMAL)[0]
    second = _SECOND_READINGS.get(character)
    return (first,) if second is None or second == first else (first, second)


def phrase_readings(tokens: Sequence[str]) -> tuple[str, ...]:
    """One toneless syllable per Chinese token, read in context (还有 hai, 还钱 huan); foreign words
    stay.
    """
    whole = "".join(t if len(t) == 1 else "\0" for t in tokens)
    syllables = lazy_pinyin(whole, style=Style.NORMAL, errors=lambda run: list(run))  # type: ignore[arg-type,return-value]
    return tuple(s if len(t) == 1 else t for s, t in zip(syllables, tokens, strict=True))


_SPANISH_SOUNDS: Final = (
    (re.compile(r"[vw]"), "b"),
    (re.compile(r"c(?=[ei])|z"), "s"),
    (re.compile(r"qu(?=[ei])|[qk]"), "c"),
    (re.compile(r"ch"), "x"),
    (re.compile(r"h"), ""),
    (re.compile(r"ll"), "y"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"(.)\1+"), r"\1"),
)


@cache
def spanish_key(word: str) -> str:
    """The sound of a Spanish word in letters: b=v, c=s=z, h mute, ll=y, g=j before e and i;
    accents are off already.
    """
    key = word
    for pattern, replacement in _SPANISH_SOUNDS:
        key = pattern.sub(replacement, key)
    return key


@cache
def word_distance(heard: str, meant: str) -> float:
    """Distance of two Spanish words, 0-1: 0 the same, 0.03 the same sound, else the edits per
    letter of their sounds.

    More than two fifths of the letters wrong is another word: 1.
    """
    if heard == meant:
        return 0.0
    one, other = spanish_key(heard), spanish_key(meant)
    if one == other:
        return 0.03
    share = Levenshtein.normalized_distance(one, other)
    return max(0.03, float(share)) if share <= 0.4 else 1.0
