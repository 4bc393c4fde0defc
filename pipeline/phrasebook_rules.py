"""Turns the table of one rule into a `Rule`, noting every fault."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from pipeline.call import Purpose, Role
from pipeline.dialogue import DialogueError, parse_dialogue
from pipeline.finding import Outcome
from pipeline.phrasebook_checks import LONGEST_S, read_check
from pipeline.phrasebook_table import Place, Table
from pipeline.rules import Kind, Occasion, Rule, RuleTest, Source, When, Window

_SEVERITIES: Final = ("minor", "critical_customer", "critical_business", "critical_compliance")
_REVIEWS: Final = ("doubt", "always", "never")
_OCCASION_ROLES: Final = ("customer", "agent", "any")
_DIRECTIONS: Final = ("inbound", "outbound")


def read_rule(table: Table, place: Place) -> Rule:
    """The rule of one `[[rule]]` table; where something is wrong, a default stands in and
    `place` has the fault.
    """
    kind = table.choice("kind", Kind) or Kind.FORBIDDEN
    if "kind" not in table:
        place.fault("missing", "kind")
    rule = Rule(
        id=table.text("id", required=True),
        title=table.text("title", required=True),
        kind=kind,
        check=read_check(table),
        role=table.choice("role", Role, Role.AGENT) or Role.AGENT,
        points=table.exact("points", Decimal(0)) or Decimal(0),
        cap=table.exact("cap", None),
        severity=table.one_of("severity", _SEVERITIES, "minor"),
        fatal=table.flag("fatal"),
        sources=_sources(table),
        suggestion=table.text("suggest") or None,
        review=table.one_of("review", _REVIEWS, "doubt"),
        when=_when(table),
        credited_elsewhere=table.flag("credited_elsewhere"),
        occasion=_occasion(table),
        window=_window(table),
        report_p=table.real("report_p", 0.5, low=0, high=1),
        review_p=table.real("review_p", 0.3, low=0, high=1),
        min_role_p=table.real("min_role_p", 0.7, low=0, high=1),
        min_word_p=table.real("min_word_p", 0.35, low=0, high=1),
        tests=_tests(table),
        file=place.file,
        line=place.line,
    )
    _check_points(rule, table)
    table.finish()
    return rule


def _check_points(rule: Rule, table: Table) -> None:
    if rule.kind is Kind.CREDIT and rule.points < 0:
        table.wrong("points", "credit_negative", value=rule.points)
    if rule.kind is not Kind.CREDIT and rule.points > 0:
        table.wrong("points", "fault_positive", value=rule.points)
    if rule.review_p > rule.report_p:
        table.wrong("review_p", "review_above_report", value=rule.review_p, report=rule.report_p)


def _sources(table: Table) -> tuple[Source, ...]:
    found = []
    for source in table.tables("source"):
        found.append(
            Source(
                file=source.text("file", required=True),
                line=source.whole("line", low=1, high=100_000) or 0,
                quote=source.text("quote", required=True),
            )
        )
        source.finish()
    return tuple(found)


def _when(table: Table) -> When:
    when = table.table("when")
    if when is None:
        return When()
    directions = when.texts("directions")
    for value in directions:
        if value not in _DIRECTIONS:
            when.wrong(
                "directions", "choice", value=value, known=" | ".join(_DIRECTIONS), near="inbound"
            )
    findings = []
    for value in when.texts("findings"):
        rule_id, _, outcome = value.partition(" ")
        if outcome in set(Outcome):
            findings.append((rule_id, Outcome(outcome)))
        else:
            known = " | ".join(Outcome)
            near = "zh.T10.improper violated"
            when.wrong("findings", "choice", value=value, known=known, near=near)
    result = When(
        purposes=when.choices("purposes", Purpose),
        not_purposes=when.choices("not_purposes", Purpose),
        directions=directions,
        teams=when.texts("teams"),
        findings=tuple(findings),
    )
    when.finish()
    return result


def _window(table: Table) -> Window:
    window = table.table("window")
    if window is None:
        return _shared(Window())
    result = Window(
        first_turns=window.whole("first_turns", low=1, high=1000),
        last_turns=window.whole("last_turns", low=1, high=1000),
        skip_turns=window.whole("skip_turns", low=0, high=1000) or 0,
        first_s=window.number("first_s", None, low=0.1, high=LONGEST_S),
        last_s=window.number("last_s", None, low=0.1, high=LONGEST_S),
        skip_s=window.real("skip_s", 0.0, low=0, high=LONGEST_S),
        first_share=window.number("first_share", None, low=0.01, high=1),
        last_share=window.number("last_share", None, low=0.01, high=1),
        after_customer=window.flag("after_customer"),
    )
    window.finish()
    return _shared(result)


@lru_cache(maxsize=1000)
def _shared(window: Window) -> Window:
    """Equal windows are one object, which is quicker to compare."""
    return window


def _occasion(table: Table) -> Occasion | None:
    occasion = table.table("occasion")
    if occasion is None:
        return None
    who = occasion.one_of("role", _OCCASION_ROLES, Role.CUSTOMER.value)
    result = Occasion(
        phrases=occasion.phrases("phrases", required=True),
        roles=(Role.AGENT, Role.CUSTOMER) if who == "any" else (Role(who),),
        answered_after=occasion.flag("answered_after", True),
    )
    occasion.finish()
    return result


def _tests(table: Table) -> tuple[RuleTest, ...]:
    found = []
    for test in table.tables("test"):
        dialogue = test.text("dialogue", required=True)
        try:
            lines = parse_dialogue(dialogue)
        except DialogueError as error:
            test.wrong("dialogue", "dialogue", value=str(error))
            lines = ()
        direction = test.one_of("direction", _DIRECTIONS, "") or None
        found.append(
            RuleTest(
                expected=test.choice("expect", Outcome) or Outcome.CLEAR,
                lines=lines,
                purpose=test.choice("purpose", Purpose),
                direction=direction,
                team=test.text("team") or None,
                answered_after_s=test.number("answered_after_s", None, low=0, high=LONGEST_S),
                hung_up_by=test.text("hung_up_by") or None,
            )
        )
        test.finish()
    return tuple(found)
