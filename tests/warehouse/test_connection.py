from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from call_examples import make_call

from pipeline.errors import WarehouseError
from warehouse import migration
from warehouse.connection import open_warehouse
from warehouse.facts import DERIVED
from warehouse.lake import EngineLimits
from warehouse.migration import Migration, known_migrations, migrate
from warehouse.results import append_calls
from warehouse.statements import statement


def refusal(data_dir: Path, *, read_only: bool) -> WarehouseError:
    with pytest.raises(WarehouseError) as caught:
        open_warehouse(data_dir, read_only=read_only)
    return caught.value


def test_a_folder_without_warehouse_gets_one_when_it_is_to_be_written(tmp_path: Path):
    with open_warehouse(tmp_path / "new") as made:
        assert migrate(made) == ()
    with open_warehouse(tmp_path / "new", read_only=True) as reader:
        assert reader.connection.execute("select count(*) from call").fetchone() == (0,)


def test_reading_where_no_warehouse_is_names_the_command_and_makes_nothing(tmp_path: Path):
    error = refusal(tmp_path, read_only=True)
    assert error.key == "warehouse.missing"
    assert "tingjian warehouse migrate" in str(error)
    assert list(tmp_path.iterdir()) == []


def test_migrating_by_hand_tells_the_steps_once(tmp_path: Path):
    with open_warehouse(tmp_path, any_schema=True) as warehouse:
        assert migrate(warehouse) == (*(step.name for step in known_migrations()), "views")
        assert migrate(warehouse) == ()
        steps = warehouse.connection.execute("select name from schema_migration").fetchall()
    assert steps == [(step.name,) for step in known_migrations()]


def test_a_warehouse_of_the_first_schema_goes_on_with_what_it_holds(tmp_path: Path):
    with open_warehouse(tmp_path) as warehouse:
        append_calls(warehouse, [make_call("old")], [], night_id=None, code_version="1")
        for statement in (
            "drop view talk_by_role",
            "drop table role_talk_result",
            "drop table listened_result",
            "drop view promise",
            "drop table promise_result",
            "drop table promise_scan",
            "drop table rule_digest",
            *(f"drop table {name}" for name in DERIVED),
            "alter table finding_result drop column measured",
            "alter table finding_result drop column review",
            "alter table call_result drop column voiceprint_sha256",
            "alter table call_result drop column voiceprint_calls",
            "alter table call_result drop column voiceprint_speech_s",
            "alter table call_result drop column voice_similarities",
            "alter table call_result drop column longest_silence_start_s",
            "delete from schema_migration where number > 1",
            "delete from schema_view",
        ):
            warehouse.connection.execute(statement)
    assert refusal(tmp_path, read_only=True).key == "warehouse.older"
    with open_warehouse(tmp_path, any_schema=True) as warehouse:
        later = [step.name for step in known_migrations()[1:]]
        assert migrate(warehouse) == (*later, "views")
        append_calls(warehouse, [make_call("new")], [], night_id=None, code_version="1")
        assert warehouse.connection.execute("select call_id from call order by 1").fetchall() == [
            ("new",),
            ("old",),
        ]
        talk = "select call_id, role from talk_by_role order by 1, 2"
        assert warehouse.connection.execute(talk).fetchall() == [
            ("new", "agent"),
            ("new", "customer"),
        ]


def test_a_warehouse_whose_making_was_interrupted_is_finished(tmp_path: Path):
    open_warehouse(tmp_path, any_schema=True).close()
    assert refusal(tmp_path, read_only=True).key == "warehouse.older"
    with open_warehouse(tmp_path) as warehouse:
        assert migrate(warehouse) == ()


def test_numbers_of_the_steps_rise_by_one():
    assert [step.number for step in known_migrations()] == list(
        range(1, len(known_migrations()) + 1)
    )


def test_every_view_has_a_file_and_every_file_is_a_view():
    files = {path.stem for path in (Path(migration.__file__).parent / "views").glob("*.sql")}
    assert files == set(migration.VIEWS)


@pytest.mark.parametrize("read_only", [True, False])
def test_an_older_schema_names_the_command_that_repairs_it(data_dir: Path, monkeypatch, read_only):
    last = known_migrations()[-1].number
    more = Migration(last + 1, "more", "alter table call_result add column mood varchar")
    steps = (*known_migrations(), more)
    monkeypatch.setattr(migration, "known_migrations", lambda: steps)
    error = refusal(data_dir, read_only=read_only)
    assert error.key == "warehouse.older"
    assert f"tingjian warehouse migrate --data {data_dir}" in error.text("zh")
    with open_warehouse(data_dir, any_schema=True) as warehouse:
        assert migrate(warehouse) == ("more",)
    with open_warehouse(data_dir, read_only=True) as reader:
        assert reader.connection.execute("select mood from call_result").fetchall() == []


def test_a_step_that_fails_leaves_nothing_behind(data_dir: Path, monkeypatch):
    last = known_migrations()[-1].number
    good = Migration(last + 1, "good", "alter table call_result add column mood varchar")
    bad = Migration(last + 2, "bad", "alter table no_such_table add column mood varchar")
    steps = (*known_migrations(), good, bad)
    with monkeypatch.context() as patch, open_warehouse(data_dir, any_schema=True) as warehouse:
        patch.setattr(migration, "known_migrations", lambda: steps)
        with pytest.raises(WarehouseError, match="no_such_table"):
            migrate(warehouse)
    with open_warehouse(data_dir) as warehouse:
        columns = warehouse.connection.execute("describe call_result").fetchall()
    assert "mood" not in {column[0] for column in columns}


@pytest.mark.parametrize("read_only", [True, False])
def test_a_newer_schema_is_refused(data_dir: Path, read_only: bool):
    with open_warehouse(data_dir) as warehouse:
        warehouse.connection.execute(
            statement("queries/record_migration"), {"number": 999, "name": "999_future"}
        )
    error = refusal(data_dir, read_only=read_only)
    assert error.key == "warehouse.newer"
    assert "999" in str(error)
    with open_warehouse(data_dir, any_schema=True) as warehouse, pytest.raises(WarehouseError):
        migrate(warehouse)


def test_views_of_another_version_are_replaced_by_migrating(data_dir: Path):
    with open_warehouse(data_dir) as warehouse:
        warehouse.connection.execute("create or replace view call as select 1 as call_id")
        warehouse.connection.execute(statement("queries/record_views"), {"sha256": "other"})
    assert refusal(data_dir, read_only=True).key == "warehouse.views"
    with open_warehouse(data_dir, any_schema=True) as warehouse:
        assert migrate(warehouse) == ("views",)
        warehouse.connection.execute("select audio_sha256 from call")


def test_a_catalogue_that_is_no_database_is_named(data_dir: Path):
    (data_dir / "warehouse" / "catalog.sqlite").write_text("not a database " * 100)
    error = refusal(data_dir, read_only=True)
    assert error.key == "warehouse.unreadable"
    assert str(data_dir) in str(error)


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path):
    (tmp_path / "data").write_text("")
    assert refusal(tmp_path / "data", read_only=False).key == "warehouse.unreadable"


def test_the_engine_keeps_its_limits_and_its_clock_is_utc(data_dir: Path):
    limits = EngineLimits(memory_mb=300, threads=1)
    with open_warehouse(data_dir, read_only=True, limits=limits) as reader:
        settings = reader.connection.execute(
            "select current_setting('threads'), current_setting('memory_limit'),"
            " current_setting('TimeZone')"
        ).fetchone()
    assert settings == (1, "286.1 MiB", "UTC")  # 300 / 1.024^2 = 286.1


def test_the_engine_fetches_nothing_from_the_network(data_dir: Path):
    with (
        open_warehouse(data_dir, read_only=True) as reader,
        pytest.raises(duckdb.Error, match="httpfs"),
    ):
        reader.connection.execute("select * from 'https://127.0.0.1:9/calls.parquet'")


def test_every_table_and_column_of_the_lake_is_explained(warehouse):
    columns = warehouse.connection.execute(
        "select table_name, column_name from duckdb_columns()"
        " where database_name = 'lake' and comment is null"
        " and table_name in (select table_name from duckdb_tables() where database_name = 'lake')"
    ).fetchall()
    tables = warehouse.connection.execute(
        "select table_name from duckdb_tables() where database_name = 'lake' and comment is null"
    ).fetchall()
    assert (columns, tables) == ([], [])
