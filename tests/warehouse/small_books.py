"""A phrasebook of four rules whose every verdict is plain, and its versions."""

from __future__ import annotations

from pathlib import Path

from pipeline.call import CallMetadata, ModelVersions, Recording
from pipeline.dialogue import build_transcript, parse_dialogue
from pipeline.finding import InspectedCall, PhrasebookVersion
from pipeline.judging import judge
from pipeline.messages import LANGUAGES, Language
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook
from pipeline.scorecard import score
from pipeline.talk import measure_talk

HEAD = 'id = "small"\nversion = "{version}"\ntitle = "小"\nlanguage = "zh"\n'
RULE = """
[[rule]]
id = "{id}"
title = "{id}"
kind = "{kind}"
points = {points}
source = {{ file = "norm.txt", line = 1, quote = "规范" }}
phrases = '''
{phrases}
'''
{extra}
"""
RULES = {
    "zh.ignorance": ("forbidden", "-2", "我不知道", ""),
    "zh.greeting": ("required", "-3", "您好", ""),
    "zh.thanks": ("credit", "1", "感谢您的来电", ""),
    "zh.rude": ("forbidden", "-5", "你自己想办法", ""),
}


def make_books(
    folder: Path, *, version: str = "1", **changes: tuple[str, str, str, str] | None
) -> dict[Language, Phrasebook]:
    """The phrasebooks of all languages with some rules changed, added or, with None, left out;
    underscores of names stand for dots.
    """
    rules = {**RULES, **{name.replace("_", "."): rule for name, rule in changes.items()}}
    (folder / "zh").mkdir(parents=True, exist_ok=True)
    text = HEAD.format(version=version) + "".join(
        RULE.format(id=i, kind=r[0], points=r[1], phrases=r[2], extra=r[3])
        for i, r in rules.items()
        if r is not None
    )
    (folder / "zh" / "book.toml").write_text(text, "utf-8")
    return {language: load_phrasebook(folder, language=language) for language in LANGUAGES}


def inspected(
    call_id: str, dialogue: str, book: Phrasebook, metadata: CallMetadata | None = None
) -> InspectedCall:
    """A call as the pipeline would have made it, judged by the book."""
    transcript = build_transcript(parse_dialogue(dialogue), "zh")
    known = metadata or CallMetadata(call_id, language="zh", agent_id="A1")
    metrics = measure_talk(transcript)
    findings = judge(transcript, metadata=known, metrics=metrics, phrasebook=book)
    return InspectedCall(
        recording=Recording(f"in/{call_id}.wav", f"sha-{call_id}", 60.0, 2, 8000, "pcm_alaw"),
        metadata=known,
        models=ModelVersions("asr@1", "segmentation@1", "embedding@1"),
        phrasebook=PhrasebookVersion(book.id, book.version, book.sha256),
        transcript=transcript,
        metrics=metrics,
        findings=findings,
        scorecard=score(findings, phrasebook=book),
    )
