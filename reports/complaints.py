"""The complaint record: what 002:218 wants written down of each complaint, and 002:189-193, 272 of
how it goes on. What has to be thought about is left to people.
"""

from __future__ import annotations

from typing import Final

from pipeline.call import Role, Transcript
from pipeline.finding import InspectedCall
from reports.blocks import Entry
from reports.records import Recorded, RecordedCall, head, outcomes_of, promise_told
from reports.written import write

_HANDLING: Final = {
    "apology": "zh.complaint.apology",
    "empathy": "zh.complaint.empathy",
    "restated": "zh.complaint.restate",
    "forwarded": "zh.complaint.forward",
    "solution": "zh.complaint.solution",
    "remedy": "zh.complaint.remedy",
}
_WORDS_MOST: Final = 260  # characters of a customer's complaint


def complaint_entries(recorded: Recorded, call: RecordedCall) -> tuple[Entry, ...]:
    """The fields of the complaint record for one call."""
    t = recorded.say
    heard = recorded.heard.get(call.call_id)
    contacts = recorded.contacts.get(call.call_id, ())
    told = t("semicolon").join(
        t("contact", at=write(c.local_at, "moment", recorded.language), agent=c.agent,
          call=c.call_id)
        for c in contacts
    )  # fmt: skip
    return (
        *head(recorded, call),
        Entry(t("complaint_kind"), t("complaint_kinds"), wide=True),
        Entry(t("complaint_words"), _complained(heard), wide=True),
        Entry(t("handling"), _handled(recorded, heard), wide=True),
        Entry(t("promise"), promise_told(recorded, call), wide=True),
        Entry(t("followed_up"), told or t("no_contact"), wide=True),
        Entry(t("quality"), _judged(recorded, call), wide=True),
        Entry(t("result"), wide=True, blank=True),
        Entry(t("customer_content"), t("content_choice"), wide=True),
        Entry(t("cause"), wide=True, blank=True),
    )


def _complained(heard: InspectedCall | None) -> str:
    """The customer's longest turns, in their order: what the complaint is about."""
    if heard is None:
        return ""
    return _customer_words(heard.transcript)


def _customer_words(transcript: Transcript) -> str:
    turns = [turn for turn in transcript.turns if turn.role is Role.CUSTOMER and turn.text]
    chosen: set[int] = set()
    length = 0
    for turn in sorted(turns, key=lambda turn: (-len(turn.text), turn.turn_no)):
        if length + len(turn.text) > _WORDS_MOST and chosen:
            break
        chosen.add(turn.turn_no)
        length += len(turn.text)
    told = " … ".join(turn.text for turn in turns if turn.turn_no in chosen)
    return told if len(told) <= 2 * _WORDS_MOST else told[: 2 * _WORDS_MOST - 1] + "…"


def _handled(recorded: Recorded, heard: InspectedCall | None) -> str:
    """Which steps of handling a complaint the machine heard."""
    t = recorded.say
    outcomes = outcomes_of(heard)
    done = [t(name) for name, rule in _HANDLING.items() if outcomes.get(rule) == "met"]
    told = [t("comma").join(done)] if done else []
    if outcomes.get(_HANDLING["apology"]) == "missed":
        told.append(t("no_apology"))
    return t("semicolon").join(told) or t("nothing_heard")


def _judged(recorded: Recorded, call: RecordedCall) -> str:
    """Faults of the call, those of the machine alone named as such."""
    told: dict[str, list[str]] = {"confirmed": [], "open": []}
    for fault in recorded.faults.get(call.call_id, ()):
        title = recorded.titles.get(fault.rule_id, fault.rule_id)
        if fault.status in told and title not in told[fault.status]:
            told[fault.status].append(title)
    parts = [
        recorded.say(f"quality_{status}", rules=recorded.say("comma").join(rules))
        for status, rules in told.items()
        if rules
    ]
    return recorded.say("semicolon").join(parts) or recorded.say("quality_none")
