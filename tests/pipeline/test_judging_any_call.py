"""Whatever a transcript holds, judging it gives one finding per rule and never fails."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.call import CallMetadata, Purpose, Role, SpeakerSpan, Transcript, Turn
from pipeline.finding import Outcome
from pipeline.judging import judge
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook
from pipeline.scorecard import score
from pipeline.talk import measure_talk

PHRASEBOOKS = Path(__file__).parents[2] / "phrasebooks"
WORDS = st.sampled_from(
    [
        *(
            "您好",
            "喂",
            "我不知道",
            "，",
            "。",
            "这里是桔子树",
            "123",
            "12:30",
            "A P P",
            "不",
            "請稍等",
            "\n",
        ),
        *(
            "hola",
            "no es mi responsabilidad",
            "¿",
            "100%",
            "",
            " ",
            "…",
            "𠀀",
            "é",
            "２",
            "!",
            "[a|b]",
        ),
    ]
)


@cache
def book(language: Language) -> Phrasebook:
    return load_phrasebook(PHRASEBOOKS, language=language)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    turns = []
    clock = 0.0
    for number in range(draw(st.integers(0, 6))):
        start = clock + draw(st.floats(-1, 20))
        end = start + draw(st.floats(0, 5))
        clock = max(clock, end)
        text = "".join(draw(st.lists(WORDS, max_size=5)))
        role = draw(st.sampled_from(list(Role)))
        chance = draw(st.floats(0.5, 1))
        turns.append(Turn(number, role.value, role, chance, start, end, text))
    spans = tuple(SpeakerSpan(t.start, t.end, t.speaker) for t in turns)
    language: Language = draw(st.sampled_from(["zh", "es"]))
    return Transcript(language, tuple(turns), spans, clock + 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(transcript=transcripts(), purpose=st.sampled_from([None, *Purpose]))
def test_every_call_has_one_finding_per_rule(transcript: Transcript, purpose: Purpose) -> None:
    rules = book(transcript.language)
    metadata = CallMetadata("any", purpose=purpose)
    metrics = measure_talk(transcript)
    found = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=rules)
    assert [f.rule_id for f in found] == [rule.id for rule in rules.rules]
    for finding in found:
        assert 0 <= finding.probability <= 1
        for evidence in finding.evidence:
            assert evidence.start <= evidence.end or evidence.turn_no is not None
    card = score(found, phrasebook=rules)
    assert 0 <= card.points <= card.points_possible


def test_silence_earns_and_costs_nothing() -> None:
    for language in ("zh", "es"):
        transcript = Transcript(language, (), (), 60.0)  # type: ignore[arg-type]
        metadata = CallMetadata("silence", purpose=Purpose.COMPLAINT, direction="inbound")
        found = judge(
            transcript,
            metadata=metadata,
            metrics=measure_talk(transcript),
            phrasebook=book(language),  # type: ignore[arg-type]
        )
        judged = {Outcome.VIOLATED, Outcome.MET, Outcome.MISSED}
        assert [f.rule_id for f in found if f.outcome in judged] == []
        assert sum(f.points for f in found) == 0
