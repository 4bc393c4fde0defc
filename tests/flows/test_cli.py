"""The command line as people meet it: exit codes, languages, what goes to which stream."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import duckdb
import pytest

from flows.cli import root, run
from flows.told import Invocation
from pipeline.messages import LANGUAGES, Language

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "es_complaint_bad.wav"
Streams = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """English, no settings of this machine, logs in a folder of the test's."""
    for name in [name for name in os.environ if name.startswith("TINGJIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TINGJIAN_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def _commands(command: click.Command, path: str = "tingjian") -> list[tuple[str, click.Command]]:
    inner = command.commands.items() if isinstance(command, click.Group) else ()
    found = [entry for name, sub in inner for entry in _commands(sub, f"{path} {name}")]
    return [(path, command), *found]


COMMANDS = dict(_commands(root()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_explains_itself_in_every_language(path: str, language: Language) -> None:
    context = click.Context(COMMANDS[path], info_name=path, obj=Invocation(language))
    text = COMMANDS[path].get_help(context)
    assert {"zh": "用法", "es": "Uso", "en": "Usage"}[language] in text
    assert {"zh": "选项", "es": "Opciones", "en": "Options"}[language] in text
    assert "cli." not in text  # a key instead of its message


def test_the_commands_that_are_promised_exist() -> None:
    promised = [
        *("inspect", "nightly", "rescore", "doctor"),
        *("phrasebook check", "phrasebook test", "phrasebook import", "phrasebook show"),
        *("models list", "models pull", "models verify"),
        *("warehouse migrate", "warehouse export", "warehouse maintain"),
    ]
    assert {f"tingjian {name}" for name in promised} <= set(COMMANDS)


def test_every_command_takes_the_data_folder() -> None:
    for path, command in COMMANDS.items():
        if not isinstance(command, click.Group):
            assert "data" in [param.name for param in command.params], path


def test_help_goes_to_standard_output(capsys: Streams) -> None:
    assert run(["--help"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: tingjian")
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["inspct"], "没有 inspct 这个命令"),
        (["inspect"], "缺少 AUDIO"),
        (["inspect", "a.wav", "b.wav"], "多余的参数：b.wav"),
        (["inspect", "a.wav", "--jsn"], "是不是 --json"),
        (["inspect", "a.wav", "--meta"], "选项 --meta 的用法不对"),
        (["models", "list", "--language", "fr"], "--language 只能是：zh, es, en"),
        (["nightly", "in", "--date", "23.11."], "现为 23.11."),
    ],
)
def test_wrong_usage_is_told_in_the_reader_s_language(
    arguments: list[str], told: str, capsys: Streams
) -> None:
    assert run(["--language=zh", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err


def test_the_language_comes_from_the_environment_unless_it_is_given(
    capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINGJIAN_LANGUAGE", "es")
    run(["inspct"])
    run(["inspct", "--language", "zh"])
    first, second = capsys.readouterr().err.split("Véase: tingjian --help\n")
    assert first.startswith("No existe el comando inspct")
    assert second.startswith("没有 inspct 这个命令")


def test_a_recording_that_is_not_there_is_a_failure_and_prints_no_document(
    capsys: Streams,
) -> None:
    assert run(["inspect", "none.wav", "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("none.wav: there is no such recording")


def test_a_missing_model_is_exit_code_5_with_the_remedy(
    tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINGJIAN_MODELS", str(tmp_path / "models"))
    assert run(["inspect", str(SAMPLE)]) == 5
    out, err = capsys.readouterr()
    assert out == ""
    assert "tingjian models pull" in err


def test_an_invalid_phrasebook_is_exit_code_4_with_file_and_line(
    tmp_path: Path, capsys: Streams
) -> None:
    folder = tmp_path / "book" / "zh"
    folder.mkdir(parents=True)
    (folder / "book.toml").write_text('id = "x"\nversion ＝ "1"\n', "utf-8")
    assert run(["phrasebook", "check", str(tmp_path / "book")]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "book.toml:2" in err
    assert "Traceback" not in err


def test_a_phrasebook_that_can_be_read_but_not_released_is_exit_code_4(
    tmp_path: Path, capsys: Streams
) -> None:
    folder = tmp_path / "zh"
    folder.mkdir()
    (folder / "book.toml").write_text('id = "x"\nversion = "1"\nlanguage = "zh"\n', "utf-8")
    (folder / "rules.toml").write_text(
        '[[rule]]\nid = "zh.x"\ntitle = "不知道"\nkind = "forbidden"\nphrases = "我不知道"\n',
        "utf-8",
    )
    assert run(["phrasebook", "check", str(tmp_path), "--language", "zh"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "有 2 处错误" in err
    assert "zh/rules.toml:1 规则 “zh.x”：没有写出处" in err
    assert "没有测试" in err


def test_an_unknown_setting_is_exit_code_4(tmp_path: Path, capsys: Streams) -> None:
    (tmp_path / "tingjian.toml").write_text("[hearing]\nthreds = 2\n", "utf-8")  # found by itself
    assert run(["models", "list"]) == 4
    err = capsys.readouterr().err
    assert "tingjian.toml:2" in err
    assert "threads" in err  # the nearest key


def test_an_unforeseen_error_is_one_line_and_the_rest_is_in_a_log(
    tmp_path: Path, capsys: Streams
) -> None:
    assert run(["models", "list", "--config", "a\0b"]) == 1  # no shell can pass this
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    log = next((tmp_path / "state").rglob("*.log"))
    assert str(log) in err
    assert "Traceback" in log.read_text("utf-8")


def test_debug_shows_the_traceback(capsys: Streams) -> None:
    run(["models", "list", "--config", "a\0b", "--debug"])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["models", "list"], ["phrasebook", "check"], ["phrasebook", "show"], ["doctor"]]
)
def test_json_is_one_document_on_standard_output(
    arguments: list[str], capsys: Streams, tmp_path: Path
) -> None:
    run([*arguments, "--json", "--data", str(tmp_path)])
    json.loads(capsys.readouterr().out)


def test_the_built_in_phrasebooks_pass_their_own_tests(capsys: Streams) -> None:
    assert run(["phrasebook", "test", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["failed"] == []
    assert told["tests"] > 100


def test_a_failing_phrasebook_test_is_named(tmp_path: Path, capsys: Streams) -> None:
    folder = tmp_path / "zh"
    folder.mkdir()
    (folder / "book.toml").write_text('id = "x"\nversion = "1"\nlanguage = "zh"\n', "utf-8")
    (folder / "rules.toml").write_text(
        '[[rule]]\nid = "zh.x"\ntitle = "不知道"\nkind = "forbidden"\npoints = -1\n'
        "phrases = '''\n我不知道\n'''\n"
        "[[rule.test]]\nexpect = \"clear\"\ndialogue = '''\nagent: 我不知道\n'''\n",
        "utf-8",
    )
    assert run(["phrasebook", "test", str(tmp_path)]) == 4
    out = capsys.readouterr().out
    assert "rules.toml:1 rule zh.x, test 1: expected clear, found violated" in out


def test_a_table_of_phrases_becomes_a_phrasebook_that_the_check_accepts(
    tmp_path: Path, capsys: Streams
) -> None:
    table = tmp_path / "话术.csv"
    table.write_bytes(
        "情景,不当用语,礼貌用语\n要对方姓氏,你姓什么?,请问您贵姓?\n".encode("gb18030")
    )
    book = tmp_path / "book"
    assert run(["phrasebook", "import", str(table), str(book)]) == 0
    assert run(["phrasebook", "check", str(book), "--json"]) == 0
    assert '"rules": 2' in capsys.readouterr().out
    assert run(["phrasebook", "import", str(table), str(book)]) == 2  # it would overwrite
    assert "there already" in capsys.readouterr().err


def test_a_faulty_table_is_exit_code_4_and_nothing_is_written(
    tmp_path: Path, capsys: Streams
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("情景,不当用语,礼貌用语\n等待,请您稍等,请您稍等\n", "utf-8")
    assert run(["phrasebook", "import", str(table), str(tmp_path / "book")]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "t.csv:2 不当用语" in err
    assert not (tmp_path / "book").exists()


def test_a_warehouse_is_made_and_exported_for_plain_duckdb(tmp_path: Path, capsys: Streams) -> None:
    assert run(["warehouse", "migrate"]) == 0
    assert run(["warehouse", "export", str(tmp_path / "out.duckdb")]) == 0
    capsys.readouterr()
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from call").fetchone() == (0,)


def test_maintaining_a_warehouse_that_is_not_there_makes_none(
    tmp_path: Path, capsys: Streams
) -> None:
    assert run(["warehouse", "maintain"]) == 1
    assert "tingjian warehouse migrate" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def _tingjian(*arguments: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, as a shell would start it."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
    )


@pytest.mark.models
def test_inspect_shows_a_call_with_its_flags_without_colour_in_a_pipe(models_folder: Path) -> None:
    done = _tingjian("inspect", str(SAMPLE), "--language=es", TINGJIAN_MODELS=str(models_folder))
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "A302" in text  # the agent of the sidecar
    assert "es.buck_passing" in text
    assert "[!" in text  # what violates is marked
    assert "\x1b[" not in text
