"""docs/questions.md: every question is answered by the page that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nights import SignIn
from sqlalchemy import Engine

from warehouse.decisions.reviews import find_item

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text("utf-8")
LINKS = {
    part.partition("\n")[0].strip(): re.findall(r"\| \[[^]]+\]\((/[^)#]+)#([\w-]+)\) \|", part)
    for part in PAGE.split("\n## ")[1:]
}


@pytest.mark.parametrize("role", ["inspector", "supervisor", "agent"])
def test_every_link_shows_the_figure_to_its_role(
    role: str, sign_in: SignIn, decisions: Engine
) -> None:
    number = find_item(decisions, "rude-1").flags[0].finding_no
    reviewer, said = sign_in("inspector"), {"kind": "verdict", "verdict": "confirmed"}
    told = reviewer.post("/calls/rude-1/decide", data={**said, "finding_no": str(number)})
    assert told.status_code == 200
    assert reviewer.post("/calls/rude-1/submit").status_code == 303
    reader = sign_in(role)
    for path, place in LINKS[role]:
        answer = reader.get(path)
        assert answer.status_code == 200, path
        assert f'id="{place}"' in answer.text, f"{path}#{place}"


def test_every_question_has_a_link() -> None:
    questions = re.findall(r"^\| [^|]+\? [^|]*\|", PAGE, re.MULTILINE)
    assert len(questions) == sum(map(len, LINKS.values())) > 40
