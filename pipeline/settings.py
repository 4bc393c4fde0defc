"""`tingjian.toml` and the `TINGJIAN_*` variables, understood once and passed down.

Every section of the file is a dataclass of `pipeline.settings_sections`; a variable
`TINGJIAN_<SECTION>_<KEY>` goes before the file. A relative path in the file starts at the file's
folder, one in a variable at the working folder.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from pipeline.errors import ConfigurationError
from pipeline.messages import LANGUAGES, language_of_locale
from pipeline.settings_console import AppealSettings, SingleSignOnSettings
from pipeline.settings_ledger import LedgerSettings
from pipeline.settings_promises import PromiseSettings
from pipeline.settings_reports import ReportSettings
from pipeline.settings_sections import (
    ConsoleSettings,
    FolderSettings,
    HearingSettings,
    JudgingSettings,
    NightSettings,
    RecordingSettings,
    ReviewSettings,
    ScheduleSettings,
)
from pipeline.settings_values import Fault, InvalidSettingsError, Unfit, from_text, value_of

__all__ = [
    "ConsoleSettings",
    "FolderSettings",
    "HearingSettings",
    "JudgingSettings",
    "NightSettings",
    "RecordingSettings",
    "ReviewSettings",
    "ScheduleSettings",
    "Settings",
    "load_settings",
]
_PREFIX = "TINGJIAN_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, with units in the names."""

    folders: FolderSettings = field(default_factory=FolderSettings)
    recordings: RecordingSettings = field(default_factory=RecordingSettings)
    hearing: HearingSettings = field(default_factory=HearingSettings)
    judging: JudgingSettings = field(default_factory=JudgingSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    night: NightSettings = field(default_factory=NightSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    appeals: AppealSettings = field(default_factory=AppealSettings)
    single_sign_on: SingleSignOnSettings = field(default_factory=SingleSignOnSettings)
    promises: PromiseSettings = field(default_factory=PromiseSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    reports: ReportSettings = field(default_factory=ReportSettings)


def load_settings(path: Path | None, *, environment: Mapping[str, str]) -> Settings:
    """Settings from a file and the environment.

    Args:
        path: of `tingjian.toml`; None for the defaults.
        environment: variables, usually `os.environ`; only `TINGJIAN_*` and, for the language of
            the reports, the locale are looked at.
    Raises: ConfigurationError that names every fault of both at once, with line or variable.
    """
    faults: list[Fault] = []
    text, tables = _read(path) if path else ("", {})
    values = {"night": {"language": language_of_locale(environment)}}
    for section in _sections():
        chosen = values.setdefault(section, {})
        if path and (table := tables.get(section)) is not None:
            _take_table(section, table, into=chosen, faults=faults, source=(path, text))
        _take_variables(section, environment, into=chosen, faults=faults)
    faults += _unknown_sections(tables, path, text)
    faults += _unknown_variables(environment)
    kinds = get_type_hints(Settings)
    settings = Settings(**{name: kinds[name](**chosen) for name, chosen in values.items()})
    faults += _pattern_faults(settings, path, text)
    if faults:
        raise InvalidSettingsError("settings.invalid", faults=tuple(faults))
    return settings


def _sections() -> dict[str, dict[str, Any]]:
    """Types by key by section."""
    return {name: get_type_hints(kind) for name, kind in get_type_hints(Settings).items()}


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return text, tomllib.loads(text)
    except OSError as e:
        raise ConfigurationError(
            "settings.unreadable", path=path, detail=e.strerror or str(e)
        ) from e
    except UnicodeDecodeError as e:
        raise ConfigurationError("settings.encoding", path=path) from e
    except tomllib.TOMLDecodeError as e:
        raise ConfigurationError("settings.syntax", path=path, detail=e) from e


def _take_table(
    section: str,
    table: object,
    *,
    into: dict[str, Any],
    faults: list[Fault],
    source: tuple[Path, str],
) -> None:
    """Check a section of the file key by key."""
    path, text = source
    if not isinstance(table, dict):
        place = f"{path}:{_line_of(text, '', section)}"
        faults.append(Fault(place, "settings.not_section", {"section": section}))
        return
    hints, options = _sections()[section], _options(section)
    for key, value in table.items():
        place = f"{path}:{_line_of(text, section, key)}"
        if key not in hints:
            about = {"field": f"{section}.{key}", "nearest": _nearest(key, hints)}
            faults.append(Fault(place, "settings.unknown_key", about))
            continue
        if options[key].get("secret"):
            about = {"field": f"{section}.{key}", "variable": _variable(section, key)}
            faults.append(Fault(place, "settings.secret", about))
            continue
        try:
            into[key] = value_of(value, hints[key], options[key], base=path.parent)
        except Unfit as unfit:
            faults.append(unfit.fault(place, f"{section}.{key}"))


def _take_variables(
    section: str, environment: Mapping[str, str], *, into: dict[str, Any], faults: list[Fault]
) -> None:
    for key, hint in _sections()[section].items():
        options = _options(section)[key]
        variable = _variable(section, key)
        text = environment.get(variable, "")
        if not text:
            continue
        if key == "language" and text.lower()[:2] in LANGUAGES:
            text = text.lower()[:2]  # also a locale: zh_CN.UTF-8
        try:
            into[key] = value_of(from_text(text, hint), hint, options, base=Path())
        except Unfit as unfit:
            faults.append(unfit.fault(variable, variable))


def _options(section: str) -> dict[str, Mapping[str, Any]]:
    return {entry.name: entry.metadata for entry in fields(get_type_hints(Settings)[section])}


def _variable(section: str, key: str) -> str:
    default = f"{_PREFIX}{section}_{key}".upper()
    return str(_options(section)[key].get("variable", default))


def _unknown_sections(tables: Mapping[str, Any], path: Path | None, text: str) -> Iterator[Fault]:
    known = _sections()
    for name in tables:
        if name not in known:
            place = f"{path}:{_line_of(text, '', name)}"
            about = {"field": name, "nearest": _nearest(name, known)}
            yield Fault(place, "settings.unknown_key", about)


def _unknown_variables(environment: Mapping[str, str]) -> Iterator[Fault]:
    """Variables that begin like a section or look like a slip; others may be somebody else's."""
    known = {_variable(section, key) for section, keys in _sections().items() for key in keys}
    starts = tuple(f"{_PREFIX}{section}_".upper() for section in _sections())
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.9)
            if name.startswith(starts) or close:
                about = {"field": name, "nearest": _nearest(name, known)}
                yield Fault(name, "settings.unknown_key", about)


def _pattern_faults(settings: Settings, path: Path | None, text: str) -> Iterator[Fault]:
    try:
        _ = settings.recordings.pattern
    except ConfigurationError as error:
        line = _line_of(text, "recordings", "file_name_pattern")
        place = f"{path}:{line}" if line else _variable("recordings", "file_name_pattern")
        yield Fault(place, error.key, error.values)


def _nearest(word: str, known: Mapping[str, Any] | set[str]) -> str:
    """The known word that looks most like it; something is always the nearest."""
    return difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.0)[0]


def _line_of(text: str, section: str, key: str) -> int:
    """The line of a key or, without a section, of a section; 0 if it is not written plainly."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.split("#")[0].strip()
        if bare.startswith("["):
            current = bare.strip("[] ").split(".")[0].strip("\"' ")
            if not section and current == key:
                return number
        elif current == section and bare.partition("=")[0].strip().strip("\"'") == key:
            return number
    return 0
