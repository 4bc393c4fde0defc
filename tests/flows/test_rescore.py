"""`tingjian rescore` as people meet it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from flows.cli import run
from pipeline.code_version import code_version
from warehouse.connection import open_warehouse
from warehouse.rescoring.digests import record_books
from warehouse.results import append_calls

sys.path.append(str(Path(__file__).parents[1] / "warehouse"))
from small_books import RULES, inspected, make_books

DIALOGUE = "agent: 您好\ncustomer: 几点上课\nagent: 我不知道\n"


@pytest.fixture
def data(tmp_path, monkeypatch):
    books = make_books(tmp_path / "old")
    folder = tmp_path / "data"
    with open_warehouse(folder) as warehouse:
        record_books(warehouse, books.values())
        call = inspected("c-1", DIALOGUE, books["zh"])
        append_calls(warehouse, [call], [], night_id="n", code_version=code_version())
    monkeypatch.setenv("TINGJIAN_DATA", str(folder))
    monkeypatch.setenv("LC_ALL", "C")
    return folder


def test_a_preview_tells_the_change_and_apply_keeps_it(tmp_path, data, capsys):
    milder = ("forbidden", "-1", RULES["zh.ignorance"][2], "")
    make_books(tmp_path / "new", version="2", zh_ignorance=milder)
    asked = ["rescore", "--phrasebook", str(tmp_path / "new")]
    assert run([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["applied"], found["calls"], found["judged"]) == (False, 1, 1)
    assert [(a["points_before"], a["points_after"]) for a in found["agents"]] == [
        ("98.0000", "99.00")
    ]
    assert run([*asked, "--language", "zh"]) == 0
    told = capsys.readouterr().out
    assert "未写入任何内容" in told
    assert "98.00 → 99.00" in told
    assert run([*asked, "--apply", "--language", "es"]) == 0
    assert "Nueva puntuación guardada: 1 llamadas" in capsys.readouterr().out
    with open_warehouse(data, read_only=True) as warehouse:
        (points,) = warehouse.connection.execute("select points from scorecard").fetchone()
    assert points == 99


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "--phrasebook"),
        (["--phrasebook", "new", "--preview", "--apply"], 2, "not both"),
        (["--phrasebook", "nowhere"], 4, "nowhere"),
        (["--phrasebook", "new", "--since", "yesterday"], 2, "yesterday"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path, data, monkeypatch, capsys, arguments, code, told):
    monkeypatch.chdir(tmp_path)
    make_books(tmp_path / "new")
    assert run(["rescore", *arguments]) == code
    assert told in capsys.readouterr().err


def test_without_a_warehouse_the_command_says_so(tmp_path, monkeypatch, capsys):
    make_books(tmp_path / "new")
    monkeypatch.setenv("LC_ALL", "C")
    asked = ["rescore", "--phrasebook", str(tmp_path / "new"), "--data", str(tmp_path / "none")]
    assert run(asked) == 1
    assert "There is no warehouse" in capsys.readouterr().err
