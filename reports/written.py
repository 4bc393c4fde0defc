"""Values as each language writes them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pipeline.intervals import Interval
from pipeline.messages import Language
from reports.blocks import Show, Value

NOTHING: Final = "—"
_MINUS: Final = "\u2212"
_LONG: Final = re.compile(r"[^\s\u2e80-\uffef]{13,}")  # a word that a narrow column cannot hold
_PIECES: Final = re.compile(r"(.{12})")
_BREAK: Final = "\u200b"  # a place where a line may end


def write(value: Value, show: Show, language: Language) -> str:
    """A value as it is read on paper; what is not known is a dash."""
    match value:
        case None:
            return NOTHING
        case Interval():
            return " ".join(apart(value, show, language))
        case datetime():
            return value.strftime("%Y-%m-%d" if show == "day" else "%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case str():
            return breakable(value)
    match show:
        case "percent":
            return percent(float(value), language)
        case "place":
            return place(float(value))
        case "count":
            return _grouped(int(value), language)
        case _:
            return number(value, language)


def number(value: float | Decimal, language: Language, *, digits: int = 2) -> str:
    """With at most so many digits after the point, or comma in Spanish."""
    step = Decimal(1).scaleb(-digits)
    exact = Decimal(str(value)).quantize(step, ROUND_HALF_UP)
    text = f"{exact:f}".rstrip("0").rstrip(".") if digits else f"{exact:f}"
    text = "0" if text in ("-0", "") else text.replace("-", _MINUS)
    return text.replace(".", ",") if language == "es" else text


def percent(share: float, language: Language) -> str:
    """Whole percent, with a tenth near the ends, where it matters."""
    digits = 1 if 0 < share < 0.1 or 0.9 < share < 1 else 0
    blank = "\u00a0" if language == "es" else ""
    return f"{number(100 * share, language, digits=digits)}{blank}%"


def place(seconds: float) -> str:
    """Minutes, seconds and tenths, as on the call page."""
    tenths = round(max(0.0, seconds) * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def breakable(text: str) -> str:
    """The text with places where long words may be broken: numbers of calls, addresses."""
    return _LONG.sub(lambda found: _PIECES.sub(rf"\1{_BREAK}", found[0]), text)


def apart(value: Interval, show: Show, language: Language) -> tuple[str, str]:
    """A value and, in brackets, what it may as well be."""
    three = (value.value, value.low, value.high)
    if show == "share":
        middle, low, high = (percent(each, language) for each in three)
    elif show == "difference":
        middle, low, high = (_signed(100 * each, language) for each in three)
        return middle, f"({low} … {high})"
    else:
        middle, low, high = (number(each, language, digits=1) for each in three)
    return middle, f"({low}–{high})"


def _signed(value: float, language: Language) -> str:
    text = number(value, language, digits=1)
    return text if text.startswith(_MINUS) or text == "0" else f"+{text}"


def _grouped(value: int, language: Language) -> str:
    comma = "\u00a0" if language == "es" else ","
    return f"{value:,}".replace(",", comma).replace("-", _MINUS)
