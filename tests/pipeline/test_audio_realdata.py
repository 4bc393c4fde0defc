"""Recordings that do not ship with the project: a folder with a `manifest.jsonl`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import read_audio

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def folder() -> Path:
    """What `TINGJIAN_REALDATA` names."""
    named = os.environ.get("TINGJIAN_REALDATA")
    if not named or not (Path(named) / "manifest.jsonl").is_file():
        pytest.skip("TINGJIAN_REALDATA names no folder with recordings and a manifest.jsonl")
    return Path(named)


def test_each_recording_has_the_shape_that_its_manifest_says(folder):
    different = []
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row.get("audio"):
            continue
        recording, waveform = read_audio(folder / row["audio"])
        said = (row["channels"], row["sample_rate"])
        close = abs(recording.duration_s - row["duration_s"]) < 0.03
        if (recording.channels, recording.sample_rate_hz) != said or not close:
            different.append((row["id"], said, row["duration_s"], recording))
        assert np.isfinite(waveform).all()
        assert waveform.shape[1] == pytest.approx(recording.duration_s * 16_000, abs=2)
    assert different == []


def test_a_prompt_in_gsm_sounds_like_the_same_prompt_in_pcm(folder):
    compared = 0
    for gsm in (folder / "debian__asterisk-core-sounds-es-gsm").glob("*.gsm"):
        pcm = folder / "debian__asterisk-core-sounds-es-wav" / f"{gsm.stem}.wav"
        if pcm.is_file():
            _, coded = read_audio(gsm)
            _, plain = read_audio(pcm)
            samples = min(coded.shape[1], plain.shape[1])
            assert np.corrcoef(coded[0, :samples], plain[0, :samples])[0, 1] > 0.9
            compared += 1
    assert compared > 0
