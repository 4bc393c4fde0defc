"""A report's tables for other programs: a workbook, or its first table as CSV."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Final

import xlsxwriter

from pipeline.intervals import Interval
from pipeline.messages import say
from reports.blocks import Column, Report, Show, Table, Value
from reports.cells import Row, csv_of, write_cell

_NAME_MOST: Final = 31  # characters of a sheet's name, of Excel
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
_FORMATS: Final[dict[Show, str]] = {
    "percent": "0.0%",
    "share": "0.0%",
    "difference": "+0.0%;-0.0%",
    "mean": "0.00",
    "points": "0.00",
    "place": "0.0",
}
_INTERVALS: Final = frozenset(("share", "mean", "difference"))


def csv_bytes(report: Report) -> bytes:
    """The first table in UTF-8 with a byte-order mark; texts that may be formulas are made safe."""
    table = report.tables[0]
    return b"".join(csv_of(_heading(table, report), _rows(table)))


def xlsx_bytes(report: Report) -> bytes:
    """A workbook with a sheet for each table; the same report gives the same bytes."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        naive = report.made_for.replace(tzinfo=None)
        book.set_properties({"title": report.title, "subject": report.subtitle, "created": naive})
        formats = {None: book.add_format()} | {
            show: book.add_format({"num_format": text}) for show, text in _FORMATS.items()
        }
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for number, table in enumerate(report.tables, start=1):
            sheet = book.add_worksheet(_sheet_name(table.name, number))
            sheet.freeze_panes(1, 0)
            for place, text in enumerate(_heading(table, report)):
                sheet.write_string(0, place, text, bold)
            shows = [show for column in table.columns for show in _shown(column)]
            for place, column in enumerate(_wide(table)):
                sheet.set_column(place, place, column)
            for line, row in enumerate(_rows(table), start=1):
                for place, value in enumerate(row):
                    cell = formats.get(shows[place]) or formats[None]
                    write_cell(sheet, (line, place), value, moment=moment, plain=cell)
    return file.getvalue()


def _heading(table: Table, report: Report) -> tuple[str, ...]:
    """Titles; a figure with an interval has three columns."""
    low, high = (say(f"reports.{end}", report.language) for end in ("low", "high"))
    told: list[str] = []
    for column in table.columns:
        told.append(column.title)
        if column.show in _INTERVALS:
            told += [f"{column.title} · {low}", f"{column.title} · {high}"]
    return tuple(told)


def _rows(table: Table) -> Iterator[Row]:
    for row in table.rows:
        found: list[object] = []
        for column, value in zip(table.columns, row, strict=True):
            found += _cells(column, value)
        yield tuple(found)


def _cells(column: Column, value: Value) -> list[object]:
    if column.show not in _INTERVALS:
        return [_exact(value)]
    if isinstance(value, Interval):
        return [round(each, 6) for each in (value.value, value.low, value.high)]
    return [_exact(value), None, None]


def _exact(value: Value) -> object:
    return round(value, 6) if isinstance(value, float) else value


def _shown(column: Column) -> tuple[Show, ...]:
    return (column.show,) * (3 if column.show in _INTERVALS else 1)


def _wide(table: Table) -> list[float]:
    """Widths of the columns, in characters."""
    return [
        min(60.0, max(10.0, 14 * column.width)) if show == "text" else 12.0
        for column in table.columns
        for show in _shown(column)
    ]


def _sheet_name(name: str, number: int) -> str:
    text = _NOT_IN_NAMES.sub(" ", name).strip()
    return f"{number} {text}"[:_NAME_MOST].strip()
