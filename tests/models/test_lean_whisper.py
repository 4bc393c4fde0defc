"""Whisper with the tokens of one language reads as the whole model does."""

from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import pytest
from faster_whisper import WhisperModel

from models.lean_whisper import LeanWhisper, belongs, lean_files, spelling
from pipeline.audio import read_audio
from pipeline.call import Language

SAMPLES = Path(__file__).parents[2] / "samples"
RATE = 16_000


@pytest.fixture(scope="module")
def folder(models_folder: Path) -> Path:
    return models_folder / "whisper-base"


@pytest.fixture(scope="module")
def whole(folder: Path) -> WhisperModel:
    return WhisperModel(str(folder), compute_type="int8", cpu_threads=1, local_files_only=True)


def lean(folder: Path, language: Language) -> LeanWhisper:
    files = lean_files(folder, language)
    assert files is not None
    model = ctranslate2.models.Whisper(
        "lean", compute_type="int8", intra_threads=1, files=dict(files.files)
    )
    return LeanWhisper(model, files)


def encoded(whole: WhisperModel, sample: str) -> Any:
    """The agent's channel from its first ten seconds of sound."""
    _, waveform = read_audio(SAMPLES / sample)
    features = whole.feature_extractor(waveform[0][: 10 * RATE], padding=0)[None, :, :1000]
    return whole.model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(features)))


@pytest.mark.models
@pytest.mark.parametrize(
    ("language", "code", "sample"),
    [("zh", 50260, "zh_absence_care.opus"), ("es", 50262, "es_complaint_bad.wav")],
)
def test_a_lean_model_writes_the_same_tokens_at_the_same_times(
    whole: WhisperModel, folder: Path, language: Language, code: int, sample: str
) -> None:
    states = encoded(whole, sample)
    # start of transcript, language, transcribe, no time stamps
    prompt = [50258, code, 50359, 50363]
    options = {"beam_size": 2, "return_scores": True, "return_no_speech_prob": True}
    model = lean(folder, language)
    (expected,) = whole.model.generate(states, [prompt], suppress_tokens=[-1, 10], **options)
    (found,) = model.generate(states, [prompt], suppress_tokens=[-1, 10], **options)
    tokens = expected.sequences_ids[0]
    assert len(tokens) > 10
    assert found.sequences_ids[0] == tokens
    assert found.scores[0] == pytest.approx(expected.scores[0], abs=0.02)
    assert found.no_speech_prob == pytest.approx(expected.no_speech_prob, abs=0.02)
    (true,) = whole.model.align(states, prompt[:3], [tokens], 500)
    (mine,) = model.align(states, prompt[:3], [tokens], 500)
    assert mine.alignments == true.alignments


@pytest.mark.models
@pytest.mark.parametrize("sample", ["zh_absence_care.opus", "es_complaint_bad.wav"])
def test_a_lean_model_of_any_language_hears_which_one_it_is(
    whole: WhisperModel, folder: Path, sample: str
) -> None:
    states = encoded(whole, sample)
    (expected,) = whole.model.detect_language(states)
    (found,) = lean(folder, "zh").detect_language(states)
    assert dict(found) == pytest.approx(dict(expected), abs=1e-3)
    assert found[0][0] == f"<|{sample[:2]}|>"


@pytest.mark.models
def test_a_token_that_was_left_out_is_asked_for_byte_by_byte(folder: Path) -> None:
    files = lean_files(folder, "zh")
    assert files is not None
    korean = files.vocabulary.index("ìĸ´")  # the three bytes of 어
    assert korean not in files.kept
    model = LeanWhisper(None, files)
    short = model._shortened([korean])
    raw = [spelling(files.vocabulary[files.kept[token]]) for token in short]
    assert b"".join(r or b"" for r in raw) == "어".encode()


@pytest.mark.parametrize(
    ("token", "number", "zh", "es"),
    [
        ("æĪĳ", 1654, True, False),  # 我
        ("æ", 162, True, True),  # a single byte
        ("åŃ", 2345, True, False),  # the first two bytes of 字
        ("Ġthe", 264, True, True),
        ("Ġdiligent", 50251, False, True),
        ("ciÃ³n", 5687, False, True),
        ("ĠÐ¿", 1295, False, False),  # Cyrillic п
        ("ãģ®", 2972, False, False),  # の
        ("<|zh|>", 50260, True, True),
        ("<|notimestamps|>", 50363, True, True),
        ("<|0.00|>", 50364, False, False),
        ("<|4.08|>", 50568, False, False),
        ("<|29.98|>", 51863, False, False),
    ],
)
def test_a_language_keeps_what_it_is_written_with(
    token: str, number: int, zh: bool, es: bool
) -> None:
    assert belongs(token, number, "zh") is zh
    assert belongs(token, number, "es") is es


def test_a_model_of_another_format_is_left_whole(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.json").write_text('["a", "b"]')
    (tmp_path / "config.json").write_text("{}")
    assert lean_files(tmp_path, "zh") is None  # no model.bin
    (tmp_path / "model.bin").write_bytes(b"\x05\x00\x00\x00 an older one")
    assert lean_files(tmp_path, "zh") is None
    (tmp_path / "model.bin").write_bytes(b"\x06\x00")
    assert lean_files(tmp_path, "zh") is None
