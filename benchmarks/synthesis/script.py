"""Dialogue scripts: readable text in, dataclasses out.

    id: late_leave
    language: zh
    purpose: cancellation
    line: clean
    agent: zf_xiaobei
    customer: zm_yunxi
    ---
    agent: 您好，这里是桔子树。 [zh.T01.polite, ?zh.T02.polite, !zh.T10.improper]
    customer (gap=-0.8 speed=1.2 level=-6): 我要请假。
    hold 12 music
    keys 1

A tag is a rule that must be reported; with `?` it may or may not be, with `!` it must not (a near
miss). `gap` is counted from the end of what was said before: negative means talking over it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Speaker = Literal["agent", "customer", "other", "supervisor"]
Sound = Literal["silence", "music", "ringback", "noise"]

_SAY = re.compile(
    r"(?P<who>\w+)\s*(?:\((?P<options>[^)]*)\))?\s*:\s*(?P<text>.*?)\s*(?:\[(?P<tags>[^\]]*)\])?$"
)
_RULE = re.compile(r"(zh|es|en)\.[A-Za-z0-9_.]+(:(met|missed|violated))?$")


class ScriptError(Exception):
    """A script that cannot be read; the message names script, line and remedy."""


@dataclass(frozen=True, slots=True)
class Say:
    """One turn. `level_db` is relative to the speaker's own; `gap_s` None is a natural pause."""

    speaker: Speaker
    text: str
    tags: tuple[str, ...] = ()
    arguable: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    gap_s: float | None = None
    speed: float = 1.0
    level_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody speaks for `duration_s`; `sound` is what the line gives meanwhile."""

    duration_s: float
    sound: Sound = "silence"


@dataclass(frozen=True, slots=True)
class Keys:
    """The customer presses keys."""

    pressed: str


Cue = Say | Wait | Keys


@dataclass(frozen=True, slots=True)
class Script:
    """A dialogue: the header's fields and the cues in order."""

    header: Mapping[str, str]
    cues: tuple[Cue, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """Everything that must be reported of the call, sorted."""
        tags = {tag for cue in self.cues if isinstance(cue, Say) for tag in cue.tags}
        return tuple(sorted(tags | set(self.listed("expect"))))

    @property
    def arguable(self) -> tuple[str, ...]:
        """What may be reported or not, sorted; what must be reported is not in it."""
        tags = {tag for cue in self.cues if isinstance(cue, Say) for tag in cue.arguable}
        return tuple(sorted((tags | set(self.listed("arguable"))) - set(self.rules)))

    def listed(self, field: str) -> tuple[str, ...]:
        """A header field's comma-separated values; empty if it is not there."""
        return tuple(v.strip() for v in self.header.get(field, "").split(",") if v.strip())


def parse(text: str, *, name: str) -> Script:
    """Read a script.

    Raises: ScriptError naming `name` and the line, if a line is neither a cue nor a comment (`#`).
    """
    head, line, body = text.partition("\n---\n")
    if not line:
        message = f"{name}: no line '---' between header and dialogue"
        raise ScriptError(message)
    header: dict[str, str] = {}
    for number, row in _rows(head, first=1):
        field, colon, value = row.partition(":")
        if not colon:
            message = f"{name}:{number}: {row!r} is not 'field: value'"
            raise ScriptError(message)
        header[field.strip()] = value.strip()
    first = head.count("\n") + 3
    return Script(header, parse_cues(body, name=name, first_line=first))


def parse_cues(text: str, *, name: str, first_line: int = 1) -> tuple[Cue, ...]:
    """Read the dialogue part alone."""
    return tuple(_cue(row, f"{name}:{number}") for number, row in _rows(text, first=first_line))


def _rows(text: str, *, first: int) -> list[tuple[int, str]]:
    rows = [(n, row.strip()) for n, row in enumerate(text.splitlines(), start=first)]
    return [(n, row) for n, row in rows if row and not row.startswith("#")]


def _cue(row: str, where: str) -> Cue:
    word, _, rest = row.partition(" ")
    if word in ("hold", "pause"):
        seconds, _, sound = rest.partition(" ")
        sound = sound.strip() or "silence"
        if sound not in get_args(Sound):
            message = f"{where}: sound {sound!r} is none of {', '.join(get_args(Sound))}"
            raise ScriptError(message)
        return Wait(_number(seconds, where), sound)  # type: ignore[arg-type]
    if word == "keys":
        return Keys(rest.strip())
    match = _SAY.match(row)
    if match is None or match["who"] not in get_args(Speaker) or not match["text"]:
        message = f"{where}: {row!r} is neither 'speaker: text' nor hold, pause, keys"
        raise ScriptError(message)
    return _say(match, where)


def _say(match: re.Match[str], where: str) -> Say:
    options = dict(gap="", speed="1", level="0")
    for option in (match["options"] or "").split():
        key, _, value = option.partition("=")
        if key not in options:
            message = f"{where}: option {key!r} is none of {', '.join(options)}"
            raise ScriptError(message)
        options[key] = value
    tags = _tags(match["tags"] or "", where)
    return Say(
        match["who"],  # type: ignore[arg-type]
        match["text"],
        tags=tuple(t for t in tags if t[0] not in "?!"),
        arguable=tuple(t[1:] for t in tags if t[0] == "?"),
        near_misses=tuple(t[1:] for t in tags if t[0] == "!"),
        gap_s=_number(options["gap"], where) if options["gap"] else None,
        speed=_number(options["speed"], where),
        level_db=_number(options["level"], where),
    )


def _tags(text: str, where: str) -> Sequence[str]:
    tags = [tag for tag in re.split(r"[,\s]+", text) if tag]
    for tag in tags:
        if not _RULE.match(tag.lstrip("?!")):
            message = f"{where}: {tag!r} is not a rule id"
            raise ScriptError(message)
    return tags


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError as e:
        message = f"{where}: {text!r} is not a number"
        raise ScriptError(message) from e
