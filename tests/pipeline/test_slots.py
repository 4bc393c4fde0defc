import pytest
from phrasebook_examples import dialogue

from pipeline.call import Role
from pipeline.slots import slot_spans
from pipeline.stream import build_stream


def found(kind: str, text: str, language: str = "zh") -> list[str]:
    stream = build_stream(dialogue(f"agent: {text}", language), Role.AGENT)  # type: ignore[arg-type]
    spans = slot_spans(stream, kind)
    joiner = "" if language == "zh" else " "
    return [joiner.join(stream.texts[a : b + 1]) for a, b in spans]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("半小时后给您回电话", "半小时后"),
        ("我2个小时内回复您", "两个小时内"),
        ("今天下午三点前联系您", "今天下午三点前"),
        ("最晚下周一通知您", "下周一"),
        ("24小时之内处理", "二十四小时之内"),
        ("明早9:30给您打", "九点三十"),
        ("下班前给您答复", "下班前"),
    ],
)
def test_times_of_promises_are_found(text: str, time: str) -> None:
    assert any(time in f for f in found("time", text))


@pytest.mark.parametrize(
    "text", ["尽快给您答复", "到时候再通知您", "有消息联系您", "稍后给您回电话"]
)
def test_vague_times_are_no_times(text: str) -> None:
    assert found("time", text) == []


def test_telephone_numbers_and_names_are_found() -> None:
    assert found("phone", "号码是13812345678") == ["一三八一二三四五六七八"]
    assert found("name", "我是张老师") == ["我是张老师"]


def test_spanish_times_are_found() -> None:
    assert found("time", "Le llamo en dos horas", "es") == ["dos horas"]
    assert found("time", "Le llamo el viernes a las tres", "es") == ["viernes", "a las tres"]
    assert found("time", "Le llamo pronto", "es") == []


def test_a_few_days_is_no_time_to_hold_anybody_to() -> None:
    assert found("time", "过几天给您回电话") == []
    assert found("time", "十几分钟后给您回电话") == ["十几分钟后"]
