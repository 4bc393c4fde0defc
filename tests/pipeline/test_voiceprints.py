from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from pipeline.call import CallMetadata, Role
from pipeline.roles import guess_roles
from pipeline.turns import SpokenTurn
from pipeline.voiceprints import (
    HeardVoice,
    Vector,
    Voiceprint,
    agent_log_odds,
    centroid,
    is_usable,
    learn,
    similarities,
    similarity,
)

RANDOM = np.random.default_rng(7)
VOICES = [v / np.linalg.norm(v) for v in RANDOM.normal(size=(40, 192)).astype(np.float32)]


def near(voice: Vector, *, noise: float = 0.02) -> Vector:
    moved = voice + noise * RANDOM.normal(size=192).astype(np.float32)
    unit: Vector = moved / np.linalg.norm(moved)
    return unit


def heard(voice: Vector, *, speech_s: float = 20.0, speaker: str = "channel-0") -> HeardVoice:
    return HeardVoice(speaker, voice, speech_s)


def print_of(voice: Vector) -> Voiceprint:
    return learn(None, heard(voice), agent_id="A1", model="m@1")


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_centroid_has_unit_length_whatever_the_lengths_of_the_turns_voices(count: int) -> None:
    made = centroid([v * 5 for v in VOICES[:count]], [1.0 + i for i in range(count)])
    assert made is not None
    assert np.linalg.norm(made) == pytest.approx(1, abs=1e-5)


def test_a_centroid_does_not_depend_on_the_order_of_the_turns() -> None:
    weights = [1.0, 3.0, 2.0, 9.0]
    forwards, backwards = centroid(VOICES[:4], weights), centroid(VOICES[3::-1], weights[::-1])
    assert forwards is not None
    assert backwards is not None
    assert np.allclose(forwards, backwards, atol=1e-6)


def test_the_longer_turn_draws_the_centroid_to_itself() -> None:
    made = centroid(VOICES[:2], [9.0, 1.0])
    assert made is not None
    assert similarity(made, VOICES[0]) > similarity(made, VOICES[1])


def test_nothing_and_voices_that_cancel_out_give_no_centroid() -> None:
    assert centroid([], []) is None
    assert centroid([VOICES[0]], [0.0]) is None
    assert centroid([np.zeros(192, np.float32)], [1.0]) is None
    assert centroid([VOICES[0], -VOICES[0]], [1.0, 1.0]) is None


def test_learning_counts_calls_and_seconds_and_keeps_unit_length() -> None:
    known = print_of(VOICES[0])
    for speech_s in (10.0, 30.0):
        voice = heard(near(VOICES[0]), speech_s=speech_s)
        known = learn(known, voice, agent_id="A1", model="m@1")
    assert (known.calls, known.speech_s) == (3, 60.0)  # 20 + 10 + 30
    assert np.linalg.norm(known.direction) == pytest.approx(1, abs=1e-5)


def test_many_calls_come_nearer_to_the_voice_than_one() -> None:
    one = print_of(near(VOICES[0]))
    many = one
    for _ in range(20):
        many = learn(many, heard(near(VOICES[0])), agent_id="A1", model="m@1")
    assert similarity(many.direction, VOICES[0]) > similarity(one.direction, VOICES[0])


def test_another_persons_voice_under_the_same_agent_id_is_not_learnt() -> None:
    known = print_of(VOICES[0])
    assert learn(known, heard(VOICES[1]), agent_id="A1", model="m@1") is known


def test_another_model_starts_a_new_print() -> None:
    renewed = learn(print_of(VOICES[0]), heard(VOICES[1]), agent_id="A1", model="m@2")
    assert (renewed.model, renewed.calls) == ("m@2", 1)
    assert np.array_equal(renewed.direction, VOICES[1])


def test_a_print_is_used_only_with_consent_of_the_same_model_and_from_enough_speech() -> None:
    known = print_of(VOICES[0])
    assert is_usable(known, model="m@1")
    assert not is_usable(known, model="m@2")
    assert not is_usable(replace(known, consented=False), model="m@1")
    assert not is_usable(replace(known, speech_s=3.0), model="m@1")
    assert not is_usable(None, model="m@1")


COSINES = [-1.0, -0.2, 0.3, 0.6, 0.75, 0.8, 0.9, 1.0]


@pytest.mark.parametrize("a", COSINES)
@pytest.mark.parametrize("b", COSINES)
def test_swapping_the_speakers_swaps_the_sign(a: float, b: float) -> None:
    cosines = {"voice-0": a, "voice-1": b}
    forwards = agent_log_odds(cosines, "voice-0", "voice-1")
    assert forwards == pytest.approx(-agent_log_odds(cosines, "voice-1", "voice-0"))
    assert abs(forwards) <= 4.0


@pytest.mark.parametrize("other", COSINES)
def test_the_more_like_the_print_the_more_an_agent(other: float) -> None:
    odds = [agent_log_odds({"a": own, "b": other}, "a", "b") for own in COSINES]
    assert all(after >= before for before, after in pairwise(odds))


def test_voices_that_are_both_unlike_the_print_say_next_to_nothing() -> None:
    # the agent id names somebody else: e^-4 = 0.018 against a share of 0.11 of such calls
    assert abs(agent_log_odds({"a": 0.6, "b": 0.1}, "a", "b")) < 0.2
    assert abs(agent_log_odds({"a": 0.7, "b": 0.3}, "a", "b")) < 0.7


def test_a_speaker_without_a_voice_says_nothing() -> None:
    assert agent_log_odds({}, "a", "b") == 0
    assert agent_log_odds({}, "a", None) == 0


CALL = CallMetadata(call_id="c1", agent_id="A1")
GREETED = [
    SpokenTurn("voice-0", 0.0, 2.0, "您好，这里是桔子树，我是张老师", (), None),
    SpokenTurn("voice-1", 2.5, 4.0, "你好我想约一节课", (), None),
]
MURMURED = [
    SpokenTurn("voice-0", 0.0, 2.0, "嗯", (), None),
    SpokenTurn("voice-1", 2.5, 4.0, "啊", (), None),
]


def roles_by_voice(turns: list[SpokenTurn], *, agent: str) -> dict[str, tuple[Role, float]]:
    known = print_of(VOICES[0])
    voices = [
        heard(near(VOICES[0]) if speaker == agent else VOICES[1], speaker=speaker)
        for speaker in ("voice-0", "voice-1")
    ]
    guesses = guess_roles(
        turns, metadata=CALL, language="zh", voice_cosines=similarities(known, voices)
    )
    return {speaker: (guess.role, guess.probability) for speaker, guess in guesses.items()}


@pytest.mark.parametrize(("agent", "customer"), [("voice-0", "voice-1"), ("voice-1", "voice-0")])
def test_a_known_voice_decides_where_the_words_say_nothing(agent: str, customer: str) -> None:
    found = roles_by_voice(MURMURED, agent=agent)
    assert (found[agent][0], found[customer][0]) == (Role.AGENT, Role.CUSTOMER)


def test_a_voice_that_contradicts_the_words_makes_the_roles_less_certain() -> None:
    words = guess_roles(GREETED, metadata=CALL, language="zh")["voice-0"].probability
    agreeing = roles_by_voice(GREETED, agent="voice-0")["voice-0"][1]
    contradicting = roles_by_voice(GREETED, agent="voice-1")["voice-0"][1]
    assert contradicting < words <= agreeing


def test_a_channel_map_is_not_touched_by_voices() -> None:
    channels = replace(CALL, channel_roles=(Role.AGENT, Role.CUSTOMER))
    turns = [replace(turn, speaker=turn.speaker.replace("voice", "channel")) for turn in MURMURED]
    cosines = {"channel-0": 0.0, "channel-1": 1.0}
    plain = guess_roles(turns, metadata=channels, language="zh")
    assert plain == guess_roles(turns, metadata=channels, language="zh", voice_cosines=cosines)
