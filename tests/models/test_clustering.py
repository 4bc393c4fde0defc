"""Voices told apart from vectors whose likeness is known."""

from __future__ import annotations

import numpy as np
import pytest

from models.clustering import divide_voices
from models.spans import FloatArray


def voices(*degrees: float) -> FloatArray:
    """Unit vectors in a plane: the likeness of two is the cosine of the angle between them."""
    angles = np.deg2rad(np.array(degrees))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def divided(degrees: tuple[float, ...], seconds: tuple[float, ...]) -> list[int]:
    weights = np.array(seconds, dtype=np.float32)
    links = np.zeros((len(degrees), len(degrees)))
    return divide_voices(voices(*degrees), weights, links).tolist()


def test_two_voices_are_told_apart() -> None:
    assert divided((0, 5, 85, 90), (2.0, 1.5, 1.0, 2.5)) == [0, 0, 1, 1]


@pytest.mark.parametrize(("seconds", "labels"), [(0.6, [0, 0, 1]), (0.4, [0, 0, 0])])
def test_a_moment_is_no_second_voice(seconds: float, labels: list[int]) -> None:
    assert divided((0, 5, 85), (2.0, 1.5, seconds)) == labels
