import numpy as np

from pipeline.alignment import align

ONES = np.ones((1, 3), dtype=np.float32)
SIX = np.ones((1, 6), dtype=np.float32)
THREE = np.array([3])


def costs(phrase: str, window: str) -> np.ndarray:
    table = [[0.0 if p == w else 1.0 for w in window] for p in phrase]
    return np.array([table], dtype=np.float32)


def test_an_exact_phrase_costs_nothing_and_its_place_is_found() -> None:
    placed = align(costs("abc", "xxabcx"), deletion=ONES, insertion=SIX, size=THREE)
    assert placed.cost[0] == 0.0
    assert (placed.first[0], placed.last[0]) == (2, 4)


def test_the_whole_phrase_has_to_be_covered() -> None:
    # "ab" is there, "c" is not: one deletion
    placed = align(costs("abc", "xxabxx"), deletion=ONES, insertion=SIX, size=THREE)
    assert placed.cost[0] == 1.0


def test_a_word_between_costs_its_insertion() -> None:
    insertion = np.full((1, 6), 0.4, np.float32)
    placed = align(costs("abc", "xabxcx"), deletion=ONES, insertion=insertion, size=THREE)
    assert placed.cost[0] == np.float32(0.4)
    assert (placed.first[0], placed.last[0]) == (1, 4)


def test_a_shorter_phrase_in_a_padded_row_costs_nothing_more() -> None:
    placed = align(costs("ab?", "xxabxx"), deletion=ONES, insertion=SIX, size=np.array([2]))
    assert placed.cost[0] == 0.0
    assert (placed.first[0], placed.last[0]) == (2, 3)


def test_candidates_are_aligned_independently() -> None:
    table = np.concatenate([costs("abc", "abcx"), costs("abc", "xaxc")])
    placed = align(
        table,
        deletion=np.ones((2, 3), np.float32),
        insertion=np.ones((2, 4), np.float32),
        size=np.array([3, 3]),
    )
    assert placed.cost.tolist() == [0.0, 1.0]
