"""Voices over nights, with a stand-in that tells voices by their pitch."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from inboxes import settings_of, write_call
from rich.console import Console

from flows import cli
from flows.nightly import run_nightly
from flows.summary import NightSummary
from flows.voice_learning import known_voiceprints, learn_voices
from models.fakes import FakeEars, PitchVoices
from pipeline.call import Role
from pipeline.document import document_of
from pipeline.finding import InspectedCall
from pipeline.review import Verdict
from pipeline.voiceprints import HeardVoice
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import create_account
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.reviews import claim
from warehouse.decisions.store import open_decisions
from warehouse.decisions.verdicts import decide, submit
from warehouse.decisions.voices import (
    erase_voices,
    give_consent,
    read_samples,
    withdraw_consent,
)
from warehouse.stored import StoredCall, read_call

MODEL = FakeEars().versions.embedding
Night = Callable[..., NightSummary]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def stored(data: Path, call_id: str) -> StoredCall:
    with open_warehouse(data, read_only=True) as warehouse:
        return read_call(warehouse, call_id)


def inspected(data: Path, call_id: str) -> InspectedCall:
    outcome = stored(data, call_id).outcome
    assert isinstance(outcome, InspectedCall)
    return outcome


def samples(data: Path) -> list[tuple[str, str, str]]:
    found = read_samples(open_decisions(data))
    return sorted((sample.agent_id, sample.call_id, sample.roles_from) for sample in found)


def learnable(inbox: Path, name: str, *, agent_hz: float = 440.0, **sidecar: object) -> Path:
    """A stereo call in which the agent speaks for seven seconds."""
    return write_call(inbox / f"{name}.wav", hz=agent_hz, agent_s=7, agent_id="A1", **sidecar)


def mono(inbox: Path, name: str, *, agent_hz: float = 440.0) -> Path:
    """Both parties in one channel; to the stand-in they are one voice, in the agent's pitch."""
    path = inbox / f"{name}.wav"
    return write_call(path, hz=agent_hz, agent_s=7, agent_id="A1", mono=True, channel_roles=None)


class NoVoices(PitchVoices):
    """Fails if anybody's voice is computed."""

    def hear(self, *_: object, **__: object) -> tuple[HeardVoice, ...]:
        raise AssertionError


def test_without_consent_no_voice_is_computed_or_kept(
    tmp_path: Path, inbox: Path, data: Path
) -> None:
    give_consent(open_decisions(data), "A2", by="kim")
    learnable(inbox, "a")
    mono(inbox, "m")
    run_nightly(
        inbox,
        data=data,
        settings=settings_of(tmp_path),
        ears=FakeEars(voice_reader=NoVoices()),
        console=Console(file=io.StringIO()),
    )
    assert inspected(data, "m").voiceprint is None
    assert samples(data) == []


def test_asking_for_prints_makes_no_database(tmp_path: Path) -> None:
    assert known_voiceprints(tmp_path / "new", model=MODEL) == {}
    assert not (tmp_path / "new").exists()


def test_a_night_learns_from_stereo_calls_and_the_next_uses_it_on_mono(
    night: Night, inbox: Path, data: Path
) -> None:
    give_consent(open_decisions(data), "A1", by="kim")
    learnable(inbox, "a")
    learnable(inbox, "b", agent_hz=441.0)
    mono(inbox, "m1")
    night()
    assert samples(data) == [("A1", "a", "channels"), ("A1", "b", "channels")]
    assert inspected(data, "m1").voiceprint is None  # as they stood when the night began
    mono(inbox, "m2", agent_hz=442.0)
    night()
    use = inspected(data, "m2").voiceprint
    assert use is not None
    known = known_voiceprints(data, model=MODEL)["A1"]
    assert (use.sha256, use.calls, use.speech_s) == (known.sha256, 2, 14.0)
    assert use.similarities == (("voice-0", 1.0),)
    # alone and without an agent's words it would be nobody's voice
    assert {turn.role for turn in inspected(data, "m2").transcript.turns} == {Role.AGENT}
    document = document_of(inspected(data, "m2"))
    assert document["voiceprint"] == {
        "sha256": known.sha256,
        "calls": 2,
        "speech_s": 14.0,
        "similarities": {"voice-0": 1.0},
    }


def test_what_is_learnt_does_not_depend_on_the_order_of_the_work(
    tmp_path: Path, inbox: Path, data: Path
) -> None:
    give_consent(open_decisions(data), "A1", by="kim")
    prints = []
    for turn, names in enumerate((("a", "b", "c"), ("c", "a", "b"))):
        folder = tmp_path / f"order{turn}"
        for place, name in enumerate(names):
            learnable(folder, f"{place}", agent_hz={"a": 440.0, "b": 443.0, "c": 446.0}[name])
        own = tmp_path / f"data{turn}"
        give_consent(open_decisions(own), "A1", by="kim")
        run_nightly(
            folder,
            data=own,
            settings=settings_of(tmp_path),
            ears=FakeEars(),
            console=Console(file=io.StringIO()),
        )
        prints.append(known_voiceprints(own, model=MODEL)["A1"].sha256)
    assert prints[0] == prints[1]


def test_calls_from_before_the_consent_are_not_learnt_from(
    night: Night, inbox: Path, data: Path
) -> None:
    learnable(inbox, "a")
    night()
    give_consent(open_decisions(data), "A1", by="kim")
    night()
    assert samples(data) == []


def test_a_withdrawal_ends_use_and_learning(night: Night, inbox: Path, data: Path) -> None:
    engine = open_decisions(data)
    give_consent(engine, "A1", by="kim")
    learnable(inbox, "a")
    learnable(inbox, "b", agent_hz=441.0)
    night()
    withdraw_consent(engine, "A1", by="kim")
    mono(inbox, "m")
    learnable(inbox, "c", agent_hz=443.0)
    night()
    assert inspected(data, "m").voiceprint is None
    assert samples(data) == []


def test_a_recording_that_changed_or_is_gone_is_passed_over(
    night: Night, inbox: Path, data: Path
) -> None:
    give_consent(open_decisions(data), "A1", by="kim")
    gone = learnable(inbox, "a")
    changed = learnable(inbox, "b", agent_hz=441.0)
    learnable(inbox, "c", agent_hz=443.0)
    night()
    engine = open_decisions(data)
    assert erase_voices(engine, "A1", by="kim") == 3
    gone.unlink()
    changed.write_bytes(changed.read_bytes() + b"\0\0")
    with open_warehouse(data) as warehouse:
        learnt = learn_voices(
            data,
            warehouse,
            listen=lambda: (PitchVoices(), MODEL),
            limits=settings_of(data.parent).recordings.limits,
        )
    assert learnt == 1
    assert samples(data) == [("A1", "c", "channels")]


def review(data: Path, call_id: str, *decisions: tuple[str, dict[str, object], int | None]) -> None:
    engine = open_decisions(data)
    with open_warehouse(data, read_only=True) as warehouse:
        fill_queue(engine, warehouse)
        scoring_id = read_call(warehouse, call_id).scoring_id or ""
    person = create_account(
        engine, login=f"ann-{call_id}", name="Ann", role="inspector", password="correct horse"
    )
    claim(engine, call_id, by=person.account_id)
    for kind, value, finding_no in decisions:
        decide(
            engine, call_id, scoring_id, kind, value, by=person.account_id, finding_no=finding_no
        )  # type: ignore[arg-type]
    submit(engine, call_id, scoring_id, by=person.account_id)


def test_a_person_who_swaps_the_roles_corrects_what_was_learnt(
    night: Night, inbox: Path, data: Path
) -> None:
    give_consent(open_decisions(data), "A1", by="kim")
    path = write_call(inbox / "a.wav", agent_s=7, customer_hz=880.0, customer_s=6, agent_id="A1")
    night()
    (before,) = read_samples(open_decisions(data))
    review(data, path.stem, ("roles", {}, None))
    night()
    (after,) = read_samples(open_decisions(data))
    assert (before.roles_from, before.speech_s) == ("channels", 7.0)
    assert (after.roles_from, after.speech_s) == ("person", 6.0)
    assert float(before.direction @ after.direction) == 0.0


def test_a_mono_call_is_learnt_from_once_a_person_confirms_what_the_agent_said(
    night: Night, inbox: Path, data: Path
) -> None:
    give_consent(open_decisions(data), "A1", by="kim")
    mono(inbox, "m")
    learnable(inbox, "a")
    learnable(inbox, "b", agent_hz=441.0)
    night()
    mono(inbox, "n", agent_hz=442.0)  # with the print the roles are known
    night()
    assert [s for s in samples(data) if s[2] == "person"] == []
    findings = inspected(data, "n").findings
    (number,) = [i for i, f in enumerate(findings) if f.rule_id == "t.ignorance"]
    assert findings[number].outcome == "violated"
    review(data, "n", ("verdict", {"verdict": Verdict.CONFIRMED, "swapped": False}, number))
    night()
    assert ("A1", "n", "person") in samples(data)


def test_the_command_shows_who_agreed_and_what_is_known(
    night: Night, inbox: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        code = cli.run(["voiceprint", *arguments, "--data", str(data)])
        seen = capsys.readouterr()
        return code, seen.out + seen.err

    assert run("list", "--language", "zh")[1].startswith("尚无坐席同意")
    assert run("consent", "A1", "--by", "kim", "--language", "es")[0] == 0
    learnable(inbox, "a")
    learnable(inbox, "b", agent_hz=441.0)
    night()
    capsys.readouterr()
    code, text = run("list", "--json")
    (row,) = json.loads(text)
    assert (code, row["agent_id"], row["consent"], row["by"]) == (0, "A1", True, "kim")
    (known,) = row["voiceprints"]
    assert (known["calls"], known["speech_s"], known["share"], known["usable"]) == (2, 14, 1, True)
    assert "A1" in run("list", "--language", "en")[1]
    assert run("erase")[0] == 2
    assert run("withdraw", "A9")[0] == 2
    assert run("withdraw", "A1", "--language", "en") == (
        0,
        "consent of A1 withdrawn; 2 voice samples erased\n",
    )
    code, text = run("list", "--json")
    assert json.loads(text)[0]["voiceprints"] == []
