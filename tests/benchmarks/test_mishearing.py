import numpy as np

from benchmarks.mishearing import mishear
from pipeline.dialogue import build_transcript, parse_dialogue
from pipeline.sound import readings

CALL = build_transcript(
    parse_dialogue("agent: " + "您好这里是桔子树请问有什么可以帮到您吗" * 20), "zh"
)


def test_nothing_changes_at_rate_zero() -> None:
    heard = mishear(CALL, rate=0.0, rng=np.random.default_rng(1))
    assert heard.turns[0].text == CALL.turns[0].text


def test_about_the_wanted_share_is_wrong_and_mostly_sounds_the_same() -> None:
    heard = mishear(CALL, rate=0.2, rng=np.random.default_rng(1))
    said = {round(w.start, 6): w.text for w in CALL.turns[0].words}
    pairs = [(said[round(w.start, 6)], w.text) for w in heard.turns[0].words]
    wrong = [(a, b) for a, b in pairs if a != b]
    assert 0.12 < len(wrong) / len(said) < 0.25
    same = sum(bool(set(readings(a)) & set(readings(b))) for a, b in wrong)
    assert same / len(wrong) > 0.6


def test_words_that_are_wrong_are_less_certain() -> None:
    heard = mishear(CALL, rate=0.5, rng=np.random.default_rng(2))
    said = {round(w.start, 6): w.text for w in CALL.turns[0].words}
    right = [w.probability for w in heard.turns[0].words if said[round(w.start, 6)] == w.text]
    wrong = [w.probability for w in heard.turns[0].words if said[round(w.start, 6)] != w.text]
    assert np.mean(wrong) < np.mean(right) - 0.2


def test_the_same_seed_mishears_the_same() -> None:
    first = mishear(CALL, rate=0.3, rng=np.random.default_rng(3))
    again = mishear(CALL, rate=0.3, rng=np.random.default_rng(3))
    assert first == again
