"""How each party speaks, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.box import SIMPLE
from rich.table import Table

from pipeline.call import Transcript
from pipeline.messages import Language, say
from pipeline.role_talk import RoleTalk, measure_roles


def show_talk(transcript: Transcript, language: Language) -> Table:
    """A row per figure, a column per party; a dash where there is too little speech to say."""
    table = Table("", box=SIMPLE, pad_edge=False, show_edge=False)
    parties = measure_roles(transcript)
    for talk in parties:
        table.add_column(say(f"show.role_{talk.role.value}", language), justify="right")
    for key, tell in _ROWS.items():
        table.add_row(say(f"show.talk_{key}", language), *(tell(talk) for talk in parties))
    return table


def _number(value: float | None, places: int = 1) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


_ROWS: dict[str, Callable[[RoleTalk], str]] = {
    "seconds": lambda talk: _number(talk.talk_s),
    "share": lambda talk: _percent(talk.share),
    "longest": lambda talk: _number(talk.longest_s),
    "rate": lambda talk: _number(talk.units_per_min, 0),
    "response": lambda talk: _number(talk.response_median_s),
    "response_longest": lambda talk: _number(talk.response_longest_s),
    "interruptions": lambda talk: str(talk.interruptions),
    "interruption_longest": lambda talk: _number(talk.interruption_longest_s),
    "monologue": lambda talk: _number(talk.monologue_s),
    "level": lambda talk: _number(talk.level_db),
    "rise": lambda talk: _number(talk.level_rise_db),
}
