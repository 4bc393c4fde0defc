"""Agents' voiceprints: what an agent's voice is like, and how much a voice of a call is like it.

A print is learnt from agents who agreed, never from customers. It adds to what the words say of
the roles of a call; `pipeline/roles.py` has the sum.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]  # shape (dimensions,)
RolesFrom = Literal["channels", "person"]  # who said whose voice a sample is

# Log-odds that two voices are one, by the cosine of their directions. Logistic regression, classes
# weighted alike, targets smoothed as Platt does, over the 28 voices of the calls in samples/ (11
# synthesised voices; 31 pairs of one voice, 347 of two; clean, leakage, hum, café and GSM lines),
# by turns of the truth. The fit gives +5.6 at cosine 1 and -21.2 at 0. How real voices vary from
# day to day was not measured; so no voice moves the odds beyond the limit.
_INTERCEPT: Final = -21.18
_SLOPE: Final = 26.77
_LIMIT: Final = 4.0  # of the log-odds of one voice, and of a call's voices together
_OTHER_PERSON: Final = 0.1  # share of calls whose agent id names somebody else; assumed
_LEAST_SPEECH_S: Final = 10.0  # a print learnt from less says nothing
_LEAST_SHARE: Final = 2 / 3  # of an agent's samples that must be one voice


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
class VoiceSample:
    """An agent's voice in one call, kept to make a print of.

    direction: unit length, shape (dimensions,).
    model: which weights heard it; voices of two models cannot be compared.
    """

    agent_id: str
    call_id: str
    audio_sha256: str
    direction: Vector
    speech_s: float
    model: str
    roles_from: RolesFrom


@dataclass(frozen=True, slots=True, eq=False)
class Voiceprint:
    """An agent's voice, learnt from calls.

    direction: unit length, shape (dimensions,).
    calls, speech_s: that it rests on.
    share: of the agent's speech in all samples that is this one voice, 0-1.
    """

    agent_id: str
    direction: Vector
    calls: int
    speech_s: float
    share: float
    model: str

    @property
    def sha256(self) -> str:
        """Names this state of the print in results; the voice cannot be made from it."""
        content = self.direction.astype("<f4").tobytes() + self.model.encode()
        return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class VoiceprintUse:
    """Which print was compared with the voices of a call, and what came of it.

    similarities: the cosine of every voice to the print, by speaker in order of their labels.
    """

    sha256: str
    calls: int
    speech_s: float
    similarities: tuple[tuple[str, float], ...]


def centroid(embeddings: Sequence[Vector], weights: Sequence[float]) -> Vector | None:
    """The mean direction of a voice's stretches.

    Args:
        embeddings: shape (dimensions,) each; their length does not matter.
        weights: seconds of each stretch; not negative.
    Returns: unit length; None if there is nothing to average or it cancels out.
    """
    total = np.zeros(0)
    for embedding, weight in zip(embeddings, weights, strict=True):
        length = float(np.linalg.norm(embedding))
        if length > 0 and weight > 0:
            part = weight * np.asarray(embedding, np.float64) / length
            total = part if total.size == 0 else total + part
    return _unit(total)


def make_voiceprint(samples: Sequence[VoiceSample], *, model: str) -> Voiceprint | None:
    """The voice that most of an agent's speech has.

    Samples that are rather another person's stay out, so that an agent id that two people use does
    not become a mixture of both; the print's `share` tells of them. The order of the samples does
    not matter.

    Args:
        samples: of one agent; those of other models say nothing.
    Returns: None without a sample of this model.
    """
    ours = sorted((s for s in samples if s.model == model), key=lambda s: s.audio_sha256)
    if not ours:
        return None
    near = [
        [other for other in ours if _same_voice(similarity(one.direction, other.direction)) > 0]
        for one in ours
    ]
    voice = max(near, key=lambda group: sum(s.speech_s for s in group))
    direction = centroid([s.direction for s in voice], [s.speech_s for s in voice])
    if direction is None:
        return None
    speech_s = sum(s.speech_s for s in voice)
    return Voiceprint(
        agent_id=ours[0].agent_id,
        direction=direction,
        calls=len(voice),
        speech_s=speech_s,
        share=speech_s / sum(s.speech_s for s in ours),
        model=model,
    )


def is_usable(known: Voiceprint | None, *, model: str) -> bool:
    """Whether a print may say who the agent is: of this model, from enough speech, of one voice."""
    return (
        known is not None
        and known.model == model
        and known.speech_s >= _LEAST_SPEECH_S
        and known.share >= _LEAST_SHARE
    )


def compare(known: Voiceprint, voices: Sequence[HeardVoice]) -> VoiceprintUse:
    """How like the print each voice of a call is."""
    cosines = {voice.speaker: similarity(known.direction, voice.direction) for voice in voices}
    return VoiceprintUse(known.sha256, known.calls, known.speech_s, tuple(sorted(cosines.items())))


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
