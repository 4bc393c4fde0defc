"""Times, dates, numbers, names and telephone numbers in a stream of tokens."""

from __future__ import annotations

import re
from typing import Final

from pipeline.messages import Language
from pipeline.stream import Stream

_N: Final = "[零一二两三四五六七八九十百几半]"
_COUNT: Final = (
    f"[零一二两三四五六七八九十百半]{_N}*"  # 几天 alone is no time by which one can hold anybody
)
_WITHIN: Final = "(?:以内|之内|内|之后|以后|后|左右|之前|以前|前)?"
_WEEK: Final = "(?:周|星期|礼拜)"
_UNIT: Final = f"(?:小时|钟头|分钟|刻钟|天|工作日|{_WEEK}|月)"
_DAY: Final = (
    f"(?:今天|今晚|今日|明天|明早|明晚|当天|大后天|后天|[这本下]?个?{_WEEK}[一二三四五六日天末]"
    f"|[这本下]个?(?:{_WEEK}|月)|月底|周末|{_N}+月{_N}+[号日]?|{_N}+号)"
)
_HALF: Final = "(?:早上|上午|中午|下午|晚上|傍晚)"
_CLOCK: Final = f"{_N}+点(?:钟|半|{_N}+分?)?"
_TIMES: Final = (
    f"{_COUNT}个?半?{_UNIT}{_WITHIN}",
    f"{_DAY}{_HALF}?(?:下班|上课)?(?:{_CLOCK})?{_WITHIN}",
    f"{_HALF}?{_CLOCK}{_WITHIN}",
    f"(?:{_HALF}|下班)(?:以前|之前|前)",
)
_CHINESE: Final = {
    "time": re.compile("|".join(_TIMES)),
    "date": re.compile(f"{_DAY}|{_N}+[号日]"),
    "number": re.compile(f"{_N}+"),
    "name": re.compile(r".{1,3}(?:老师|先生|女士|小姐|同学|家长|经理)"),
    "phone": re.compile(r"[零一幺二三四五六七八九]{7,}"),
}
_NUMBER_ES: Final = (
    r"(?:\d+|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|quince|veinte|treinta"
    r"|veinticuatro|cuarenta y ocho|media|medio)"
)
_DAY_ES: Final = r"(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
_UNIT_ES: Final = r"(?:minutos?|horas?|dias?|semanas?|mes(?:es)?)"
_TIMES_ES: Final = (
    rf"\b{_NUMBER_ES} {_UNIT_ES}\b",
    r"\b(?:hoy|pasado mañana|mañana|esta tarde|esta semana)\b",
    rf"\b{_DAY_ES}\b",
    rf"\ba las? {_NUMBER_ES}\b",
)
_SPANISH: Final = {
    "time": re.compile("|".join(_TIMES_ES)),
    "date": re.compile(rf"\b(?:hoy|mañana|{_DAY_ES})\b|\b{_NUMBER_ES} de [a-z]+\b"),
    "number": re.compile(rf"\b{_NUMBER_ES}\b"),
    "name": re.compile(r"\b[a-zñ]{3,}\b"),
    "phone": re.compile(r"\b\d{7,}\b"),
}
_FOREIGN: Final = "\ufffc"  # stands for a token of several letters in a Chinese stream


def slot_spans(stream: Stream, kind: str) -> tuple[tuple[int, int], ...]:
    """First and last token of each `kind` (time, date, number, name, phone) in the stream,
    ascending.

    Times are what promises are dated with: 半小时后, 今天下午三点前, 下周一; "mañana", "dos horas".
    A match over a turn's border does not count.
    """
    pattern = _patterns(stream.language)[kind]
    text, starts = _joined(stream)
    spans = []
    for match in pattern.finditer(text):
        first, last = starts[match.start()], starts[match.end() - 1]
        if stream.turn[first] == stream.turn[last]:
            spans.append((first, last))
    return tuple(spans)


def _patterns(language: Language) -> dict[str, re.Pattern[str]]:
    return _CHINESE if language == "zh" else _SPANISH


def _joined(stream: Stream) -> tuple[str, list[int]]:
    """The tokens as one text, and the token that each of its characters belongs to."""
    if stream.language == "zh":
        text = "".join(t if len(t) == 1 else _FOREIGN for t in stream.texts)
        return text, list(range(len(stream.texts)))
    text, owners = "", []
    for index, token in enumerate(stream.texts):
        shown = token + " "
        text += shown
        owners += [index] * len(shown)
    return text, owners
