"""Everything that people said of judgements, as tables beside the lake's: for questions over many
calls at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
from sqlalchemy import Engine, select

from warehouse.decisions.tables import decision, review
from warehouse.decisions.verdicts import Decision, Decisions


@dataclass(frozen=True, slots=True)
class Said:
    """Tables by judgement; each may be empty."""

    verdict: pa.Table  # of the machine's findings: the last one of each that stands
    added: pa.Table  # what a person found and the machine did not
    seen: pa.Table  # judgements that were reviewed, with the score after it
    twisted: pa.Table  # judgements whose roles were swapped: who said what was wrong


_SCORE = pa.decimal128(12, 4)
_VERDICT = pa.schema(
    [("scoring_id", pa.string()), ("finding_no", pa.int64()), ("verdict", pa.string()),
     ("outcome", pa.string())]
)  # fmt: skip
_ADDED = pa.schema(
    [("scoring_id", pa.string()), ("decision_no", pa.int64()), ("rule_id", pa.string()),
     ("start_s", pa.float64()), ("quote", pa.string())]
)  # fmt: skip
_SEEN = pa.schema([("scoring_id", pa.string()), ("submitted", pa.bool_()), ("points", _SCORE)])
_TWISTED = pa.schema([("scoring_id", pa.string())])


def read_said(engine: Engine) -> Said:
    """What stands of all decisions, after everything that was taken back."""
    decisions = _standing(engine)
    twisted = [(key,) for key, found in decisions.items() if found.swapped]
    verdicts = [
        (key, d.finding_no, str(d.value["verdict"]), d.value.get("outcome"))
        for key, found in decisions.items()
        for d in _last(found)
    ]
    added = [
        (
            key,
            d.decision_no,
            str(d.value.get("rule_id")),
            d.value.get("start"),
            d.value.get("quote"),
        )
        for key, found in decisions.items()
        for d in found.of("added")
    ]
    query = select(review.c.scoring_id, review.c.state, review.c.points_reviewed).where(
        (review.c.state == "submitted") | review.c.points_reviewed.is_not(None)
    )
    with engine.connect() as connection:
        seen = [
            (key, state == "submitted", _exact(p)) for key, state, p in connection.execute(query)
        ]
    return Said(
        _table(_VERDICT, verdicts), _table(_ADDED, added), _table(_SEEN, seen),
        _table(_TWISTED, twisted),
    )  # fmt: skip


def _standing(engine: Engine) -> dict[str, Decisions]:
    query = select(decision).where(decision.c.kind != "comment").order_by(decision.c.decision_no)
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    undone = {row.undoes for row in rows if row.undoes is not None}
    found: defaultdict[str, list[Decision]] = defaultdict(list)
    for r in rows:
        if r.kind != "undo" and r.decision_no not in undone:
            found[r.scoring_id].append(
                Decision(r.decision_no, r.kind, r.finding_no, r.value, r.account_id, r.at)
            )
    return {scoring_id: Decisions(tuple(some)) for scoring_id, some in found.items()}


def _last(found: Decisions) -> tuple[Decision, ...]:
    """The verdict of each finding that counts, of those given with the roles as they are stored."""
    last = {
        d.finding_no: d
        for d in found.of("verdict")
        if d.finding_no is not None and not d.value.get("swapped")
    }
    return tuple(last.values())


def _exact(points: Decimal | None) -> Decimal | None:
    return None if points is None else Decimal(points).quantize(Decimal("0.0001"))


def _table(schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)],
        schema=schema,
    )
