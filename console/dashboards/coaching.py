"""A page for each agent: what to work on, moments to listen to, what to say instead."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.dashboards.moments import SeenCall, bad_moments, good_moments_of, see_calls
from console.dashboards.page import reading_of
from console.dashboards.shown import Reading, percent, share_ends, within
from console.reader import account_of, language_of, page, state_of
from pipeline.comparison import Share, compare_shares
from warehouse.decisions import audit
from warehouse.decisions.queue_filter import QueueFilter
from warehouse.decisions.reviews import QueueItem, list_queue, released_calls
from warehouse.decisions.store import writing
from warehouse.questions.calls import calls_by, known_days
from warehouse.questions.rules import rules_by
from warehouse.questions.scope import Scope

CALLS_MAX: Final = 40  # that moments are chosen from
MOMENTS: Final = 5
RULES: Final = 8


@dataclass(frozen=True, slots=True)
class Work:
    """A rule to work on."""

    rule_id: str
    title: str
    lost: float  # points
    flags: int
    calls: int  # that the rule judged
    share: str
    ends: str  # 95 % interval
    standing: str  # against the others' calls; "" where it is not known
    href: str | None


def show_agents(request: Request) -> Response:
    """Everybody who had calls in the period, by name: whom to coach."""
    state = state_of(request)
    with state.lake() as lake:
        known = known_days(lake)
        reading = reading_of(request, known)
        agents = [g for g in calls_by(lake, reading.scope, "agent") if g.key and g.done]
    return page(request, "coaching_agents.html", agents=agents, period=_period(reading))


def show_agent(request: Request) -> Response:
    """One agent's page, for a supervisor: all calls, as the machine and people judged.

    Raises: HTTPException 404 if nobody of that name had a call in the period.
    """
    state, agent_id = state_of(request), str(request.path_params["agent_id"])
    with state.lake() as lake:
        reading = reading_of(request, known_days(lake))
        scope = Scope(reading.scope.since, reading.scope.until, agent_id=agent_id)
        groups = calls_by(lake, scope, "agent")
        if not groups:
            raise HTTPException(404)
        own = rules_by(lake, scope)
        everybody = {r.rule_id: r for r in rules_by(lake, Scope(scope.since, scope.until))}
    work = []
    for rule in [r for r in own if r.flags][:RULES]:
        all_ = everybody[rule.rule_id]
        found = compare_shares(
            [
                Share("own", rule.flags, rule.calls),
                Share("others", all_.flags - rule.flags, all_.calls - rule.calls),
            ]
        )
        standing = found.groups[0].standing if found and len(found.groups) > 1 else ""
        work.append(
            _work(
                reading,
                rule.rule_id,
                (rule.flags, rule.calls),
                lost=float(rule.points_lost),
                standing=standing,
                href=reading.link(rule=rule.rule_id, agent=agent_id),
            )
        )
    since, until = _ends(scope)
    wanted = QueueFilter(state="any", agent_id=agent_id, unflagged=True, since=since, until=until)
    items = list_queue(
        state.decisions, wanted, reader=account_of(request).account_id, limit=CALLS_MAX
    )
    name = reading.named(agent_id, groups[0].name)
    return _show(request, reading, work, items, name=name, calls=groups[0].done, own=False)


def show_own(request: Request) -> Response:
    """The reader's own page: released calls alone, with people's verdicts."""
    state, agent_id = state_of(request), account_of(request).agent_id
    with state.lake() as lake:
        reading = reading_of(request, known_days(lake))
    items = released_calls(state.decisions, agent_id, limit=CALLS_MAX) if agent_id else ()
    return _show(request, reading, None, items, name="", calls=len(items), own=True)


def _show(
    request: Request,
    reading: Reading,
    work: Sequence[Work] | None,
    items: Sequence[QueueItem],
    *,
    name: str,
    calls: int,
    own: bool,
) -> Response:
    seen = see_calls(state_of(request), items, language_of(request))
    if work is None:
        work = _work_of(reading, seen)
    with writing(state_of(request).decisions).begin() as connection:
        who = account_of(request).account_id
        subject = str(request.path_params.get("agent_id", account_of(request).agent_id or ""))
        audit.record(connection, "coaching.view", subject=subject, account_id=who)
    return page(
        request,
        "coaching.html",
        name=name,
        own=own,
        calls=calls,
        seen=len(seen),
        work=work,
        bad=bad_moments(seen, most=MOMENTS),
        good=good_moments_of(seen, most=MOMENTS),
        period=_period(reading),
    )


def _work_of(reading: Reading, seen: Sequence[SeenCall]) -> list[Work]:
    """The rules that cost most in some calls, after people's verdicts."""
    flags: Counter[str] = Counter()
    lost: defaultdict[str, float] = defaultdict(float)
    for call in seen:
        for finding in (*call.view.findings, *call.view.added):
            if finding.counts:
                flags[finding.rule_id] += 1
                lost[finding.rule_id] -= float(finding.lost)
    judged = Counter(rule for call in seen for rule in call.judged)
    order = sorted(flags, key=lambda rule: (-lost[rule], -flags[rule], rule))[:RULES]
    return [
        _work(reading, rule, (min(flags[rule], judged[rule]), judged[rule]), lost=lost[rule])
        for rule in order
    ]


def _work(
    reading: Reading,
    rule_id: str,
    counted: tuple[int, int],
    *,
    lost: float,
    standing: str = "",
    href: str | None = None,
) -> Work:
    flags, calls = counted
    low, high = share_ends(flags, calls)
    ends = "" if low is None or high is None else within(low, high, percent)
    share = percent(flags / calls if calls else None)
    told = reading.tell(f"standing_{standing}") if standing else ""
    return Work(rule_id, reading.rule(rule_id), lost, flags, calls, share, ends, told, href)


def _ends(scope: Scope) -> tuple[datetime | None, datetime | None]:
    first, last = scope.since, scope.until
    since = datetime.combine(first, time(), tzinfo=UTC) if first else None
    until = datetime.combine(last, time(), tzinfo=UTC) + timedelta(days=1) if last else None
    return since, until


def _period(reading: Reading) -> dict[str, str]:
    scope = reading.scope
    return {
        "since": scope.since.isoformat() if scope.since else "",
        "until": scope.until.isoformat() if scope.until else "",
    }
