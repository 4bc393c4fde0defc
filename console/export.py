"""Sending tables: CSV and JSON as they are read, XLSX once it is made; constant memory each."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, Literal

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from console.api_about import About, read_query
from console.door import Door
from console.export_tables import TABLES, ExportTable, TableQuery
from console.reader import account_of, language_of, state_of
from pipeline.messages import say
from reports.cells import Row, csv_of, json_of, write_xlsx
from warehouse.decisions import audit
from warehouse.decisions.store import writing

Format = Literal["csv", "json", "xlsx"]
_MEDIA: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class _Sending(StreamingResponse):
    """Pieces of a table; whatever happens, rows and place are given back."""

    def __init__(
        self, pieces: Iterator[bytes], rows: Iterator[Row], place: threading.BoundedSemaphore
    ) -> None:
        super().__init__(pieces)
        self._rows, self._place = rows, place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._place.release()
            close = getattr(self._rows, "close", None)
            if close is not None:
                await run_in_threadpool(close)


def export_doors() -> tuple[Door, ...]:
    """An address per table and format."""
    return tuple(
        Door(
            "GET",
            f"/api/tables/{table.name}.{form}",
            table.action,
            _sender(table, form),
            f"api_table_{table.name}_{form}",
            About(
                f"The table {table.name} as {form.upper()}",
                query=TableQuery,
                answer=list[dict[str, object]] if form == "json" else None,
                media=_MEDIA[form],
                refusals=(429, 503),
            ),
        )
        for table in TABLES
        for form in _MEDIA
    )


def _sender(table: ExportTable, form: Format) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        asked = read_query(request, TableQuery)
        state = state_of(request)
        if not state.exports.acquire(blocking=False):
            raise HTTPException(429, "api.busy")
        try:
            response = _response(request, table, form, asked)
        except BaseException:
            state.exports.release()
            raise
        if form == "xlsx":
            state.exports.release()
        name = f"tingjian-{table.name}.{form}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    return send


def _response(request: Request, table: ExportTable, form: Format, asked: TableQuery) -> Response:
    _note(request, table, form)
    language = language_of(request)
    heading = table.columns
    if asked.header == "titles":
        heading = tuple(say(f"tables.{column}", language) for column in table.columns)
    rows = table.rows(request)
    if form == "xlsx":
        return _workbook(request, table, heading, rows)
    pieces = csv_of(heading, rows) if form == "csv" else json_of(table.columns, rows)
    response = _Sending(pieces, rows, state_of(request).exports)
    response.headers["Content-Type"] = _MEDIA[form]
    return response


def _workbook(
    request: Request, table: ExportTable, heading: tuple[str, ...], rows: Iterator[Row]
) -> Response:
    folder = Path(mkdtemp(prefix="export-", dir=_scratch(state_of(request).data)))
    try:
        path = folder / "table.xlsx"
        write_xlsx(path, heading, rows, title=say(f"tables.{table.name}", language_of(request)))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(path, media_type=_MEDIA["xlsx"], background=gone)


def _scratch(data: Path) -> Path:
    place = data / "tmp"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _note(request: Request, table: ExportTable, form: Format) -> None:
    """Who took which table, with which filter, stands in the audit log."""
    details = {"format": form, "query": request.url.query[:500]}
    with writing(state_of(request).decisions).begin() as connection:
        by = account_of(request).account_id
        audit.record(connection, "table.export", subject=table.name, account_id=by, details=details)
