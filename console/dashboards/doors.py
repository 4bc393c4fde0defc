"""The addresses of dashboards."""

from __future__ import annotations

from typing import Final

from console.dashboards import cases, coaching, listed, page
from console.door import Door

DASHBOARD_DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/dashboards", "dashboards.read", page.show_first, "dashboards"),
    Door("GET", "/dashboards/people", "people.compare", page.show_people, "people"),
    Door("GET", "/dashboards/review", "people.compare", page.show_review, "reviewing"),
    Door("GET", "/dashboards/agreement", "people.compare", page.show_agreement, "agreement"),
    Door("GET", "/dashboards/calls", "queue.read", listed.show_calls, "listed_calls"),
    Door("GET", "/dashboards/{topic}", "dashboards.read", page.show_topic, "dashboard"),
    Door("GET", "/coaching", "people.compare", coaching.show_agents, "coaching"),
    Door("GET", "/coaching/{agent_id}", "people.compare", coaching.show_agent, "coaching_agent"),
    Door("GET", "/my-coaching", "own.read", coaching.show_own, "my_coaching"),
    Door("GET", "/cases", "cases.read", cases.show_cases, "cases"),
    Door("POST", "/cases/pin", "cases.pin", cases.pin, "pin_case"),
)
