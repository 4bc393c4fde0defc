"""Times as they are spoken in Spanish: en media hora, mañana por la tarde, antes del viernes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from pipeline.office_hours import Part
from pipeline.spoken_time import Period, SpokenTime

_NUMBERS: Final = {
    **{"un": 1, "una": 1, "uno": 1, "dos": 2, "par de": 2, "tres": 3, "cuatro": 4, "cinco": 5},
    **{"seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12},
    **{"quince": 15, "veinte": 20, "veinticuatro": 24, "veinticinco": 25, "treinta": 30},
    **{"cuarenta y ocho": 48, "cuarenta y cinco": 45, "cuarenta": 40, "cincuenta": 50},
}
_N: Final = r"(?:\d+|un par de|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT: Final = r"(?:minutos?|horas?|dias?|semanas?|mes(?:es)?)"
_DAYS: Final = {"hoy": 0, "mañana": 1, "pasado mañana": 2}
_WEEKDAYS: Final = {
    name: n
    for n, name in enumerate(
        ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
    )
}
_MONTHS: Final = {
    name: n
    for n, name in enumerate(
        (
            *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
            *("septiembre", "octubre", "noviembre", "diciembre"),
        ),
        start=1,
    )
}
_PARTS: Final = {
    "mañana": Part.MORNING,
    "mediodia": Part.NOON,
    "tarde": Part.AFTERNOON,
    "noche": Part.EVENING,
}
_LASTING: Final = re.compile(
    rf"\b(?:en|dentro de|durante|antes de|de aqui a)\s+(?:los?\s+|las?\s+)?(?:proxim[oa]s?\s+)?"
    rf"(?:(?P<half>media hora)|(?P<quarters>tres cuartos|un cuarto) de hora"
    rf"|(?:{_N}\s+(?:o|a)\s+)?(?P<count>{_N})\s+(?P<unit>{_UNIT})"
    rf"(?P<working>\s+(?:habil(?:es)?|laborables?))?(?P<and_half>\s+y\s+medi[oa])?)\b"
)
_WEEKDAY: Final = "|".join(_WEEKDAYS)
_DAY: Final = (
    rf"(?P<day>pasado mañana|(?<!la )(?<!esta )mañana|hoy)"
    rf"|(?:el|al?|del)\s+(?:proximo\s+)?(?P<weekday>{_WEEKDAY})(?:\s+que viene|\s+proximo)?"
    rf"|(?:el|del|al)\s+(?:dia\s+)?(?P<date>{_N})(?:\s+de\s+(?P<month>{'|'.join(_MONTHS)}))?"
    r"(?!\s+(?:por|de la))"
    r"|(?P<period>(?:esta|la proxima|la)\s+semana(?:\s+que viene)?|(?:este|el) fin de semana"
    r"|(?:a\s+|el\s+|del?\s+)?fin(?:es|al)?\s+de(?:l)?\s+(?:este\s+)?mes|este mes"
    r"|el (?:proximo mes|mes que viene)"
    r"|(?:a\s+|el\s+|del?\s+)?fin(?:al)?\s+de\s+(?:la|esta)\s+semana)"
)
_PART: Final = (
    r"(?:(?:por|de|en|a)\s+la\s+|esta\s+)(?P<part>mañana|tarde|noche)|al?\s+(?P<noon>mediodia)"
)
_CLOCK: Final = (
    rf"(?:a|de)\s+las?\s+(?P<hour>{_N})(?:(?::|\.|h\s?)(?P<digits>\d\d))?"
    rf"(?:\s+(?P<sign>y|menos)\s+(?P<fraction>media|cuarto|{_N}))?(?:\s+en punto)?(?:\s+horas)?"
)
_EARLY_PART: Final = _PART.replace("<part>", "<part1>").replace("<noon>", "<noon1>")
_POINT: Final = re.compile(
    rf"\b(?:{_DAY}(?:\s*,)?)?\s*(?:{_EARLY_PART})?"
    rf"\s*(?:(?:antes de|sobre|hacia)?\s*{_CLOCK}(?:\s+(?:{_PART}))?)?"
)


def fold(text: str) -> str:
    """Lower case without accents, ñ kept, every character in its place."""
    folded = []
    for letter in text.lower():
        plain = letter if letter == "ñ" else unicodedata.normalize("NFD", letter)[:1]
        folded.append(plain or letter)
    return "".join(folded) if len(folded) == len(text) else text.lower()


def times_es(text: str) -> Iterator[SpokenTime]:
    """The times of a turn, in the order in which they stand, the longest reading of each."""
    folded, at = fold(text), 0
    while at < len(folded):
        found = _at(folded, text, at) if at == 0 or not folded[at - 1].isalnum() else None
        if found is None:
            at += 1
            continue
        yield found
        at = found.last


def _at(folded: str, text: str, at: int) -> SpokenTime | None:
    lasting = _LASTING.match(folded, at)
    if lasting is not None:
        return _lasting(lasting, text)
    point = _POINT.match(folded, at)
    if point is None or not point.group().strip() or point.group()[0] == " ":
        return None
    return _point(point, text)


def _number(text: str) -> int:
    bare = text.removeprefix("un ") if text == "un par de" else text
    return int(bare) if bare.isdigit() else _NUMBERS.get(bare, 0)


def _place(match: re.Match[str], text: str) -> dict[str, Any]:
    shown = text[match.start() : match.end()].rstrip()
    return {"first": match.start(), "last": match.start() + len(shown), "text": shown}


def _lasting(match: re.Match[str], text: str) -> SpokenTime | None:
    place = _place(match, text)
    if match["half"]:
        return SpokenTime(**place, lasting=timedelta(minutes=30))
    if match["quarters"]:
        minutes = 45 if match["quarters"].startswith("tres") else 15
        return SpokenTime(**place, lasting=timedelta(minutes=minutes))
    count, unit = _number(match["count"]), match["unit"]
    if unit.startswith("minuto"):
        return SpokenTime(**place, lasting=timedelta(minutes=count))
    if unit.startswith("hora"):
        half = 30 if match["and_half"] else 0
        return SpokenTime(**place, lasting=timedelta(minutes=60 * count + half))
    if unit.startswith("mes"):
        return SpokenTime(**place, months=count)
    if match["working"]:
        return SpokenTime(**place, working_days=count)
    return SpokenTime(**place, days=count * (7 if unit.startswith("semana") else 1))


def _point(match: re.Match[str], text: str) -> SpokenTime | None:
    part = match["part1"] or match["noon1"] or match["part"] or match["noon"]
    named = match["day"] or match["weekday"] or match["date"] or match["period"]
    if not (named or match["hour"] or part):
        return None
    if part and not named and not match["hour"] and not match.group().startswith(("esta", "al")):
        return None  # de la mañana, of something else
    spoken: dict[str, Any] = {**_place(match, text), "part": _PARTS.get(part or "")}
    if match["day"]:
        spoken["days"] = _DAYS[match["day"]]
    if match["weekday"]:
        spoken["weekday"] = _WEEKDAYS[match["weekday"]]
    if match["date"]:
        month = _MONTHS[match["month"]] if match["month"] else None
        spoken["month_day"] = (month, _number(match["date"]))
    if match["period"]:
        spoken["period"], spoken["later"] = _period(match["period"])
    if match["hour"]:
        spoken["clock"] = _clock(match)
        spoken["whole_day"] = bool(match["digits"]) and len(match["hour"]) == 2
    return SpokenTime(**spoken)


def _period(text: str) -> tuple[Period, int]:
    later = int("proxim" in text or "que viene" in text)
    if "mes" in text:
        return Period.MONTH, later
    return (Period.WEEKEND if "fin de semana" in text else Period.WEEK), later


def _clock(match: re.Match[str]) -> tuple[int, int]:
    hour = _number(match["hour"])
    if match["digits"]:
        return hour, int(match["digits"])
    fraction = match["fraction"]
    if not fraction:
        return hour, 0
    minute = {"media": 30, "cuarto": 15}.get(fraction) or _number(fraction)
    return (hour, minute) if match["sign"] == "y" else (hour - 1, 60 - minute)
