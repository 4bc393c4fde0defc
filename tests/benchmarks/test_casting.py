"""The bank of exchanges and the calls drawn from it."""

from collections import defaultdict

import pytest

from benchmarks.synthesis.bank import read_parts, read_plans
from benchmarks.synthesis.casting import Draw, cast, fill
from benchmarks.synthesis.make_calls import draw_of
from benchmarks.synthesis.marking import untagged
from benchmarks.synthesis.script import Say, Script, Wait, parse_cues
from benchmarks.synthesis.spelling import spell_in_chinese
from benchmarks.synthesis.voices import VOICES, tell_apart

LANGUAGES = ("zh", "es")
ANYTHING = defaultdict(lambda: ["甲"]) | {"wait": ["9"], "longwait": ["15"], "sound": ["music"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plan_names_parts_that_exist(language):
    parts = read_parts(language)
    for plan in read_plans(language):
        assert [step.part for step in plan.steps if step.part not in parts] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exchange_of_the_bank_is_read_and_its_known_wordings_are_tagged(language):
    faults = []
    for name, exchanges in read_parts(language).items():
        for exchange in exchanges:
            cues = parse_cues(fill(exchange.text, ANYTHING), name=name)
            opening = name.startswith("opener") or name == "inconvenient"
            before = () if opening else (Say("agent", "嗯"),)
            faults += untagged(Script({}, (*before, *cues)))
    assert faults == []


def test_an_untagged_wording_is_found():
    assert untagged(Script({}, (Say("agent", "你姓什么？"),))) == ("zh.T05.improper: 你姓什么？",)
    assert untagged(Script({}, (Say("customer", "你姓什么？"),))) == ()


def test_every_chinese_line_can_be_spoken():
    for exchanges in read_parts("zh").values():
        for exchange in exchanges:
            for cue in parse_cues(fill(exchange.text, ANYTHING), name="x"):
                if isinstance(cue, Say):
                    spell_in_chinese(cue.text)


def test_a_seed_draws_the_same_call_and_another_seed_another():
    assert cast(Draw(3), seed=1) == cast(Draw(3), seed=1)
    assert cast(Draw(3), seed=1) != cast(Draw(3), seed=2)


def test_drawn_calls_are_complete_and_their_voices_told_apart():
    for number in range(1, 40):
        _, script = cast(draw_of(number), seed=5)
        header = script.header
        assert tell_apart(VOICES[header["agent"]], VOICES[header["customer"]])
        assert VOICES[header["agent"]].language == header["language"]
        assert any(isinstance(cue, Say) and cue.speaker == "agent" for cue in script.cues)
        for cue in script.cues:
            assert not (isinstance(cue, Say) and "{" in cue.text)
            assert not (isinstance(cue, Wait) and cue.duration_s > 30)


def test_a_blank_with_one_value_is_the_same_everywhere_and_others_change():
    text = "甲{name}{day}\n乙{name}{day}"
    assert fill(text, {"name": ["林"], "day": ["周一", "周二"]}) == "甲林周一\n乙林周二"


def test_voices_of_one_source_or_alike_are_not_told_apart():
    assert not tell_apart(VOICES["zm_yunjian"], VOICES["zm_yunyang"])
    assert not tell_apart(VOICES["zm_yunxi"], VOICES["zm_yunxi_low"])
    assert not tell_apart(VOICES["zf_xiaoyi"], VOICES["zf_beixiao"])
    assert tell_apart(VOICES["zf_xiaobei"], VOICES["zm_yunxi"])
