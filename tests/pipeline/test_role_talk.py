from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.call import Role, SpeakerSpan, Transcript, Turn
from pipeline.role_talk import RoleTalk, measure_roles

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER
OTHER = {AGENT: CUSTOMER, CUSTOMER: AGENT, Role.UNKNOWN: Role.UNKNOWN}


def call(*parts: tuple[Role, float, float, float | None]) -> Transcript:
    """Turns of (role, start, end, level), each with a span of its own; three characters each."""
    ordered = sorted(parts, key=lambda part: part[1])
    turns = tuple(
        Turn(number, role.value, role, 0.99, start, end, "三个字", level_db=level)
        for number, (role, start, end, level) in enumerate(ordered)
    )
    spans = tuple(SpeakerSpan(turn.start, turn.end, turn.speaker) for turn in turns)
    end = max((part[2] for part in parts), default=0.0)
    return Transcript(language="zh", turns=turns, spans=spans, duration_s=end)


def swap(transcript: Transcript) -> Transcript:
    return replace(
        transcript, turns=tuple(replace(t, role=OTHER[t.role]) for t in transcript.turns)
    )


def shift(transcript: Transcript, seconds: float) -> Transcript:
    def later(part):  # type: ignore[no-untyped-def]
        return replace(part, start=part.start + seconds, end=part.end + seconds)

    return replace(
        transcript,
        turns=tuple(map(later, transcript.turns)),
        spans=tuple(map(later, transcript.spans)),
    )


parts = st.tuples(
    st.sampled_from([AGENT, CUSTOMER, Role.UNKNOWN]),
    st.integers(0, 200).map(float),
    st.integers(1, 20).map(float),
    st.none() | st.integers(-60, 0).map(float),
).map(lambda p: (p[0], p[1], p[1] + p[2], p[3]))
calls = st.lists(parts, max_size=14).map(lambda found: call(*found))


def test_a_call_whose_figures_can_be_added_by_hand() -> None:
    agent, customer = measure_roles(
        call(
            (AGENT, 0.0, 6.0, -20.0),
            (CUSTOMER, 8.0, 10.0, -30.0),  # answers after 2 s
            (AGENT, 11.0, 14.0, -14.0),  # after 1 s
            (CUSTOMER, 12.0, 16.0, -30.0),  # cuts in, goes on after the agent has stopped
        )
    )
    assert agent == RoleTalk(
        role=AGENT,
        talk_s=9.0,
        share=9 / 15,
        longest_s=6.0,
        units_per_min=60 * 6 / 9,  # two turns of three characters
        responses=1,
        response_median_s=1.0,
        response_longest_s=1.0,
        interruptions=0,
        level_db=pytest.approx(-18.0),  # (6 x -20 + 3 x -14) / 9
        level_rise_db=None,
        interruption_longest_s=None,
        monologue_s=6.0,
    )
    assert (customer.talk_s, customer.responses, customer.response_longest_s) == (6.0, 2, 2.0)
    assert customer.response_median_s == 1.0  # of 2 s and of 0 where both speak
    assert (customer.interruptions, customer.interruption_longest_s) == (1, 2.0)  # 12 to 14


def test_each_party_is_blamed_for_its_own_interruptions() -> None:
    agent, customer = measure_roles(
        call(
            (CUSTOMER, 0.0, 10.0, None),
            (AGENT, 4.0, 7.0, None),  # into the customer's words: 3 s
            (AGENT, 9.6, 20.0, None),  # the customer stops within 0.6 s: not cut into
            (CUSTOMER, 12.0, 12.8, None),  # under a second: listening
            (CUSTOMER, 15.0, 17.0, None),  # 2 s
            (CUSTOMER, 18.0, 22.0, None),  # 2 s until the agent stops
        )
    )
    assert (agent.interruptions, agent.interruption_longest_s) == (1, 3.0)
    assert (customer.interruptions, customer.interruption_longest_s) == (2, 2.0)


def test_a_monologue_goes_on_over_pauses_until_somebody_else_says_a_word() -> None:
    agent, customer = measure_roles(
        call(
            (AGENT, 0.0, 4.0, None),
            (AGENT, 7.0, 12.0, None),  # after its own pause: 0 to 12
            (CUSTOMER, 13.0, 14.0, None),
            (AGENT, 15.0, 20.0, None),
        )
    )
    assert (agent.longest_s, agent.monologue_s) == (5.0, 12.0)
    assert (customer.longest_s, customer.monologue_s) == (1.0, 1.0)


def test_a_rise_is_told_from_six_turns_on() -> None:
    quiet = [(AGENT, 10.0 * n, 10.0 * n + 2, -30.0) for n in range(4)]
    loud = [(AGENT, 40.0 + 10 * n, 42.0 + 10 * n, -18.0) for n in range(2)]
    assert measure_roles(call(*quiet, *loud))[0].level_rise_db == 12.0
    assert measure_roles(call(*quiet, *loud[:1]))[0].level_rise_db is None


def test_a_silent_call_has_zeros_and_nothing_made_up() -> None:
    for talk in measure_roles(call()):
        assert (talk.talk_s, talk.longest_s, talk.responses, talk.interruptions) == (0, 0, 0, 0)
        unknown = (talk.share, talk.units_per_min, talk.response_median_s, talk.level_db)
        assert unknown == (None, None, None, None)


@given(calls)
def test_shares_add_up_and_nothing_is_negative(transcript: Transcript) -> None:
    agent, customer = measure_roles(transcript)
    if agent.share is not None and customer.share is not None:
        assert agent.share + customer.share == pytest.approx(1)
    for talk in (agent, customer):
        assert 0 <= talk.longest_s <= talk.talk_s
        assert (talk.interruptions > 0) == ((talk.interruption_longest_s or 0) > 0)
        assert 0 <= (talk.response_median_s or 0) <= (talk.response_longest_s or 0)


@given(calls)
def test_swapping_the_roles_swaps_the_figures(transcript: Transcript) -> None:
    agent, customer = measure_roles(transcript)
    swapped = measure_roles(swap(transcript))
    assert swapped == (replace(customer, role=AGENT), replace(agent, role=CUSTOMER))


@given(calls, st.integers(1, 1000).map(float))
def test_the_time_of_day_changes_nothing(transcript: Transcript, seconds: float) -> None:
    assert measure_roles(shift(transcript, seconds)) == measure_roles(transcript)
