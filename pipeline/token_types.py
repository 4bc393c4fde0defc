"""How far every heard token is from every token that a phrase may mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.messages import Language
from pipeline.place_search import NEAR, REVERSED, Floats
from pipeline.sound import phrase_readings, readings, syllable_distance, word_distance

# Who is meant: 您搞错了 and 我搞错了 differ in one syllable and in everything else.
_PERSONS: Final = {
    "zh": {"我": 1, "俺": 1, "你": 2, "您": 2, "他": 3, "她": 3, "它": 3},
    "es": {},
    "en": {},
}
_NEGATIONS: Final = {
    "zh": frozenset("不没别未勿莫甭"),
    "es": frozenset(("no", "nunca", "jamas", "ni", "sin", "tampoco", "nada")),
    "en": frozenset(("no", "not", "never")),
}
_NOT_BEFORE: Final = frozenset(("nada", "ni", "sin"))
_SAME_SOUND: Final = 0.03  # another character, or spelling, of the same sound
# Particles are so frequent that hearing one is no sign of a word that sounds nearly so (的 for 等).
_LIGHT_HEARD: Final = frozenset("的了呢吧啊吗")
_OTHER_KIND: Final = 0.6


def denies(token: str, language: Language) -> bool:
    """Whether a token is a negation, whatever it stands before."""
    return token in _NEGATIONS[language]


def is_negation(token: str, language: Language) -> bool:
    """Whether a token denies what follows it; Spanish nada and sin stand for things themselves."""
    return denies(token, language) and token not in _NOT_BEFORE


def is_person(token: str, language: Language) -> bool:
    """Whether a token is a pronoun that says who is meant."""
    return token in _PERSONS[language]


def sounds_of(tokens: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """How the tokens of a phrase sound in it."""
    return phrase_readings(tokens) if language == "zh" else tokens


class TokenTypes:
    """What is known of each token of a vocabulary, with how it sounds in its phrase."""

    def __init__(self, vocabulary: Sequence[tuple[str, str]], language: Language) -> None:
        self.language = language
        tokens = [token for token, _ in vocabulary]
        self._tokens = tokens
        self._numbers: dict[str, list[int]] = {}  # a character may be meant in two readings
        for index, token in enumerate(tokens):
            self._numbers.setdefault(token, []).append(index)
        place = {sound: i for i, sound in enumerate(dict.fromkeys(s for _, s in vocabulary))}
        self._sounds = tuple(place)
        self._sound_of = [place[sound] for _, sound in vocabulary]
        self._denying = np.array([denies(t, language) for t in tokens], dtype=np.bool_)
        self._particle = np.array([t in _LIGHT_HEARD for t in tokens], dtype=np.bool_)
        persons = _PERSONS[language]
        self._person = np.array([persons.get(t, 0) for t in tokens], dtype=np.int64)

    def __len__(self) -> int:
        return len(self._tokens)

    def distances(self, heard: str) -> Floats:
        """Of a heard token from each type, 0 the same to 1 unlike.

        Beyond 1 where only one of the two negates, or where they name different persons; a particle
        is never near to a word that only sounds nearly like it.
        """
        distance = self._sound_distances(heard)
        distance[self._numbers.get(heard, [])] = 0.0
        if heard in _LIGHT_HEARD:
            similar = (distance > _SAME_SOUND) & (distance <= NEAR)
            distance[similar & ~self._particle] = _OTHER_KIND
        person = _PERSONS[self.language].get(heard, 0)
        other_person = (self._person != person) & (self._person > 0) & (person > 0)
        reverses = (self._denying != denies(heard, self.language)) | other_person
        distance[(distance > NEAR) & reverses] = REVERSED
        return distance

    def _sound_distances(self, heard: str) -> Floats:
        if self.language != "zh":
            meant = [word_distance(heard, token) for token in self._tokens]
        elif len(heard) > 1:
            meant = [1.0] * len(self._tokens)
        else:
            sounds = readings(heard)
            of_sound = [min(syllable_distance(r, s) for r in sounds) for s in self._sounds]
            meant = [max(_SAME_SOUND, of_sound[i]) for i in self._sound_of]
        return np.array(meant, dtype=np.float32)
