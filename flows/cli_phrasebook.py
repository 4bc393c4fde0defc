"""`tingjian phrasebook`: lint it, run its tests, make it of a spreadsheet, show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli_phrasebook_import import IMPORT
from flows.shared_options import (
    command,
    consoles,
    json_option,
    phrasebooks_folder,
    print_json,
    settings_of,
)
from flows.told import group, invocation_of
from pipeline.messages import LANGUAGES, Language, say

if TYPE_CHECKING:
    from pipeline.phrasebook_tests import TestResult
    from pipeline.rules import Phrasebook, Rule

_folder = click.argument("folder", type=click.Path(path_type=Path), metavar="[DIR]", required=False)


def _place(folder: Path | None, config: Path | None, data: Path | None) -> Path:
    return folder or phrasebooks_folder(settings_of(config, data))


def _load(place: Path) -> tuple[Phrasebook, ...]:
    """The phrasebook of each language that has rules.

    Raises: InvalidPhrasebookError with every fault of the first language that has any.
    """
    from pipeline.phrasebook import load_phrasebook

    books = [load_phrasebook(place, language=language) for language in LANGUAGES]
    return tuple(book for book in books if book.rules)


@command("check", help="cli.phrasebook_check_help")
@_folder
@json_option
@click.pass_context
def _check(
    context: click.Context,
    folder: Path | None,
    *,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from pipeline.phrasebook_faults import InvalidPhrasebookError
    from pipeline.phrasebook_lint import check_phrasebook

    invocation = invocation_of(context)
    place = _place(folder, config, data)
    if faults := check_phrasebook(place):
        raise InvalidPhrasebookError("phrasebook.invalid", folder=str(place), faults=faults)
    books = _load(place)
    if as_json:
        print_json([_head(book) for book in books])
        return 0
    out, _ = consoles()
    for book in books:
        tests = sum(len(rule.tests) for rule in book.rules)
        values = {"folder": book.folder, "rules": len(book.rules), "tests": tests}
        out.print(
            say("cli.phrasebook_valid", invocation.language, version=book.version, **values),
            soft_wrap=True,
        )
    return 0


def _head(book: Phrasebook) -> dict[str, object]:
    return {
        "id": book.id,
        "version": book.version,
        "language": book.language,
        "sha256": book.sha256,
        "rules": len(book.rules),
        "tests": sum(len(rule.tests) for rule in book.rules),
    }


@command("test", help="cli.phrasebook_test_help")
@_folder
@json_option
@click.pass_context
def _test(
    context: click.Context,
    folder: Path | None,
    *,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from pipeline.phrasebook_tests import failed, run_phrasebook_tests

    invocation = invocation_of(context)
    books = _load(_place(folder, config, data))
    results = [result for book in books for result in run_phrasebook_tests(book)]
    wrong = failed(tuple(results))
    if as_json:
        print_json({"tests": len(results), "failed": [_wrong(result) for result in wrong]})
    else:
        out, _ = consoles()
        for result in wrong:
            out.print(
                say("cli.phrasebook_test_failed", invocation.language, **_wrong(result)),
                soft_wrap=True,
                markup=False,
            )
        counts = {"tests": len(results), "failed": len(wrong)}
        out.print(say("cli.phrasebook_tested", invocation.language, **counts))
    return 4 if wrong else 0


def _wrong(result: TestResult) -> dict[str, object]:
    rule, found = result.rule, result.found
    return {
        "rule": rule.id,
        "place": f"{rule.file}:{rule.line}",
        "number": result.number,
        "expected": str(result.test.expected),
        "found": str(found.outcome),
        "quote": found.evidence[0].quote if found.evidence else "",
    }


@command("show", help="cli.phrasebook_show_help")
@_folder
@json_option
@click.pass_context
def _show(
    context: click.Context,
    folder: Path | None,
    *,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from rich.table import Table

    invocation = invocation_of(context)
    books = _load(_place(folder, config, data))
    if as_json:
        print_json([{**_head(book), "rules": [_rule(r) for r in book.rules]} for book in books])
        return 0
    out, _ = consoles()
    for book in books:
        title = f"{book.title} {book.version} ({book.language})"
        table = Table(title=title, title_justify="left")
        for column in ("id", "title", "kind", "role", "points", "severity", "suggestion", "source"):
            table.add_column(say(f"cli.rule_{column}", invocation.language), overflow="fold")
        for rule in book.rules:
            table.add_row(*_cells(rule, invocation.language))
        out.print(table)
    return 0


def _cells(rule: Rule, language: Language) -> tuple[str, ...]:
    return (
        rule.id,
        rule.title,
        say(f"show.kind_{rule.kind}", language),
        say(f"show.role_{rule.role}", language),
        f"{rule.points:+f}" if rule.points else "0",
        rule.severity,
        rule.suggestion or "",
        str(rule.sources[0]) if rule.sources else "",
    )


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "kind": rule.kind,
        "role": rule.role,
        "points": float(rule.points),
        "severity": rule.severity,
        "suggestion": rule.suggestion,
        "sources": [
            {"file": source.file, "line": source.line, "quote": source.quote}
            for source in rule.sources
        ],
        "file": rule.file,
        "line": rule.line,
    }


COMMAND = group("phrasebook", _check, _test, IMPORT, _show)
