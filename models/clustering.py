"""Which stretches of speech have the same voice: average linkage, then the nearest centroid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.spans import FloatArray

IntArray = npt.NDArray[np.int64]


def link(voices: FloatArray, weights: FloatArray, *, count: int) -> list[list[int]]:
    """Merge the two most similar groups of stretches until `count` are left.

    The similarity of two groups is the mean cosine over their pairs, weighted by the product of
    the weights: weighted average linkage.

    Args:
        voices: unit vectors, shape (stretches, dimension).
        weights: seconds of speech behind each, shape (stretches,).
    Returns: groups of indices; fewer than `count` if there are fewer stretches.
    """
    groups = [[i] for i in range(len(voices))]
    if len(groups) <= count:
        return groups
    mass = weights.astype(np.float64)
    sums = (voices * weights[:, None]).astype(np.float64)  # the mean cosine is bilinear
    while len(groups) > count:
        similarity = (sums @ sums.T) / np.outer(mass, mass)
        similarity[np.tril_indices(len(groups))] = -np.inf
        first, second = np.unravel_index(int(np.argmax(similarity)), similarity.shape)
        groups[first] += groups.pop(int(second))
        sums[first] += sums[second]
        mass[first] += mass[second]
        sums, mass = np.delete(sums, second, axis=0), np.delete(mass, second)
    return groups


def centroids(
    voices: FloatArray, weights: FloatArray, labels: IntArray, *, count: int
) -> FloatArray:
    """Mean direction of each label's voices, shape (count, dimension); zeros where it has none."""
    found = np.zeros((count, voices.shape[1]), dtype=np.float32)
    for label in range(count):
        mine = labels == label
        total = (voices[mine] * weights[mine, None]).sum(axis=0)
        found[label] = total / max(float(np.linalg.norm(total)), 1e-9)
    return found


def assign(
    voices: FloatArray, weights: FloatArray, groups: Sequence[Sequence[int]], *, rounds: int
) -> tuple[IntArray, FloatArray]:
    """Give every stretch to the nearest centroid, moving the centroids `rounds` times.

    Args:
        groups: the stretches that are trusted to place the centroids, such as the longer ones.
    Returns: labels, shape (stretches,), and the centroids.
    """
    trusted = np.array(sorted(i for group in groups for i in group), dtype=np.int64)
    labels = np.zeros(len(voices), dtype=np.int64)
    for label, group in enumerate(groups):
        labels[list(group)] = label
    places = centroids(voices[trusted], weights[trusted], labels[trusted], count=len(groups))
    for _ in range(rounds):
        labels = np.argmax(voices @ places.T, axis=1).astype(np.int64)
        moved = centroids(voices[trusted], weights[trusted], labels[trusted], count=len(groups))
        empty = np.linalg.norm(moved, axis=1) == 0
        moved[empty] = places[empty]
        places = moved
    return labels, places
