"""Which calls a calibration session takes: by rule, by disagreement, or by chance."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, Literal, get_args

from sqlalchemy import Engine, and_, func, or_, select

from pipeline.messages import Language
from warehouse.decisions.tables import decision, review, review_flag

Way = Literal["rule", "disagreement", "random"]
WAYS: Final[tuple[Way, ...]] = get_args(Way)
_LOOKED_AT_MOST: Final = 5000  # calls among which chance decides, the latest


def choose_calls(
    engine: Engine, way: Way, *, language: Language, rules: Sequence[str], count: int, seed: int
) -> tuple[str, ...]:
    """Call ids, at most `count`.

    By rule: calls that one of the rules flagged, the most doubtful first. By disagreement: calls
    in which people and machine differed, most often first. At random: by the seed.
    """
    match way:
        case "rule":
            doubt = func.min(func.abs(review_flag.c.probability - 0.5))
            query = (
                select(review.c.call_id)
                .join(review_flag, review_flag.c.call_id == review.c.call_id)
                .where(review.c.language == language, review_flag.c.rule_id.in_(rules))
                .group_by(review.c.call_id)
                .order_by(doubt, review.c.call_id)
                .limit(count)
            )
        case "disagreement":
            against = or_(
                decision.c.kind == "added",
                and_(
                    decision.c.kind == "verdict",
                    decision.c.value["verdict"].as_string().in_(("false", "doubtful")),
                ),
            )
            undone = select(decision.c.undoes).where(decision.c.undoes.is_not(None))
            query = (
                select(review.c.call_id)
                .join(decision, decision.c.call_id == review.c.call_id)
                .where(
                    review.c.language == language,
                    decision.c.scoring_id == review.c.scoring_id,
                    decision.c.decision_no.not_in(undone),
                    against,
                )
                .group_by(review.c.call_id)
                .order_by(func.count().desc(), review.c.call_id)
                .limit(count)
            )
        case "random":
            query = (
                select(review.c.call_id)
                .where(review.c.language == language)
                .order_by(review.c.started_at.desc(), review.c.call_id)
                .limit(_LOOKED_AT_MOST)
            )
    with engine.connect() as connection:
        found = connection.execute(query).scalars().all()
    if way == "random":
        found = sorted(found, key=lambda call: hashlib.sha256(f"{seed}:{call}".encode()).digest())
    return tuple(found[:count])
