"""`tingjian serve`: the console on a data folder."""

from __future__ import annotations

from pathlib import Path

import click

from flows.shared_options import (
    built_in_phrasebooks,
    command,
    consoles,
    own_phrasebooks,
    settings_of,
)
from flows.told import invocation_of, option
from pipeline.messages import say

_PORT = 8484


@command("serve", help="cli.serve_help")
@option("--host", metavar="HOST", default="127.0.0.1", help="cli.option_host")
@option("--port", metavar="N", type=click.IntRange(1, 65535), default=_PORT, help="cli.option_port")
@option("--secure-cookies", is_flag=True, help="cli.option_secure_cookies")
@click.pass_context
def _serve(
    context: click.Context,
    *,
    host: str,
    port: int,
    secure_cookies: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from console.server import serve
    from pipeline.local_time import zone_named

    settings = settings_of(config, data)
    _, err = consoles()
    told = say("console.serving", invocation_of(context).language, host=host, port=port)
    serve(
        settings.folders.data,
        phrasebooks=settings.judging.phrasebooks or built_in_phrasebooks(),
        own_phrasebooks=None if settings.judging.phrasebooks else own_phrasebooks(settings),
        host=host,
        port=port,
        secure_cookies=secure_cookies,
        review=settings.review,
        appeal_days=settings.appeals.days,
        single_sign_on=settings.single_sign_on,
        metrics=settings.console.metrics,
        ledger=settings.ledger,
        promises=settings.promises,
        zone=zone_named(settings.schedule.zone),
        on_ready=lambda: err.print(told, soft_wrap=True),
    )
    return 0


COMMAND = _serve
