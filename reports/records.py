"""Records of calls, as the norms want them: 《回访记录表》(002:265); see also `complaints.py`.

What the machine heard stands in the fields that it can fill, in the speakers' own words; the others
are blank, for a person to write in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.asked import Asked, find_asked, questions_only
from pipeline.finding import InspectedCall
from pipeline.messages import Language, say
from pipeline.promise import PromiseRules
from pipeline.rules import Phrasebook
from reports.blocks import Block, Column, Entry, Record, Table, Text, Value
from reports.inspected import agent_label
from reports.reading import Fault, Reading
from reports.written import place, write
from warehouse.lake import Warehouse
from warehouse.promises import StoredPromise, list_promises
from warehouse.stored import read_judgements

CALLBACKS: Final = ("callback", "satisfaction", "absence")
COMPLAINTS: Final = ("complaint",)
PAPER_MOST: Final = 500  # records; more are a table's work
QUESTIONS: Final = {  # field of the callback record: rule and step that ask for it
    "convenient": ("zh.opener.callback", "convenience"),
    "satisfied": ("zh.satisfaction.questions", "satisfied"),
    "problem": ("zh.satisfaction.questions", "problem"),
    "wish": ("zh.satisfaction.questions", "wish"),
    "advice": ("zh.satisfaction.questions", "advice"),
    "absence_reason": ("zh.absence.reason", ""),
}
_DONE: Final = {"leave_rule": "zh.absence.leave_rule", "renewal": "zh.renewal.offer"}
_TOPICS: Final = "zh.satisfaction.topics"
_BATCH: Final = 500
_CONTACTS_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call of a record."""

    call_id: str
    scoring_id: str
    local_at: datetime | None
    agent: str
    team: str | None
    customer_ref: str | None
    purpose: str
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A later call of the organisation to the same customer."""

    call_id: str
    local_at: datetime
    agent: str
    after_days: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a record is made of, by call."""

    language: Language
    calls: Sequence[RecordedCall]
    heard: Mapping[str, InspectedCall]
    asked: Mapping[str, Sequence[Asked]]
    promises: Mapping[str, Sequence[StoredPromise]]
    contacts: Mapping[str, Sequence[Contact]]
    faults: Mapping[str, Sequence[Fault]]
    titles: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """A message of `reports.toml`."""
        return say(f"reports.{key}", self.language, **values)


def calls_of(reading: Reading, purposes: Sequence[str]) -> tuple[RecordedCall, ...]:
    """The calls that a record lists, by time."""
    rows = reading.ask("report_record_calls", {"purposes": list(purposes)})
    return tuple(
        RecordedCall(call_id, scoring_id, at, agent_label(agent_id, name), team, customer, purpose,
                     duration_s)
        for call_id, scoring_id, _, at, agent_id, name, team, customer, purpose, duration_s in rows
    )  # fmt: skip


def contacts_of(reading: Reading, purposes: Sequence[str]) -> dict[str, list[Contact]]:
    """Later calls to the same customers, by call."""
    found: defaultdict[str, list[Contact]] = defaultdict(list)
    values = {"purposes": list(purposes), "most": _CONTACTS_MOST}
    for call_id, later, at, agent_id, name, days in reading.ask("report_contacts", values):
        found[call_id].append(Contact(later, at, agent_label(agent_id, name), days))
    return dict(found)


def hear(
    warehouse: Warehouse, calls: Sequence[RecordedCall], books: Iterable[Phrasebook]
) -> tuple[dict[str, InspectedCall], dict[str, tuple[Asked, ...]]]:
    """The calls as they were heard, and what was asked in each."""
    rules = [*(rule for rule, _ in QUESTIONS.values()), _TOPICS]
    small = {book.language: questions_only(book, rules) for book in books}
    heard: dict[str, InspectedCall] = {}
    for first in range(0, len(calls), _BATCH):
        wanted = {c.call_id: c.scoring_id for c in calls[first : first + _BATCH]}
        heard |= read_judgements(warehouse, wanted)
    asked = {
        call_id: find_asked(call, small[call.transcript.language])
        for call_id, call in heard.items()
        if call.transcript.language in small
    }
    return heard, asked


def promised_in(
    warehouse: Warehouse, calls: Sequence[RecordedCall], rules: PromiseRules
) -> dict[str, list[StoredPromise]]:
    """What was promised in the calls, and what became of it."""
    wanted = {call.call_id for call in calls}
    found: defaultdict[str, list[StoredPromise]] = defaultdict(list)
    for promise in list_promises(warehouse, rules=rules):
        if promise.call_id in wanted:
            found[promise.call_id].append(promise)
    return {call_id: sorted(some, key=lambda p: p.promise_no) for call_id, some in found.items()}


def callback_entries(recorded: Recorded, call: RecordedCall) -> tuple[Entry, ...]:
    """The fields of the callback record for one call."""
    t = recorded.say
    asked = {(a.rule_id, a.step): a for a in recorded.asked.get(call.call_id, ())}
    answers = {name: asked.get(key) for name, key in QUESTIONS.items()}
    entries = [*head(recorded, call)]
    entries.append(_answered(recorded, "convenient", answers["convenient"]))
    if call.purpose == "absence":
        entries.append(_answered(recorded, "absence_reason", answers["absence_reason"]))
        entries.append(_done(recorded, call, "leave_rule"))
    else:
        for name in ("satisfied", "problem", "wish", "advice"):
            entries.append(_answered(recorded, name, answers[name], wide=name != "satisfied"))
        topics = [a.step for a in recorded.asked.get(call.call_id, ()) if a.rule_id == _TOPICS]
        told = t("comma").join(t(f"topic_{topic}") for topic in topics)
        entries.append(Entry(t("topics"), told or t("not_asked")))
        entries.append(_done(recorded, call, "renewal"))
    entries.append(Entry(t("promise"), promise_told(recorded, call), wide=True))
    entries.append(Entry(t("remark"), wide=True, blank=True))
    return tuple(entries)


def record_blocks(
    recorded: Recorded, entries: Mapping[str, Sequence[Entry]], *, how: str
) -> tuple[Block, ...]:
    """One form for each call, by time, after a note; `how` is its message."""
    note = Text(recorded.say(how, count=len(recorded.calls)), "note")
    forms = (
        Record(f"{number}. {call.call_id}", tuple(entries[call.call_id]))
        for number, call in enumerate(recorded.calls, start=1)
    )
    return (note, *forms)


def record_table(
    recorded: Recorded, entries: Mapping[str, Sequence[Entry]], *, title: str
) -> Table:
    """The same with a row for each call; a column for each field that any call has."""
    labels = dict.fromkeys(e.label for some in entries.values() for e in some)
    rows = []
    for call in recorded.calls:
        values: dict[str, Value] = {e.label: e.value for e in entries[call.call_id]}
        rows.append((call.call_id, *(values.get(label, "") for label in labels)))
    columns = (Column(recorded.say("call")), *(Column(label) for label in labels))
    return Table(title, columns, tuple(rows))


def head(recorded: Recorded, call: RecordedCall) -> tuple[Entry, ...]:
    """The fields that every record begins with."""
    t = recorded.say
    minutes = "" if call.duration_s is None else place(call.duration_s)
    return (
        Entry(t("called_at"), write(call.local_at, "moment", recorded.language)),
        Entry(t("channel"), t("telephone", length=minutes)),
        Entry(t("customer"), call.customer_ref or t("unknown")),
        Entry(t("agent"), call.agent or t("unknown")),
        Entry(t("team"), call.team or t("unknown")),
        Entry(t("occasion"), say(f"pages.purpose_{call.purpose}", recorded.language)),
    )


def _answered(recorded: Recorded, name: str, asked: Asked | None, *, wide: bool = False) -> Entry:
    """What the customer said to a question, word for word as it was heard."""
    t = recorded.say
    if asked is None:
        return Entry(t(name), t("not_asked"), wide=wide)
    told = t("answered", words=asked.answer) if asked.answer else t("asked_unanswered")
    return Entry(t(name), told, wide=wide)


def _done(recorded: Recorded, call: RecordedCall, name: str) -> Entry:
    """Whether something was said, by the rule that is about it."""
    done = outcomes_of(recorded.heard.get(call.call_id)).get(_DONE[name]) == "met"
    return Entry(recorded.say(name), recorded.say("was_done" if done else "was_not_done"))


def outcomes_of(heard: InspectedCall | None) -> dict[str, str]:
    """How the rules came out in a call."""
    return {f.rule_id: f.outcome.value for f in heard.findings} if heard else {}


def promise_told(recorded: Recorded, call: RecordedCall) -> str:
    """Promises with the moment at which they are due and what became of them."""
    told = []
    for stored in recorded.promises.get(call.call_id, ()):
        promise, language = stored.promise, recorded.language
        due = write(promise.due_at, "moment", language) if promise.due_at else ""
        state = say(f"promises.state_{stored.state}", language)
        parts = [recorded.say("quoted", words=promise.quote), due, state]
        told.append(" · ".join(filter(None, parts)))
    return recorded.say("semicolon").join(told) or recorded.say("no_promise")


def by_call(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    """Faults by call."""
    found: defaultdict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        found[fault.call_id].append(fault)
    return dict(found)
