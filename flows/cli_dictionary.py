"""`tingjian warehouse dictionary`: what tables and columns mean."""

from __future__ import annotations

from pathlib import Path

import click

from flows.shared_options import command
from flows.told import option


@command("dictionary", help="dictionary.help")
@option("--csv", "as_csv_text", is_flag=True, help="dictionary.option_csv")
def _dictionary(*, as_csv_text: bool, data: Path | None, config: Path | None) -> int:
    from pipeline.messages import LANGUAGES
    from warehouse.dictionary import as_csv, as_markdown, read_dictionary

    tell = as_csv if as_csv_text else as_markdown
    click.echo(tell(read_dictionary(), LANGUAGES), nl=False)
    return 0


DICTIONARY = _dictionary
