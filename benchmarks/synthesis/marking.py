"""Guard the truth: no known wording may stand in an agent's turn without its tag."""

from __future__ import annotations

import re
from functools import cache

from benchmarks.synthesis.bank import SCRIPTS
from benchmarks.synthesis.script import Say, Script


@cache
def wordings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The rules' wordings of `scripts/marks.txt`, as (rule, pattern)."""
    rows = (SCRIPTS / "marks.txt").read_text("utf-8").splitlines()
    pairs = [row.split(maxsplit=1) for row in rows if row.strip() and not row.startswith("#")]
    return tuple((rule, re.compile(pattern)) for rule, pattern in pairs)


def untagged(script: Script) -> tuple[str, ...]:
    """Each wording of an agent's turn that the turn has no tag for, as `rule: text`; empty if all
    is well.

    The two rules of the first words (T01) concern the agent's first turn alone.
    """
    faults: list[str] = []
    first = True
    for cue in script.cues:
        if not isinstance(cue, Say) or cue.speaker not in ("agent", "supervisor"):
            continue
        known = {t.partition(":")[0] for t in (*cue.tags, *cue.arguable, *cue.near_misses)}
        for rule, pattern in wordings():
            if rule.startswith("zh.T01.") and not first:
                continue
            if rule not in known and pattern.search(cue.text):
                faults.append(f"{rule}: {cue.text}")
        first = False
    return tuple(faults)
