"""Calibration sessions of many months, made at once: who answers what is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine, insert

from pipeline.finding import Outcome
from warehouse.decisions.calibration_tables import (
    calibration_answer,
    calibration_call,
    calibration_item,
    calibration_machine,
    calibration_rater,
    calibration_session,
)
from warehouse.decisions.store import writing

MACHINE = "machine"
Answering = Callable[[str, int, int, int], Outcome | None]  # rater, month, call, item


def make_sessions(
    engine: Engine,
    *,
    raters: Sequence[str],
    rules: Sequence[str],
    months: Sequence[datetime],
    call_ids: Sequence[str],
    said: Answering,
    by: str,
) -> None:
    """One closed session for each month over the same calls; `MACHINE` answers too."""
    with writing(engine).begin() as connection:
        for number, made_at in enumerate(months):
            made = connection.execute(
                insert(calibration_session).values(
                    title=f"{made_at:%Y-%m}", language="zh", seed=1, deadline=made_at,
                    state="closed", made_by=by, made_at=made_at,
                )
            ).inserted_primary_key  # fmt: skip
            session = {"session_no": made[0]}
            items = [{**session, "item_no": n, "rule_id": r} for n, r in enumerate(rules)]
            connection.execute(insert(calibration_item), items)
            calls = [
                {**session, "call_no": n, "call_id": c, "repeat_of": None}
                for n, c in enumerate(call_ids)
            ]
            connection.execute(insert(calibration_call), calls)
            people = [r for r in raters if r != MACHINE]
            invited = [{**session, "account_id": r, "finished_at": made_at} for r in people]
            connection.execute(insert(calibration_rater), invited)
            for rater in raters:
                rows = [
                    {**session, "call_no": call, "rule_id": rule, "outcome": told.value}
                    for call in range(len(call_ids))
                    for item, rule in enumerate(rules)
                    if (told := said(rater, number, call, item)) is not None
                ]
                if rater == MACHINE:
                    connection.execute(insert(calibration_machine), rows)
                else:
                    own = {"account_id": rater, "at": datetime(2026, 11, 20, tzinfo=UTC)}
                    connection.execute(insert(calibration_answer), [{**r, **own} for r in rows])
