from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from phrasebook_examples import book_of, dialogue

from pipeline.call import CallMetadata
from pipeline.finding import Outcome, Proposal
from pipeline.judging import judge
from pipeline.scorecard import score
from pipeline.sense import propose
from pipeline.talk import measure_talk

RULES = """
[[rule]]
id = "pass"
title = "推诿"
kind = "forbidden"
points = -3
phrases = '这不是我负责的'
[[rule]]
id = "sorry"
title = "致歉"
kind = "required"
points = -1
phrases = '给您添麻烦了'
"""
MEANINGS = {"这不是我负责的": 0, "这事不归我管": 0, "给您添麻烦了": 1, "让您受累了真": 1}


class ByList:
    """An encoder that knows which sentences mean the same, and nothing else."""

    version = "list@1"

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        rows = [np.eye(3, dtype=np.float32)[MEANINGS.get(text.strip("，。"), 2)] for text in texts]
        return np.stack(rows) if rows else np.empty((0, 3), dtype=np.float32)


def proposals(folder: Path, text: str, *, at_most: int = 5) -> tuple[Proposal, ...]:
    book, transcript = book_of(folder, RULES), dialogue(text)
    metadata = CallMetadata("x", language="zh")
    metrics = measure_talk(transcript)
    found = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=book)
    card = score(found, phrasebook=book)
    told = propose(
        transcript, found, metadata=metadata, phrasebook=book, encoder=ByList(), at_most=at_most
    )
    again = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=book)
    assert (again, score(again, phrasebook=book)) == (found, card)  # nothing rests on a proposal
    return told


def test_the_same_in_other_words_is_proposed_and_changes_no_outcome(tmp_path: Path) -> None:
    (proposal, other) = proposals(tmp_path, "agent: 这事不归我管\nagent: 让您受累了真")
    assert (proposal.rule_id, proposal.quote, proposal.phrase) == (
        "pass",
        "这事不归我管",
        "这不是我负责的",
    )
    assert other.rule_id == "sorry"


def test_what_a_finding_already_says_is_not_proposed(tmp_path: Path) -> None:
    assert proposals(tmp_path, "agent: 这不是我负责的\nagent: 给您添麻烦了") == ()


def test_the_customers_words_are_not_proposed_against_the_agent(tmp_path: Path) -> None:
    assert proposals(tmp_path, "customer: 这事不归我管\nagent: 好的没有问题") == ()


def test_no_more_is_proposed_than_was_asked_for(tmp_path: Path) -> None:
    assert len(proposals(tmp_path, "agent: 这事不归我管\nagent: 让您受累了真", at_most=1)) == 1


def test_an_agent_who_says_nothing_brings_no_proposal(tmp_path: Path) -> None:
    assert proposals(tmp_path, "customer: 喂") == ()


def test_outcomes_are_those_without_proposals(tmp_path: Path) -> None:
    book, transcript = book_of(tmp_path, RULES), dialogue("agent: 这事不归我管")
    metadata = CallMetadata("x", language="zh")
    found = judge(transcript, metadata=metadata, metrics=measure_talk(transcript), phrasebook=book)
    assert [f.outcome for f in found] == [Outcome.CLEAR, Outcome.MISSED]
