"""Write digits and Latin letters out in Chinese, as a voice must say them."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_LETTERS = {
    "APP": "手机软件",
    "OK": "好的",
    "QQ": "扣扣",
    "VIP": "贵宾",
}
_UNITS = ("", "十", "百", "千")
_LONG_NUMBER = 5  # so many digits and more are read one by one (telephone numbers)


def number_in_chinese(value: int) -> str:
    """A whole number from 0 to 9999 in Chinese: 12 is 十二, 105 is 一百零五.

    Raises: ValueError outside that range.
    """
    if not 0 <= value <= 9999:
        message = f"number out of range 0-9999: {value}"
        raise ValueError(message)
    if value == 0:
        return _DIGITS[0]
    digits = str(value)
    text, zero = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            zero = True
            continue
        text += ("零" if zero and text else "") + _DIGITS[int(digit)] + _UNITS[place]
        zero = False
    return text.removeprefix("一") if text.startswith("一十") else text


def spell_in_chinese(text: str) -> str:
    """Replace runs of digits and known Latin words; telephone numbers are read digit by digit.

    Raises: ValueError if a Latin word has no reading; such a text would be spoken wrongly.
    """
    spelt = re.sub(r"(\d{1,2}):(\d{2})", _clock, text)
    spelt = re.sub(r"\d+", _number, spelt)
    for letters, reading in _LETTERS.items():
        spelt = spelt.replace(letters, reading)
    unread = re.search(r"[A-Za-z]+", spelt)
    if unread:
        message = f"no Chinese reading for {unread.group()!r} in {text!r}"
        raise ValueError(message)
    return spelt


def _clock(match: re.Match[str]) -> str:
    minutes = int(match[2])
    tail = (
        "" if minutes == 0 else ("零" if minutes < 10 else "") + number_in_chinese(minutes) + "分"
    )
    return f"{number_in_chinese(int(match[1]))}点{tail}"


def _number(match: re.Match[str]) -> str:
    digits = match.group()
    if len(digits) >= _LONG_NUMBER or (digits[0] == "0" and len(digits) > 1):
        return "".join(_DIGITS[int(d)] for d in digits)
    return number_in_chinese(int(digits))
