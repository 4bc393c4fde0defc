"""Which files of a folder are recordings, and what is left aside is told."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from flows.inbox import examine, list_recordings
from pipeline.errors import UsageError
from pipeline.settings import RecordingSettings

SETTINGS = RecordingSettings()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "in"
    place.mkdir()
    return place


def test_recordings_are_found_below_the_folder_and_sorted(folder: Path):
    (folder / "b").mkdir()
    for name in ("z.WAV", "b/a.opus", "b/a.json", "calls.csv", "notes.md"):
        (folder / name).write_bytes(b"x")
    listing = list_recordings(folder, SETTINGS)
    assert listing.paths == (folder / "b" / "a.opus", folder / "z.WAV")
    assert listing.notes == ()


def test_hidden_and_partial_files_are_left_aside(folder: Path):
    (folder / ".trash").mkdir()
    for name in (".a.wav", "~b.wav", "c.wav.part", "d.tmp", ".trash/e.wav"):
        (folder / name).write_bytes(b"x")
    assert list_recordings(folder, SETTINGS).paths == ()


def test_links_are_not_followed_and_told(folder: Path, tmp_path: Path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.wav").write_bytes(b"x")
    (folder / "x.wav").symlink_to(tmp_path / "outside" / "x.wav")
    (folder / "more").symlink_to(tmp_path / "outside")
    listing = list_recordings(folder, SETTINGS)
    assert listing.paths == ()
    assert sorted(note[1]["path"] for note in listing.notes) == [
        str(folder / "more"),
        str(folder / "x.wav"),
    ]


def test_a_file_that_is_still_written_is_left_for_the_next_run(folder: Path):
    (folder / "new.wav").write_bytes(b"x")
    (folder / "old.wav").write_bytes(b"x")
    hour_ago = time.time() - 3600
    os.utime(folder / "old.wav", (hour_ago, hour_ago))
    listing = list_recordings(folder, RecordingSettings(settle_s=60.0))
    assert listing.paths == (folder / "old.wav",)
    assert listing.notes == (("inbox.unsettled", {"path": str(folder / "new.wav")}),)


def test_files_of_an_unknown_kind_are_told(folder: Path):
    (folder / "a.vox").write_bytes(b"x")
    ((code, values),) = list_recordings(folder, SETTINGS).notes
    assert (code, values["kinds"]) == ("inbox.other_files", ".vox")


def test_a_file_is_no_inbox(folder: Path):
    (folder / "a.wav").write_bytes(b"x")
    with pytest.raises(UsageError):
        list_recordings(folder / "a.wav", SETTINGS)


def test_the_hash_is_that_of_the_bytes(folder: Path):
    (folder / "a.wav").write_bytes(b"abc")
    candidate = examine(folder / "a.wav", inbox=folder, settings=SETTINGS)
    # FIPS 180-2, appendix B.1: SHA-256 of "abc"
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert candidate.audio_sha256 == expected == hashlib.sha256(b"abc").hexdigest()
    assert (candidate.call_id, candidate.name, candidate.error) == ("a", "a.wav", None)


def test_a_pipe_named_as_a_recording_is_an_error_and_does_not_wait(folder: Path):
    os.mkfifo(folder / "a.wav")
    candidate = examine(folder / "a.wav", inbox=folder, settings=SETTINGS)
    assert candidate.error is not None
    assert candidate.error.key == "audio.not_a_file"


def test_a_name_that_is_no_text_is_an_error_that_can_be_stored(folder: Path):
    path = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.wav"))
    path.write_bytes(b"x")
    (listed,) = list_recordings(folder, SETTINGS).paths
    candidate = examine(listed, inbox=folder, settings=SETTINGS)
    assert candidate.error is not None
    assert candidate.error.key == "inbox.name"
    assert str(candidate.error).encode("utf-8")
    assert candidate.call_id == "caf\\udce9"
