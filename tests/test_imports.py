"""Who may import what: docs/architecture.md has the table, this holds it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("pipeline", "models", "phrasebooks", "warehouse", "reports", "flows", "console")
# What a package may import besides itself and the standard library; None is anything installed.
OTHERS: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {
    "pipeline": ((), ("numpy", "numba", "rapidfuzz", "pypinyin", "opencc", "ahocorasick")),
    "models": (("pipeline",), None),
    "phrasebooks": ((), ()),
    "warehouse": (("pipeline",), None),
    "reports": (("pipeline", "warehouse"), None),
    "flows": (("pipeline", "models", "phrasebooks", "warehouse", "reports"), None),
    "console": (("pipeline", "warehouse", "reports"), None),
}
AUDIO = "pipeline/audio"  # only modules whose path begins so may decode with PyAV
HEAVY = ("torch", "faster_whisper", "ctranslate2", "onnxruntime", "pyannote", "prefect", "duckdb")
MODULES = sorted(
    path
    for package in OURS
    for path in (ROOT / package).rglob("*.py")
    if "node_modules" not in path.parts
)
LINES_MAX = 300


def _imports(path: Path, *, top_level: bool = False) -> Iterator[str]:
    """First parts of the names of all modules that a module imports at run time."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = _run_at_import(tree) if top_level else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield str(node.module).partition(".")[0]


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that run when the module is imported: not in functions, not for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _run_at_import(child)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_modules_to_look_at() -> None:
    assert {_name(path).partition("/")[0] for path in MODULES} == set(OURS)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_imports_only_what_its_package_may(path: Path) -> None:
    package = _name(path).partition("/")[0]
    ours, others = OTHERS[package]
    for name in _imports(path):
        if name in sys.stdlib_module_names or name == package:
            continue
        if (_name(path), name) == ("flows/cli_serve.py", "console"):
            continue  # the command that starts it
        if name in OURS or name in ("benchmarks", "tests"):
            assert name in ours, f"{package} may not import {name}"
        elif name == "av":
            assert _name(path).startswith(AUDIO), "PyAV belongs into pipeline/audio*"
        elif others is not None:
            assert name in others, f"{package} may not import {name}"


def test_the_command_line_starts_without_heavy_libraries() -> None:
    """`tingjian --help` answers at once; what is heavy is imported where it is used."""
    for path in (ROOT / "flows").glob("cli*.py"):
        for name in _imports(path, top_level=True):
            assert name not in (*HEAVY, "models", "warehouse", "rich"), _name(path)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_not_named_after_one_of_the_standard_library(path: Path) -> None:
    assert path.stem == "__init__" or path.stem not in sys.stdlib_module_names


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LINES_MAX
