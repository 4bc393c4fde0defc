"""The application: routes, errors, and the thread that keeps the queue up to the lake."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import duckdb
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from console.limits import Limits
from console.measures import Measures
from console.refusals import tell_failure, tell_known, tell_status
from console.routes import routes
from console.security import Protection
from console.state import ConsoleState
from pipeline.errors import TingjianError, WarehouseError
from warehouse.connection import EngineLimits, open_warehouse
from warehouse.decisions.filling import fill_queue

_STATIC = Path(__file__).parent / "static"
_LOOK_EVERY_S = 10.0
_PREVIEW_ENDS_S = 60.0  # a portion of calls is judged to its end
_FOLLOWER = EngineLimits(memory_mb=128, threads=1)

_log = logging.getLogger("tingjian.console")


def create_app(state: ConsoleState) -> Starlette:
    """The web application on one data folder."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        stop = threading.Event()
        follower = threading.Thread(target=_follow, args=(state, stop), daemon=True)
        follower.start()
        try:
            yield
        finally:
            stop.set()
            state.previews.stop(wait_s=_PREVIEW_ENDS_S)
            follower.join()

    app = Starlette(
        routes=[*routes(), Mount("/static", StaticFiles(directory=_STATIC), name="static")],
        middleware=[Middleware(Protection), Middleware(Limits)],
        exception_handlers={
            HTTPException: tell_status,
            TingjianError: tell_known,
            Exception: tell_failure,
        },
        lifespan=lifespan,
    )
    app.state.console = state
    app.state.measures = Measures(state.decisions)
    return app


def _follow(state: ConsoleState, stop: threading.Event) -> None:
    """Fill the queue with what nights store, until told to stop; a lake that fails is reopened."""
    while not stop.is_set():
        try:
            with open_warehouse(state.data, read_only=True, limits=_FOLLOWER) as lake:
                while not stop.is_set():
                    fill_queue(state.decisions, lake)
                    stop.wait(_LOOK_EVERY_S)
        except (WarehouseError, duckdb.Error, SQLAlchemyError) as error:
            _log.warning("the queue could not be filled: %s", type(error).__name__)
            stop.wait(_LOOK_EVERY_S)
