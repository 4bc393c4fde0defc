"""The addresses of dashboards."""

from __future__ import annotations

from typing import Final

from console.dashboards import page
from console.door import Door

DASHBOARD_DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/dashboards", "dashboards.read", page.show_first, "dashboards"),
    Door("GET", "/dashboards/people", "people.compare", page.show_people, "people"),
    Door("GET", "/dashboards/review", "people.compare", page.show_review, "reviewing"),
    Door("GET", "/dashboards/{topic}", "dashboards.read", page.show_topic, "dashboard"),
)
