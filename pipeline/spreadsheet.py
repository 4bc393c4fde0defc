"""Reads the texts of an `.xlsx` spreadsheet: a ZIP archive of XML files (ECMA-376)."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final
from xml.etree import ElementTree

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_ROWS: Final = 1_048_576  # what table programs allow
_MOST_BYTES: Final = 50_000_000  # of one unpacked part; a phrase table has thousands, not millions
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    RuntimeError,  # encrypted, or of an unknown compression
    EOFError,  # cut off
)


class SpreadsheetError(ValueError):
    """What was given is no spreadsheet that can be read."""


def sheet_rows(data: bytes) -> list[tuple[str, ...]]:
    """The cells of the first sheet as texts, row by row from the first; empty cells are "".

    Formulas count as the value that was last computed. Rows reach as far as their last filled cell;
    rows that the file leaves out are empty.

    Raises: SpreadsheetError if `data` is not such a file, or a part unpacks to more than 50 MB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            shared = _shared_texts(archive)
            sheet = _part(archive, _first_sheet(archive))
    except _UNREADABLE as e:
        message = "not a spreadsheet"
        raise SpreadsheetError(message) from e
    rows: list[tuple[str, ...]] = []
    for row in sheet.iter(f"{_MAIN}row"):
        number = _row_number(row, otherwise=len(rows) + 1)
        rows += [()] * (number - 1 - len(rows))
        rows.append(_cells(row, shared))
    return rows


def _row_number(row: ElementTree.Element, *, otherwise: int) -> int:
    written = row.get("r") or str(otherwise)
    if not written.isdigit() or not otherwise <= int(written) <= _MOST_ROWS:
        message = f"row {written} is out of order"
        raise SpreadsheetError(message)
    return int(written)


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if archive.getinfo(name).file_size > _MOST_BYTES:
        message = f"{name} is too large"
        raise SpreadsheetError(message)
    return ElementTree.fromstring(archive.read(name))


def _first_sheet(archive: zipfile.ZipFile) -> str:
    book = _part(archive, "xl/workbook.xml")
    sheet = next(book.iter(f"{_MAIN}sheet"), None)
    if sheet is None:
        message = "no sheet"
        raise SpreadsheetError(message)
    links = _part(archive, "xl/_rels/workbook.xml.rels")
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    target = targets[sheet.get(_RELATION)]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _shared_texts(archive: zipfile.ZipFile) -> tuple[str, ...]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return ()
    texts = _part(archive, "xl/sharedStrings.xml")
    return tuple(_text(item) for item in texts.iter(f"{_MAIN}si"))


def _text(item: ElementTree.Element) -> str:
    """The text of an item, of all its runs; readings of characters (rPh) are no part of it."""
    runs = [item, *item.findall(f"{_MAIN}r")]
    return "".join(t.text or "" for run in runs for t in run.findall(f"{_MAIN}t"))


def _cells(row: ElementTree.Element, shared: tuple[str, ...]) -> tuple[str, ...]:
    cells: list[str] = []
    for cell in row.findall(f"{_MAIN}c"):
        column = _column(cell.get("r", ""), otherwise=len(cells))
        cells += [""] * (column - len(cells))
        cells.append(_value(cell, shared))
    return tuple(cells)


def _column(reference: str, *, otherwise: int) -> int:
    """The column of a cell such as B3, from 0."""
    letters = re.match(r"[A-Z]+", reference)
    if letters is None:
        return otherwise
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ElementTree.Element, shared: tuple[str, ...]) -> str:
    inline = cell.find(f"{_MAIN}is")
    if inline is not None:
        return _text(inline)
    value = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") != "s" or not value:
        return value
    if not value.isdigit() or int(value) >= len(shared):
        message = f"no shared text {value}"
        raise SpreadsheetError(message)
    return shared[int(value)]


def column_letter(number: int) -> str:
    """What table programs call the column: 0 is A, 26 is AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
