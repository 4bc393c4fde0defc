"""Who may do what: the one place that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from warehouse.decisions.accounts import Account, RoleName

Action = Literal[
    "anyone",  # also without signing in
    "signed_in",
    "queue.read",
    "queue.assign",
    "call.read",
    "call.listen",
    "call.review",
    "rules.read",
    "reports.read",
    "reports.make",
    "own.read",  # an agent's released calls
    "own.answer",  # acknowledge or appeal what was found in them
    "appeal.decide",
    "sampling.read",
    "sampling.draw",
    "ledger.read",
    "ledger.decide",
    "promise.read",
    "calibration.score",
    "calibration.run",
    "account.manage",
    "audit.read",
    "phrasebook.read",
    "phrasebook.release",
    "dashboards.read",
    "people.compare",  # teams, agents and inspectors beside each other
    "cases.read",
    "cases.pin",
    "metrics.read",  # also others, where the settings say so
]

_EVERY_ROLE: Final[frozenset[RoleName]] = frozenset(
    ("inspector", "supervisor", "agent", "administrator", "auditor")
)
# An agent reads and hears only own calls, once they are released: `may_see` says which.
ALLOWED: Final[Mapping[Action, frozenset[RoleName]]] = {
    "signed_in": _EVERY_ROLE,
    "queue.read": frozenset(("inspector", "supervisor")),
    "queue.assign": frozenset(("supervisor",)),
    "call.read": frozenset(("inspector", "supervisor", "agent")),
    "call.listen": frozenset(("inspector", "supervisor", "agent")),
    "call.review": frozenset(("inspector", "supervisor")),
    "rules.read": frozenset(("supervisor", "auditor")),
    "reports.read": frozenset(("supervisor", "auditor")),  # the own sheet: own.read
    "reports.make": frozenset(("supervisor",)),
    "own.read": frozenset(("agent",)),
    "own.answer": frozenset(("agent",)),
    "appeal.decide": frozenset(("supervisor",)),
    "sampling.read": frozenset(("inspector", "supervisor", "auditor")),
    "sampling.draw": frozenset(("supervisor",)),
    "ledger.read": frozenset(("supervisor", "auditor")),  # the own one: own.read
    "ledger.decide": frozenset(("supervisor",)),
    "promise.read": frozenset(("inspector", "supervisor")),
    "calibration.score": frozenset(("inspector", "supervisor")),  # where invited
    "calibration.run": frozenset(("supervisor",)),
    "account.manage": frozenset(("administrator",)),
    "audit.read": frozenset(("auditor",)),
    "phrasebook.read": frozenset(("inspector", "supervisor")),
    "phrasebook.release": frozenset(("supervisor",)),
    "dashboards.read": frozenset(("inspector", "supervisor", "auditor")),
    "people.compare": frozenset(("supervisor",)),
    "cases.read": frozenset(("inspector", "supervisor")),
    "cases.pin": frozenset(("supervisor",)),
    "metrics.read": frozenset(("administrator",)),
}


def may(account: Account | None, action: Action) -> bool:
    """Whether a person, None for nobody known, may take an action at all."""
    if action == "anyone":
        return True
    return account is not None and account.role in ALLOWED[action]


def may_see(account: Account, *, agent_id: str | None, released: bool) -> bool:
    """Whether a person who may read calls may read this one.

    Args:
        agent_id: whose call it is.
        released: whether its review was submitted.
    """
    if account.role == "agent":
        return released and agent_id is not None and agent_id == account.agent_id
    return True
