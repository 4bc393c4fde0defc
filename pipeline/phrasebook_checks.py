"""Turns the part of a rule's table that says how to check it into a `Check`, noting every fault."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from pipeline.call import Role
from pipeline.checks import (
    Check,
    HoldCheck,
    LimitCheck,
    Measure,
    PhraseCheck,
    SequenceCheck,
    SequenceItem,
    Softening,
    Step,
    StepsCheck,
)
from pipeline.patterns import PhraseSet
from pipeline.phrasebook_table import Table

LONGEST_S: Final = 86_400.0
_PARTS: Final = ("announced", "resumed")


def read_check(table: Table) -> Check:
    """The check that a rule's table names, phrases where it names none."""
    return _CHECKS[table.one_of("check", tuple(_CHECKS), "phrases")](table)


def _phrase_check(table: Table) -> Check:
    soften = table.table("soften")
    softening = Softening()
    if soften is not None:
        softening = Softening(
            phrases=soften.phrases("phrases", required=True),
            within_s=soften.real("within_s", 10.0, low=0, high=LONGEST_S),
            turns_before=soften.whole("turns_before", low=0, high=100) or 0,
            turns_after=soften.whole("turns_after", low=0, high=100) or 0,
        )
        soften.finish()
    return PhraseCheck(
        phrases=table.phrases("phrases", required=True),
        unless=table.phrases("unless"),
        softening=softening,
        at_least=table.whole("at_least", low=1, high=1000) or 1,
        times=table.whole("times", low=1, high=1000) or 1,
    )


def _steps_check(table: Table) -> Check:
    steps = []
    for step in table.tables("step"):
        steps.append(
            Step(
                name=step.text("name", required=True),
                title=step.text("title", required=True),
                phrases=step.phrases("phrases", required=True),
                weight=step.exact("weight", Decimal(1)) or Decimal(1),
                needed=step.flag("needed"),
            )
        )
        step.finish()
    if not steps:
        table.wrong("step", "missing")
    return StepsCheck(
        steps=tuple(steps),
        unless=table.phrases("unless"),
        least_share=table.exact("least_share", Decimal("0.5")) or Decimal(0),
        ordered=table.flag("ordered"),
    )


def _sequence_check(table: Table) -> Check:
    items = []
    for item in table.tables("item"):
        items.append(
            SequenceItem(
                name=item.text("name", required=True),
                phrases=item.phrases("phrases", required=True),
                role=item.choice("role", Role, Role.AGENT) or Role.AGENT,
                within_s=item.number("within_s", None, low=0, high=LONGEST_S),
                within_turns=item.whole("within_turns", low=0, high=1000),
                absent=item.flag("absent"),
            )
        )
        item.finish()
    if not items or items[0].absent:
        table.wrong("item", "missing")
    return SequenceCheck(tuple(items))


def _hold_check(table: Table) -> Check:
    hold = table.table("hold")
    if hold is None:
        table.wrong("hold", "missing")
        return HoldCheck("announced", PhraseSet(), PhraseSet())
    result = HoldCheck(
        part=hold.one_of("part", _PARTS, "announced"),
        announcements=hold.phrases("announcements", required=True),
        resumptions=hold.phrases("resumptions", required=True),
        min_s=hold.real("min_s", 8.0, low=0.5, high=LONGEST_S),
        announced_min_s=hold.real("announced_min_s", 3.0, low=0.5, high=LONGEST_S),
        within_s=hold.real("within_s", 12.0, low=0.5, high=LONGEST_S),
        excuses=hold.phrases("excuses"),
        wondering=hold.phrases("wondering"),
    )
    hold.finish()
    table.text("phrases")  # other rules may name them with @; the hold table says what they are
    return result


def _limit_check(table: Table) -> Check:
    limit = table.table("limit")
    if limit is None:
        table.wrong("limit", "missing")
        return LimitCheck(Measure.DEAD_AIR)
    if "measure" not in limit:
        limit.wrong("measure", "missing")
    result = LimitCheck(
        measure=limit.choice("measure", Measure) or Measure.DEAD_AIR,
        at_most=limit.number("at_most", None, low=-200, high=LONGEST_S),
        at_least=limit.number("at_least", None, low=-200, high=LONGEST_S),
        least_sample=limit.real("least_sample", 0.0, low=0, high=LONGEST_S),
        tolerance=limit.real("tolerance", 0.0, low=0, high=LONGEST_S),
        excuses=limit.phrases("excuses"),
        wondering=limit.phrases("wondering"),
        of=limit.phrases("of"),
        among=limit.phrases("among"),
    )
    if result.at_most is None and result.at_least is None:
        limit.wrong("at_most", "missing")
    limit.finish()
    return result


_CHECKS: Final[dict[str, Callable[[Table], Check]]] = {
    "phrases": _phrase_check,
    "steps": _steps_check,
    "sequence": _sequence_check,
    "hold": _hold_check,
    "limit": _limit_check,
}
