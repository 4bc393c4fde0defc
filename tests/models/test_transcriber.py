"""What is read again, with an engine that reads what the test says."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from models.spans import FloatArray
from models.transcriber import WhisperTranscriber
from models.whisper_engine import Reading, TimedToken
from pipeline.call import Language, Segment, SpeakerSpan

RATE = 16_000


class ScriptEngine:
    """Gives readings in order, each with the end of each of its words in its window."""

    def __init__(self, *script: dict[str, float]) -> None:
        self._script = list(script)
        self.asked: list[float] = []

    def encode(
        self, audios: Sequence[FloatArray], *, widths_s: Sequence[float], language: Language | None
    ) -> int:
        self.asked += [len(audio) / RATE for audio in audios]
        return len(audios)

    def read(self, encoded: int, **_: object) -> list[Reading]:
        self._now = [self._script.pop(0) for _ in range(encoded)]
        return [Reading(tuple(range(len(w))), "".join(w), -0.2, 0.0) for w in self._now]

    def align(self, *_: object, **__: object) -> list[list[TimedToken]]:
        return [
            [TimedToken(text, end - 0.2, end, 0.9) for text, end in words.items()]
            for words in self._now
        ]


def transcribe(engine: ScriptEngine, *spans: tuple[float, float]) -> tuple[Segment, ...]:
    waveform = np.full((1, 20 * RATE), 0.1, dtype=np.float32)
    heard = [SpeakerSpan(start, end, "channel-0", -20.0) for start, end in spans]
    transcriber = WhisperTranscriber(cast(Any, engine))
    return transcriber.transcribe(waveform, heard, language="zh")


def test_a_turn_that_the_decoder_left_out_is_read_again_alone() -> None:
    # the window holds 1 to 3 s, a pause, and 5 to 8 s; its reading ends after the first
    first = {"您": 0.6, "的": 0.8, "建": 1.0, "议": 1.2, "很": 1.4, "好": 1.6}
    second = {"感": 0.6, "谢": 0.8, "您": 1.0, "的": 1.2, "来": 1.4, "电": 1.6}
    engine = ScriptEngine(first, second)
    segments = transcribe(engine, (1.0, 3.0), (5.0, 8.0))
    assert [(s.text, s.start) for s in segments] == [("您的建议很好", 1.0), ("感谢您的来电", 5.0)]
    assert round(engine.asked[1], 1) == 3.3  # the lost turn with its margins


def test_a_cough_without_words_is_not_read_again() -> None:
    first = {"您": 0.6, "的": 0.8, "建": 1.0, "议": 1.2, "很": 1.4, "好": 1.6}
    engine = ScriptEngine(first)
    segments = transcribe(engine, (1.0, 3.0), (5.0, 5.4))
    assert [s.text for s in segments] == ["您的建议很好"]


def test_what_is_improbable_alone_too_is_left_out() -> None:
    first = {"您": 0.6, "的": 0.8, "建": 1.0, "议": 1.2, "很": 1.4, "好": 1.6}
    credit = {"谢谢": 0.8, "观": 1.0, "看": 1.2}
    segments = transcribe(ScriptEngine(first, credit), (1.0, 3.0), (5.0, 8.0))
    assert [s.text for s in segments] == ["您的建议很好"]
