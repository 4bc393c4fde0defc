import pytest

from models.belief import Belief, belief, is_echo
from models.whisper_engine import Reading

NAMES = ("桔子树", "东方巴黎")


def reading(text: str, *, log_probability: float = -0.3, silent: float = 0.1) -> Reading:
    return Reading(tuple(range(len(text))), text, log_probability, silent)


@pytest.mark.parametrize(
    ("read", "speech_s", "expected"),
    [
        (reading("您好，这里是桔子树"), 2.4, Belief.SOUND),
        (reading("嗯"), 0.5, Belief.SOUND),
        (reading("桔子树东方巴黎"), 9.0, Belief.FALSE),
        (reading("字幕由志愿者提供"), 2.0, Belief.FALSE),
        (reading("您好", log_probability=-1.7), 0.6, Belief.FALSE),
        (reading("您好", log_probability=-1.0, silent=0.9), 0.6, Belief.FALSE),
        (reading("您好", log_probability=-1.0, silent=0.1), 0.6, Belief.DOUBTFUL),
        (reading("您好"), 9.0, Belief.DOUBTFUL),
        (reading(""), 1.0, Belief.DOUBTFUL),
    ],
)
def test_what_is_believed(read: Reading, speech_s: float, expected: Belief) -> None:
    assert belief(read, speech_s=speech_s, language="zh", names=NAMES) is expected


def test_a_name_that_is_said_in_a_sentence_is_no_echo() -> None:
    assert not is_echo("您好，这里是桔子树", NAMES, speech_s=2.5, language="zh")
    assert not is_echo("桔子树", (), speech_s=9.0, language="zh")


def test_a_name_alone_over_long_speech_is_an_echo() -> None:
    assert is_echo("東方巴黎", NAMES, speech_s=4.0, language="zh")
