"""A decision about a call: what it must say, be it a form or JSON, and carrying it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request

from console.api_about import InvalidRequestError
from console.api_answers import Decision
from console.call_view import CallView
from console.opened import OpenCall, keep_reviewed, open_call, view_of
from console.reader import account_of, language_of, state_of
from warehouse.decisions import verdicts

_WORDS_MAX: Final = 200  # characters of one correction
Kind = Literal["verdict", "added", "comment", "roles", "word"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What is stored of a decision."""

    kind: Kind
    value: Mapping[str, object]
    finding_no: int | None = None


def decision_of(asked: Decision) -> Decided:
    """What a request says. Raises: InvalidRequestError naming what its kind needs and lacks."""
    value: dict[str, object]
    place: dict[str, object]
    match asked.kind:
        case "verdict":
            _need(asked, "finding_no", "verdict")
            value = {"verdict": asked.verdict, "swapped": asked.swapped}
            if asked.outcome is not None:  # what the person saw
                value["outcome"] = asked.outcome.value
            return Decided("verdict", value, asked.finding_no)
        case "comment":
            _need(asked, "text")
            return Decided("comment", {"text": asked.text})
        case "roles":
            return Decided("roles", {})
        case "word":
            _need(asked, "turn_no", "start", "end", "text")
            place = {"turn_no": asked.turn_no, "start": asked.start, "end": asked.end}
            said = (asked.text or "").strip()[:_WORDS_MAX]
            return Decided("word", {**place, "text": said, "was": asked.was})
        case "added":
            _need(asked, "rule_id", "start", "end")
            place = {"start": asked.start, "end": asked.end}
            return Decided("added", {"rule_id": asked.rule_id, "quote": asked.quote, **place})


def take_decision(
    request: Request, decided: Decided, *, with_turns: bool = True
) -> tuple[OpenCall, CallView]:
    """Store a decision about the call of the address and its score; what its page shows then.

    Args:
        with_turns: whether the transcript is asked for.
    Raises: InvalidRequestError if it concerns a finding or a rule that is not there, UsageError as
        `verdicts.decide`, HTTPException 404.
    """
    state, by = state_of(request), account_of(request).account_id
    opened = open_call(request)
    item = opened.item
    _check_subject(opened, decided)
    verdicts.decide(
        state.decisions,
        item.call_id,
        item.scoring_id,
        decided.kind,
        decided.value,
        by=by,
        finding_no=decided.finding_no,
    )
    view = view_of(state, opened, language_of(request), with_turns=with_turns)
    keep_reviewed(state, opened, view)
    return opened, view


def _need(asked: Decision, *names: str) -> None:
    absent = [name for name in names if getattr(asked, name) is None]
    if absent:
        raise InvalidRequestError(tuple(("api.fault_missing", {"where": n}) for n in absent))


def _check_subject(opened: OpenCall, decided: Decided) -> None:
    number = decided.finding_no
    if number is not None and number >= len(opened.call.findings):
        raise InvalidRequestError((("api.fault_unknown", {"where": f"finding_no {number}"}),))
    rule_id = decided.value.get("rule_id")
    if rule_id is not None and opened.phrasebook.rule(str(rule_id)) is None:
        raise InvalidRequestError((("api.fault_unknown", {"where": f"rule_id {rule_id}"}),))
