"""Whether a reading can be what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.invented import is_credit, is_loop
from models.whisper_engine import Reading
from pipeline.call import Language
from pipeline.normalise import simplify

_LETTERS = re.compile(r"[\W_]+")
_LEAST_PER_S: dict[Language, float] = {"zh": 1.0, "es": 3.0, "en": 3.0}
_SHORT_S = 2.5  # in so little speech a single word is no sign of doubt


class Belief(StrEnum):
    """What to do with a reading: keep it, read again and keep the better, or drop it."""

    SOUND = "sound"
    DOUBTFUL = "doubtful"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class BeliefSettings:
    """Natural logarithms per token, and the probability that nobody speaks."""

    doubtful_log_probability: float = -0.9
    hopeless_log_probability: float = -1.6
    silent_probability: float = 0.6


def belief(
    reading: Reading,
    *,
    speech_s: float,
    language: Language,
    names: Sequence[str] = (),
    settings: BeliefSettings | None = None,
) -> Belief:
    """Judge a reading of `speech_s` seconds of speech.

    False: a known invention, a loop, nothing but the names that recognition was told to expect,
    or so improbable that an empty turn is better. Doubtful: improbable, empty, or far less text
    than the speech would hold.
    """
    s = settings or BeliefSettings()
    probability = reading.mean_log_probability
    if (
        is_credit(reading.text)
        or is_loop(reading.text, speech_s=speech_s, language=language)
        or is_echo(reading.text, names, speech_s=speech_s, language=language)
        or probability < s.hopeless_log_probability
    ):
        return Belief.FALSE
    if probability < s.doubtful_log_probability:
        silent = reading.no_speech_probability > s.silent_probability
        return Belief.FALSE if silent else Belief.DOUBTFUL
    sparse = speech_s >= _SHORT_S and _per_second(reading.text, speech_s) < _LEAST_PER_S[language]
    return Belief.DOUBTFUL if sparse or not reading.tokens else Belief.SOUND


def is_echo(text: str, names: Sequence[str], *, speech_s: float, language: Language) -> bool:
    """Whether the text is the expected names and hardly anything else, over longer speech."""
    letters = _LETTERS.sub("", simplify(text)).lower()
    rest = letters
    for name in names:
        rest = rest.replace(_LETTERS.sub("", name).lower(), "")
    echoed = len(letters) - len(rest)
    return echoed > len(rest) and len(rest) < _LEAST_PER_S[language] * speech_s


def _per_second(text: str, speech_s: float) -> float:
    return len(_LETTERS.sub("", text)) / max(speech_s, 1e-6)
