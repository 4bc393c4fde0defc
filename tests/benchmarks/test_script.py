"""Scripts: what is read, and what is refused with its line."""

import pytest

from benchmarks.synthesis.script import Keys, Say, ScriptError, Wait, parse

GOOD = """id: one
language: zh
expect: zh.nin_ratio:violated
---
# a comment
agent: 您好，这里是桔子树。 [zh.T01.polite, ?zh.T02.polite, !zh.T02.improper]
customer (gap=-0.8 speed=1.2 level=-6): 嗯。
hold 12 music
pause 1.5
keys 15#
other: 欢迎致电
"""


def test_a_script_is_header_and_cues():
    script = parse(GOOD, name="one")
    assert script.header["language"] == "zh"
    assert script.cues == (
        Say(
            "agent",
            "您好，这里是桔子树。",
            tags=("zh.T01.polite",),
            arguable=("zh.T02.polite",),
            near_misses=("zh.T02.improper",),
        ),
        Say("customer", "嗯。", gap_s=-0.8, speed=1.2, level_db=-6.0),
        Wait(12.0, "music"),
        Wait(1.5, "silence"),
        Keys("15#"),
        Say("other", "欢迎致电"),
    )


def test_rules_are_the_tags_and_what_the_header_expects():
    script = parse(GOOD, name="one")
    assert script.rules == ("zh.T01.polite", "zh.nin_ratio:violated")
    assert script.arguable == ("zh.T02.polite",)


def test_what_must_be_reported_somewhere_is_not_arguable_elsewhere():
    text = "a: b\n---\nagent: 一 [zh.S01.credit]\nagent: 二 [?zh.S01.credit]\n"
    assert parse(text, name="x").arguable == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("agent 您好", "x:3.*neither"),
        ("boss: 您好", "x:3.*neither"),
        ("agent:", "x:3.*neither"),
        ("agent: 您好 [T01]", "x:3.*'T01' is not a rule id"),
        ("agent (loud=1): 您好", "x:3.*'loud' is none of gap, speed, level"),
        ("agent (gap=soon): 您好", "x:3.*'soon' is not a number"),
        ("hold 3 jazz", "x:3.*'jazz' is none of"),
        ("hold long", "x:3.*'long' is not a number"),
    ],
)
def test_a_faulty_line_is_named(line, told):
    with pytest.raises(ScriptError, match=told):
        parse(f"language: zh\n---\n{line}\n", name="x")


def test_a_script_without_header_is_refused():
    with pytest.raises(ScriptError, match="no line '---'"):
        parse("agent: 您好\n", name="x")
