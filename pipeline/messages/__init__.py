"""Every sentence that a person reads, in Chinese, Spanish and English.

One TOML file per area; a key `audio.empty` is the table `[empty]` of `audio.toml`, with `zh`, `es`
and `en`.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "es", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "es", "en")

_FOLDER = Path(__file__).parent


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All messages by key; each has the three languages."""
    entries: dict[str, dict[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for name, texts in tomllib.loads(path.read_text("utf-8")).items():
            entries[f"{path.stem}.{name}"] = texts
    return entries


def say(key: str, language: Language, **values: object) -> str:
    """The message `key` in `language`, with its placeholders filled by `values`.

    A value that lists further messages, as pairs of key and values, is told too, a line for each:
    an error can carry every fault and still be stored as JSON.

    Raises: KeyError if no such message, or no value for a placeholder, exists: a programming error.
    """
    if not values:
        return _plain(key, language)
    told = {name: _tell(value, language) for name, value in values.items()}
    return catalogue()[key][language].format_map(told)


@cache
def _plain(key: str, language: Language) -> str:
    """A message without placeholders."""
    return catalogue()[key][language].format_map({})


def _tell(value: object, language: Language) -> object:
    """The value itself, or the lines of the messages that it lists."""
    if not isinstance(value, list | tuple) or not value:
        return value
    lines = []
    for part in value:
        match part:
            case [str(key), Mapping() as values]:
                lines.append("  " + say(key, language, **values))
            case _:
                return value
    return "\n".join(lines)


def language_of_locale(environment: Mapping[str, str] | None = None) -> Language:
    """The reader's language: `TINGJIAN_LANGUAGE`, then the POSIX locale, else English.

    Args:
        environment: variables; None for those of this process and its own locale.
    """
    variables = os.environ if environment is None else environment
    names = [variables.get(n, "") for n in ("TINGJIAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    own = (locale.getlocale()[0] or "") if environment is None else ""
    for name in [*names, own]:
        if name:
            for language in LANGUAGES:
                if name.lower().startswith(language):
                    return language
            return "en"
    return "en"
