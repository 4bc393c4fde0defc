"""What stands around every report: its title, its days, its footer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from pipeline.messages import Language, say
from reports.blocks import Block, Report, Table
from reports.order import Order
from reports.period import Period


def frame(order: Order, blocks: Sequence[Block], tables: Sequence[Table]) -> Report:
    """The blocks with title, days and footer.

    Args:
        tables: what spreadsheets get; the first one is what a CSV file gets.
    """
    title = say(f"reports.kind_{order.kind}", order.language)
    if order.agent_id is not None:
        title = f"{title} · {order.agent_id}"
    ends = datetime.combine(order.period.last + timedelta(days=1), time(), tzinfo=UTC)
    return Report(
        title=title,
        subtitle=span_of(order.period, order.language),
        language=order.language,
        blocks=tuple(blocks),
        footer=say("reports.footer", order.language, title=title, name=order.period.name),
        made_for=ends,
        tables=tuple(tables),
    )


def span_of(period: Period, language: Language) -> str:
    """A period in words."""
    values = {"name": period.name, "first": period.first, "last": period.last}
    return say(f"reports.span_{period.span}", language, **values)
