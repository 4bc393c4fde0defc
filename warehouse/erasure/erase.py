"""Erasing a subject from everything, then looking whether anything remains."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
from sqlalchemy import Engine

from pipeline.settings_promises import PromiseSettings
from warehouse.connection import open_warehouse
from warehouse.decisions import audit
from warehouse.decisions.store import writing
from warehouse.erasure.decided import audit_entries, erase_decisions, rows_with
from warehouse.erasure.files import erase_derived, erase_recordings, files_with
from warehouse.erasure.lake import erase_catalogue, erase_files, erase_rows
from warehouse.erasure.subject import Subject, Traces, traces_of
from warehouse.erasure.words import Words
from warehouse.facts import facts_zone, follow_results

_PROMISES: Final = PromiseSettings()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was erased, what was looked at afterwards, and what remains.

    It names the subject by a hash alone, so that it can be kept.
    """

    number: str
    erased_at: str  # UTC
    subject_kind: str
    subject_sha256: str
    calls: int
    rows: dict[str, int]  # by table of the lake
    decisions: dict[str, int]  # rows by table
    files: int  # recordings, sidecars, derived files
    lake_files: int  # data files that were replaced
    looked_at: dict[str, int]  # files by kind that were read whole afterwards
    remains: tuple[str, ...]  # what still tells of the subject; empty if all went well
    kept_audit_entries: int  # of the sealed log, which names calls and no people

    @property
    def complete(self) -> bool:
        """Whether nothing remains."""
        return not self.remains


def erase(
    data_dir: Path,
    engine: Engine,
    subject: Subject,
    *,
    by: str | None,
    promises: PromiseSettings = _PROMISES,
) -> Certificate:
    """Erase all that is known of a customer, an agent, or calls before a day.

    Runs alone: no night, no console that reads. What fails half-way is done by running it again:
    rows go last, so that the calls are found until everything else of them went.

    Args:
        engine: of the decisions.
        by: account of who asks for it.
        promises: how promises are found and settled, for the figures that are made anew.
    Returns: the certificate, which is also in DATA/erasures.
    Raises: WarehouseError if there is no warehouse or it cannot be written.
    """
    open_warehouse(data_dir, read_only=True).close()  # none is made here
    with open_warehouse(data_dir) as warehouse:
        traces = traces_of(warehouse.connection, subject)
        files = [*erase_recordings(traces), *erase_derived(data_dir, traces)]
        decisions = erase_decisions(engine, traces, subject)
        zone = facts_zone(warehouse)
        rows = erase_rows(warehouse, traces)
        follow_results(warehouse, promises, zone=zone)
        lake_files = erase_files(warehouse)
        erase_catalogue(warehouse, traces.words)
    looked_at, remains = look_for(data_dir, engine, traces)
    now = datetime.now(UTC)
    digest = hashlib.sha256(f"{subject.kind}\0{subject.value}".encode()).hexdigest()
    certificate = Certificate(
        number=f"{now:%Y%m%dT%H%M%SZ}-{digest[:8]}",
        erased_at=now.isoformat(timespec="seconds"),
        subject_kind=subject.kind,
        subject_sha256=digest,
        calls=len(traces.call_ids),
        rows=rows,
        decisions=decisions,
        files=len(files),
        lake_files=lake_files,
        looked_at=looked_at,
        remains=tuple(remains),
        kept_audit_entries=audit_entries(engine, traces),
    )
    _keep(data_dir, engine, certificate, by=by)
    return certificate


def look_for(data_dir: Path, engine: Engine, traces: Traces) -> tuple[dict[str, int], list[str]]:
    """Read everything that is left: how many files, and what of it still tells of the calls."""
    folder = data_dir / "warehouse"
    parquet = sorted((folder / "lake").rglob("*.parquet"))
    databases = sorted(folder.glob("catalog.sqlite*"))
    remains = [str(path) for path in parquet if _in_parquet(path, traces.words)]
    remains += [str(p) for p in databases if traces.words.in_bytes(p.read_bytes())]
    remains += [f"decisions: {name} ({n})" for name, n in rows_with(engine, traces.words).items()]
    remains += files_with(data_dir, traces)
    others = sum(1 for path in data_dir.rglob("*") if path.is_file())
    looked = {"parquet": len(parquet), "catalogue": len(databases), "all": others}
    return looked, remains


def _in_parquet(path: Path, words: Words) -> bool:
    """Whether any value of a data file holds one of the words; structs and lists as text."""
    with duckdb.connect() as connection:
        names = connection.read_parquet(str(path)).columns
        for name in names:
            column = '"' + name.replace('"', '""') + '"'
            query = (
                "select count(*) from read_parquet($path)"
                f" where regexp_matches(cast({column} as varchar), $pattern)"
            )
            for pattern in words.for_database:
                values = {"path": str(path), "pattern": pattern}
                found = connection.execute(query, values).fetchone()
                if found and found[0]:
                    return True
    return False


def _keep(data_dir: Path, engine: Engine, certificate: Certificate, *, by: str | None) -> None:
    folder = data_dir / "erasures"
    folder.mkdir(exist_ok=True)
    text = json.dumps(asdict(certificate), ensure_ascii=False, indent=1)
    (folder / f"{certificate.number}.json").write_text(text, "utf-8")
    with writing(engine).begin() as connection:
        audit.record(
            connection,
            "erasure",
            subject=certificate.number,
            account_id=by,
            details={"calls": certificate.calls, "complete": certificate.complete},
        )
