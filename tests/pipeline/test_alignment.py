import numpy as np

from pipeline.alignment import Costs, Placement, align, least_costs

ONES = np.ones((3, 1), dtype=np.float32)
SIX = np.ones((6, 1), dtype=np.float32)
THREE = np.array([3])


def costs(phrase: str, window: str) -> np.ndarray:
    table = [[[0.0 if p == w else 1.0] for w in window] for p in phrase]
    return np.array(table, dtype=np.float32)


def place(table: np.ndarray, insertion: np.ndarray = SIX, size: np.ndarray = THREE) -> Placement:
    """Where it is placed; the cost that is worked out without the place must be the same."""
    asked = Costs(table, deletion=ONES, insertion=insertion, size=size)
    placed = align(asked)
    assert least_costs(asked).tolist() == placed.cost.tolist()
    return placed


def test_an_exact_phrase_costs_nothing_and_its_place_is_found() -> None:
    placed = place(costs("abc", "xxabcx"))
    assert placed.cost[0] == 0.0
    assert (placed.first[0], placed.last[0]) == (2, 4)


def test_the_whole_phrase_has_to_be_covered() -> None:
    # "ab" is there, "c" is not: one deletion
    assert place(costs("abc", "xxabxx")).cost[0] == 1.0


def test_a_word_between_costs_its_insertion() -> None:
    placed = place(costs("abc", "xabxcx"), np.full((6, 1), 0.4, np.float32))
    assert placed.cost[0] == np.float32(0.4)
    assert (placed.first[0], placed.last[0]) == (1, 4)


def test_four_words_between_are_too_many() -> None:
    # a lost c (1) is cheaper than the fourth skipped word would be, were it allowed (4 x 0.1)
    placed = place(costs("abc", "abxxxxc"), np.full((7, 1), 0.1, np.float32))
    assert placed.cost[0] == 1.0


def test_a_shorter_phrase_in_a_padded_row_costs_nothing_more() -> None:
    placed = place(costs("ab?", "xxabxx"), size=np.array([2]))
    assert placed.cost[0] == 0.0
    assert (placed.first[0], placed.last[0]) == (2, 3)


def test_candidates_are_aligned_independently() -> None:
    table = np.concatenate([costs("abc", "abcx"), costs("abc", "xaxc")], axis=2)
    asked = Costs(
        table,
        deletion=np.ones((3, 2), np.float32),
        insertion=np.ones((4, 2), np.float32),
        size=np.array([3, 3]),
    )
    assert align(asked).cost.tolist() == [0.0, 1.0]
    assert least_costs(asked).tolist() == [0.0, 1.0]
    assert align(asked.some(np.array([1]))).cost.tolist() == [1.0]
