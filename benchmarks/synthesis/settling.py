"""What shows only when the whole call is known: positions, contradictions, ratios, rates."""

from __future__ import annotations

import re
from dataclasses import replace

from benchmarks.synthesis.script import Say, Script
from benchmarks.synthesis.staging import Staged

_LAST_PART = 0.8  # of the call: where 002:144 is at home
_ADDRESSES_NEEDED = 4  # fewer 您 and 你 say nothing about the habit


def settle(script: Script, staged: Staged) -> Script:
    """The script with its tags made consistent with the whole call.

    T12 counts in the last fifth of a call only. A step that is met anywhere is not missed. An
    agent who says 你 at least three times in four is tagged `zh.nin_ratio`; between that and nine
    您 in ten it is arguable. So is the speech rate between 320 and 450 characters a minute. A
    complaint in which nobody apologises misses the apology.
    """
    late = {id(t.cue) for t in staged.turns if t.end > _LAST_PART * staged.duration_s}
    met = {tag.removesuffix(":met") for tag in script.rules if tag.endswith(":met")}
    cues = tuple(
        _settled(cue, late=id(cue) in late, met=met) if isinstance(cue, Say) else cue
        for cue in script.cues
    )
    must, may = set(script.listed("expect")), set(script.listed("arguable"))
    if script.header["language"] == "zh":
        for verdict, rule in (_addresses(script), _rate(staged)):
            (must if verdict == "must" else may if verdict == "may" else set()).add(rule)
    if _no_apology(script):
        must.add(f"{script.header['language']}.complaint.apology:missed")
    header = dict(script.header, expect=",".join(sorted(must)), arguable=",".join(sorted(may)))
    return Script(header, cues)


def _settled(cue: Say, *, late: bool, met: set[str]) -> Say:
    doubtful = [t for t in cue.tags if t.startswith("zh.T12.") and not late]
    doubtful += [t for t in cue.tags if t.endswith(":missed") and t.removesuffix(":missed") in met]
    tags = tuple(t for t in cue.tags if t not in doubtful)
    return replace(cue, tags=tags, arguable=(*cue.arguable, *doubtful))


def _no_apology(script: Script) -> bool:
    """Whether a complaint has no turn that is, or may be, an apology, or says that it lacks one."""
    if script.header.get("purpose") != "complaint" or script.header["language"] == "en":
        return False
    tags = [t for c in script.cues if isinstance(c, Say) for t in (*c.tags, *c.arguable)]
    return not any(".complaint.apology:" in t for t in tags)


def _addresses(script: Script) -> tuple[str, str]:
    text = "".join(c.text for c in script.cues if isinstance(c, Say) and c.speaker == "agent")
    polite, plain = text.count("您"), text.count("你") - text.count("你好")
    rule = "zh.nin_ratio:violated"
    if polite + plain < _ADDRESSES_NEEDED:
        return ("may" if plain else "no"), rule
    share = polite / (polite + plain)
    return ("must" if share <= 0.25 else "may" if share < 0.9 else "no"), rule


def _rate(staged: Staged) -> tuple[str, str]:
    turns = [t for t in staged.turns if t.cue.speaker == "agent"]
    spoken = sum(len(re.findall(r"[一-鿿]", t.cue.text)) for t in turns)
    minutes = sum(t.end - t.start for t in turns) / 60
    rate = spoken / minutes if minutes else 0.0
    return ("must" if rate > 450 else "may" if rate > 320 else "no"), "zh.speech_rate:violated"
