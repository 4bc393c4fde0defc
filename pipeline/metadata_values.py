"""One value of a sidecar: what its key demands, and the fault it has otherwise."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from pipeline.call import Language, Purpose, Role
from pipeline.messages import LANGUAGES

Fault = tuple[str, dict[str, object]]  # message key with its values, as in Recording.warnings

TEXT_MAX = 200
_SHOWN_MAX = 60
_DIRECTIONS = ("inbound", "outbound")
_PERSONAL = ("agent_name", "customer_ref")  # never shown in a message, which may land in a log
_LANGUAGE_CODES: dict[str, Language] = {**{code: code for code in LANGUAGES}, "cmn": "zh"}


class _Unfit(Exception):
    """A value that its key does not allow; `reason` names a message other than the key's own."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


def _text(value: object) -> str:
    """A short line of text; numbers are taken as written."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Unfit
    text = unicodedata.normalize("NFC", str(value).strip())
    # category C: control and format characters, lone surrogates from undecodable file names
    if len(text) > TEXT_MAX or any(unicodedata.category(c)[0] == "C" for c in text):
        raise _Unfit
    return text


def _call_id(value: object) -> str:
    """A text that can safely name files and pages."""
    text = _text(value)
    if text in (".", "..") or "/" in text or "\\" in text:
        raise _Unfit
    return text


def _language(value: object) -> Language:
    """A code of ours or a tag that begins with one: `zh-CN`, `es_MX`."""
    code = re.split("[-_]", _text(value).lower())[0]
    if code not in _LANGUAGE_CODES:
        raise _Unfit
    return _LANGUAGE_CODES[code]


def _purpose(value: object) -> Purpose:
    try:
        return Purpose(_text(value).lower())
    except ValueError:
        raise _Unfit from None


def _direction(value: object) -> str:
    text = _text(value).lower()
    if text not in _DIRECTIONS:
        raise _Unfit
    return text


def _started_at(value: object) -> datetime:
    """An ISO 8601 time that says its offset; a ready datetime comes from a file's name."""
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(_text(value))
        except ValueError:
            raise _Unfit from None
    if value.utcoffset() is None:
        raise _Unfit("started_at_offset")
    return value


def _seconds(value: object) -> float:
    """A number, or a text with one; a decimal comma, as spreadsheets write it, is understood."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise _Unfit
        seconds = float(value.replace(",", ".")) if isinstance(value, str) else float(value)
    except (ValueError, OverflowError):
        raise _Unfit from None
    if not math.isfinite(seconds) or seconds < 0:
        raise _Unfit
    return seconds


def _channel_roles(value: object) -> tuple[Role, ...]:
    """One role for each channel, at most two, no party twice; a text may list them too."""
    if isinstance(value, str):
        value = re.findall(r"\w+", value)
    if not isinstance(value, list) or not 1 <= len(value) <= 2:
        raise _Unfit
    try:
        roles = tuple(Role(_text(name).lower()) for name in value)
    except ValueError:
        raise _Unfit from None
    parties = [role for role in roles if role is not Role.UNKNOWN]
    if len(parties) != len(set(parties)):
        raise _Unfit
    return roles


_PARSERS: dict[str, Callable[[object], object]] = {
    "call_id": _call_id,
    "language": _language,
    "purpose": _purpose,
    "direction": _direction,
    "agent_id": _text,
    "agent_name": _text,
    "team": _text,
    "customer_ref": _text,
    "started_at": _started_at,
    "answered_after_s": _seconds,
    "hung_up_by": _text,
    "channel_roles": _channel_roles,
}
KEYS = tuple(_PARSERS)


@dataclass(frozen=True, slots=True)
class Layer:
    """Values as one source gives them: a file's name, a row of a table, a sidecar."""

    source: str  # for messages: `calls.csv:17`
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    faults: tuple[Fault, ...] = ()


def parse(key: str, value: object, source: str) -> tuple[object, tuple[Fault, ...]]:
    """The value that `key` means, or None with what is wrong with it."""
    if key not in _PARSERS:
        return None, (("metadata.unknown_key", {**at(source, key), "nearest": nearest(key)}),)
    try:
        return _PARSERS[key](value), ()
    except _Unfit as e:
        reason = e.reason or ("text" if _PARSERS[key] is _text else key)
        return None, ((f"metadata.{reason}", {**at(source, key), "value": _shown(key, value)}),)


def at(source: str, key: str) -> dict[str, object]:
    """Where a fault stands."""
    return {"source": source, "field": _shown("", key)}


def nearest(key: str) -> str:
    """The key that was probably meant."""
    return difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.0)[0]


def is_slip(key: str) -> bool:
    """Whether `key` looks like a misspelt one of ours."""
    return bool(difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.75))


def _shown(key: str, value: object) -> str:
    """A value for a message: short, on one line, nothing personal."""
    if key in _PERSONAL:
        return "***"
    text = value if isinstance(value, str) else str(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
