"""docs/marts.md: every query runs on an export with nothing but DuckDB, and says what is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from call_examples import SHANGHAI, make_call, make_failure, with_outcome

from pipeline.finding import Outcome
from warehouse.export import export
from warehouse.results import append_calls

PAGE = (Path(__file__).parents[2] / "docs" / "marts.md").read_text("utf-8")
QUERIES = dict(re.findall(r"^### ([^\n]+)\n```sql\n(.+?)```", PAGE, re.MULTILINE | re.DOTALL))

# Another process, with nothing but duckdb: no extension may be loaded or installed.
ASK = """
import json, sys, duckdb
connection = duckdb.connect(
    sys.argv[1],
    read_only=True,
    config={"autoload_known_extensions": False, "autoinstall_known_extensions": False},
)
queries = json.load(sys.stdin)
found = {name: connection.execute(text).fetchall() for name, text in queries.items()}
json.dump(found, sys.stdout, default=str)
"""

# Two calls of the east on Friday the 20th of November at 09:30 in Shanghai, each with one flag; one
# of the west on Sunday the 22nd at 23:50 there, without a flag; one failed. Each call is 57 of 60 s
# silent and scores 99.5.
EXPECTED = {
    "Scores by week and team": [
        ["2026-11-16", "east", 2, 99.5, 1.0],
        ["2026-11-16", "west", 1, 99.5, 1.0],
    ],
    "Flags by rule, with the share of the calls that it judged": [
        ["zh.T10.improper", 2, 3, 2 / 3],
        ["zh.T10.polite", 0, 3, 0.0],
        ["zh.T11.polite", 0, 3, 0.0],
        ["zh.profanity", 0, 3, 0.0],
    ],
    "Promises by agent": [["a-7", 3, 0]],
    "Silence by hour": [[9, 2, 0.95], [23, 1, 0.95]],
    "Why calls failed": [["audio.truncated", 1]],
    "What was said where a rule was broken": [
        ["c-1", "zh.T10.improper", "您", 1.0, 0.875],
        ["c-1", "zh.T10.improper", "", 5.0, 0.875],
        ["c-2", "zh.T10.improper", "您", 1.0, 0.875],
        ["c-2", "zh.T10.improper", "", 5.0, 0.875],
    ],
}


@pytest.fixture(scope="module")
def answers(module_warehouse, tmp_path_factory):
    friday = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
    sunday = datetime(2026, 11, 22, 23, 50, tzinfo=SHANGHAI)
    clear = with_outcome(make_call("c-3"), Outcome.CLEAR, points="0")
    calls = [
        replace(call, metadata=replace(call.metadata, started_at=moment, team=team))
        for call, moment, team in (
            (make_call("c-1"), friday, "east"),
            (make_call("c-2"), friday, "east"),
            (clear, sunday, "west"),
        )
    ]
    append_calls(module_warehouse, calls, [make_failure("c-4")], night_id="n", code_version="1")
    module_warehouse.connection.execute(
        "insert into promise_result select scoring_id, result_id, call_id, 0, 0, 1.0, 2.0,"
        " '半小时后给您回电话', 'contact', '半小时后', timestamptz '2026-11-20 01:30:00+00',"
        " timestamptz '2026-11-20 02:00:00+00' from scorecard_result"
    )
    out = tmp_path_factory.mktemp("marts") / "out.duckdb"
    export(module_warehouse, out)
    told = subprocess.run(
        [sys.executable, "-c", ASK, str(out)],
        input=json.dumps(QUERIES), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(told.stdout)


def test_every_query_of_the_page_is_looked_at():
    assert set(QUERIES) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_query_says_what_is_so(answers, name):
    rows = [[pytest.approx(v) if isinstance(v, float) else v for v in r] for r in EXPECTED[name]]
    assert answers[name] == rows
