"""The sample calls: their scripts, and the recordings that stand in `samples/`."""

import json
import re

import pytest

from benchmarks.synthesis.bank import SCRIPTS
from benchmarks.synthesis.make_samples import SAMPLES, make_truncated
from benchmarks.synthesis.marking import untagged
from benchmarks.synthesis.script import Say, parse

NAMES = sorted(path.stem for path in (SCRIPTS / "samples").glob("*.txt"))
MEGABYTE = 1_000_000


def script(name):
    path = SCRIPTS / "samples" / f"{name}.txt"
    return parse(path.read_text("utf-8"), name=path.name)


def document(path):
    return json.loads(path.read_text("utf-8"))


def recording(name):
    return next(p for p in (SAMPLES / f"{name}{end}" for end in (".opus", ".wav")) if p.exists())


def test_there_are_samples_of_every_kind():
    headers = [script(name).header for name in NAMES]
    assert len(NAMES) >= 10
    assert sum(h["language"] == "zh" for h in headers) >= 7
    assert sum(h["language"] == "es" for h in headers) >= 2
    assert {"clean", "leak", "cafe", "gsm"} <= {h["line"] for h in headers}
    assert {"opus stereo", "opus mono", "alaw mono"} <= {h["format"] for h in headers}
    purposes = {"inbound", "callback", "complaint", "absence", "cancellation", "satisfaction"}
    assert purposes <= {h["purpose"] for h in headers}


@pytest.mark.parametrize("name", NAMES)
def test_every_known_wording_of_a_sample_is_tagged(name):
    assert untagged(script(name)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_recording_sidecar_and_truth_of_its_script(name):
    truth = document(SAMPLES / "truth" / f"{name}.truth.json")
    fields = document(SAMPLES / f"{name}.json")
    said = [cue.text for cue in script(name).cues if isinstance(cue, Say)]
    assert sorted(turn["text"] for turn in truth["turns"]) == sorted(said)
    assert set(truth["rules"]) >= set(script(name).listed("expect"))
    assert not set(truth["rules"]) & set(truth["arguable"])
    assert fields["call_id"] == truth["call_id"] == name
    assert re.fullmatch(r"2026-11-20T\d\d:\d\d:\d\d\+08:00", fields["started_at"])
    assert recording(name).stat().st_size > 20_000


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_lasts_as_long_as_its_truth_says(name):
    import av

    truth = document(SAMPLES / "truth" / f"{name}.truth.json")
    with av.open(str(recording(name))) as container:
        stream = container.streams.audio[0]
        stereo = "channel_roles" in document(SAMPLES / f"{name}.json")
        assert stream.channels == (2 if stereo else 1)
        last = 0.0
        for frame in container.decode(stream):
            last = frame.time + frame.samples / frame.sample_rate
    assert last == pytest.approx(truth["duration_s"], abs=0.1)
    assert all(0 <= t["start"] < t["end"] <= truth["duration_s"] for t in truth["turns"])


def test_all_samples_together_are_small():
    assert sum(p.stat().st_size for p in SAMPLES.rglob("*") if p.is_file()) < 3 * MEGABYTE


def test_the_truncated_recording_declares_sound_that_it_does_not_have(tmp_path):
    content = make_truncated(tmp_path).read_bytes()
    assert content[-8:-4] == b"data"
    assert int.from_bytes(content[-4:], "little") == 36 * 8000 * 2
    assert content == (SAMPLES / "truncated.wav").read_bytes()
