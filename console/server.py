"""Serving the console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import uvicorn

from console.app import create_app
from console.state import ConsoleState, phrasebooks_in
from pipeline.errors import ConfigurationError
from pipeline.settings import ReviewSettings
from warehouse.connection import open_warehouse
from warehouse.decisions.store import open_decisions

_VENDOR = Path(__file__).parent / "static" / "vendor"


def serve(
    data: Path,
    *,
    phrasebooks: Path,
    host: str,
    port: int,
    secure_cookies: bool,
    review: ReviewSettings,
    on_ready: Callable[[], None],
) -> None:
    """Answer requests until interrupted.

    Args:
        secure_cookies: the console is reached over TLS only; the session's cookie is then never
            sent without it.
    Raises: WarehouseError if there is no warehouse, ConfigurationError if the browser's files were
        not built, InvalidPhrasebookError with every fault of the phrasebooks.
    """
    if not (_VENDOR / "htmx.min.js").is_file():
        raise ConfigurationError("console.no_assets", path=_VENDOR)
    open_warehouse(data, read_only=True).close()  # told now, not to the first reader
    state = ConsoleState(
        data=data,
        decisions=open_decisions(data),
        phrasebook_for=phrasebooks_in(phrasebooks),
        secure_cookies=secure_cookies,
        review=review,
    )
    for language in ("zh", "es"):
        state.phrasebook_for(language)
    on_ready()
    uvicorn.run(
        create_app(state),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # addresses name calls
        server_header=False,
    )
