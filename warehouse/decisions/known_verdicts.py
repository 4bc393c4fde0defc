"""What people said of stored findings, all at once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine, select

from pipeline.review import Verdict
from warehouse.decisions.tables import decision


def known_verdicts(engine: Engine) -> Mapping[tuple[str, int], Verdict]:
    """The standing verdicts by judgement and place in it; the last one of a finding counts.

    Verdicts that were given with the roles swapped say nothing of the findings as they are stored.
    """
    query = (
        select(decision)
        .where(decision.c.kind.in_(("verdict", "undo")))
        .order_by(decision.c.decision_no)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    undone = {row.undoes for row in rows if row.undoes is not None}
    return {
        (row.scoring_id, row.finding_no): Verdict(str(row.value["verdict"]))
        for row in rows
        if row.kind == "verdict" and row.decision_no not in undone and not row.value.get("swapped")
    }
