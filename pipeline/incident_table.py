"""Incidents of a CSV file: lateness and what else calls do not show; every fault at once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from pipeline.errors import MetadataError
from pipeline.incident import Incident, key_of
from pipeline.ledger import UNFINISHED_RANGE, Item

_NEEDED: Final = ("agent_id", "day", "item")
_COLUMNS: Final = (*_NEEDED, "quantity", "points", "note")
_ITEMS: Final = {
    **{str(item): item for item in Item if item is not Item.CORRECTION},
    **{"态度投诉": Item.ATTITUDE, "应答投诉": Item.SLOW, "迟到": Item.LATE, "缺勤": Item.ABSENT},
    **{"旷工": Item.TRUANT, "私自离岗": Item.TRUANT, "请假": Item.LEAVE, "调休": Item.LEAVE},
    **{"未登录": Item.OFFLINE, "未完成": Item.UNFINISHED},
}
_QUANTITY_MAX: Final = 100

Fault = tuple[str, dict[str, object]]


def read_incidents(path: Path) -> tuple[Incident, ...]:
    """The incidents of a CSV file in UTF-8 with a heading; a row's number counts from the heading.

    The same row of the same file has the same key, so that a file can be imported twice. Two equal
    rows are two incidents.

    Raises: MetadataError that names every fault by row and column; nothing is taken then.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MetadataError("ledger.import_unreadable", path=path, cause=error) from error
    reader = csv.DictReader(text.splitlines())
    names = [str(name).strip() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    faults: list[Fault] = [
        ("ledger.import_column", {"column": c}) for c in _NEEDED if c not in names
    ]
    faults += [("ledger.import_unknown_column", {"column": c}) for c in names if c not in _COLUMNS]
    found: list[Incident] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(() if faults else reader, start=2):
        values = {k: (v or "").strip() for k, v in row.items() if isinstance(k, str)}
        if not any(values.values()):
            continue
        wrong = _faults_of(values, number)
        faults += wrong
        if not wrong:
            same = tuple(values.get(c, "") for c in _COLUMNS)
            seen[same] = seen.get(same, 0) + 1
            found.append(_incident(values, path, number, repeat=seen[same]))
    if faults:
        raise MetadataError("ledger.import_invalid", path=path, count=len(faults), faults=faults)
    return tuple(found)


def _faults_of(values: Mapping[str, str], row: int) -> list[Fault]:
    found: list[Fault] = []

    def fault(key: str, column: str, **more: object) -> None:
        about = {"row": row, "column": column, "value": values.get(column, ""), **more}
        found.append((f"ledger.{key}", about))

    for column in _NEEDED:
        if not values.get(column):
            fault("import_empty", column)
    if values.get("day") and _day(values["day"]) is None:
        fault("import_day", "day")
    item = _ITEMS.get(values.get("item", ""))
    if values.get("item") and item is None:
        fault("import_item", "item", known=", ".join(_ITEMS))
    quantity = values.get("quantity") or "1"
    if not (quantity.isascii() and quantity.isdigit() and 1 <= int(quantity) <= _QUANTITY_MAX):
        fault("import_quantity", "quantity")
    if values.get("points"):
        points, (low, high) = _points(values["points"]), UNFINISHED_RANGE
        if item is not Item.UNFINISHED or points is None or not low <= points <= high:
            fault("import_points", "points")
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _points(text: str) -> Decimal | None:
    """A number, also with the full-width marks of Chinese keyboards: 0。5."""
    try:
        return Decimal(text.replace("。", ".").replace("．", "."))
    except InvalidOperation:
        return None


def _incident(values: Mapping[str, str], path: Path, row: int, *, repeat: int) -> Incident:
    item = _ITEMS[values["item"]]
    day = date.fromisoformat(values["day"])
    points = _points(values["points"]) if values.get("points") else None
    quantity = int(values.get("quantity") or 1)
    note = values.get("note", "")
    key = key_of("csv", values["agent_id"], item, day, quantity, points, note, repeat)
    cause = {"file": path.name, "row": row, "note": note}
    return Incident(key, values["agent_id"], item, day, quantity, points, None, cause)
