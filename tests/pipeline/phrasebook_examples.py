"""Small phrasebooks and dialogues for the tests of judging."""

from __future__ import annotations

from pathlib import Path

from pipeline.call import CallMetadata, Language, Purpose, Transcript
from pipeline.dialogue import build_transcript, parse_dialogue
from pipeline.finding import Finding
from pipeline.judging import judge
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook
from pipeline.talk import measure_talk

PHRASEBOOKS = Path(__file__).parents[2] / "phrasebooks"

HEAD = 'id = "small"\nversion = "1"\nlanguage = "{language}"\n[names]\norg = ["桔子树"]\n'


def write_book(folder: Path, rules: str, *, language: Language = "zh") -> Path:
    """A phrasebook folder with these rules."""
    place = folder / language
    place.mkdir(parents=True, exist_ok=True)
    (place / "book.toml").write_text(HEAD.format(language=language), "utf-8")
    (place / "rules.toml").write_text(rules, "utf-8")
    return folder


def book_of(folder: Path, rules: str, *, language: Language = "zh") -> Phrasebook:
    """A loaded phrasebook with these rules."""
    return load_phrasebook(write_book(folder, rules, language=language), language=language)


def dialogue(text: str, language: Language = "zh") -> Transcript:
    """The transcript of `agent: …` and `customer: …` lines."""
    return build_transcript(parse_dialogue(text), language)


def findings_of(
    text: str,
    book: Phrasebook,
    *,
    purpose: Purpose | None = None,
    direction: str | None = None,
    hung_up_by: str | None = None,
) -> dict[str, Finding]:
    """What the phrasebook says of a dialogue, by rule id."""
    transcript = dialogue(text, book.language)
    metadata = CallMetadata(
        "test",
        language=book.language,
        purpose=purpose,
        direction=direction,
        hung_up_by=hung_up_by,
    )
    found = judge(transcript, metadata=metadata, metrics=measure_talk(transcript), phrasebook=book)
    return {finding.rule_id: finding for finding in found}
