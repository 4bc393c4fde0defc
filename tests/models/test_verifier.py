"""The second listen on small calls: the samples that the project synthesised."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.measured_calls import measured_calls
from models.fakes import ScriptVerifier
from models.installed import require
from models.registry import load_registry
from models.verifier import VerifierSettings, WhisperVerifier, as_whisper_writes
from models.whisper_engine import WhisperEngine
from pipeline.audio import read_audio
from pipeline.call import Language
from pipeline.engines import ENGINE_RATE_HZ, Clip, ClipScores, Samples

SAMPLES = Path(__file__).parents[2] / "samples"


class CountingEngine(WhisperEngine):
    """Counts what the encoder and the decoder are asked."""

    encoded = 0
    scored = 0

    def states(self, audio: Samples, *, window_s: float, language: Language) -> Samples:
        self.encoded += 1
        return super().states(audio, window_s=window_s, language=language)

    def text_score(self, *args: object, **keywords: object) -> float:
        self.scored += 1
        return super().text_score(*args, **keywords)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def engine(models_folder: Path) -> CountingEngine:
    return CountingEngine(require(load_registry(), models_folder, "whisper-base"))


@pytest.fixture
def verifier(engine: CountingEngine) -> WhisperVerifier:
    return WhisperVerifier(engine, version="test")


def turn(call: str, holding: str) -> tuple[Samples, str]:
    """Sound and words of the agent's turn that holds some words."""
    measured = next(c for c in measured_calls(SAMPLES) if c.name == call)
    spoken = next(t for t in measured.turns if holding in t.text)
    _, waveform = read_audio(measured.audio)
    channel = waveform[0]  # the agent's, or the only one
    first, last = (round(t * ENGINE_RATE_HZ) for t in (spoken.start - 0.2, spoken.end + 0.2))
    return channel[first:last], spoken.text


def asked(samples: Samples, own: str, *candidates: str) -> Clip:
    return Clip(samples, own_words=own, candidates=candidates)


# (call, words of the turn that were said, words that sound alike, words of another turn)
TURNS = [
    ("zh_inbound_booking_good", "请问您贵姓", "请问您贵庚", "祝您和孩子一切顺利"),
    ("zh_inbound_booking_good", "感谢您的来电", "干洗您的卡垫", "请问您贵姓"),
    ("zh_inbound_booking_good", "请您稍等片刻", "请您烧点偏科", "感谢您的来电"),
    ("es_parcel_hold", "gracias por llamar", "gracias por ganar", "no cuelgue"),
    ("es_parcel_hold", "Gracias por esperar", "Gracias por cenar", "un momento"),
]


@pytest.mark.models
@pytest.mark.parametrize(("call", "said", "alike", "other"), TURNS)
def test_what_was_said_fits_better_than_what_sounds_alike_or_was_said_elsewhere(
    verifier: WhisperVerifier, call: str, said: str, alike: str, other: str
) -> None:
    samples, text = turn(call, said)
    clip = asked(samples, text, text.replace(said, alike), text.replace(said, other))
    (scores,) = verifier.verify([clip], language=call[:2])  # type: ignore[arg-type]
    assert scores.own_words > max(*scores.candidates, scores.silence)


@pytest.mark.models
def test_what_was_misheard_gets_evidence_for_what_was_said(verifier: WhisperVerifier) -> None:
    samples, text = turn("zh_inbound_booking_good", "感谢您的来电")
    misheard = text.replace("感谢您的来电", "干洗您的卡垫")
    wrong = text.replace("感谢您的来电", "请您耐心等候")
    (scores,) = verifier.verify([asked(samples, misheard, text, wrong)], language="zh")
    assert scores.log_ratio(0) > max(0, scores.log_ratio(1))


@pytest.mark.models
@pytest.mark.parametrize("level", [0.0, 0.01])
def test_no_words_fit_better_than_silence_where_nobody_speaks(
    verifier: WhisperVerifier, level: float
) -> None:
    noise = np.random.default_rng(1).normal(scale=level, size=3 * ENGINE_RATE_HZ)
    clip = asked(noise.astype(np.float32), "感谢您的来电", "请问您贵姓", "字幕由志愿者提供")
    (scores,) = verifier.verify([clip], language="zh")
    assert scores.silence > max(scores.own_words, *scores.candidates)
    assert all(scores.log_ratio(i) < 0 for i in range(2))


@pytest.mark.models
def test_a_text_without_words_is_silence(verifier: WhisperVerifier) -> None:
    samples, text = turn("zh_inbound_booking_good", "请问您贵姓")
    (scores,) = verifier.verify([asked(samples, text, "", "……")], language="zh")
    assert scores.candidates == (scores.silence, scores.silence)


@pytest.mark.models
def test_scores_do_not_depend_on_what_else_was_asked(engine: CountingEngine) -> None:
    samples, text = turn("zh_inbound_booking_good", "请问您贵姓")
    other, words = turn("zh_inbound_booking_good", "感谢您的来电")
    question = asked(samples, text, "请问您几位")
    alone = WhisperVerifier(engine, version="a").verify([question], language="zh")
    among = WhisperVerifier(engine, version="a").verify(
        [asked(other, words, text), asked(samples, words, text, words), question], language="zh"
    )
    assert among[2] == alone[0]


@pytest.mark.models
def test_a_clip_is_encoded_once_and_a_text_scored_once(engine: CountingEngine) -> None:
    samples, text = turn("zh_inbound_booking_good", "请问您贵姓")
    verifier = WhisperVerifier(engine, version="b")
    encoded, scored = engine.encoded, engine.scored
    verifier.verify([asked(samples, text, "请问您几位"), asked(samples, text)], language="zh")
    verifier.verify([asked(samples.copy(), text, "请问您几位")], language="zh")
    assert (engine.encoded - encoded, engine.scored - scored) == (1, 2)


@pytest.mark.models
def test_no_more_clips_are_kept_than_allowed(engine: CountingEngine) -> None:
    verifier = WhisperVerifier(engine, version="c", settings=VerifierSettings(kept=1))
    first, second = (np.full(ENGINE_RATE_HZ, level, dtype=np.float32) for level in (0.1, 0.2))
    encoded = engine.encoded
    for samples in (first, first, second, first):
        verifier.verify([asked(samples, "你好")], language="zh")
    assert engine.encoded - encoded == 3


@pytest.mark.models
@pytest.mark.parametrize("duration_s", [0.0, 0.05, 40.0])
def test_clips_of_any_length_have_scores(verifier: WhisperVerifier, duration_s: float) -> None:
    samples = np.zeros(round(duration_s * ENGINE_RATE_HZ), dtype=np.float32)
    (scores,) = verifier.verify([asked(samples, "你好" * 300, "您好")], language="zh")
    assert all(np.isfinite([*scores.candidates, scores.own_words, scores.silence]))


def test_chinese_is_asked_as_whisper_writes_it() -> None:
    # traditional forms by the standard table of simplified characters
    assert as_whisper_writes("请问，您贵姓？", "zh") == "請問,您貴姓?"
    assert as_whisper_writes(" ¿En qué puedo ayudarle? ", "es") == "¿En qué puedo ayudarle?"


def test_the_evidence_is_measured_against_the_better_of_own_words_and_silence() -> None:
    assert ClipScores((-1.0,), own_words=-3.0, silence=-2.0).log_ratio(0) == 1.0
    assert ClipScores((-1.0, -4.0), own_words=-0.5, silence=-9.0).log_ratio(1) == -3.5


def test_the_stand_in_hears_its_script_and_nothing_else() -> None:
    loud = np.full(ENGINE_RATE_HZ, 0.5, dtype=np.float32)
    fake = ScriptVerifier(said=("我不知道",))
    (scores,) = fake.verify([asked(loud, "我不吃到", "我不知道啊", "感谢您")], language="zh")
    assert scores.log_ratio(0) > 0
    assert scores.log_ratio(1) == 0
    (quiet,) = fake.verify([asked(0 * loud, "我不吃到", "我不知道")], language="zh")
    assert quiet.silence > quiet.own_words
