"""Sampling plans: quotas, strata, chance."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sampling import Candidate, Quota, draw_sample, share_out


def _calls(agent: str, count: int, *, worth: float = 0.0, stratum: str = "") -> list[Candidate]:
    return [Candidate(f"{agent}-{stratum}-{n}", agent, stratum, worth) for n in range(count)]


def test_each_agent_has_the_quota_riskiest_first_and_the_rest_by_chance() -> None:
    calls = [
        *_calls("li", 40),
        *(Candidate(f"li-risky-{n}", "li", "", 10.0 - n) for n in range(9)),
        *_calls("wang", 3),
    ]
    picks = draw_sample(calls, Quota(per_agent=10, random_share=0.3, seed=7))
    li = [pick for pick in picks if pick.agent_id == "li"]
    risky = {pick.call_id for pick in li if pick.reason == "risk"}
    assert risky == {f"li-risky-{n}" for n in range(7)}
    by_chance = [pick for pick in li if pick.reason == "random"]
    assert len(by_chance) == 3
    assert {pick.probability for pick in by_chance} == {3 / 42}  # of 40 and two risky ones left
    wang = [pick for pick in picks if pick.agent_id == "wang"]
    assert [pick.probability for pick in wang] == [1.0] * 3


def test_strata_are_picked_by_their_size() -> None:
    calls = [*_calls("li", 60, stratum="callback"), *_calls("li", 30, stratum="complaint"),
             *_calls("li", 10, stratum="booking")]  # fmt: skip
    picks = draw_sample(calls, Quota(per_agent=10, random_share=1.0, seed=1))
    assert Counter(p.stratum for p in picks) == {"callback": 6, "complaint": 3, "booking": 1}
    assert {p.probability for p in picks} == {0.1}


def test_the_same_seed_picks_the_same_in_any_order_and_another_seed_others() -> None:
    calls = _calls("li", 50)
    quota = Quota(per_agent=10, random_share=1.0, seed=7)
    picked = draw_sample(calls, quota)
    assert draw_sample(calls[::-1], quota) == picked
    other = draw_sample(calls, Quota(per_agent=10, random_share=1.0, seed=8))
    assert {p.call_id for p in other} != {p.call_id for p in picked}


def test_every_call_is_as_likely_as_its_probability_says() -> None:
    # of 20 calls 5 are drawn with 2000 seeds: 500 times each, give or take four of sqrt(375)
    calls = _calls("li", 20)
    drawn = Counter(
        pick.call_id
        for seed in range(2000)
        for pick in draw_sample(calls, Quota(per_agent=5, random_share=1.0, seed=seed))
    )
    assert set(drawn) == {call.call_id for call in calls}
    assert all(abs(count - 500) < 4 * 375**0.5 for count in drawn.values())


@pytest.mark.parametrize(
    ("wanted", "sizes", "shared"),
    [
        (10, {"a": 60, "b": 30, "c": 10}, {"a": 6, "b": 3, "c": 1}),
        (3, {"a": 50, "b": 50}, {"a": 2, "b": 1}),
        (9, {"a": 2, "b": 1}, {"a": 2, "b": 1}),
        (5, {}, {}),
        (0, {"a": 4}, {"a": 0}),
    ],
)
def test_places_are_shared_out(wanted: int, sizes: dict[str, int], shared: dict[str, int]) -> None:
    assert share_out(wanted, sizes) == shared


@given(st.integers(0, 60), st.dictionaries(st.text(max_size=3), st.integers(1, 40), max_size=6))
def test_no_place_is_lost_and_no_stratum_gives_more_than_it_has(
    wanted: int, sizes: dict[str, int]
) -> None:
    shared = share_out(wanted, sizes)
    assert sum(shared.values()) == min(wanted, sum(sizes.values()))
    assert all(0 <= shared[name] <= size for name, size in sizes.items())
