from __future__ import annotations

import hashlib
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
    VoiceSample,
    agent_log_odds,
    centroid,
    compare,
    is_usable,
    make_voiceprint,
    similarity,
)

RANDOM = np.random.default_rng(7)
VOICES = [v / np.linalg.norm(v) for v in RANDOM.normal(size=(40, 192)).astype(np.float32)]


def near(voice: Vector, *, noise: float = 0.02) -> Vector:
    moved = voice + noise * RANDOM.normal(size=192).astype(np.float32)
    unit: Vector = moved / np.linalg.norm(moved)
    return unit


def heard(voice: Vector, *, speaker: str = "voice-0") -> HeardVoice:
    return HeardVoice(speaker, voice, 20.0)


def sample(voice: Vector, *, speech_s: float = 20.0, model: str = "m@1") -> VoiceSample:
    audio = hashlib.sha256(voice.tobytes()).hexdigest()
    return VoiceSample("A1", "c1", audio, voice, speech_s, model, "channels")


def print_of(*voices: Vector) -> Voiceprint:
    made = make_voiceprint([sample(voice) for voice in voices], model="m@1")
    assert made is not None
    return made


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


def test_a_print_counts_calls_and_seconds_and_has_unit_length() -> None:
    samples = [sample(near(VOICES[0]), speech_s=speech_s) for speech_s in (20.0, 10.0, 30.0)]
    made = make_voiceprint(samples, model="m@1")
    assert made is not None
    assert (made.agent_id, made.calls, made.speech_s, made.share) == ("A1", 3, 60.0, 1.0)
    assert np.linalg.norm(made.direction) == pytest.approx(1, abs=1e-5)


def test_many_calls_come_nearer_to_the_voice_than_one() -> None:
    one = print_of(near(VOICES[0]))
    many = print_of(*(near(VOICES[0]) for _ in range(20)))
    assert similarity(many.direction, VOICES[0]) > similarity(one.direction, VOICES[0])


def test_the_order_in_which_calls_were_heard_changes_no_bit() -> None:
    voices = [near(VOICES[0], noise=0.03) for _ in range(9)]
    assert print_of(*voices).sha256 == print_of(*reversed(voices)).sha256
    assert print_of(*voices).sha256 != print_of(*voices[1:]).sha256


def test_another_persons_call_under_the_same_agent_id_stays_out() -> None:
    own = [near(VOICES[0]) for _ in range(3)]
    mixed = print_of(*own, VOICES[1])
    assert mixed.direction.tolist() == print_of(*own).direction.tolist()
    assert (mixed.calls, mixed.share) == (3, 0.75)  # 60 of 80 seconds
    assert is_usable(mixed, model="m@1")


def test_an_agent_id_that_two_people_share_has_no_usable_print() -> None:
    shared = print_of(near(VOICES[0]), near(VOICES[0]), near(VOICES[1]), near(VOICES[1]))
    assert shared.share == 0.5
    assert not is_usable(shared, model="m@1")


def test_a_print_is_of_one_model() -> None:
    samples = [sample(VOICES[0]), sample(VOICES[1], model="m@2")]
    renewed = make_voiceprint(samples, model="m@2")
    assert renewed is not None
    assert (renewed.model, renewed.calls) == ("m@2", 1)
    assert np.allclose(renewed.direction, VOICES[1])
    assert make_voiceprint(samples, model="m@3") is None
    assert make_voiceprint([], model="m@1") is None


def test_a_print_is_used_only_of_the_same_model_and_from_enough_speech() -> None:
    known = print_of(VOICES[0])
    assert is_usable(known, model="m@1")
    assert not is_usable(known, model="m@2")
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
    cosines = dict(compare(known, voices).similarities)
    guesses = guess_roles(turns, metadata=CALL, language="zh", voice_cosines=cosines)
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
