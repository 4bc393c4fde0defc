"""`tingjian sample`: draw the calls of a month that people listen to."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from flows.shared_options import command, consoles, json_option, print_json, settings_of
from flows.told import invocation_of, option
from pipeline.messages import say


@command("sample", help="cli.sample_help")
@click.argument("month", metavar="YYYY-MM")
@option("--per-agent", type=int, metavar="N", default=10, help="cli.option_per_agent")
@option("--random-share", type=float, metavar="0-1", default=0.3, help="cli.option_random_share")
@option("--by", "stratified_by", metavar="WHAT", default="purpose", help="cli.option_stratified_by")
@option("--seed", type=int, metavar="N", default=1, help="cli.option_seed")
@option("--preview", is_flag=True, help="cli.option_preview_sample")
@json_option
@click.pass_context
def _sample(
    context: click.Context,
    month: str,
    *,
    per_agent: int,
    random_share: float,
    stratified_by: str,
    seed: int,
    preview: bool,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from pipeline.sampling import Quota
    from warehouse.connection import open_warehouse
    from warehouse.decisions.filling import fill_queue
    from warehouse.decisions.plans import Order, StratifiedBy, make_plan, preview_plan
    from warehouse.decisions.store import open_decisions

    folder = settings_of(config, data).folders.data
    order = Order(month, Quota(per_agent, random_share, seed), cast("StratifiedBy", stratified_by))
    decisions = open_decisions(folder)
    with open_warehouse(folder, read_only=True) as lake:
        fill_queue(decisions, lake)
    number = None if preview else make_plan(decisions, order, by=None)
    candidates, picks = preview_plan(decisions, order)
    if as_json:
        print_json(
            {"plan_no": number, "candidates": candidates, "picks": [asdict(p) for p in picks]}
        )
        return 0
    reasons = Counter(pick.reason for pick in picks)
    values = {
        "candidates": candidates, "picks": len(picks), "risk": reasons["risk"],
        "random": reasons["random"], "agents": len({pick.agent_id for pick in picks}),
    }  # fmt: skip
    out, _ = consoles()
    language = invocation_of(context).language
    out.print(say("sampling.drawn", language, **values), soft_wrap=True)
    if number is not None:
        out.print(say("sampling.kept", language, number=number))
    return 0


COMMAND = _sample
