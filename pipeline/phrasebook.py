"""Reads a phrasebook: a folder with a subfolder per language, in it `book.toml`, any number of
rule files, and perhaps `evidence_weights.toml`, fitted on the organisation's own verdicts.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from pipeline.messages import LANGUAGES, Language
from pipeline.phrasebook_faults import Fault, InvalidPhrasebookError, decode, syntax_faults
from pipeline.phrasebook_rules import read_rule
from pipeline.phrasebook_table import Place, Table
from pipeline.probability import read_weights
from pipeline.rules import Phrasebook, Rule

_HEAD: Final = "book.toml"
_WEIGHTS: Final = "evidence_weights.toml"


@dataclass(frozen=True, slots=True)
class _File:
    name: str  # relative to the language's folder
    lines: tuple[str, ...]
    content: Mapping[str, object]


def load_phrasebook(folder: Path, *, language: Language) -> Phrasebook:
    """The rules for calls in `language`.

    Reads every `.toml` file under `folder/<language>/`, or under `folder` itself where it holds
    a `book.toml` of that language. A language without a folder has a phrasebook without rules:
    its calls are transcribed, not judged. All faults of all files are collected and raised at
    once.

    Raises: InvalidPhrasebookError with every fault: file, line, rule, what is wrong, what to
    write instead; ConfigurationError where its weights of the evidence are unfit.
    """
    place = folder / language if (folder / language).is_dir() else folder
    if not folder.is_dir():
        raise InvalidPhrasebookError("phrasebook.no_folder", folder=str(folder))
    paths = sorted(place.rglob("*.toml")) if (place / _HEAD).is_file() else []
    if not paths:
        if not any((folder / other / _HEAD).is_file() for other in LANGUAGES):
            raise InvalidPhrasebookError("phrasebook.no_book", folder=str(folder))
        return _empty(language, folder)
    return _read_book(place, paths, language)


def load_books(folder: Path) -> dict[Language, Phrasebook]:
    """The phrasebooks of all languages. Raises: as `load_phrasebook`, for the first with faults."""
    return {language: load_phrasebook(folder, language=language) for language in LANGUAGES}


def _empty(language: Language, folder: Path) -> Phrasebook:
    nothing = hashlib.sha256(b"").hexdigest()
    return Phrasebook("none", "0", "", language, nothing, (), folder=str(folder))


def _read_book(place: Path, paths: list[Path], language: Language) -> Phrasebook:
    digest = hashlib.sha256()
    files: list[_File] = []
    faults: list[Fault] = []
    for path in paths:
        name = path.relative_to(place).as_posix()
        data = path.read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
        if name == _WEIGHTS:
            continue  # read below: it holds no rules
        text, wrong = decode(name, data)
        faults += wrong
        try:
            content = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            faults += syntax_faults(name, text, str(error))
            continue
        files.append(_File(name, tuple(text.splitlines()), content))
    head = next((f for f in files if f.name == _HEAD), _File(_HEAD, (), {}))
    if faults and not head.content:
        raise _invalid(place, faults)
    book = _assemble(
        place, head, files=files, language=language, sha256=digest.hexdigest(), faults=faults
    )
    if faults:
        raise _invalid(place, faults)
    weights = place / _WEIGHTS
    return replace(book, weights=read_weights(weights)) if weights in paths else book


def _invalid(place: Path, faults: list[Fault]) -> InvalidPhrasebookError:
    ordered = tuple(sorted(faults, key=lambda f: (f.file, f.line)))
    return InvalidPhrasebookError("phrasebook.invalid", folder=str(place), faults=ordered)


def _assemble(
    folder: Path,
    head: _File,
    *,
    files: list[_File],
    language: Language,
    sha256: str,
    faults: list[Fault],
) -> Phrasebook:
    place = Place(head.name, head.lines, language, faults=faults)
    table = Table({k: v for k, v in head.content.items() if k != "rule"}, place)
    names = place.names = _names(table)
    library = _library(files)
    rules = tuple(
        rule
        for file in files
        for rule in _read_rules(
            file, language=language, names=names, library=library, faults=faults
        )
    )
    _check_distinct(rules, faults)
    declared = table.one_of("language", LANGUAGES, language)
    if declared != language:
        place.fault("other_language", "language", value=declared, folder=language)
    book = Phrasebook(
        id=table.text("id", required=True),
        version=table.text("version", required=True),
        title=table.text("title"),
        language=language,
        sha256=sha256,
        rules=rules,
        start_points=table.exact("start_points", Decimal(100)) or Decimal(100),
        pass_mark=table.exact("pass_mark", Decimal(80)) or Decimal(0),
        most_credit=table.exact("most_credit", Decimal(10)) or Decimal(0),
        names=tuple(names.items()),
        recorded_voice=table.phrases("recorded_voice"),
        folder=str(folder),
    )
    table.finish()
    return book


def _library(files: list[_File]) -> dict[str, str]:
    """The phrases of each rule as written, for rules that use another's."""
    return {
        str(entry["id"]): str(entry.get("phrases", ""))
        for file in files
        for entry in _rule_tables(file)
        if "id" in entry
    }


def _names(table: Table) -> dict[str, tuple[str, ...]]:
    names = table.table("names")
    if names is None:
        return {}
    found = {key: names.texts(key) for key in names.keys()}  # noqa: SIM118 - a Table is no mapping
    names.finish()
    return found


def _rule_tables(file: _File) -> list[Mapping[str, object]]:
    tables = file.content.get("rule", [])
    return [t for t in tables if isinstance(t, dict)] if isinstance(tables, list) else []


def _read_rules(
    file: _File,
    *,
    language: Language,
    names: Mapping[str, tuple[str, ...]],
    library: Mapping[str, str],
    faults: list[Fault],
) -> list[Rule]:
    heads = [n for n, line in enumerate(file.lines, 1) if line.strip() == "[[rule]]"]
    rules = []
    for number, entries in enumerate(_rule_tables(file)):
        line = heads[number] if number < len(heads) else 0
        place = Place(
            file.name,
            file.lines,
            language,
            names=names,
            library=library,
            line=line,
            rule=str(entries.get("id", "")),
            faults=faults,
        )
        rules.append(read_rule(Table(entries, place), place))
    if file.name != _HEAD:
        place = Place(file.name, file.lines, language, faults=faults)
        table = Table(file.content, place)
        table.tables("rule")
        table.finish()
    return rules


def _check_distinct(rules: tuple[Rule, ...], faults: list[Fault]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            values = (("first", f"{first.file}:{first.line}"),)
            faults.append(Fault(rule.file, rule.line, rule.id, "phrasebook.doubled", values))
