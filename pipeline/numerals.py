"""Numbers as they are spoken in Mandarin; recognisers write them in digits."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_UNITS: Final = ("", "十", "百", "千")
_MEASURES: Final = frozenset("个点天周次节位年遍条家种名张件小分门层楼")
_SPOKEN_AS_NUMBER = (
    4  # longer runs of digits are telephone or order numbers and are read digit by digit
)


def spell_number(written: str, following: str = "") -> str:
    """How `written` digits are said: 12 → 十二, 3:30 → 三点三十, 50% → 百分之五十.

    Five and more digits are read one by one.

    Args:
        written: ASCII digits, with at most `.`, `:` or a final `%` between or after them.
        following: the character after it; 年 makes 2026 a year, a measure word makes 2 两.
    """
    if written.endswith("%"):
        return "百分之" + spell_number(written[:-1])
    for mark in (":", "："):
        if mark in written:
            hour, _, minute = written.partition(mark)
            rest = "" if set(minute) <= {"0"} else spell_number(minute.replace(mark, ""))
            return f"{spell_number(hour)}点{rest}"
    if "." in written:
        whole, _, fraction = written.partition(".")
        return f"{spell_number(whole)}点{''.join(_DIGITS[int(d)] for d in fraction if d.isdigit())}"
    if written == "2" and following in _MEASURES and following:
        return "两"
    if len(written) > _SPOKEN_AS_NUMBER or (following == "年" and len(written) == 4):
        return "".join(_DIGITS[int(d)] for d in written)
    return _spell_integer(written)


def _spell_integer(written: str) -> str:
    if len(written) > 1 and written.startswith("0"):
        return "".join(_DIGITS[int(d)] for d in written)
    spoken = ""
    for place, digit in zip(range(len(written) - 1, -1, -1), written, strict=True):
        if digit != "0":
            spoken += _DIGITS[int(digit)] + _UNITS[place]
        elif spoken and not spoken.endswith("零"):
            spoken += "零"
    spoken = spoken.rstrip("零") or "零"
    return spoken[1:] if spoken.startswith("一十") else spoken
