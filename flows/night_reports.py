"""The reports that are due after a night: made, kept in DATA/reports, sent. None stops a night."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console

from flows import notices
from pipeline.errors import ConfigurationError, TingjianError
from pipeline.messages import Language, say
from pipeline.rules import Phrasebook
from pipeline.settings import Settings
from pipeline.settings_reports import WEEKDAYS
from reports.kinds import Form, Kind
from reports.order import Order, Source
from reports.period import Period, last_complete
from reports.shelf import folder_of, make_room, name_of
from warehouse.connection import open_warehouse
from warehouse.decisions.store import open_decisions

_log = logging.getLogger("tingjian.reports")
_BEFORE: Final = timedelta(hours=12)  # a night that begins after midnight is of the day before
_NOTHING_TO_SAY: Final = ("reports.no_calls", "reports.no_calls_at_all", "reports.no_records")


@dataclass(frozen=True, slots=True)
class NightReports:
    """What came of it: the files, and what failed with its reason."""

    made: tuple[Path, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()  # name of the file, reason


def due_reports(settings: Settings, *, began: datetime, folder: Path) -> tuple[Order, ...]:
    """The reports that a night has to make.

    Those of the night's day are made by every night of that day, for it may have brought more
    calls; those of a week and a month by the first night after it, or until one succeeds.

    Raises: ConfigurationError for a form that there is not.
    """
    wanted, day = settings.reports, (began - _BEFORE).date()
    kinds: list[tuple[Kind, Period]] = []
    today = _following(day)
    one = last_complete("day", today)
    if wanted.daily:
        kinds.append((Kind.DAILY, one))
    if wanted.records:
        kinds += [(Kind.CALLBACKS, one), (Kind.COMPLAINTS, one)]
    once: list[tuple[Kind, Period]] = []
    if wanted.weekly:
        week = last_complete("week", today, week_begins=WEEKDAYS.index(wanted.weekly))
        once.append((Kind.WEEKLY, week))
    month = last_complete("month", today)
    monthly = {
        Kind.MONTHLY: wanted.monthly,
        Kind.AGENT: wanted.sheets,
        Kind.SUMMARY: wanted.summary,
    }
    once += [(kind, month) for kind, asked in monthly.items() if asked]
    language = wanted.language or settings.night.language
    forms = [_form(text) for text in wanted.formats]

    def orders(some: list[tuple[Kind, Period]]) -> list[Order]:
        return [
            Order(kind, period, language, form, fonts=wanted.fonts)
            for kind, period in some
            for form in forms
        ]

    missing = (order for order in orders(once) if not (folder / name_of(order)).exists())
    return (*orders(kinds), *missing)


def reports_after(
    data: Path,
    settings: Settings,
    *,
    began: datetime,
    books: Mapping[Language, Phrasebook],
    console: Console,
) -> NightReports:
    """Make, keep and send what is due; whatever goes wrong is told and harms no result."""
    language = settings.night.language
    try:
        orders = due_reports(settings, began=began, folder=folder_of(data))
        if not orders:
            return NightReports()
        done = _make_all(orders, data, settings, books)
    except Exception as error:
        _log.warning("reports failed: %s", type(error).__name__)
        told = error.text(language) if isinstance(error, TingjianError) else str(error)
        done = NightReports(failed=(("reports", told),))
    for name, reason in done.failed:
        told = say("reports.night_failed", language, name=name, reason=reason)
        console.print(told, style="yellow", markup=False, soft_wrap=True)
    if done.made:
        count, folder = len(done.made), folder_of(data)
        told = say("reports.night_made", language, count=count, folder=folder)
        console.print(told, markup=False, soft_wrap=True)
    if settings.schedule.notify and (done.made or done.failed):
        attached = done.made if settings.reports.attach else ()
        notice = notices.of_reports([p.name for p in done.made], done.failed, language)
        notices.send(notice, settings.schedule.notify, attached=attached)
    return done


def _make_all(
    orders: tuple[Order, ...],
    data: Path,
    settings: Settings,
    books: Mapping[Language, Phrasebook],
) -> NightReports:
    """Each report by itself: one that fails leaves the others."""
    made: list[Path] = []
    failed: list[tuple[str, str]] = []
    folder = make_room(data)
    engine = open_decisions(data)
    try:
        with open_warehouse(data, read_only=True) as warehouse:
            source = Source(warehouse, engine, books, settings.promises, settings.ledger.rules)
            for order in orders:
                try:
                    made.append(_make_one(order, source, folder))
                except TingjianError as error:
                    if error.key not in _NOTHING_TO_SAY:
                        failed.append((name_of(order), error.text(settings.night.language)))
                except Exception as error:
                    _log.warning("a report failed: %s", type(error).__name__)
                    failed.append((name_of(order), f"{type(error).__name__}: {error}"))
    finally:
        engine.dispose()
    return NightReports(tuple(made), tuple(failed))


def _make_one(order: Order, source: Source, folder: Path) -> Path:
    from reports.making import make  # imports for seconds
    from reports.writing import store, write_report

    path = folder / name_of(order)
    store(write_report(make(order, source), order), path)
    return path


def _form(text: str) -> Form:
    try:
        return Form(text)
    except ValueError as error:
        raise ConfigurationError("reports.bad_form", value=text) from error


def _following(day: date) -> date:
    return day + timedelta(days=1)
