import numpy as np

from pipeline.place_search import align

ONES = np.ones(3, dtype=np.float32)
SIX = np.ones(6, dtype=np.float32)


def costs(phrase: str, window: str) -> np.ndarray:
    return np.array([[0.0 if p == w else 1.0 for w in window] for p in phrase], dtype=np.float32)


def test_an_exact_phrase_costs_nothing_and_its_place_is_found() -> None:
    assert align(costs("abc", "xxabcx"), ONES, SIX) == (0.0, 2, 4)


def test_the_whole_phrase_has_to_be_covered() -> None:
    # "ab" is there, "c" is not: one deletion
    assert align(costs("abc", "xxabxx"), ONES, SIX)[0] == 1.0


def test_a_word_between_costs_its_insertion() -> None:
    insertion = np.full(6, 0.4, np.float32)
    assert align(costs("abc", "xabxcx"), ONES, insertion) == (np.float32(0.4), 1, 4)


def test_four_words_between_are_too_many() -> None:
    # a lost c (1) is cheaper than the fourth skipped word would be, were it allowed (4 x 0.1)
    insertion = np.full(7, 0.1, np.float32)
    assert align(costs("abc", "abxxxxc"), ONES, insertion)[0] == 1.0


def test_three_words_between_are_skipped() -> None:
    insertion = np.full(6, 0.1, np.float32)
    cost, first, last = align(costs("abc", "abxxxc"), ONES, insertion)
    assert abs(cost - 0.3) < 1e-6
    assert (first, last) == (0, 5)


def test_of_equally_cheap_places_the_shortest_and_then_the_earliest_is_taken() -> None:
    free = np.zeros(8, np.float32)
    assert align(costs("ab", "axbxabab"), ONES[:2], free) == (0.0, 4, 5)


def test_nothing_heard_is_a_place_without_columns() -> None:
    cost, first, last = align(costs("ab", "xxx"), np.full(2, 0.2, np.float32), SIX[:3])
    assert abs(cost - 0.4) < 1e-6
    assert last < first
