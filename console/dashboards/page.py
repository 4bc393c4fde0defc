"""The dashboards as pages; topic, period and team stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.access import Action, may
from console.dashboards import heard, overview, people, rating, reviewing, rules
from console.dashboards.shown import Builder, Plot, Reading, Sources, step_of
from console.reader import account_of, language_of, page, state_of
from warehouse.facts import freshness
from warehouse.questions.calls import Known, known_days
from warehouse.questions.scope import Scope

DAYS: Final = 30  # of the period that is shown unless the address says otherwise
CHOICES: Final = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of plots."""

    name: str
    action: Action
    plots: tuple[Builder, ...]


TOPICS: Final[Mapping[str, Topic]] = {
    topic.name: topic
    for topic in (
        Topic(
            "overview",
            "dashboards.read",
            (
                overview.show_night,
                overview.show_calls,
                overview.show_scores,
                overview.show_flags,
                overview.show_purposes,
                overview.show_hours,
            ),
        ),
        Topic(
            "rules",
            "dashboards.read",
            (
                rules.show_costs,
                rules.show_broken,
                rules.show_steps,
                rules.show_steps_by_team,
            ),
        ),
        Topic("waiting", "dashboards.read", (heard.show_silence, rules.show_holds)),
        Topic("promises", "dashboards.read", (heard.show_promises,)),
        Topic("recognition", "dashboards.read", (heard.show_recognition, heard.show_unjudged)),
        Topic(
            "people",
            "people.compare",
            (
                people.show_team_scores,
                people.show_team_flags,
                people.show_agent_scores,
                people.show_agent_flags,
                people.show_agent_promises,
            ),
        ),
        Topic(
            "review",
            "people.compare",
            (
                reviewing.show_backlog,
                reviewing.show_reviews,
                reviewing.show_reviewers,
                reviewing.show_verdicts,
                reviewing.show_appeals,
            ),
        ),
        Topic(
            "agreement",
            "people.compare",
            (
                rating.show_agreement,
                rating.show_strictness,
                rating.show_likeness,
                rating.show_machine,
            ),
        ),
    )
}


def show_first(request: Request) -> Response:
    """The overview."""
    return _show(request, "overview")


def show_people(request: Request) -> Response:
    """Teams and agents."""
    return _show(request, "people")


def show_review(request: Request) -> Response:
    """What people do."""
    return _show(request, "review")


def show_agreement(request: Request) -> Response:
    """How far people and the machine judge alike."""
    return _show(request, "agreement")


def show_topic(request: Request) -> Response:
    """One of the pages that anybody with dashboards may see."""
    name = str(request.path_params["topic"])
    if name not in TOPICS or TOPICS[name].action != "dashboards.read":
        raise HTTPException(404)
    return _show(request, name)


def _show(request: Request, name: str) -> Response:
    state = state_of(request)
    with state.lake() as lake:
        known = known_days(lake)
        reading = reading_of(request, known)
        sources = Sources(lake, state.decisions)
        plots: tuple[Plot, ...] = tuple(show(reading, sources) for show in TOPICS[name].plots)
        fresh = freshness(lake)
    scope = reading.scope
    kept = {"team": scope.team} if scope.team else {}
    period = {
        "since": scope.since.isoformat() if scope.since else "",
        "until": scope.until.isoformat() if scope.until else "",
    }
    return page(
        request,
        "dashboards.html",
        topic=name,
        plots=plots,
        known=known,
        fresh=fresh,
        period=period,
        team=scope.team or "",
        step=reading.step,
        address=urlencode({**period, **kept}),
        choices=_choices(known, kept),
    )


def reading_of(request: Request, known: Known) -> Reading:
    """Who asks, and for which days; the last month that has calls unless the address says so."""
    query = request.query_params
    zone = state_of(request).zone
    last = known.last_day or datetime.now(zone).date()
    until = day_asked(query.get("until")) or last
    since = day_asked(query.get("since")) or until - timedelta(days=DAYS - 1)
    since, until = min(since, until), max(since, until)
    scope = Scope(since=since, until=until, team=query.get("team") or None, zone=zone)
    return Reading(
        language=language_of(request),
        scope=scope,
        step=step_of(scope),
        titles=titles_of(request),
        now=datetime.now(UTC),
        lists=may(account_of(request), "queue.read"),
    )


def titles_of(request: Request) -> dict[str, str]:
    """What the rules are called."""
    shelf = state_of(request).phrasebook_for
    return {rule.id: rule.title for language in ("zh", "es") for rule in shelf(language).rules}


def _choices(known: Known, kept: Mapping[str, str]) -> list[tuple[int, str]]:
    """Periods up to the last known day: their days, and what the address then says."""
    if known.last_day is None:
        return []
    return [
        (
            days,
            urlencode(
                {
                    "since": (known.last_day - timedelta(days=days - 1)).isoformat(),
                    "until": known.last_day.isoformat(),
                    **kept,
                }
            ),
        )
        for days in CHOICES
    ]


def day_asked(text: str | None) -> date | None:
    """A day of the address; None if it names none, or one that no call has."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1900 <= day.year < 3000 else None
