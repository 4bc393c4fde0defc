"""A report set on paper: its blocks as JSON into one template; the same report, the same bytes."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from pipeline.errors import TingjianError
from pipeline.intervals import Interval
from pipeline.messages import say
from reports.blocks import (
    Block,
    Entry,
    Heading,
    NewPage,
    Plot,
    Record,
    Report,
    Signatures,
    Table,
    Text,
    Tile,
    Tiles,
)
from reports.fonts import Letters
from reports.written import apart, breakable, write

_TEMPLATE: Final = Path(__file__).parent / "templates" / "report.typ"
_RIGHT: Final = frozenset(("count", "points", "percent", "share", "mean", "difference", "place"))


def set_pdf(report: Report, letters: Letters) -> bytes:
    """The report as PDF. Raises: TingjianError if it cannot be set."""
    return _set(report, letters, form="pdf")[0]


def set_pictures(report: Report, letters: Letters, *, ppi: float = 100.0) -> list[bytes]:
    """Its pages as PNG pictures."""
    return _set(report, letters, form="png", ppi=ppi)


def _set(
    report: Report, letters: Letters, *, form: Literal["pdf", "png"], ppi: float = 100.0
) -> list[bytes]:
    import typst

    with TemporaryDirectory(prefix="tingjian-report-") as name:
        folder = Path(name)
        (folder / "report.typ").write_bytes(_TEMPLATE.read_bytes())
        plots: list[str] = []
        content = json.dumps(_document(report, letters, plots), ensure_ascii=False)
        (folder / "report.json").write_text(content, "utf-8")
        for number, svg in enumerate(plots):
            (folder / f"plot-{number}.svg").write_text(svg, "utf-8")
        try:
            made = typst.compile(
                str(folder / "report.typ"),
                root=str(folder),
                font_paths=letters.fonts,
                ignore_system_fonts=letters.folder is not None,
                format=form,
                ppi=ppi,
                timestamp=int(report.made_for.astimezone(UTC).timestamp()),
            )
        except typst.TypstError as error:
            raise TingjianError("reports.not_set", cause=error.message) from error
    found: object = made  # a list of pages, which the library's types do not say
    return list(found) if isinstance(found, list) else [made]


def _document(report: Report, letters: Letters, plots: list[str]) -> dict[str, Any]:
    """What the template gets; plots go into the list and are named by their place in it."""
    language = report.language
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "footer": report.footer,
        "page": say("reports.page_of", language, page="{page}", pages="{pages}"),
        "family": letters.family,
        "lang": language,
        "region": {"zh": "cn", "es": "es", "en": "gb"}[language],
        "blocks": [_block(block, report, plots) for block in report.blocks],
    }


def _block(block: Block, report: Report, plots: list[str]) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level}
        case Text():
            return {"kind": "text", "text": breakable(block.text), "tone": block.tone}
        case Tiles():
            return {"kind": "tiles", "tiles": [_tile(tile, report) for tile in block.tiles]}
        case Table():
            return _table(block, report)
        case Plot():
            plots.append(block.svg)
            return {"kind": "plot", "path": f"plot-{len(plots) - 1}.svg", "about": block.about}
        case Record():
            entries = [_entry(entry, report) for entry in block.entries]
            return {"kind": "record", "title": block.title, "entries": entries}
        case Signatures():
            return {"kind": "signatures", "labels": list(block.labels)}
        case NewPage():
            return {"kind": "page"}


def _tile(tile: Tile, report: Report) -> dict[str, str]:
    """A figure; of an interval the value is large and the ends are small."""
    if isinstance(tile.value, Interval):
        value, ends = apart(tile.value, tile.show, report.language)
    else:
        value, ends = write(tile.value, tile.show, report.language), ""
    return {"label": tile.label, "value": value, "ends": ends, "note": tile.note}


def _table(table: Table, report: Report) -> dict[str, Any]:
    shows = [column.show for column in table.columns]
    return {
        "kind": "table",
        "titles": [column.title for column in table.columns],
        "widths": [column.width for column in table.columns],
        "right": [column.show in _RIGHT for column in table.columns],
        "rows": [
            [write(value, show, report.language) for value, show in zip(row, shows, strict=True)]
            for row in table.rows
        ],
        "empty": table.empty,
    }


def _entry(entry: Entry, report: Report) -> dict[str, Any]:
    return {
        "label": entry.label,
        "value": "" if entry.blank else write(entry.value, entry.show, report.language),
        "wide": entry.wide,
        "blank": entry.blank,
    }
