"""Which stretches of speech have the same voice.

The stretches are divided in two so that the similarity within the parts is as large as it can be
above a threshold that the call itself gives; a part is divided again only if it plainly holds two
voices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.spans import FloatArray

IntArray = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]

_THRESHOLD_RANGE = (0.3, 0.7)  # in which the border between same and other voice is looked for
_FEW = 3  # pairs from which no border can be read
_USUAL_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """When one part is held to be two voices.

    voice_s: speech under which a part is no second voice, but a moment of the first.
    least_s: speech that each of two must have where a part is divided again.
    gap: by how much the similarity within must exceed that between.
    between: similarity between the two above which they are one voice.
    """

    voice_s: float = 0.5
    least_s: float = 2.0
    gap: float = 0.15
    between: float = 0.55
    most: int = 3


def divide_voices(
    voices: FloatArray,
    weights: FloatArray,
    links: Matrix,
    *,
    link_weight: float = 0.15,
    settings: SplitSettings | None = None,
) -> IntArray:
    """A label for every stretch, 0, 1 and perhaps 2.

    Args:
        voices: unit vectors, shape (stretches, dimension).
        weights: seconds of speech behind each, shape (stretches,).
        links: what the segmentation says of each pair, shape (stretches, stretches): 1 the same
            voice, -1 another, 0 nothing.
        settings: of further division.
    Returns: labels, shape (stretches,).
    """
    chosen = settings or SplitSettings()
    similarity = (voices @ voices.T).astype(np.float64)
    border = threshold(similarity, weights)
    mass = np.sqrt(np.outer(weights, weights))
    affinity = mass * (similarity - border + link_weight * links)
    labels = bipartition(affinity)
    least = min(float(weights[labels == part].sum()) for part in (0, 1)) if labels.any() else 0.0
    if least < chosen.voice_s or one_voice(similarity, weights, labels, settings=chosen):
        labels = np.zeros(len(labels), dtype=np.int64)
    while labels.max(initial=0) + 1 < chosen.most:
        divided = _divide_one(similarity, weights, affinity, labels, chosen)
        if divided is None:
            break
        labels = divided
    return labels


def threshold(similarity: Matrix, weights: FloatArray) -> float:
    """The similarity between same and other voice: Otsu's border over the pairs of this call.

    Pairs weigh as the product of their seconds. The border stays between 0.3 and 0.7; a call with
    fewer than three pairs has the usual one, 0.5.
    """
    first, second = np.triu_indices(len(similarity), 1)
    if len(first) < _FEW:
        return _USUAL_THRESHOLD
    values = similarity[first, second]
    mass = (weights[first] * weights[second]).astype(np.float64)
    order = np.argsort(values)
    values, mass = values[order], mass[order]
    below, moment = np.cumsum(mass), np.cumsum(mass * values)
    spread = (moment[-1] * below / below[-1] - moment)[:-1] ** 2
    spread /= np.maximum(below * (below[-1] - below), 1e-12)[:-1]
    best = int(np.argmax(spread))
    return float(np.clip((values[best] + values[best + 1]) / 2, *_THRESHOLD_RANGE))


def bipartition(affinity: Matrix) -> IntArray:
    """Divide in two so that the affinity within the parts, less that between them, is large.

    Begins with the signs of the leading eigenvectors and moves single stretches as long as that
    gains.

    Args:
        affinity: symmetric, positive for the same voice, shape (stretches, stretches).
    Returns: labels 0 and 1; all 0 for a single stretch or where nothing is gained.
    """
    count = len(affinity)
    if count < 2:
        return np.zeros(count, dtype=np.int64)
    free = affinity - np.diag(np.diag(affinity))
    _, vectors = np.linalg.eigh(free)
    best, best_gain = np.ones(count), -np.inf
    for column in range(1, min(3, count) + 1):
        signs = _settled(free, np.where(vectors[:, -column] >= 0, 1.0, -1.0))
        gain = float(signs @ free @ signs)
        if gain > best_gain + 1e-9:
            best, best_gain = signs, gain
    labels: IntArray = (best != best[0]).astype(np.int64)
    return labels


def one_voice(
    similarity: Matrix, weights: FloatArray, labels: IntArray, *, settings: SplitSettings
) -> bool:
    """Whether two parts are so alike that they are one voice."""
    if labels.max(initial=0) == 0:
        return True
    between, within = _alike(similarity, weights, labels)
    return between > settings.between and within - between < settings.gap / 2


def centroids(voices: FloatArray, weights: FloatArray, labels: IntArray) -> FloatArray:
    """Mean direction of each label's voices, shape (labels, dimension)."""
    found = []
    for label in range(int(labels.max(initial=0)) + 1):
        mine = labels == label
        total = (voices[mine] * weights[mine, None]).sum(axis=0)
        found.append(total / max(float(np.linalg.norm(total)), 1e-9))
    return np.stack(found)


def _settled(affinity: Matrix, signs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    for _ in range(4 * len(signs)):
        gains = -2 * signs * (affinity @ signs)
        worst = int(np.argmax(gains))
        if gains[worst] <= 1e-9:
            break
        signs[worst] *= -1
    return signs


def _alike(similarity: Matrix, weights: FloatArray, labels: IntArray) -> tuple[float, float]:
    """Mean similarity between the labels 0 and 1, and within them, weighted by seconds."""
    mass = np.outer(weights, weights) * (1 - np.eye(len(weights)))
    same = labels[:, None] == labels[None, :]
    between = float((similarity * mass)[~same].sum() / max(mass[~same].sum(), 1e-9))
    within_mass = mass[same].sum()
    within = float((similarity * mass)[same].sum() / within_mass) if within_mass > 0 else 1.0
    return between, within


def _divide_one(
    similarity: Matrix,
    weights: FloatArray,
    affinity: Matrix,
    labels: IntArray,
    settings: SplitSettings,
) -> IntArray | None:
    """Labels with one more part, the one that most plainly holds two voices; None if none does."""
    best: tuple[float, IntArray] | None = None
    for label in range(int(labels.max(initial=0)) + 1):
        mine = np.flatnonzero(labels == label)
        parts = bipartition(affinity[np.ix_(mine, mine)])
        seconds = [float(weights[mine][parts == part].sum()) for part in (0, 1)]
        if min(seconds) < settings.least_s:
            continue
        between, within = _alike(similarity[np.ix_(mine, mine)], weights[mine], parts)
        if between < settings.between and within - between >= settings.gap:
            divided = labels.copy()
            divided[mine[parts == 1]] = labels.max() + 1
            if best is None or within - between > best[0]:
                best = (within - between, divided)
    return None if best is None else best[1]
