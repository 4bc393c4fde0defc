"""`tingjian phrasebook import`: makes a phrasebook of a spreadsheet."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from flows.shared_options import command, consoles, json_option, print_json
from flows.told import invocation_of, option
from pipeline.errors import UsageError
from pipeline.messages import LANGUAGES, Language, say

_path = click.Path(path_type=Path)


@command("import", help="cli.phrasebook_import_help")
@click.argument("file", type=_path, metavar="FILE")
@click.argument("folder", type=_path, metavar="DIR")
@option("--calls", type=click.Choice(LANGUAGES), help="cli.option_calls")
@json_option
@click.pass_context
def IMPORT(
    context: click.Context,
    file: Path,
    folder: Path,
    *,
    calls: Language | None,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> int:
    from pipeline.phrase_table import language_of_scenes, phrasebook_of_scenes, read_scenes

    scenes = read_scenes(file)
    language = calls or language_of_scenes(scenes)
    place = folder / language
    if place.exists():
        raise UsageError("cli.import_exists", folder=str(place))
    book_id = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or "table"
    files = phrasebook_of_scenes(scenes, source=file.name, book_id=book_id, language=language)
    with tempfile.TemporaryDirectory() as trial:
        _write(Path(trial) / language, files)
        _check(Path(trial), file)
    _write(place, files)
    counts = {"folder": str(place), "scenes": len(scenes)}
    if as_json:
        print_json({**counts, "language": language})
    else:
        out, _ = consoles()
        told = say("cli.phrasebook_imported", invocation_of(context).language, **counts)
        out.print(told, soft_wrap=True, markup=False)
    return 0


def _write(place: Path, files: Mapping[str, str]) -> None:
    place.mkdir(parents=True)
    for name, text in files.items():
        (place / name).write_text(text, "utf-8")


def _check(folder: Path, file: Path) -> None:
    """Check the phrasebook made of the table `file`.

    Raises: InvalidPhrasebookError with every fault, by row and column of the table.
    """
    from pipeline.phrase_table import conflicts_in_table
    from pipeline.phrasebook_faults import InvalidPhrasebookError
    from pipeline.phrasebook_lint import check_phrasebook

    if found := check_phrasebook(folder):
        faults = conflicts_in_table(found, source=file.name)
        raise InvalidPhrasebookError("phrasebook.import_refused", folder=file.name, faults=faults)
