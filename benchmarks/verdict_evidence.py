"""What people said of flags, as evidence for the probability model.

A verdict labels a hit only where the flag rests on that hit alone: of several, nobody said which
one was meant. Flags are judged anew from the stored transcript, so that the evidence is the one
that this program would weigh; a flag that it would not find any more is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb
from sqlalchemy import Engine

from benchmarks.evidence_fit import Labelled, candidates, effective_count
from pipeline.finding import Evidence
from pipeline.judging import concerns, view_call
from pipeline.messages import Language
from pipeline.rating import CallView, RatedHit
from pipeline.recorded_voice import without_recorded_voice
from pipeline.rejudging import HeardCall, evidence_of
from pipeline.rules import Phrasebook
from warehouse.connection import open_warehouse
from warehouse.decisions.rule_counts import LabelledFlag, labelled_flags
from warehouse.decisions.store import open_decisions
from warehouse.rescoring.heard import Range, read_heard
from warehouse.rescoring.plan import ScoredCall, scored_calls
from warehouse.statements import statement

VERDICTS_LEAST: Final = 200  # hits with a verdict; with fewer nothing is fitted on them
EACH_LEAST: Final = 20  # true ones, and false ones
_PORTION: Final = 500  # calls that are read at once
_SAME_S: Final = 0.02  # times are stored exactly; a hit found anew is at the same one


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Labelled hits, and why other verdicts label none."""

    rows: tuple[Labelled, ...]  # weights add up to as many equal rows as they are worth
    verdicts: int  # clear ones on flags
    left_out: Mapping[str, int]  # by reason

    def described(self) -> str:
        """In one line, for people and for the provenance."""
        said = sum(row.said for row in self.rows)
        worth = effective_count([row.weight for row in self.rows])
        return f"{len(self.rows)} verdicts ({said} true; weighted, worth {worth:.0f})"


class TooFewVerdictsError(ValueError):
    """Nothing can be learnt from so few."""


def read_verdicts(data: Path, books: Mapping[Language, Phrasebook]) -> Verdicts:
    """The hits of which people said whether they are right, from warehouse and decisions.

    Raises: TingjianError if there is no warehouse, or it cannot be read.
    """
    engine = open_decisions(data)
    try:
        return read_labels(data, engine, books)
    finally:
        engine.dispose()


def read_labels(data: Path, engine: Engine, books: Mapping[Language, Phrasebook]) -> Verdicts:
    """As `read_verdicts`, with the decisions open."""
    flags = labelled_flags(engine)
    left_out: Counter[str] = Counter()
    rows: list[Labelled] = []
    with open_warehouse(data, read_only=True) as warehouse:
        judged = {call.scoring_id: call for call in scored_calls(warehouse)}
        known = [flag for flag in flags if flag.scoring_id in judged]
        left_out["judged anew since"] = len(flags) - len(known)
        for portion in _portions(known):
            rows += _labels(warehouse.connection, portion, judged, books, left_out)
    return Verdicts(_evened(rows), len(flags), {k: n for k, n in left_out.items() if n})


def refuse_too_few(
    found: Verdicts, *, least: int = VERDICTS_LEAST, each_least: int = EACH_LEAST
) -> None:
    """Raises: TooFewVerdictsError if too few hits have a verdict, or nearly all the same one."""
    said = sum(row.said for row in found.rows)
    if len(found.rows) < least or min(said, len(found.rows) - said) < each_least:
        left = ", ".join(f"{n} {reason}" for reason, n in found.left_out.items()) or "none"
        message = (
            f"too few verdicts: {len(found.rows)} label a hit ({said} true), of {found.verdicts}"
            f" (left out: {left}); at least {least} are needed, {each_least} of them true and"
            f" {each_least} false. Review more flags, or fit without verdicts"
        )
        raise TooFewVerdictsError(message)


def _portions(flags: Sequence[LabelledFlag]) -> Iterator[dict[str, list[LabelledFlag]]]:
    """The flags by judgement, so many calls at a time, calls in the order of their names."""
    by_scoring: dict[str, list[LabelledFlag]] = {}
    for flag in sorted(flags, key=lambda f: (f.call_id, f.finding_no)):
        by_scoring.setdefault(flag.scoring_id, []).append(flag)
    ids = list(by_scoring)
    for first in range(0, len(ids), _PORTION):
        yield {i: by_scoring[i] for i in ids[first : first + _PORTION]}


def _labels(
    connection: duckdb.DuckDBPyConnection,
    portion: Mapping[str, Sequence[LabelledFlag]],
    judged: Mapping[str, ScoredCall],
    books: Mapping[Language, Phrasebook],
    left_out: Counter[str],
) -> list[Labelled]:
    calls = {judged[scoring_id].call_id: judged[scoring_id] for scoring_id in portion}
    passages = _passages(connection, list(calls.values()))
    wanted = Range(min(calls), max(calls), tuple(c.result_id for c in calls.values()))
    rows = []
    for heard in read_heard(connection, wanted, with_spans=False):
        call = calls[heard.metadata.call_id]
        book = books[call.language]
        view = _view(heard, book)
        for flag in portion[call.scoring_id]:
            found = _hit(view, book, flag, passages.get((call.call_id, flag.finding_no), ()))
            if isinstance(found, str):
                left_out[found] += 1
            else:
                row = Labelled(call.call_id, flag.rule_id, found.grounds, flag.true, flag.weight)
                rows.append(row)
    return rows


def _passages(
    connection: duckdb.DuckDBPyConnection, calls: Sequence[ScoredCall]
) -> dict[tuple[str, int], list[Evidence]]:
    ids = [call.call_id for call in calls]
    values = {
        "call_ids": ids,
        "scoring_ids": [call.scoring_id for call in calls],
        "least": min(ids),
        "greatest": max(ids),
    }
    found: dict[tuple[str, int], list[Evidence]] = {}
    cursor = connection.execute(statement("queries/read_evidence"), values)
    for call_id, finding_no, *rest in cursor.fetchall():
        found.setdefault((call_id, finding_no), []).append(Evidence(*rest))
    return found


def _view(heard: HeardCall, book: Phrasebook) -> CallView:
    spoken = without_recorded_voice(heard.transcript, book)
    view = view_call(spoken, metadata=heard.metadata, metrics=heard.metrics, phrasebook=book)
    return replace(view, listened=evidence_of(view, heard.listened))


def _hit(
    view: CallView, book: Phrasebook, flag: LabelledFlag, passages: Sequence[Evidence]
) -> RatedHit | str:
    """The hit that a verdict is about, or why it is about none."""
    rule = book.rule(flag.rule_id)
    if rule is None:
        return "of rules that are no more"
    if len(passages) != 1 or not passages[0].quote:
        return "not of one passage"
    passage = passages[0]
    hits = candidates(view, rule) if concerns(rule.when, view.metadata) else ()
    for hit in hits:
        own = hit.evidence
        if own.phrase == passage.phrase and abs(own.start - passage.start) < _SAME_S:
            return hit
    return "not found by this program, or not by its probability alone"


def _evened(rows: Iterable[Labelled]) -> tuple[Labelled, ...]:
    """Weights whose sum is what the rows are worth, so that few of great weight are not many."""
    known = list(rows)
    total = sum(row.weight for row in known)
    if not total:
        return ()
    worth = effective_count([row.weight for row in known])
    return tuple(replace(row, weight=row.weight * worth / total) for row in known)
