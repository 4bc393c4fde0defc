"""The real models on small calls: the samples that the project synthesised."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from benchmarks.error_rates import errors_of_role, role_hits
from benchmarks.measured_calls import MeasuredCall, measured_calls
from models.channels import ChannelDiarizer, ChannelSettings
from models.ears import CallEars, load_ears
from models.onnx_export import segmentation_onnx
from models.registry import load_registry
from models.sections import sections
from models.segmentation import SpeechSegmenter
from pipeline.audio import read_audio
from pipeline.call import Role, Transcript
from pipeline.inspection import inspect_call
from pipeline.messages import Language
from pipeline.metadata import load_metadata
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook

pytestmark = pytest.mark.models

SAMPLES = Path(__file__).parents[2] / "samples"
RATE = 16_000


@cache
def book(language: Language) -> Phrasebook:
    return load_phrasebook(Path(__file__).parents[2] / "phrasebooks", language=language)


@pytest.fixture(scope="module")
def ears(models_folder: Path) -> CallEars:
    return load_ears(models_folder)


def sample(name: str) -> MeasuredCall:
    return next(call for call in measured_calls(SAMPLES) if call.name == name)


def heard(ears: CallEars, call: MeasuredCall) -> Transcript:
    return inspect_call(
        call.audio, metadata=call.metadata, ears=ears, phrasebook_for=book
    ).transcript


# bounds far above what docs/benchmarks.md measures: they catch a break, not a decline
@pytest.mark.parametrize("name", ["zh_inbound_booking_good", "es_parcel_hold"])
def test_words_and_roles_of_a_clean_call_are_right(ears: CallEars, name: str) -> None:
    call = sample(name)
    transcript = heard(ears, call)
    errors = errors_of_role(
        call.turns, transcript.turns, role="agent", language=transcript.language
    )
    hits, turns = role_hits(call.turns, transcript.turns)
    assert errors.rate < 0.2
    assert hits == turns
    assert turns >= 4


def test_the_words_of_a_turn_lie_in_it_one_after_another(ears: CallEars) -> None:
    transcript = heard(ears, sample("zh_inbound_booking_good"))
    for turn in transcript.turns:
        assert turn.text == "".join(word.text for word in turn.words)
        starts = [word.start for word in turn.words]
        assert starts == sorted(starts)
        assert turn.start <= starts[0]
        assert turn.words[-1].end <= turn.end


def test_a_call_is_heard_the_same_however_many_threads_numpy_was_given(models_folder: Path) -> None:
    told = []
    for threads in (1, 3):
        with threadpool_limits(threads, user_api="blas"):
            told.append(heard(load_ears(models_folder), sample("en_course_question")))
    assert told[0] == told[1]


def test_the_same_call_is_heard_the_same_twice(ears: CallEars) -> None:
    call = sample("zh_complaint_quarrel")
    assert heard(ears, call) == heard(ears, call)


def test_the_number_of_threads_changes_nothing(ears: CallEars, models_folder: Path) -> None:
    call = sample("zh_callback_busy")
    two = load_ears(models_folder, threads=2)
    assert heard(two, call) == heard(ears, call)


def test_a_long_call_is_heard_as_its_pieces_are(ears: CallEars) -> None:
    parts = [
        read_audio(sample(name).audio)[1] for name in ("zh_callback_busy", "zh_complaint_quarrel")
    ]
    rng = np.random.default_rng(3)
    pause = (1e-4 * rng.standard_normal((2, 130 * RATE))).astype(np.float32)
    call = np.concatenate([parts[0], pause, pause, parts[1]], axis=1)
    pieces = sections(call)
    assert len(pieces) == 2
    spans = ears.diarizer.diarize(call)
    segments = ears.transcriber.transcribe(call, spans, language="zh")
    expected = []
    for piece in pieces:
        own = ears.diarizer.diarize(piece.waveform)
        for segment in ears.transcriber.transcribe(piece.waveform, own, language="zh"):
            expected.append((segment.text, segment.speaker, segment.start + piece.start_s))
    assert [(s.text, s.speaker, pytest.approx(s.start, abs=2e-3)) for s in segments] == expected
    assert {s.speaker for s in segments if s.start > 130} == {"channel-0", "channel-1"}


def test_leaving_silence_out_changes_no_turn(models_folder: Path) -> None:
    segmenter = SpeechSegmenter(segmentation_onnx(load_registry(), models_folder))
    _, waveform = read_audio(sample("zh_inbound_booking_good").audio)
    whole = ChannelDiarizer(segmenter, ChannelSettings(context_s=1000.0)).diarize(waveform)
    parts = ChannelDiarizer(segmenter).diarize(waveform)
    assert [s.speaker for s in parts] == [s.speaker for s in whole]
    for part, other in zip(parts, whole, strict=True):
        assert part.start == pytest.approx(other.start, abs=0.25)
        assert part.end == pytest.approx(other.end, abs=0.25)


def test_the_language_is_heard_where_nobody_names_it(ears: CallEars) -> None:
    for name, language in (("es_parcel_hold", "es"), ("en_course_question", "en")):
        audio = next(SAMPLES.glob(f"{name}.[wo]*"))
        metadata = load_metadata(audio)
        unnamed = type(metadata)(
            metadata.call_id, channel_roles=metadata.channel_roles, direction=metadata.direction
        )
        found = inspect_call(audio, metadata=unnamed, ears=ears, phrasebook_for=book)
        assert found.transcript.language == language


@pytest.mark.parametrize("kind", ["silence", "noise", "tones", "music"])
def test_no_word_is_heard_where_nobody_speaks(ears: CallEars, kind: str) -> None:
    time_s = np.arange(40 * RATE) / RATE
    beat = (time_s * 2).astype(int)
    pitch = np.array([262.0, 330.0, 392.0, 523.0])[beat % 4]
    sounds = {
        "silence": np.zeros(len(time_s)),
        "noise": np.random.default_rng(3).normal(scale=0.02, size=len(time_s)),
        # the dial tone of China, one second on, four off
        "tones": 0.2 * np.sin(2 * np.pi * 450 * time_s) * (time_s % 5 < 1),
        "music": 0.1 * sum(np.sin(2 * np.pi * k * np.cumsum(pitch) / RATE) / k for k in (1, 2, 3)),
    }
    for channels in (1, 2):
        waveform = np.tile(sounds[kind].astype(np.float32), (channels, 1))
        spans = ears.diarizer.diarize(waveform)
        segments = ears.transcriber.transcribe(waveform, spans, language="zh")
        assert [s.text for s in segments] == []


def test_truth_and_samples_belong_together() -> None:
    for path in (SAMPLES / "truth").glob("*.truth.json"):
        roles = {turn["role"] for turn in json.loads(path.read_text("utf-8"))["turns"]}
        assert roles <= {"agent", "customer", "other"}
        assert Role.AGENT in roles
