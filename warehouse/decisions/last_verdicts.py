"""The verdicts that stand: of each finding the last one that was not taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, exists, select

from warehouse.decisions.tables import decision, review


def last_verdicts() -> Select[Any]:
    """Verdicts on the judgements that the queue shows, with call, finding, moment and person.

    Asked by call, for which there is an index; so it costs as much as there are verdicts.
    """
    later, undo = decision.alias("later"), decision.alias("undo")

    def taken_back(verdict: Any) -> Any:
        return exists().where(
            undo.c.call_id == verdict.c.call_id,
            undo.c.kind == "undo",
            undo.c.undoes == verdict.c.decision_no,
        )

    superseded = exists().where(
        later.c.call_id == decision.c.call_id,
        later.c.decision_no > decision.c.decision_no,
        later.c.scoring_id == decision.c.scoring_id,
        later.c.finding_no == decision.c.finding_no,
        later.c.kind == "verdict",
        ~taken_back(later),
    )
    return (
        select(
            decision.c.call_id,
            decision.c.finding_no,
            decision.c.at,
            decision.c.account_id,
            decision.c.value["verdict"].as_string().label("verdict"),
            review.c.agent_id,
            review.c.team,
        )
        .join(
            review,
            and_(
                review.c.call_id == decision.c.call_id,
                review.c.scoring_id == decision.c.scoring_id,
            ),
        )
        .where(decision.c.kind == "verdict", ~taken_back(decision), ~superseded)
    )
