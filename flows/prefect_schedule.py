"""The scheduled night as Prefect sees it. Prefect reads its settings when this is imported."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from prefect import flow
from prefect.deployments import run_deployment
from prefect.types.entrypoint import EntrypointType

from flows.schedule import NightCommand, run_night, sender
from pipeline.settings import load_settings

NAME = "tingjian-night"


class NightBrokeOffError(Exception):
    """The night's process did not come to its end; its exit code is the argument."""


@flow(name="scheduled-night", flow_run_name="night")
def scheduled_night(inbox: str, data: str, config: str | None, prefect_url: str | None) -> int:
    """One night in a process of its own; Prefect keeps only its exit code."""
    path = Path(config) if config else None
    settings = load_settings(path, environment=os.environ)
    command = NightCommand(inbox, Path(data), path, prefect_url)
    code = run_night(command, settings=settings, send=sender(settings.schedule.notify))
    if code not in (0, 3):
        raise NightBrokeOffError(code)
    return code


def ask_for_night() -> None:
    """Ask for a run of the deployment now. Raises: Prefect's errors if that is not possible."""
    run_deployment(f"{scheduled_night.name}/{NAME}", timeout=0, as_subflow=False)


def serve_deployment(parameters: Mapping[str, str | None]) -> None:
    """Put the deployment up and begin its runs when they are asked for, one at a time, until ended.

    It has no schedule of Prefect's: the service that would plan its runs fails in Prefect 3.8.8
    with SQLAlchemy 2.1, and a clock of our own needs no server to go on.
    """
    scheduled_night.serve(
        NAME,
        parameters=dict(parameters),
        limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
        print_starting_message=False,
    )
