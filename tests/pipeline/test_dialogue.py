import pytest

from pipeline.call import Role
from pipeline.dialogue import DialogueError, build_transcript, parse_dialogue


def test_lines_name_their_speaker_and_options() -> None:
    first, second = parse_dialogue("agent: 您好\n# 说明\n\ncustomer[pause=3, role_p=0.6]：你好")
    assert (first.role, first.text, first.pause_s) == (Role.AGENT, "您好", 0.4)
    assert (second.role, second.pause_s, second.role_probability) == (Role.CUSTOMER, 3.0, 0.6)


def test_a_line_without_speaker_is_named() -> None:
    with pytest.raises(DialogueError, match="您好"):
        parse_dialogue("您好")


def test_speech_takes_its_time() -> None:
    transcript = build_transcript(
        parse_dialogue("agent: 一二三四五六七八九\ncustomer[pause=2]: 好"), "zh"
    )
    first, second = transcript.turns
    assert (first.start, first.end) == (1.0, 3.0)  # nine characters at 4.5 a second
    assert second.start == 5.0
    assert len(first.words) == 9
