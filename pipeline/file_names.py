"""What a recorder puts into the names of its files: a template such as `{agent_id}_{call_id}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.errors import ConfigurationError
from pipeline.metadata_values import KEYS, Layer, nearest

_PLACEHOLDER = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_ANYTHING = "*"
_DIRECTIVES = {
    "%Y": r"\d{4}",
    "%y": r"\d{2}",
    "%m": r"\d{2}",
    "%d": r"\d{2}",
    "%j": r"\d{3}",
    "%H": r"\d{2}",
    "%M": r"\d{2}",
    "%S": r"\d{2}",
    "%f": r"\d{1,6}",
    "%z": r"(?:[+-]\d{2}:?\d{2}|Z)",
    "%%": "%",
}


@dataclass(frozen=True, slots=True)
class FileNamePattern:
    """A template, understood."""

    template: str
    expression: re.Pattern[str]
    date_format: str | None  # of `started_at`; None = ISO 8601
    zone: ZoneInfo | None  # where the recorder's clock stands, for times without an offset

    def read(self, audio: Path) -> Layer:
        """What the name of a recording says; nothing if it is not of this form."""
        found = self.expression.fullmatch(audio.stem)
        if found is None:
            return Layer(audio.name)
        values: dict[str, object] = dict(found.groupdict())
        if "started_at" in values:
            values["started_at"] = self._time(found["started_at"])
        return Layer(audio.name, values)

    def _time(self, text: str) -> datetime | str:
        """The time, or the text as it is where it is none: the sidecar's check will name it."""
        try:
            if self.date_format is None:
                time = datetime.fromisoformat(text)
            else:
                time = datetime.strptime(text, self.date_format)
        except ValueError:
            return text
        return time if time.tzinfo or self.zone is None else time.replace(tzinfo=self.zone)


def file_name_pattern(template: str, *, time_zone: str | None = None) -> FileNamePattern:
    """Understand a template for the stem of a file's name.

    `{key}` stands for the value of a sidecar's key, as short as the rest of the template allows;
    `{*}` for anything. `{started_at:%Y%m%d-%H%M%S}` gives the time's form in the signs of
    `strptime`; without it, ISO 8601 is expected.

    Args:
        time_zone: IANA name, `Asia/Shanghai`; needed for times that bear no offset.
    Raises: ConfigurationError for braces that do not pair, an unknown or repeated key, a sign of
        time that is not understood, an unknown zone, or a time without offset and zone.
    """
    expression, end = "", 0
    forms: dict[str, str | None] = {}
    for place in _PLACEHOLDER.finditer(template):
        key, form = place[1], place[2]
        if key in forms:
            raise ConfigurationError("metadata.pattern_twice", template=template, field=key)
        if key != _ANYTHING:
            forms[key] = form
        expression += _literal(template, end, place.start()) + _group(template, key, form)
        end = place.end()
    expression += _literal(template, end, len(template))
    time_form = forms.get("started_at")
    if time_form is not None and "%z" not in time_form and time_zone is None:
        raise ConfigurationError("metadata.pattern_zone", template=template)
    return FileNamePattern(template, re.compile(expression), time_form, _zone(time_zone))


def _literal(template: str, start: int, end: int) -> str:
    text = template[start:end]
    if "{" in text or "}" in text:
        raise ConfigurationError("metadata.pattern_braces", template=template)
    return re.escape(text)


def _group(template: str, key: str, form: str | None) -> str:
    """The regular expression of one placeholder."""
    if key == _ANYTHING:
        return ".*?"
    if key not in KEYS or (form is not None and key != "started_at"):
        raise ConfigurationError(
            "metadata.pattern_key", template=template, field=key, nearest=nearest(key)
        )
    if form is None:
        return f"(?P<{key}>.+?)"
    parts = re.findall(r"%.?|[^%]+", form)
    for part in parts:
        if part.startswith("%") and part not in _DIRECTIVES:
            raise ConfigurationError("metadata.pattern_time", template=template, sign=part)
    return f"(?P<{key}>{''.join(_DIRECTIVES.get(part) or re.escape(part) for part in parts)})"


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as e:  # unknown, or a path out of the folder of zones
        raise ConfigurationError("metadata.time_zone", zone=name) from e
