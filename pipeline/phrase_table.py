"""Makes a phrasebook of a spreadsheet: one row per scene, with what not to say and what to say."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.messages import Language
from pipeline.normalise import tokenise
from pipeline.phrasebook_faults import Fault, InvalidPhrasebookError
from pipeline.spreadsheet import SpreadsheetError, column_letter, sheet_rows

# What the three columns may be called, in the languages of the product.
_COLUMNS: Final = {
    "scene": ("情景", "场景", "scene", "situación", "situacion"),
    "improper": ("不当用语", "禁用语", "improper", "inadecuado"),
    "polite": ("礼貌用语", "规范用语", "polite", "adecuado"),
}
_SEVERAL: Final = re.compile(r"\s*(?:\n|/|；|;|\|)\s*")  # several phrases in one cell
_BLANK: Final = re.compile(r"XX+|××+|··+|\.\.\.+|……+|…|_{2,}")  # left open in the table
_NOTATION: Final = re.compile(r"[\[\]{}<>|!^$@#'\\]")  # what a phrasebook would read as its own
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_OTHERWISE: Final = {"zh": ("嗯", "好的"), "es": ("sí", "vale"), "en": ("yes", "well")}
_SHORT: Final = 4  # tokens; a shorter phrase counts only where it stands alone


@dataclass(frozen=True, slots=True)
class Scene:
    """One row of the table; `row` counts from 1 with the heading."""

    row: int
    title: str
    improper: tuple[str, ...]
    polite: tuple[str, ...]


def read_scenes(path: Path) -> tuple[Scene, ...]:
    """The scenes of an `.xlsx` or `.csv` table whose heading names 情景, 不当用语 and 礼貌用语.

    A CSV file may be in UTF-8, GB18030 or, with its byte-order mark, UTF-16, with commas,
    semicolons or tabs. A cell may hold several phrases, one a line or parted by / or ；. Rows
    without any text are skipped.

    Raises: InvalidPhrasebookError naming row and column of every fault, or what is wrong with the
        file.
    """
    rows = [tuple(_plain(cell) for cell in row) for row in _rows(path)]
    faults: list[Fault] = []
    columns = _columns(path.name, rows[0] if rows else (), faults)
    scenes = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        if columns and any(row):
            scenes.append(_scene(path.name, number, row, columns=columns, faults=faults))
            first = seen.setdefault(scenes[-1].title, number)
            if first != number:
                values = {"title": scenes[-1].title, "first": first}
                faults.append(_fault(path.name, number, "table_doubled", **values))
    if columns and not scenes:
        faults.append(_fault(path.name, 0, "table_empty"))
    if faults:
        raise InvalidPhrasebookError("phrasebook.invalid", folder=path.name, faults=tuple(faults))
    return tuple(scenes)


def _fault(file: str, row: int, key: str, **values: object) -> Fault:
    return Fault(file, row, "", f"phrasebook.{key}", tuple(values.items()))


def _refused(file: str, key: str, **values: object) -> InvalidPhrasebookError:
    faults = (_fault(file, 0, key, **values),)
    return InvalidPhrasebookError("phrasebook.invalid", folder=file, faults=faults)


def _plain(cell: str) -> str:
    """The cell without signs that cannot be seen, its line breaks kept."""
    return "".join(c for c in cell if c == "\n" or c.isprintable()).strip()


def _rows(path: Path) -> list[tuple[str, ...]]:
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise _refused(path.name, "table_kind", suffix=path.suffix or path.name)
    try:
        data = path.read_bytes()
    except OSError as e:
        raise _refused(path.name, "table_absent", path=str(path)) from e
    try:
        return sheet_rows(data) if suffix == ".xlsx" else _csv_rows(path.name, data)
    except (SpreadsheetError, csv.Error) as e:
        raise _refused(path.name, "table_unreadable") from e


def _csv_rows(name: str, data: bytes) -> list[tuple[str, ...]]:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        heading = text.partition("\n")[0]
        mark = max(",;\t", key=heading.count)
        return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark)]
    raise _refused(name, "encoding")


def _columns(file: str, heading: Sequence[str], faults: list[Fault]) -> dict[str, int]:
    """Where each column stands; a fault for every one that is not there."""
    written = [cell.lower() for cell in heading]
    places: dict[str, int] = {}
    for column, names in _COLUMNS.items():
        found = [i for i, cell in enumerate(written) if cell in names]
        if found:
            places[column] = found[0]
            for doubled in found[1:]:
                values = {"column": heading[doubled], "letter": column_letter(doubled)}
                faults.append(_fault(file, 1, "table_column_doubled", **values))
            continue
        near = [m for n in names for m in difflib.get_close_matches(n, written, n=1, cutoff=0.5)]
        values = {
            "column": names[0],
            "found": "、".join(heading) or "—",
            "near": (near or ["—"])[0],
        }
        faults.append(_fault(file, 1, "table_column", **values))
    return places if len(places) == len(_COLUMNS) else {}


def _scene(
    file: str, number: int, row: Sequence[str], *, columns: dict[str, int], faults: list[Fault]
) -> Scene:
    cells = {name: row[i] if i < len(row) else "" for name, i in columns.items()}

    def fault(key: str, name: str, **values: object) -> None:
        place = {"column": _COLUMNS[name][0], "letter": column_letter(columns[name])}
        faults.append(_fault(file, number, key, **place, **values))

    if not cells["scene"]:
        fault("table_cell", "scene")
    if not cells["improper"] and not cells["polite"]:
        fault("table_cells", "improper", other=column_letter(columns["polite"]))
    phrases = {}
    for name in ("improper", "polite"):
        phrases[name] = tuple(p for p in _SEVERAL.split(cells[name]) if p)
        for phrase in phrases[name]:
            if not any(c.isalnum() for c in _BLANK.sub("", phrase)):
                fault("table_wordless", name, value=phrase)
    return Scene(number, cells["scene"], phrases["improper"], phrases["polite"])


def language_of_scenes(scenes: Sequence[Scene]) -> Language:
    """The language of the phrases by their script: Chinese if any character is, else Spanish."""
    texts = (text for scene in scenes for text in (*scene.improper, *scene.polite))
    return "zh" if any(_HAN.search(text) for text in texts) else "es"


def conflicts_in_table(faults: Sequence[Fault], *, source: str) -> tuple[Fault, ...]:
    """What the check says of a phrasebook made of a table, at the rows and columns of the table.

    Args:
        source: the table's file name; the rules' ids end with row and column, as
            `phrasebook_of_scenes` gives them.
    """
    return tuple(dict.fromkeys(_in_table(fault, source) for fault in faults))


def _in_table(fault: Fault, source: str) -> Fault:
    row, name = _place_of(fault.rule)
    if not row:
        return fault
    key, values = fault.key.removeprefix("phrasebook."), dict(fault.values)
    if key == "failed_test":  # the table's author did not write the tests
        key = "table_unheard" if values.get("number") == 1 else "table_confused"
        values = {}
    elif key in ("forbids_advice", "sounds_alike"):
        key = "table_forbids_advice"
        values["other"] = _place_of(str(values["other"]))[0]
    place = f"{source}:{row} {_COLUMNS[name][0]}"
    return Fault(place, 0, "", f"phrasebook.{key}", tuple(values.items()))


def _place_of(rule_id: str) -> tuple[int, str]:
    """Row and column from the end of a rule's id; 0 where there are none."""
    _, row, name = f"..{rule_id}".rsplit(".", 2)
    return (int(row), name) if name in _COLUMNS and row.isdigit() else (0, "")


def phrasebook_of_scenes(
    scenes: Sequence[Scene], *, source: str, book_id: str, language: Language
) -> dict[str, str]:
    """The files of a phrasebook, by name, that holds a rule for each column of each scene.

    Args:
        source: the table's file name, which the rules name as their source.
        book_id: also the beginning of every rule's id.
    """
    head = (
        f'id = {_quoted(book_id)}\nversion = "1"\ntitle = {_quoted(book_id)}\n'
        f'language = "{language}"\n'
    )
    rules = "\n".join(
        rule
        for scene in scenes
        for rule in _rules(scene, source=source, book_id=book_id, language=language)
    )
    return {"book.toml": head, "table.toml": rules}


def _rules(scene: Scene, *, source: str, book_id: str, language: Language) -> Iterator[str]:
    advice = scene.polite[0] if scene.polite else ""
    for name, phrases in (("improper", scene.improper), ("polite", scene.polite)):
        if not phrases:
            continue
        forbidden = name == "improper"
        lines = [
            "[[rule]]",
            f'id = "{language}.{book_id}.{scene.row:03d}.{name}"',
            f"title = {_quoted(scene.title)}",
            f'kind = "{"forbidden" if forbidden else "credit"}"',
            f"points = {-1 if forbidden else 1}",
            "cap = 1",
            f"source = {{ file = {_quoted(source)}, line = {scene.row}, "
            f"quote = {_quoted(phrases[0])} }}",
        ]
        if forbidden and advice:
            lines.append(f"suggest = {_quoted(advice)}")
        notation = "\n".join(_notation(p, language) for p in phrases)
        lines += [f"phrases = '''\n{notation}\n'''"]
        if forbidden and advice:
            excused = "\n".join(_notation(p, language) for p in scene.polite)
            lines += [f"unless = '''\n{excused}\n'''"]
        hit, other = (scene.improper, scene.polite) if forbidden else (scene.polite, scene.improper)
        lines += _test("violated" if forbidden else "met", hit[0])
        different = next(p for p in (*other[:1], *_OTHERWISE[language]) if p not in hit)
        lines += _test("clear" if forbidden else "not_applicable", different)
        yield "\n".join(lines) + "\n"


def _notation(phrase: str, language: Language) -> str:
    """The phrase as a phrasebook writes it: what was left open is a gap, short ones stand alone."""
    inner = _NOTATION.sub(" ", _BLANK.sub("…", phrase)).strip("… ")
    short = len(tokenise(inner.replace("…", ""), language)) < _SHORT and "…" not in inner
    return f"^{inner}$" if short else inner


def _test(expected: str, phrase: str) -> list[str]:
    said = _NOTATION.sub(" ", _BLANK.sub("", phrase))
    return ["[[rule.test]]", f'expect = "{expected}"', f"dialogue = 'agent: {said}'"]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
