"""Serving the console."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Final

import uvicorn

from console.app import create_app
from console.desk_shelf import Shelf
from console.state import ConsoleState
from pipeline.appeal import AppealDays
from pipeline.errors import ConfigurationError
from pipeline.settings import ReviewSettings
from pipeline.settings_console import SingleSignOnSettings
from pipeline.settings_ledger import LedgerSettings
from pipeline.settings_promises import PromiseSettings
from warehouse.connection import open_warehouse
from warehouse.decisions.store import open_decisions

_M_ARENA_MAX: Final = -8  # mallopt(3)
_KEEP_ALIVE_S: Final = 65  # people think for longer than a few seconds between two actions
_VENDOR = Path(__file__).parent / "static" / "vendor"


def serve(
    data: Path,
    *,
    phrasebooks: Path,
    own_phrasebooks: Path | None,
    host: str,
    port: int,
    secure_cookies: bool,
    review: ReviewSettings,
    appeal_days: AppealDays,
    single_sign_on: SingleSignOnSettings,
    metrics: str,
    ledger: LedgerSettings,
    promises: PromiseSettings,
    zone: tzinfo | None,
    on_ready: Callable[[], None],
) -> None:
    """Answer requests until interrupted.

    Args:
        own_phrasebooks: where releases go if `phrasebooks` is the built-in; None: they go there.
        secure_cookies: the console is reached over TLS only; the session's cookie is then never
            sent without it.
        appeal_days: how long each step of an appeal may take.
        single_sign_on: the organisation's own service.
        metrics: who may read /metrics, "administrators" or "anyone".
        ledger: what points are deducted for.
        promises: how promises are settled.
        zone: the organisation's; None: the machine's.
    Raises: WarehouseError if there is no warehouse, ConfigurationError if the browser's files were
        not built, InvalidPhrasebookError with every fault of the phrasebooks.
    """
    _share_memory()
    if not (_VENDOR / "htmx.min.js").is_file():
        raise ConfigurationError("console.no_assets", path=_VENDOR)
    _ = single_sign_on.on  # what is missing is told now
    open_warehouse(data, read_only=True).close()  # told now, not to the first reader
    state = ConsoleState(
        data=data,
        decisions=open_decisions(data),
        phrasebook_for=Shelf(phrasebooks, desk=data / "desk", own=own_phrasebooks),
        secure_cookies=secure_cookies,
        review=review,
        appeal_days=appeal_days,
        single_sign_on=single_sign_on,
        metrics=metrics,
        ledger=ledger,
        promises=promises,
        zone=zone,
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
        timeout_keep_alive=_KEEP_ALIVE_S,
    )


def _share_memory() -> None:
    """Let all threads take memory from two places.

    The C library else keeps one for each of the first sixteen threads, and what is freed stays with
    it: with twenty people at work the console held 739 MB instead of 422.
    """
    with contextlib.suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
