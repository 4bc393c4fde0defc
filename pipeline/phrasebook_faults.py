"""Everything that can be wrong with a phrasebook, named with file, rule, line and remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.errors import PhrasebookError
from pipeline.messages import Language, say

# What input methods put where TOML wants ASCII, and what to write instead.
_FULL_WIDTH: Final = {
    **{"“": '"', "”": '"', "‘": "'", "’": "'", "＂": '"', "＇": "'"},
    **{"＝": "=", "，": ",", "［": "[", "］": "]", "【": "[", "】": "]", "＃": "#", "。": "."},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it stands and, as a message key with values, what it is and what to do."""

    file: str
    line: int  # 0 where it concerns the whole file
    rule: str  # "" outside a rule
    key: str
    values: tuple[tuple[str, object], ...] = ()

    def text(self, language: Language) -> str:
        """One line for a person, beginning with the place."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        if self.rule:
            place = say("phrasebook.place_rule", language, place=place, rule=self.rule)
        return say(
            "phrasebook.place",
            language,
            place=place,
            fault=say(self.key, language, **dict(self.values)),
        )


class InvalidPhrasebookError(PhrasebookError):
    """A phrasebook with faults; all of them are told at once."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, **values)
        found = values.get("faults", ())
        self.faults: tuple[Fault, ...] = found if isinstance(found, tuple) else ()

    def text(self, language: Language) -> str:
        listed = "\n".join(f"  {fault.text(language)}" for fault in self.faults)
        return say(
            self.key, language, **{**self.values, "faults": listed, "count": len(self.faults)}
        )


def syntax_faults(file: str, text: str, message: str) -> tuple[Fault, ...]:
    """Why TOML cannot read `text`, in a reader's words.

    Full-width punctuation outside phrases is by far the commonest slip, so each such sign is
    named with what to write instead; only when there is none is the parser's own message passed
    on, with its line.
    """
    found = []
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if inside or line.lstrip().startswith("#"):
            inside ^= line.count("'''") % 2 == 1
            continue
        bare = re.sub(r'"[^"]*"', "", line.split(" #")[0])
        sign = next((c for c in bare.split("'''")[0] if c in _FULL_WIDTH), None)
        if sign is not None:
            values = (("sign", sign), ("instead", _FULL_WIDTH[sign]))
            found.append(Fault(file, number, "", "phrasebook.full_width", values))
        inside ^= line.count("'''") % 2 == 1
    if found:
        return tuple(found)
    place = re.search(r"line (\d+)", message)
    return (
        Fault(
            file, int(place[1]) if place else 0, "", "phrasebook.syntax", (("message", message),)
        ),
    )


def decode(file: str, data: bytes) -> tuple[str, tuple[Fault, ...]]:
    """The text of a UTF-8 file, with or without a byte-order mark; otherwise a fault that names
    the encoding.
    """
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        try:
            data.decode("gb18030")
        except UnicodeDecodeError:
            return "", (Fault(file, line, "", "phrasebook.encoding"),)
        return "", (Fault(file, line, "", "phrasebook.encoding_gbk"),)
