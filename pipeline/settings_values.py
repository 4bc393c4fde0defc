"""One value of the settings: what its key demands, and the fault it has otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from pipeline.errors import ConfigurationError
from pipeline.messages import Language, say

_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: a message key with its values, and a file's line or a variable."""

    place: str
    key: str
    values: Mapping[str, object]

    def text(self, language: Language) -> str:
        """One line for a person, beginning with the place."""
        told = {key: _told(value, language) for key, value in self.values.items()}
        return f"{self.place}: {say(self.key, language, **told)}"


class InvalidSettingsError(ConfigurationError):
    """Settings with faults; all of them are told at once."""

    def text(self, language: Language) -> str:
        found = self.values["faults"]
        faults = found if isinstance(found, tuple) else ()
        listed = "\n".join(f"  {fault.text(language)}" for fault in faults)
        return say(self.key, language, count=len(faults), faults=listed)


class Unfit(Exception):
    """A value that its key does not allow; `reason` is a message of `settings.toml`."""

    def __init__(self, reason: str, value: object, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = {"value": repr(value)[:_SHOWN_MAX], **values}

    def fault(self, place: str, key: str) -> Fault:
        """The fault of the key at a place."""
        return Fault(place, self.reason, {"field": key, **self.values})


def value_of(value: object, kind: Any, options: Mapping[str, Any], *, base: Path) -> Any:
    """A value of the field's type, within its limits.

    Args:
        kind: the field's type.
        options: `least` of a number, `choices` of a text.
        base: where a relative path starts.
    Raises: Unfit if it is none.
    """
    if get_origin(kind) is UnionType:
        kind = next(part for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is Literal:
        return _chosen(value, get_args(kind))
    if get_origin(kind) is tuple:
        texts, allowed = _texts(value), options.get("choices")
        return tuple(_chosen(text, allowed) for text in texts) if allowed else texts
    if kind is Path:
        return base / Path(_text(value)).expanduser()
    if kind is bool:
        if not isinstance(value, bool):
            raise Unfit("settings.flag", value)
        return value
    if kind in (int, float):
        return _number(value, kind, options.get("least"))
    choices = options.get("choices")
    return _chosen(value, choices) if choices else _text(value)


def from_text(text: str, kind: Any) -> object:
    """A variable's text as the file would have written it; left as it is where it is no such."""
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            return text
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _number(value: object, kind: type[int] | type[float], least: float | None) -> float:
    fits = isinstance(value, int) or (kind is float and isinstance(value, float))
    if not isinstance(value, int | float) or isinstance(value, bool) or not fits:
        raise Unfit("settings.whole_number" if kind is int else "settings.number", value)
    if value != value or abs(value) == float("inf") or (least is not None and value < least):
        raise Unfit("settings.least", value, least=least)
    return kind(value)


def _chosen(value: object, choices: tuple[str, ...]) -> object:
    if value not in choices:
        raise Unfit("settings.choice", value, choices=", ".join(choices))
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unfit("settings.text", value)
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise Unfit("settings.texts", value)
    return tuple(part.strip() for part in value if part.strip())


def _told(value: object, language: Language) -> object:
    return say("settings.nothing", language) if value is None else value
