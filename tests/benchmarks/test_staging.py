"""Times and levels of a staged call, with tones of whole seconds in place of speech."""

import numpy as np
import pytest

from benchmarks.synthesis.rendering import mixed, sidecar, through_line, truth, write_wav
from benchmarks.synthesis.script import parse
from benchmarks.synthesis.settling import settle
from benchmarks.synthesis.staging import stage
from benchmarks.synthesis.telephone import LINES, Line, active_level_db

HEADER = "language: zh\npurpose: inbound\nagent: a\ncustomer: c\nsupervisor: s\n"


def speak(text, voice, speed):
    """One second of a tone per character, its pitch by voice."""
    time = np.arange(round(8000 * len(text) / speed)) / 8000
    pitch = {"a": 500, "c": 900, "s": 1300}[voice]
    return (0.5 * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def staged(body, header=HEADER):
    script = parse(f"{header}---\n{body}", name="x")
    return script, stage(script, speak, rng=np.random.default_rng(0))


def times(call):
    return [(turn.cue.speaker, turn.start, turn.end) for turn in call.turns]


def test_turns_follow_by_their_gaps():
    _, call = staged("agent (gap=0): 一二\ncustomer (gap=0.5): 三\nagent (gap=1): 四\n")
    # the call starts with a second of silence
    assert times(call) == [("agent", 1.0, 3.0), ("customer", 3.5, 4.5), ("agent", 5.5, 6.5)]
    assert call.duration_s == pytest.approx(7.1)  # 0.6 s after the last word


def test_a_negative_gap_talks_over_the_other():
    _, call = staged("customer (gap=0): 一二三四\nagent (gap=-2.5): 五\ncustomer (gap=0): 六\n")
    # 5.0 - 2.5 = 2.5; the third turn follows the longest so far, not the interruption
    assert times(call) == [("customer", 1.0, 5.0), ("agent", 2.5, 3.5), ("customer", 5.0, 6.0)]


def test_holds_take_their_time_and_are_named():
    _, call = staged("agent (gap=0): 一\nhold 10 music\nagent (gap=0): 二\n")
    assert call.waits == ((2.0, 12.0, "music"),)
    assert times(call)[1] == ("agent", 12.0, 13.0)
    music = call.tracks[0, 3 * 8000 : 11 * 8000]
    assert active_level_db(music, rate_hz=8000) > -35
    assert not np.any(call.tracks[1])


def test_natural_pauses_are_within_their_bounds():
    _, call = staged("agent: 一\n" * 40)
    gaps = [b.start - a.end for a, b in zip(call.turns, call.turns[1:], strict=False)]
    assert min(gaps) >= 0.149
    assert max(gaps) <= 0.901


def test_speed_shortens_a_turn():
    _, call = staged("agent (gap=0 speed=2): 一二三四\n")
    assert times(call) == [("agent", 1.0, 3.0)]


def test_each_party_is_on_its_own_channel_at_its_own_level():
    _, call = staged(
        "agent (gap=0): 一\ncustomer (gap=0): 二\n", HEADER + "customer_level_db: -30\n"
    )
    assert active_level_db(call.tracks[0], rate_hz=8000) == pytest.approx(-21, abs=0.1)
    assert active_level_db(call.tracks[1], rate_hz=8000) == pytest.approx(-30, abs=0.1)
    assert not np.any(call.tracks[1, 8000:16000])


def test_a_supervisor_is_an_agent_with_another_voice():
    script, call = staged("agent (gap=0): 一\nsupervisor (gap=0): 二\n")
    turns = truth(script, call, call_id="x")["turns"]
    assert [(t["role"], t.get("speaker")) for t in turns] == [
        ("agent", None),
        ("agent", "supervisor"),
    ]


def test_leakage_is_heard_at_its_level():
    _, call = staged("agent (gap=0): 一二三\n")
    line = Line("test", leakage_db=-30, floor_db=-90)
    stereo = through_line(call, line, babble=(), rng=np.random.default_rng(0))
    own, heard = (active_level_db(c[9000:30000], rate_hz=8000) for c in stereo)
    assert own - heard == pytest.approx(30, abs=0.2)


@pytest.mark.parametrize("name", ["clean", "leak", "hum"])
def test_a_line_keeps_length_and_range(name):
    _, call = staged("agent (gap=0): 一\ncustomer (gap=0): 二\n")
    stereo = through_line(call, LINES[name], babble=(), rng=np.random.default_rng(0))
    assert stereo.shape == call.tracks.shape
    assert np.max(np.abs(stereo)) <= 1.0


def test_the_mixed_recording_is_the_sum_of_both_within_full_scale():
    stereo = np.array([[0.25, 0.75], [0.5, 0.75]], np.float32)
    assert mixed(stereo).tolist() == [0.75, 1.0]


@pytest.mark.parametrize(("law", "codec"), [("alaw", "pcm_alaw"), ("mulaw", "pcm_mulaw")])
def test_a_written_recording_is_read_by_another_program(tmp_path, law, codec):
    import av

    tone = speak("一二", "a", 1.0)
    write_wav(tmp_path / "x.wav", [tone, tone * 0], law=law)
    with av.open(str(tmp_path / "x.wav")) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == (codec, 8000, 2)
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
    samples = np.concatenate(frames, axis=1).reshape(-1, 2) / 32768
    assert samples.shape == (16000, 2)
    assert np.max(np.abs(samples[:, 0] - tone)) < 0.02
    assert np.max(np.abs(samples[:, 1])) < 0.001


def test_truth_and_sidecar_have_the_fields_of_their_forms():
    header = HEADER + "agent_id: A1\nanswered_after_s: 4.5\n"
    script, call = staged("agent (gap=0): 一 [zh.S01.credit]\n", header)
    document = truth(script, call, call_id="c1")
    assert document["turns"] == [
        {"role": "agent", "start": 1.0, "end": 2.0, "text": "一", "tags": ["zh.S01.credit"]}
    ]
    assert document["rules"] == ["zh.S01.credit"]
    assert document["voices"] == {"agent": "a"}
    assert sidecar(script.header, call_id="c1", stereo=False) == {
        "call_id": "c1",
        "language": "zh",
        "purpose": "inbound",
        "agent_id": "A1",
        "answered_after_s": 4.5,
    }


def test_the_last_question_counts_in_the_last_fifth_only():
    ask = "agent (gap=0): 一 [zh.T12.polite]\n"
    rest = "agent (gap=0): 一二三四五六七八九十\n"
    early = settle(*staged(ask + rest))
    late = settle(*staged(rest + ask))
    assert (early.rules, early.arguable) == ((), ("zh.T12.polite",))
    assert (late.rules, late.arguable) == (("zh.T12.polite",), ())


def test_a_step_that_is_met_somewhere_is_not_missed():
    body = "agent: 一 [zh.complaint.apology:missed]\nagent: 二 [zh.complaint.apology:met]\n"
    assert settle(*staged(body)).rules == ("zh.complaint.apology:met",)


@pytest.mark.parametrize(
    ("text", "rules", "arguable"),
    [
        ("您您您您", (), ()),
        ("你你你您", ("zh.nin_ratio:violated",), ()),
        ("你你您您", (), ("zh.nin_ratio:violated",)),
        ("你您", (), ("zh.nin_ratio:violated",)),
        ("你好你好你好您", (), ()),
    ],
)
def test_an_agent_who_mostly_says_ni_is_tagged(text, rules, arguable):
    settled = settle(*staged(f"agent: {text}\ncustomer: 你你你你\n"))
    assert (settled.rules, settled.arguable) == (rules, arguable)


def test_a_hurried_agent_is_tagged():
    # one character a second is 60 a minute; 8 times faster is 480
    assert settle(*staged("agent (speed=8): 一二三四\n")).rules == ("zh.speech_rate:violated",)
    assert settle(*staged("agent (speed=4): 一二三四\n")).rules == ()
