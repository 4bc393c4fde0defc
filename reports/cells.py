"""Cells of tables as other programs read them: CSV, JSON, XLSX; row by row, whatever the length."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Final

import xlsxwriter

Row = tuple[object, ...]
_RISKY: Final = frozenset("=+-@\t\r\n|%＝＋－＠")  # what a spreadsheet may take for a formula
_BLANKS: Final = " \u00a0\u3000\ufeff"
_BATCH: Final = 500
_SHEET_ROWS: Final = 1_048_575  # below the heading
_CELL_MAX: Final = 32_767  # characters, of Excel


def csv_of(heading: Sequence[str], rows: Iterator[Row]) -> Iterator[bytes]:
    """A CSV file in pieces: UTF-8 with a byte-order mark, so that Excel reads Chinese."""
    yield b"\xef\xbb\xbf" + _lines([tuple(heading)])
    for some in _batches(rows):
        yield _lines(some)


def json_of(names: Sequence[str], rows: Iterator[Row]) -> Iterator[bytes]:
    """A JSON array in pieces: one object per row."""
    separator = "["
    for some in _batches(rows):
        objects = [dict(zip(names, map(_plain, row), strict=True)) for row in some]
        texts = [json.dumps(entry, ensure_ascii=False, allow_nan=False) for entry in objects]
        yield (separator + ",\n".join(texts)).encode()
        separator = ",\n"
    yield b"]" if separator != "[" else b"[]"


def write_xlsx(path: Path, heading: Sequence[str], rows: Iterator[Row], *, title: str) -> None:
    """A workbook; rows beyond what a sheet holds go on in the next. Texts stay texts.

    The rows lie on the disk while the file is made, not in memory.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        options = {"constant_memory": True, "tmpdir": folder, "in_memory": False}
        with xlsxwriter.Workbook(str(path), options) as book:
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            bold = book.add_format({"bold": True})
            first = next(rows, None)
            number = 0
            while first is not None or number == 0:
                number += 1
                sheet = book.add_worksheet(f"{title[:26]} {number}" if number > 1 else title[:31])
                sheet.freeze_panes(1, 0)
                for column, text in enumerate(heading):
                    sheet.write_string(0, column, text, bold)
                first = _fill(sheet, first, rows, moment)


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet,
    first: Row | None,
    rows: Iterator[Row],
    moment: xlsxwriter.format.Format,
) -> Row | None:
    """Write rows into one sheet; the first row that has no place in it."""
    line, row = 1, first
    while row is not None and line <= _SHEET_ROWS:
        for column, value in enumerate(row):
            write_cell(sheet, (line, column), value, moment=moment)
        row, line = next(rows, None), line + 1
    return row


def write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    at: tuple[int, int],
    value: object,
    *,
    moment: xlsxwriter.format.Format,
    plain: xlsxwriter.format.Format | None = None,
) -> None:
    """One value in its own kind; a text stays a text, whatever it begins with.

    Args:
        at: line and column, from 0.
        moment: how moments are shown.
        plain: how numbers are shown; None for the sheet's own way.
    """
    match value:
        case None:
            pass
        case float() if not isfinite(value):
            pass
        case bool():
            sheet.write_boolean(*at, value)
        case datetime():
            sheet.write_datetime(*at, _naive(value), moment)
        case int() | float() | Decimal():
            sheet.write_number(*at, float(value), plain)
        case _:
            sheet.write_string(*at, _text(value)[:_CELL_MAX])


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that may be gets an apostrophe."""
    return f"'{text}" if text.lstrip(_BLANKS)[:1] in _RISKY else text


def _lines(rows: Sequence[Row]) -> bytes:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows([_cell(v) for v in row] for row in rows)
    return file.getvalue().encode()


def _cell(value: object) -> object:
    """A number stays one, also a negative; everything else is text."""
    match value:
        case None:
            return ""
        case float() if not isfinite(value):
            return ""
        case bool():
            return "1" if value else "0"
        case int() | float() | Decimal():
            return value
        case datetime():
            return _naive(value).strftime("%Y-%m-%d %H:%M:%S")
        case _:
            return safe_text(_text(value))


def _plain(value: object) -> object:
    match value:
        case float() if not isfinite(value):
            return None
        case None | bool() | int() | float() | str() | dict() | list():
            return value
        case Decimal():
            return float(value)
        case datetime():
            return _naive(value).isoformat() + "Z"
        case _:
            return _text(value)


def _text(value: object) -> str:
    match value:
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _naive(moment: datetime) -> datetime:
    """In UTC, without saying so: spreadsheets know no offsets."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == _BATCH:
            yield some
            some = []
    if some:
        yield some
