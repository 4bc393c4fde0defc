"""The scheduled night as Prefect sees it. Prefect reads its settings when this is imported."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron
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


def serve_deployment(
    parameters: Mapping[str, str | None], *, cron: str, time_zone: str | None
) -> None:
    """Put the deployment up and begin its runs when they are due, one at a time, until ended."""
    scheduled_night.serve(
        NAME,
        schedule=Cron(cron, timezone=time_zone),
        parameters=dict(parameters),
        global_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
        print_starting_message=False,
    )
