"""Many stored calls at once, as judging needs them: the words come column by column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.call import CallMetadata, Role, SpeakerSpan, Transcript, Turn, Word
from pipeline.finding import Listened
from pipeline.rejudging import HeardCall
from pipeline.unsaid import BriefTurn
from warehouse.statements import statement
from warehouse.stored_rows import Row, listened_of, metadata_of, metrics_of


@dataclass(frozen=True, slots=True)
class Range:
    """Some calls that lie together: the first and the last by name, and what is wanted of them."""

    first: str
    last: str
    ids: tuple[str, ...]  # of inspections or of judgements

    def values(self, name: str) -> dict[str, object]:
        """For a query that takes the ids under `name`."""
        return {"first": self.first, "last": self.last, name: list(self.ids)}


def read_heard(
    connection: duckdb.DuckDBPyConnection, wanted: Range, *, with_spans: bool
) -> Iterator[HeardCall]:
    """The inspections of a range, by call id.

    Args:
        wanted: with ids of inspections.
        with_spans: also where voices were heard; only rules of silence and overlap need it.
    """
    values = wanted.values("result_ids")
    turns = _turns(connection, values)
    spans = _spans(connection, values) if with_spans else {}
    listened = _listened(connection, values)
    for row in _rows(connection, "heard_facts", values):
        call_id = row["call_id"]
        yield HeardCall(
            metadata=metadata_of(row),
            transcript=Transcript(
                language=row["language"],
                turns=tuple(turns.get(call_id, ())),
                spans=tuple(spans.get(call_id, ())),
                duration_s=row["transcript_s"],
                language_probability=row["language_probability"],
            ),
            metrics=metrics_of(row),
            asr_model=row["asr_model"] or "",
            listened=tuple(listened.get(call_id, ())),
        )


@dataclass(frozen=True, slots=True)
class BriefCall:
    """What tells whether a call can be judged without its words' times."""

    metadata: CallMetadata
    language: str
    asr_model: str
    turns: tuple[BriefTurn, ...]


def read_brief(connection: duckdb.DuckDBPyConnection, wanted: Range) -> list[BriefCall]:
    """The inspections of a range in brief, by call id."""
    values = wanted.values("result_ids")
    roles = {str(role): role for role in Role}
    turns: dict[str, list[BriefTurn]] = defaultdict(list)
    cursor = connection.execute(statement("queries/heard_brief"), values)
    for call_id, role, role_probability, text, least_p in cursor.fetchall():
        turns[call_id].append(BriefTurn(roles[role], role_probability, text, least_p))
    return [
        BriefCall(
            metadata_of(row),
            row["language"],
            row["asr_model"] or "",
            tuple(turns.get(row["call_id"], ())),
        )
        for row in _rows(connection, "heard_facts", values)
    ]


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object]
) -> Iterator[Row]:
    cursor = connection.execute(statement(f"queries/{query}"), values)
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def _turns(
    connection: duckdb.DuckDBPyConnection, values: Mapping[str, object]
) -> dict[str, list[Turn]]:
    table = connection.execute(statement("queries/heard_turns"), values).to_arrow_table()
    found: dict[str, list[Turn]] = defaultdict(list)
    if not table.num_rows:
        return found
    words = _words(table.column("words").combine_chunks())
    columns: dict[str, list[Any]] = {
        name: table.column(name).to_pylist() for name in table.column_names if name != "words"
    }
    for at, call_id in enumerate(columns["call_id"]):
        found[call_id].append(
            Turn(
                turn_no=columns["turn_no"][at],
                speaker=columns["speaker"][at],
                role=Role(columns["role"][at]),
                role_probability=columns["role_probability"][at],
                start=columns["start_s"][at],
                end=columns["end_s"][at],
                text=columns["text"][at],
                words=words[at],
                level_db=columns["level_db"][at],
            )
        )
    return found


def _words(lists: pa.ListArray) -> Sequence[tuple[Word, ...]]:
    """The words of each turn."""
    structs = lists.values
    columns = [structs.field(n).to_pylist() for n in ("text", "start_s", "end_s", "probability")]
    words = list(map(Word, *columns))
    offsets = lists.offsets.to_pylist()
    return [tuple(words[first:last]) for first, last in pairwise(offsets)]


def _spans(
    connection: duckdb.DuckDBPyConnection, values: Mapping[str, object]
) -> dict[str, list[SpeakerSpan]]:
    found: dict[str, list[SpeakerSpan]] = defaultdict(list)
    cursor = connection.execute(statement("queries/heard_spans"), values)
    for call_id, start, end, speaker, level in cursor.fetchall():
        found[call_id].append(SpeakerSpan(start, end, speaker, level))
    return found


def _listened(
    connection: duckdb.DuckDBPyConnection, values: Mapping[str, object]
) -> dict[str, list[Listened]]:
    found: dict[str, list[Listened]] = defaultdict(list)
    for row in _rows(connection, "heard_twice", values):
        found[row["call_id"]].append(listened_of(row))
    return found
