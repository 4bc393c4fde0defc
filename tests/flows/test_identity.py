"""Which call a recording is: the same in every run, whatever comes and goes in the inbox."""

from __future__ import annotations

from pathlib import Path

from flows.identity import Plan, plan
from flows.inbox import Candidate
from pipeline.call import CallMetadata
from warehouse.results import KnownRecording


def recording(name: str, sound: str, *, call_id: str = "c1") -> Candidate:
    return Candidate(Path("/in") / name, name, 100, call_id, sound, CallMetadata(call_id))


def stored(done: Plan) -> list[KnownRecording]:
    """What the warehouse holds once the plan is done."""
    return [
        KnownRecording(job.call_id, job.candidate.audio_sha256, "done", str(job.candidate.path))
        for job in done.jobs
    ]


def names(made: Plan) -> dict[str, str]:
    return {job.candidate.name: job.call_id for job in made.jobs}


def test_the_first_by_name_keeps_the_call_and_the_metadata_follow():
    made = plan([recording("b.wav", "2"), recording("a.wav", "1")], [], retry_failed=False)
    assert names(made)["a.wav"] == "c1"
    assert names(made)["b.wav"].startswith("c1~")
    assert [job.candidate.metadata.call_id for job in made.jobs] == [*names(made).values()]


def test_a_recording_that_comes_later_does_not_take_the_call_over():
    first = plan([recording("b.wav", "2")], [], retry_failed=False)
    both = [recording("a.wav", "1"), recording("b.wav", "2")]
    second = plan(both, stored(first), retry_failed=False)
    assert list(names(second)) == ["a.wav"]
    assert names(second)["a.wav"] != "c1"
    assert second.known == 1


def test_the_second_keeps_its_own_name_when_the_first_is_gone():
    both = [recording("a.wav", "1"), recording("b.wav", "2")]
    first = plan(both, [], retry_failed=False)
    second = plan(both[1:], stored(first), retry_failed=False)
    assert (second.jobs, second.known) == ((), 1)


def test_a_name_used_again_elsewhere_does_not_replace_the_earlier_call():
    known = stored(plan([recording("mon/001.wav", "1")], [], retry_failed=False))
    made = plan([recording("tue/001.wav", "2")], known, retry_failed=False)
    assert made.jobs[0].call_id != "c1"
    assert [note[0] for note in made.jobs[0].notes] == ["inbox.same_call_id"]


def test_a_moved_recording_is_known():
    known = stored(plan([recording("mon/001.wav", "1")], [], retry_failed=False))
    made = plan([recording("done/001.wav", "1")], known, retry_failed=False)
    assert (made.jobs, made.known) == ((), 1)


def test_a_failed_call_that_was_exported_again_elsewhere_is_that_call():
    known = [KnownRecording("c1", "0", "failed", "/in/bad.wav", "audio.truncated")]
    made = plan([recording("good.wav", "1")], known, retry_failed=False)
    assert names(made) == {"good.wav": "c1"}


def test_three_copies_are_three_calls():
    copies = [recording(name, "1") for name in ("a.wav", "b.wav", "c.wav")]
    made = plan(copies, [], retry_failed=False)
    assert len(set(names(made).values())) == 3
    again = plan(copies, stored(made), retry_failed=False)
    assert (again.jobs, again.known) == ((), 3)


def test_an_inspected_recording_that_cannot_be_read_now_stays_done():
    known = [KnownRecording("c1", "1", "done", "/in/a.wav")]
    unreadable = Candidate(Path("/in/a.wav"), "a.wav", 0, "c1", None, CallMetadata("c1"))
    assert plan([unreadable], known, retry_failed=True).known == 1
