"""Which places are listened to again, and what becomes of what was heard."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from phrasebook_examples import book_of, dialogue

from pipeline.call import CallMetadata, Language, Role, Transcript
from pipeline.engines import ENGINE_RATE_HZ, Clip, ClipScores, Waveform
from pipeline.finding import Finding
from pipeline.judging import judge, view_call
from pipeline.rating import CallView
from pipeline.rules import Phrasebook
from pipeline.second_listen import clip_of, find_doubts, listen_again
from pipeline.talk import measure_talk

RULES = """
[[rule]]
id = "offer"
title = "帮您"
kind = "credit"
points = 1
phrases = '''
有什么我可以帮到您
'''
"""
HEARD = "有其他我可以帮到您"  # one word of the phrase is another
CALL = CallMetadata("test", language="zh")


@dataclass
class Recorder:
    """Says that candidates fit by `ratio` better than the transcript's words."""

    ratio: float = 0.0
    clips: list[Clip] = field(default_factory=list)

    def verify(self, clips: Sequence[Clip], *, language: Language) -> tuple[ClipScores, ...]:
        self.clips += clips
        return tuple(ClipScores((self.ratio - 2.0,) * len(c.candidates), -2.0, -9.0) for c in clips)


def sound(transcript: Transcript, channels: int = 1) -> Waveform:
    """Every sample says its own time in seconds, and a hundred more for each channel."""
    time_s = np.arange(round((transcript.duration_s + 1) * ENGINE_RATE_HZ)) / ENGINE_RATE_HZ
    return np.stack([time_s + 100 * n for n in range(channels)]).astype(np.float32)


def view(transcript: Transcript, book: Phrasebook) -> CallView:
    return view_call(transcript, metadata=CALL, metrics=measure_talk(transcript), phrasebook=book)


def judged(text: str, book: Phrasebook, recorder: Recorder | None) -> Finding:
    transcript = dialogue(text)

    def listen(laid_out: CallView) -> CallView:
        assert recorder is not None
        return listen_again(
            laid_out,
            phrasebook=book,
            waveform=sound(transcript),
            verifier=recorder,
            at_most=4,
        )

    (finding,) = judge(
        transcript,
        metadata=CALL,
        metrics=measure_talk(transcript),
        phrasebook=book,
        listen=listen if recorder else None,
    )
    return finding


def test_the_phrase_takes_the_place_of_the_words_that_are_in_doubt(tmp_path: Path) -> None:
    book = book_of(tmp_path, RULES)
    transcript = dialogue(f"agent: 您好，{HEARD}吗？")
    (doubt,) = find_doubts(view(transcript, book), book, at_most=9)
    clip = clip_of(doubt, sound(transcript))
    assert clip.own_words == f"您好，{HEARD}吗？"
    assert clip.candidates == ("您好，有什么我可以帮到您吗？",)


def test_the_clip_is_the_turn_with_a_margin(tmp_path: Path) -> None:
    book = book_of(tmp_path, RULES)
    transcript = dialogue(f"customer: 喂，你好。\nagent: {HEARD}？")
    turn = transcript.turns[1]
    (doubt,) = find_doubts(view(transcript, book), book, at_most=9)
    clip = clip_of(doubt, sound(transcript))
    assert clip.samples[0] == pytest.approx(turn.start - 0.2, abs=1e-3)
    assert clip.samples[-1] == pytest.approx(turn.end + 0.2, abs=1e-3)


def test_the_clip_comes_from_the_speakers_channel(tmp_path: Path) -> None:
    book = book_of(tmp_path, RULES)
    transcript = dialogue(f"agent: {HEARD}？")
    turns = tuple(replace(turn, speaker="channel-1") for turn in transcript.turns)
    (doubt,) = find_doubts(view(replace(transcript, turns=turns), book), book, at_most=9)
    assert clip_of(doubt, sound(transcript, channels=2)).samples[0] > 100


def test_of_a_long_turn_the_words_around_the_place_are_heard(tmp_path: Path) -> None:
    book = book_of(tmp_path, RULES)
    talk = "今天天气真不错呀" * 10
    transcript = dialogue(f"agent: {talk}，{HEARD}，{talk}")
    (doubt,) = find_doubts(view(transcript, book), book, at_most=9)
    clip = clip_of(doubt, sound(transcript))
    assert 9 < len(clip.samples) / ENGINE_RATE_HZ < 10.3
    assert clip.own_words in transcript.turns[0].text
    # as much before the place as after it, within a character (4.5 a second)
    before, after = (len(part) for part in clip.own_words.split(HEARD))
    assert abs(before - after) <= 2


def test_words_of_letters_are_not_cut(tmp_path: Path) -> None:
    rules = RULES.replace("有什么我可以帮到您", "le comunico con mi compañera")
    book = book_of(tmp_path, rules, language="es")
    talk = "mañana hablaremos tranquilamente " * 8
    transcript = dialogue(f"agent: {talk}le comunica con mi campaña {talk}", "es")
    layout = view_call(
        transcript,
        metadata=replace(CALL, language="es"),
        metrics=measure_talk(transcript),
        phrasebook=book,
    )
    (doubt,) = find_doubts(layout, book, at_most=9)
    clip = clip_of(doubt, sound(transcript))
    words = set(transcript.turns[0].text.split())
    assert len(clip.own_words) < len(transcript.turns[0].text)
    assert set(clip.own_words.split()) <= words


@pytest.mark.parametrize(
    "text",
    [
        "agent: 有什么我可以帮到您？",  # the phrase's own words: nothing to compare
        "agent: 您贵姓？",  # nothing like it
        f"customer: {HEARD}？",  # not the rule's role
    ],
)
def test_where_nothing_is_in_doubt_nothing_is_listened_to(tmp_path: Path, text: str) -> None:
    recorder = Recorder()
    judged(text, book_of(tmp_path, RULES), recorder)
    assert recorder.clips == []


def test_no_more_places_are_listened_to_than_allowed_and_the_nearest_to_the_threshold_first(
    tmp_path: Path,
) -> None:
    book = book_of(tmp_path, RULES)
    line = "agent: {}？\ncustomer: 我要想一想。\n"
    layout = view(dialogue(line.format(HEARD) * 3), book)
    every = find_doubts(layout, book, at_most=9)
    assert len(every) == 3
    assert [d.distance for d in every] == sorted(d.distance for d in every)
    assert find_doubts(layout, book, at_most=2) == every[:2]
    assert find_doubts(layout, book, at_most=0) == ()


def test_the_evidence_stands_beside_the_words_and_never_turns_round(tmp_path: Path) -> None:
    book = book_of(tmp_path, RULES)
    text = f"agent: {HEARD}？"
    better, worse = judged(text, book, Recorder(1.0)), judged(text, book, Recorder(-1.0))
    deaf = judged(text, book, None)
    assert [e.acoustic_llr for e in better.evidence] == [pytest.approx(1.0)]
    assert [e.acoustic_llr for e in deaf.evidence] == [None]
    assert better.probability >= deaf.probability >= worse.probability


def test_a_lone_short_word_is_not_listened_to(tmp_path: Path) -> None:
    recorder = Recorder()
    judged("agent: 为？", book_of(tmp_path, RULES.replace("有什么我可以帮到您", "喂")), recorder)
    assert recorder.clips == []


def test_the_listened_places_are_kept_by_role_phrase_and_place(tmp_path: Path) -> None:
    book = book_of(tmp_path, RULES)
    transcript = dialogue(f"agent: {HEARD}？")
    heard = listen_again(
        view(transcript, book),
        phrasebook=book,
        waveform=sound(transcript),
        verifier=Recorder(0.5),
        at_most=4,
    )
    ((place, ratio),) = heard.listened.items()
    assert (place.role, place.phrase) == (Role.AGENT, "有什么我可以帮到您")
    assert (place.first, place.last) == (0, 8)  # nine characters
    assert ratio == pytest.approx(0.5)
