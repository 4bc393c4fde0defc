"""Which calls people listen to: so many of each agent, the riskiest first, the rest by chance."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Reason = Literal["risk", "random"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that may be picked."""

    call_id: str
    agent_id: str
    stratum: str  # such as its purpose; "" if calls are not told apart
    worth: float  # what a look is worth; 0 if nothing asks for one


@dataclass(frozen=True, slots=True)
class Quota:
    """How many calls of each agent, and how they are chosen."""

    per_agent: int
    random_share: float  # 0-1 of them by chance, rounded up: nobody is judged by the worst alone
    seed: int


@dataclass(frozen=True, slots=True)
class Pick:
    """A call that was picked, and how likely that was."""

    call_id: str
    agent_id: str
    stratum: str
    reason: Reason
    probability: float  # 0-1; 1 of what was picked for its risk


def draw_sample(candidates: Iterable[Candidate], quota: Quota) -> tuple[Pick, ...]:
    """The calls of each agent: first those most worth a look, then others by chance.

    Of what is not picked for its risk, each stratum gives as many as its share of the agent's
    calls; which, is decided by the seed and the call's own name. So the same seed picks the same
    calls in whatever order they come, and one call more or less changes little.

    Returns: by agent and call; all calls of an agent who has no more than the quota.
    """
    by_agent: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_agent.setdefault(candidate.agent_id, []).append(candidate)
    picks = [pick for calls in by_agent.values() for pick in _draw_agent(calls, quota)]
    return tuple(sorted(picks, key=lambda pick: (pick.agent_id, pick.call_id)))


def _draw_agent(calls: Sequence[Candidate], quota: Quota) -> list[Pick]:
    by_chance = math.ceil(round(quota.per_agent * quota.random_share, 9))
    risky = sorted(
        (call for call in calls if call.worth > 0),
        key=lambda call: (-call.worth, _lot(call, quota.seed)),
    )[: quota.per_agent - by_chance]
    chosen = {call.call_id for call in risky}
    rest = [call for call in calls if call.call_id not in chosen]
    picks = [Pick(c.call_id, c.agent_id, c.stratum, "risk", 1.0) for c in risky]
    strata: dict[str, list[Candidate]] = {}
    for call in rest:
        strata.setdefault(call.stratum, []).append(call)
    sizes = {stratum: len(members) for stratum, members in strata.items()}
    for stratum, count in share_out(quota.per_agent - len(risky), sizes).items():
        members = sorted(strata[stratum], key=lambda call: _lot(call, quota.seed))
        probability = count / len(members)
        picks += [
            Pick(c.call_id, c.agent_id, stratum, "random", probability) for c in members[:count]
        ]
    return picks


def share_out(wanted: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """`wanted` places among strata by their sizes, largest remainder first, at most all of each.

    Ties go to the larger stratum, then to the first by name.
    """
    total = sum(sizes.values())
    wanted = max(0, min(wanted, total))
    exact = {name: wanted * size / total for name, size in sizes.items()} if total else {}
    given = {name: math.floor(value) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: (given[name] - exact[name], -sizes[name], name))
    for name in order[: wanted - sum(given.values())]:
        given[name] += 1
    return given


def _lot(call: Candidate, seed: int) -> bytes:
    """What decides by chance: the same for the same seed and call."""
    return hashlib.sha256(f"{seed}:{call.call_id}".encode()).digest()
