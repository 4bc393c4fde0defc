"""A night over a folder: what is new is inspected once, what is bad is told, nothing is lost."""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from inboxes import settings_of, write_call
from rich.console import Console

from flows.nightly import run_nightly
from flows.summary_text import as_markdown, print_summary
from models.fakes import FakeEars, ScriptTranscriber
from pipeline.errors import UsageError
from warehouse.sounds import PEAKS_PER_S

STATES = "select call_id, state from call order by call_id"


def test_the_summary_is_what_a_hand_counts(night, inbox: Path):
    write_call(inbox / "c1.wav", agent_id="a-1", hz=300)
    write_call(inbox / "deep" / "c2.wav", agent_id="a-1", hz=310)
    write_call(inbox / "c3.wav", agent_id="a-2", hz=320, rude=False)
    (inbox / "c4.wav").write_bytes(b"")
    summary = night()
    assert (summary.calls, summary.done, summary.failed, summary.run.known) == (4, 3, 1, 0)
    assert summary.audio_s == pytest.approx(5 + 5 + 3)
    # 我不知道 of an agent costs 5 and was said in c1 and c2; nobody's agent said thanks (1 each)
    assert [(r.rule_id, r.title, r.flags, r.calls) for r in summary.flags_by_rule] == [
        ("t.thanks", "致谢", 3, 3),
        ("t.ignorance", "不清楚", 2, 2),
    ]
    assert [(a.agent_id, a.flags, a.calls) for a in summary.flags_by_agent] == [
        ("a-1", 4, 2),
        ("a-2", 1, 1),
    ]
    assert summary.points_mean == pytest.approx((94 + 94 + 99) / 3)
    assert summary.passed == 1  # 99 >= 95
    assert summary.not_assessable_share == 0.0
    assert {s.stage for s in summary.stages} == {"decode", "diarize", "transcribe", "judge"}
    assert [(f.call_id, f.reason_code) for f in summary.failures] == [("c4", "audio.empty")]
    assert str(inbox / "c4.wav") in summary.failures[0].reason
    assert summary.exit_code == 3


def test_a_second_run_does_no_work_and_doubles_nothing(night, inbox: Path, ask):
    for number in range(3):
        write_call(inbox / f"c{number}.wav", hz=300 + number)
    (inbox / "bad.wav").write_text("<html>404</html>")
    night()
    before = ask("select stored_no from call_result")
    again = night()
    assert (again.calls, again.failed, again.exit_code) == (0, 0, 0)
    assert (again.run.known, again.run.known_failures) == (3, 1)
    assert ask("select stored_no from call_result") == before


def test_an_empty_inbox_is_a_night_without_calls(night, tmp_path: Path):
    summary = night()
    assert (summary.calls, summary.exit_code) == (0, 0)
    assert (tmp_path / "data" / "nights" / f"{summary.run.night_id}.json").is_file()


def test_a_missing_inbox_is_named(tmp_path: Path):
    with pytest.raises(UsageError, match="nowhere"):
        run_nightly(tmp_path / "nowhere", data=tmp_path / "data", settings=settings_of(tmp_path))


def test_one_corrupt_recording_does_not_stop_the_others(night, inbox: Path, ask):
    for number in range(4):
        write_call(inbox / f"c{number}.wav", hz=300 + number)
    (inbox / "c2.wav").write_bytes(os.urandom(5000))
    night()
    assert ask(STATES) == [("c0", "done"), ("c1", "done"), ("c2", "failed"), ("c3", "done")]


def test_a_bad_sidecar_is_a_failure_until_it_is_repaired(night, inbox: Path, ask):
    sidecar = write_call(inbox / "c1.wav").with_suffix(".json")
    sidecar.write_text('{"language": "klingon"}')
    first = night()
    assert [f.reason_code for f in first.failures] == ["metadata.invalid"]
    assert "klingon" in first.failures[0].reason
    assert night().calls == 0
    sidecar.write_text('{"language": "zh"}')
    assert night().done == 1
    assert ask(STATES) == [("c1", "done")]


def test_the_same_sound_under_another_call_is_a_call_of_its_own(night, inbox: Path, ask):
    write_call(inbox / "c1.wav", hz=300)
    write_call(inbox / "c2.wav", hz=300)
    summary = night()
    assert ask(STATES) == [("c1", "done"), ("c2", "done")]
    assert [(w.code, w.count, w.call_id) for w in summary.warnings] == [
        ("inbox.same_audio", 1, "c2")
    ]


def test_two_recordings_that_claim_one_call_are_both_kept(night, inbox: Path, ask):
    write_call(inbox / "a" / "x.wav", call_id="c1", hz=300)
    write_call(inbox / "b" / "x.wav", call_id="c1", hz=310)
    summary = night()
    (first, _), (second, _) = ask(STATES)
    assert first == "c1"
    assert str(second).startswith("c1~")
    assert [(w.code, w.call_id) for w in summary.warnings] == [("inbox.same_call_id", second)]
    assert night().calls == 0


def test_a_changed_recording_takes_the_place_of_the_earlier_one(night, inbox: Path, ask):
    write_call(inbox / "c1.wav", rude=True)
    night()
    write_call(inbox / "c1.wav", rude=False)
    assert night().done == 1
    assert ask("select call_id, duration_s from call") == [("c1", 3.0)]


def test_failed_calls_are_tried_again_when_asked(night, inbox: Path, tmp_path: Path):
    (inbox / "c1.wav").write_bytes(b"")
    assert night().failed == 1
    again = night(resume=True)
    assert (again.calls, again.failed, again.exit_code) == (1, 1, 3)


def test_a_call_that_takes_too_long_does_not_hold_up_the_rest(night, inbox: Path, ask):
    for number in range(3):
        write_call(inbox / f"c{number}.wav", hz=300 + number)
    endless = write_call(inbox / "long.wav", hz=350)
    with endless.open("r+b") as file:  # two hours of silence behind the call
        file.truncate(8000 * 4 * 7200)
        file.seek(4)
        file.write((8000 * 4 * 7200 - 8).to_bytes(4, "little"))
        file.seek(40)
        file.write((8000 * 4 * 7200 - 44).to_bytes(4, "little"))
    summary = night(decode_wall_s=1.5)
    assert [f.call_id for f in summary.failures] == ["long"]
    assert ask("select count(*) from call where state = 'done'") == [(3,)]


def test_what_breaks_down_is_tried_twice_and_told_without_a_traceback(tmp_path: Path, inbox: Path):
    class BrokenDiarizer:
        tries = 0

        def diarize(self, waveform):
            self.tries += 1
            raise RuntimeError("out of memory\n  File x.py, line 3")

    broken = BrokenDiarizer()
    write_call(inbox / "c1.wav")
    summary = run_nightly(
        inbox,
        data=tmp_path / "data",
        settings=settings_of(tmp_path),
        ears=FakeEars(diarizer=broken),
        console=Console(file=io.StringIO()),
    )
    assert broken.tries == 2
    assert summary.failures[0].reason_code == "night.unexpected"
    assert "RuntimeError: out of memory File x.py" in summary.failures[0].reason


@pytest.mark.parametrize("language", ["zh", "es", "en"])
def test_the_summary_is_told_in_every_language(night, inbox: Path, language):
    write_call(inbox / "c1.wav", agent_id="a-1")
    (inbox / "[red]c2|.wav").write_bytes(b"")
    summary = night()
    told = io.StringIO()
    print_summary(summary, console=Console(file=told, width=200), language=language)
    for text in (told.getvalue(), as_markdown(summary, language).replace("\\", "")):
        assert summary.run.night_id in text
        assert "[red]c2|" in text
        assert "t.ignorance" in text
    assert json.loads(json.dumps(summary.document()))["flags_by_agent"][0]["agent_id"] == "a-1"


def test_names_and_references_stay_out_of_reports(night, inbox: Path, tmp_path: Path):
    write_call(inbox / "c1.wav", agent_name="李四光", customer_ref="13812345678")
    night()
    for path in (tmp_path / "data" / "nights").iterdir():
        text = path.read_text("utf-8")
        assert "李四光" not in text
        assert "13812345678" not in text


def test_only_one_run_works_in_a_data_folder(tmp_path: Path, inbox: Path):
    from flows.night_folder import only_run

    with only_run(tmp_path / "data" / "nights"), pytest.raises(UsageError, match="under way"):
        run_nightly(inbox, data=tmp_path / "data", settings=settings_of(tmp_path))


@pytest.mark.models
def test_the_real_models_hear_a_sample(tmp_path: Path, inbox: Path, models_folder: Path):
    samples = Path(__file__).parents[2] / "samples"
    for name in ("zh_callback_careless.wav", "zh_callback_careless.json"):
        (inbox / name).write_bytes((samples / name).read_bytes())
    summary = run_nightly(
        inbox,
        data=tmp_path / "data",
        settings=settings_of(tmp_path, models=models_folder),
        console=Console(file=io.StringIO()),
    )
    assert (summary.done, summary.failed) == (1, 0)
    assert summary.flags_by_agent[0].calls == 1


def test_a_result_that_cannot_be_stored_does_not_take_its_shard_with_it(
    tmp_path: Path, inbox: Path, ask
):
    class OddTranscriber(ScriptTranscriber):
        """Writes half a character, which no row can hold, into Spanish calls."""

        def transcribe(self, waveform, spans, *, language):
            segments = super().transcribe(waveform, spans, language=language)
            if language != "es":
                return segments
            return tuple(replace(s, text="\ud800", words=()) for s in segments)

    write_call(inbox / "good.wav")
    write_call(inbox / "odd.wav", language="es", hz=500.0)
    summary = run_nightly(
        inbox,
        data=tmp_path / "data",
        settings=settings_of(tmp_path),
        ears=FakeEars(transcriber=OddTranscriber()),
        console=Console(file=io.StringIO()),
    )
    assert [f.reason_code for f in summary.failures] == ["warehouse.not_storable"]
    assert ask("select call_id, state from call order by call_id") == [
        ("good", "done"),
        ("odd", "failed"),
    ]


def test_the_night_leaves_the_peaks_that_a_page_will_draw(night, inbox: Path, tmp_path: Path):
    path = write_call(inbox / "c1.wav")
    night()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    agent, customer = json.loads((tmp_path / "data" / "sound" / f"{digest}.json").read_text())
    assert len(agent) == len(customer) == 5 * PEAKS_PER_S
    # tones of 8000 of 32768: the agent's in the first and third second, the customer's in the fifth
    heard = [agent[10], agent[30], agent[50], customer[50], customer[90]]
    assert heard == pytest.approx([0.244, 0, 0.244, 0, 0.244], abs=0.02)
    assert not list((tmp_path / "data" / "sound").glob("*.wav"))  # made when somebody listens
