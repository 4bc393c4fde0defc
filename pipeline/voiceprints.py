"""Agents' voiceprints: what an agent's voice is like, and how much a voice of a call is like it.

A print is learnt from agents who agreed, never from customers. It adds to what the words say of
the roles of a mono call; `pipeline/roles.py` has the sum.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]  # shape (dimensions,)

# Log-odds that two stretches are of one voice, by the cosine of their centroids. Logistic
# regression, classes weighted alike, targets smoothed as Platt does, over the 28 voices of the
# calls in samples/ (11 synthesised voices; 31 pairs of one voice, 347 of two; clean, leakage, hum,
# café and GSM lines), by turns of the truth. The fit gives +5.6 at cosine 1 and -21.2 at 0. How
# real voices vary from day to day was not measured; so no voice moves the odds beyond the limit.
_INTERCEPT: Final = -21.18
_SLOPE: Final = 26.77
_LIMIT: Final = 4.0  # of the log-odds of one voice, and of a call's voices together
_OTHER_PERSON: Final = 0.1  # share of calls whose agent id names somebody else; assumed
_LEAST_SPEECH_S: Final = 10.0  # a print learnt from less says nothing
_MOST_SPEECH_S: Final = 3600.0  # older speech fades when more is learnt: voices age


@dataclass(frozen=True, slots=True, eq=False)
class HeardVoice:
    """A voice of one call.

    direction: unit length, shape (dimensions,).
    speech_s: clean speech that it was made from.
    """

    speaker: str
    direction: Vector
    speech_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Voiceprint:
    """An agent's voice, learnt from calls.

    direction: unit length, shape (dimensions,).
    model: which weights heard it; prints of two models cannot be compared.
    consented: whether the agent agrees now; without it the print is neither used nor learnt.
    """

    agent_id: str
    direction: Vector
    calls: int
    speech_s: float
    model: str
    consented: bool


def centroid(embeddings: Sequence[Vector], weights: Sequence[float]) -> Vector | None:
    """The mean direction of a voice's turns.

    Args:
        embeddings: shape (dimensions,) each; their length does not matter.
        weights: seconds of each turn; not negative.
    Returns: unit length; None if there is nothing to average or it cancels out.
    """
    total = np.zeros(0)
    for embedding, weight in zip(embeddings, weights, strict=True):
        length = float(np.linalg.norm(embedding))
        if length > 0 and weight > 0:
            part = weight * np.asarray(embedding, np.float64) / length
            total = part if total.size == 0 else total + part
    return _unit(total)


def learn(known: Voiceprint | None, voice: HeardVoice, *, agent_id: str, model: str) -> Voiceprint:
    """The print after one more call, as a running mean weighted by seconds of speech.

    A print of another model is replaced. A voice that is rather another person's is not learnt: an
    agent id that two people use must not become a mixture of both. Whoever calls this has made
    sure that the agent consents.
    """
    if known is None or known.model != model:
        return Voiceprint(agent_id, voice.direction, 1, voice.speech_s, model, consented=True)
    if _same_voice(similarity(known.direction, voice.direction)) <= -_LIMIT:
        return known
    mixed = centroid(
        (known.direction, voice.direction), (min(known.speech_s, _MOST_SPEECH_S), voice.speech_s)
    )
    if mixed is None:
        return known
    return replace(
        known,
        direction=mixed,
        calls=known.calls + 1,
        speech_s=known.speech_s + voice.speech_s,
    )


def is_usable(known: Voiceprint | None, *, model: str) -> bool:
    """Whether a print may say who the agent is: of this model, with consent, from enough speech."""
    return (
        known is not None
        and known.consented
        and known.model == model
        and known.speech_s >= _LEAST_SPEECH_S
    )


def similarities(known: Voiceprint, voices: Sequence[HeardVoice]) -> dict[str, float]:
    """The cosine of every voice to the print, by speaker."""
    return {voice.speaker: similarity(known.direction, voice.direction) for voice in voices}


def similarity(a: Vector, b: Vector) -> float:
    """Cosine of two directions of unit length, -1 to 1."""
    return max(-1.0, min(1.0, float(np.dot(a, b))))


def agent_log_odds(cosines: Mapping[str, float], speaker: str, other: str | None) -> float:
    """Log-odds that `speaker` is the agent and `other` is not, from the voices alone.

    Three things can be so: the first is the print's agent, the second is, or the agent id names
    somebody else, and then the voices say nothing. So two voices that are both unlike the print,
    or both like it, give about 0.

    Args:
        cosines: of each speaker to the print; a speaker without one is as likely as not.
        other: None if nobody else speaks.
    Returns: swaps its sign with the speakers; 0 if neither has a cosine.
    """
    own, others = _evidence(cosines.get(speaker)), _evidence(cosines.get(other or ""))
    mistaken = _OTHER_PERSON / (1 - _OTHER_PERSON)
    odds = math.log((math.exp(own) + mistaken) / (math.exp(others) + mistaken))
    return max(-_LIMIT, min(_LIMIT, odds))


def _evidence(cosine: float | None) -> float:
    return 0.0 if cosine is None else _same_voice(cosine)


def _same_voice(cosine: float) -> float:
    return max(-_LIMIT, min(_LIMIT, _INTERCEPT + _SLOPE * cosine))


def _unit(vector: npt.NDArray[np.float64]) -> Vector | None:
    length = float(np.linalg.norm(vector)) if vector.size else 0.0
    if not math.isfinite(length) or length < 1e-6:
        return None
    unit: Vector = (vector / length).astype(np.float32)
    return unit
