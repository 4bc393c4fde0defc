"""The meeting: item by item who said what, what is agreed, and who does what by when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.calibration_charts import Dots, Squares, draw_dots, draw_squares
from console.calibration_found import find_session, refuse, rules_of
from console.opened import open_item
from console.reader import account_of, language_of, page, state_of
from pipeline.agreement.ratings import MACHINE
from pipeline.agreement.telling import tell_item, tell_strictness
from pipeline.calibration import choices, machine_answer
from pipeline.calibration_report import Answer, ItemReport, SessionReport, report_session
from pipeline.errors import UsageError, WarehouseError
from pipeline.finding import Outcome
from pipeline.messages import Language, say
from pipeline.rules import Rule
from warehouse.decisions.accounts import accounts
from warehouse.decisions.calibration import Session
from warehouse.decisions.calibration_answers import read_answers
from warehouse.decisions.calibration_outcome import (
    Agreements,
    add_action,
    agree,
    give_guidance,
    list_actions,
    read_agreements,
)
from warehouse.decisions.reviews import find_item


@dataclass(frozen=True, slots=True)
class Said:
    """One call of an item: who said what, and the moment that the machine's finding rests on."""

    call_no: int
    call_id: str
    answers: tuple[str, ...]  # outcomes by rater, the machine last; "" without an answer
    split: bool
    at_s: float | None
    agreed: str


@dataclass(frozen=True, slots=True)
class Item:
    """One rule as the meeting sees it."""

    rule: Rule
    report: ItemReport
    told: str
    outcomes: tuple[str, ...]  # what can be agreed on
    guidance: str
    split: tuple[Said, ...]
    alike: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the machine says of the session's calls."""

    answers: tuple[Answer, ...]
    moments: Mapping[tuple[str, int], float]  # by rule and call number, seconds from the start


def show_meeting(request: Request, session: Session) -> Response:
    """Everything that was said, the least agreed first."""
    state, language = state_of(request), language_of(request)
    rules = rules_of(request, session)
    heard = hear_machine(request, session, rules)
    answers = (*read_answers(state.decisions, session.session_no), *heard.answers)
    raters = [rater.account_id for rater in session.raters]
    report = report_session(session.cards, rules, answers, raters=raters, seed=session.seed)
    names = {r.account_id: r.name for r in session.raters}
    names[MACHINE] = say("calibration.machine", language)
    agreed = read_agreements(state.decisions, session.session_no)
    items = _items(
        session, rules, answers, heard=heard, agreed=agreed, report=report, language=language
    )
    return page(
        request,
        "calibration_meeting.html",
        session=session,
        names=names,
        raters=[*raters, MACHINE],
        items=items,
        report=report,
        strict=[
            tell_strictness(found, rater=names[rater], language=language)
            for rater, found in report.strict.items()
        ],
        squares=_squares(report, names),
        dots=_dots(report, rules),
        titles={rule.id: rule.title for rule in rules},
        calls={card.call_no: card for card in session.cards},
        actions=list_actions(state.decisions, session_no=session.session_no),
        people=[a for a in accounts(state.decisions) if a.role in ("inspector", "supervisor")],
        today=datetime.now(UTC).date(),
    )


async def record_agreed(request: Request) -> Response:
    """Keep what the meeting agrees on for one item of one call."""
    form = await request.form()

    def keep(session: Session, by: str) -> None:
        rule = next((r for r in rules_of(request, session) if r.id == form.get("rule")), None)
        call = next((c for c in session.cards if str(c.call_no) == form.get("call_no")), None)
        value = str(form.get("outcome", ""))
        if rule is None or call is None or value not in choices(rule.kind):
            raise UsageError("calibration.not_part", number=session.session_no)
        agree(
            state_of(request).decisions,
            session.session_no,
            rule.id,
            call_no=call.call_no,
            outcome=Outcome(value),
            by=by,
        )

    return await run_in_threadpool(_change, request, keep, str(form.get("rule", "")))


async def record_guidance(request: Request) -> Response:
    """Keep what counts from now on for a rule."""
    form = await request.form()

    def keep(session: Session, by: str) -> None:
        rule = str(form.get("rule", ""))
        if rule not in session.rules:
            raise UsageError("calibration.not_part", number=session.session_no)
        text = str(form.get("guidance", ""))
        give_guidance(state_of(request).decisions, session.session_no, rule, text=text, by=by)

    return await run_in_threadpool(_change, request, keep, str(form.get("rule", "")))


async def record_action(request: Request) -> Response:
    """Keep who does what by when."""
    form = await request.form()

    def keep(session: Session, by: str) -> None:
        due = _day(str(form.get("due", "")))
        if due is None:
            raise UsageError("calibration.action_needed")
        add_action(
            state_of(request).decisions,
            session.session_no,
            text=str(form.get("text", "")),
            owner_id=str(form.get("owner", "")),
            due_on=due,
            by=by,
        )

    return await run_in_threadpool(_change, request, keep, "actions")


def _change(request: Request, keep: Callable[[Session, str], None], anchor: str) -> Response:
    session = find_session(request)
    try:
        keep(session, account_of(request).account_id)
    except UsageError as error:
        return refuse(request, error)
    return RedirectResponse(f"/calibration/{session.session_no}#{anchor}", status_code=303)


def hear_machine(request: Request, session: Session, rules: Sequence[Rule]) -> Heard:
    """The machine's answers; a call that is no longer there has none."""
    state = state_of(request)
    kinds = {rule.id: rule.kind for rule in rules}
    answers: list[Answer] = []
    moments: dict[tuple[str, int], float] = {}
    for card in session.cards:
        try:
            item = find_item(state.decisions, card.call_id)
        except WarehouseError:
            continue
        try:
            call = open_item(state, item).call
        except HTTPException:
            continue
        for finding in call.findings:
            if finding.rule_id not in kinds:
                continue
            outcome = machine_answer(finding.outcome, kinds[finding.rule_id])
            answers.append(Answer(MACHINE, card.call_no, finding.rule_id, outcome))
            if finding.evidence:
                moments[finding.rule_id, card.call_no] = finding.evidence[0].start
    return Heard(tuple(answers), moments)


def _items(
    session: Session,
    rules: Sequence[Rule],
    answers: Sequence[Answer],
    *,
    heard: Heard,
    agreed: Agreements,
    report: SessionReport,
    language: Language,
) -> tuple[Item, ...]:
    given = {(a.rater, a.call_no, a.rule_id): a.outcome.value for a in answers}
    raters = (*(r.account_id for r in session.raters), MACHINE)
    by_id = {rule.id: rule for rule in rules}
    found = []
    for item in report.items:
        order = {number: place for place, number in enumerate(item.split)}
        said = [
            Said(
                call_no=card.call_no,
                call_id=card.call_id,
                answers=tuple(given.get((r, card.call_no, item.rule_id), "") for r in raters),
                split=card.call_no in order,
                at_s=heard.moments.get((item.rule_id, card.call_no)),
                agreed=str(agreed.outcomes.get((item.rule_id, card.call_no), "")),
            )
            for card in session.cards
            if card.repeat_of is None
        ]
        rule = by_id[item.rule_id]
        found.append(
            Item(
                rule=rule,
                report=item,
                told=tell_item(item.alpha, item=rule.title, raters=len(raters), language=language),
                outcomes=tuple(outcome.value for outcome in choices(rule.kind)),
                guidance=agreed.guidance.get(rule.id, ""),
                split=tuple(sorted((s for s in said if s.split), key=lambda s: order[s.call_no])),
                alike=tuple(s for s in said if not s.split),
            )
        )
    return tuple(found)


def _squares(report: SessionReport, names: Mapping[str, str]) -> Squares:
    """Cohen's kappa of every two raters, by their names."""
    values = {(names[a], names[b]): found.value for (a, b), found in report.pairs.items()}
    return draw_squares(list(names.values()), values)


def _dots(report: SessionReport, rules: Sequence[Rule]) -> Dots:
    """Alpha of every rule with its interval."""
    titles = {rule.id: rule.title for rule in rules}
    return draw_dots([(titles[item.rule_id], item.alpha) for item in report.items])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
