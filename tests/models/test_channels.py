import numpy as np
import pytest

from models.channels import foreground, leaking
from models.segmentation import FRAME_S


def frames(seconds: float) -> int:
    return round(seconds / FRAME_S)


def test_the_fainter_copy_of_the_other_party_is_leakage() -> None:
    # agent speaks frames 0-99 at -20 dB and is heard at -45 on the customer's line;
    # the customer speaks frames 100-199 at -25 dB and is heard at -50 on the agent's
    agent = np.concatenate([np.full(100, -20.0), np.full(100, -50.0)]).astype(np.float32)
    customer = np.concatenate([np.full(100, -45.0), np.full(100, -25.0)]).astype(np.float32)
    both = np.ones(200, dtype=np.bool_)
    on_customer = leaking(1, [both, both], [agent, customer], margin_db=10.0)
    on_agent = leaking(0, [both, both], [agent, customer], margin_db=10.0)
    assert on_customer.tolist() == [True] * 100 + [False] * 100
    assert on_agent.tolist() == [False] * 100 + [True] * 100


def test_both_speaking_at_their_usual_level_is_no_leakage() -> None:
    # a party that is always 15 dB fainter on its line is quiet, not leaking
    loud = np.concatenate([np.full(50, -15.0), np.full(50, -60.0), np.full(50, -15.0)])
    quiet = np.concatenate([np.full(50, -60.0), np.full(50, -30.0), np.full(50, -30.0)])
    active = [loud > -50, quiet > -50]
    levels = [loud.astype(np.float32), quiet.astype(np.float32)]
    together = leaking(1, active, levels, margin_db=10.0)[100:]
    assert not together.any()


def test_a_voice_in_the_room_behind_the_party_is_not_the_party() -> None:
    # the room murmurs at -45 dB all the time, the party speaks at -22 dB from 2 s to 4 s
    levels = np.full(frames(6.0), -45.0, dtype=np.float32)
    levels[frames(2.0) : frames(4.0)] = -22.0
    loud = foreground(levels, floor_db=-60.0)
    assert loud[frames(2.1) : frames(3.9)].all()
    assert not loud[: frames(1.8)].any()
    assert not loud[frames(4.2) :].any()


@pytest.mark.parametrize("level", [-100.0, -61.0])
def test_an_empty_line_has_no_foreground(level: float) -> None:
    assert not foreground(np.full(600, level, dtype=np.float32), floor_db=-60.0).any()


def test_nothing_has_no_foreground() -> None:
    assert foreground(np.zeros(0, dtype=np.float32), floor_db=-60.0).size == 0
