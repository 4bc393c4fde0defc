"""Which promises an agent makes in a call.

From two sources: the passages that the phrasebook's promise rules found (`*.promise.dated`,
`*.promise.undated`), which know mishearings, and the turns themselves, where a time stands by words
that promise something. Each place counts once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.call import Language, Role, Transcript, Turn
from pipeline.finding import Finding, Outcome
from pipeline.office_hours import OfficeHours
from pipeline.promise import Promise, PromiseKind
from pipeline.spoken_time import SpokenTime, due_at
from pipeline.spoken_time_en import times_en
from pipeline.spoken_time_es import fold, times_es
from pipeline.spoken_time_zh import times_zh
from pipeline.stream import character_times

_LEAST_ROLE_P: Final = 0.7  # below, it is not certain that the agent promised
_REACH: Final = {"zh": 14, "es": 45, "en": 45}  # characters between a time and what is promised
_TIMES: Final[Mapping[Language, Callable[[str], Iterator[SpokenTime]]]] = {
    "zh": times_zh,
    "es": times_es,
    "en": times_en,
}
_CONTACT: Final[Mapping[Language, re.Pattern[str]]] = {
    "zh": re.compile(
        r"(?:给|跟|和|向)[您你](?:再|这边|一个|个)*(?:回[个一]?[电复话]|打(?:个)?电话|打过去|回过去|答复|回复|消息|通知"
        r"|联系|说|反馈|结果)|(?:联系|通知|回复|答复|告诉|回访|打给)[您你]|反馈给[您你]|[给跟][您你]回"
    ),
    "es": re.compile(
        r"\b(?:l[eoa]s?|te|os)\s+(?:llam(?:o|are|aremos|amos)|devolv(?:ere|eremos)|contact(?:o|are"
        r"|aremos|amos)|avis(?:o|are|aremos|amos)|inform(?:o|are|aremos|amos)|escrib(?:o|ire|imos"
        r"|iremos)|dare(?:mos)?|d(?:oy|amos) (?:una )?respuesta|confirm(?:o|are|amos|aremos))"
        r"|\b(?:voy|vamos) a (?:llamar|devolver|contactar|avisar|informar|escribir)(?:l[eoa]s?|te)?"
        r"|\b(?:me|nos) pond(?:re|remos) en contacto|\bl[eoa]s? vuelv(?:o|emos) a llamar"
    ),
    "en": re.compile(
        r"\b(?:i'll|i will|we'll|we will|i'm going to|we're going to)\s+(?:call|ring|phone|contact"
        r"|get back to|come back to|let you know|inform|email|write to|update)"
    ),
}
_DEED: Final[Mapping[Language, re.Pattern[str]]] = {
    "zh": re.compile(
        r"(?:给|帮|为)[您你](?:处理|解决|办|安排|查|发|寄|退|换|补|备注|登记)|(?:发货|发出|到账|退款|处理完|办好|办完|寄出)"
    ),
    "es": re.compile(
        r"\bl[eoa]s?\s+(?:envi(?:o|are|aremos|amos)|mand(?:o|are|aremos)|resolv(?:ere|eremos)"
        r"|devolveremos el|reembols(?:o|are|aremos))|\blo\s+(?:resuelvo|resolvemos|tendra)"
        r"|\b(?:estara|quedara)\s+(?:listo|resuelto|solucionado)"
    ),
    "en": re.compile(
        r"\b(?:i'll|i will|we'll|we will)\s+(?:send|ship|fix|resolve|refund|arrange|book|solve)"
    ),
}
_REFUSED: Final[Mapping[Language, re.Pattern[str]]] = {
    "zh": re.compile(
        r"(?:不|没|无法|没法|不能|不会|什么时候|几点|哪天|多久|如果|要是|麻烦[您你]|请[您你])[^，。？！]{0,6}$"
    ),
    "es": re.compile(r"\b(?:no|cuando|si|a que hora)\s+(?:\w+\s+){0,2}$"),
    "en": re.compile(r"\b(?:not|never|when|if|can't|cannot|won't)\s+(?:\w+\s+){0,2}$"),
}
_BREAK: Final = re.compile(r"[。？！?!;；¿¡]|\.(?=\s|$)")
_DATED, _UNDATED = ".promise.dated", ".promise.undated"


@dataclass(frozen=True, slots=True)
class _Said:
    """A place of a turn where something is promised; characters, `last` excluded."""

    first: int
    last: int
    kind: PromiseKind
    time: SpokenTime | None


def find_promises(
    transcript: Transcript,
    findings: Iterable[Finding] = (),
    *,
    started_at: datetime | None,
    hours: OfficeHours | None = None,
) -> tuple[Promise, ...]:
    """The agent's promises, ascending by time.

    Turns whose speaker is uncertain promise nothing. A time counts when it stands in the same
    sentence, near to what is promised.

    Args:
        findings: of one judgement of the call; only rules of promises are looked at.
        started_at: of the call, with offset; without it promises have no due moment.
    """
    hours = hours or OfficeHours()
    passages = _passages(findings)
    found: list[Promise] = []
    for turn in transcript.turns:
        if turn.role is Role.AGENT and turn.role_probability >= _LEAST_ROLE_P:
            said = _said(turn, transcript.language, passages.get(turn.turn_no, ()))
            found += [_promise(turn, each, started_at=started_at, hours=hours) for each in said]
    return tuple(sorted(found, key=lambda promise: (promise.start, promise.end)))


def _passages(findings: Iterable[Finding]) -> dict[int, list[tuple[str, bool]]]:
    """By turn: what the rules quote, and whether it is a promise with a time."""
    found: dict[int, list[tuple[str, bool]]] = {}
    for finding in findings:
        dated = finding.rule_id.endswith(_DATED) and finding.outcome is Outcome.MET
        undated = finding.rule_id.endswith(_UNDATED) and finding.outcome is Outcome.VIOLATED
        for evidence in finding.evidence if dated or undated else ():
            if evidence.turn_no is not None and evidence.quote:
                found.setdefault(evidence.turn_no, []).append((evidence.quote, dated))
    return found


def _said(turn: Turn, language: Language, passages: Sequence[tuple[str, bool]]) -> list[_Said]:
    times = list(_TIMES[language](turn.text))
    said = [*_by_words(turn.text, language, times)]
    for quote, dated in passages:
        first = turn.text.find(quote)
        if first < 0:
            continue
        place = (first, first + len(quote))
        near = _nearest(turn.text, place, times, language) if dated else None
        if (not dated or near is not None) and not _meets(said, place, near):
            kind = _kind(turn.text[first : first + len(quote) + 6], language)
            said.append(_span(place, near, kind))
    return said


def _by_words(text: str, language: Language, times: Sequence[SpokenTime]) -> Iterator[_Said]:
    """Where a time stands by words that promise; each time dates one promise."""
    folded = text.lower() if language != "es" else fold(text)
    used: set[int] = set()
    for kind, pattern in (
        (PromiseKind.CONTACT, _CONTACT[language]),
        (PromiseKind.DEED, _DEED[language]),
    ):
        for match in pattern.finditer(folded):
            if _REFUSED[language].search(folded[: match.start()]):
                continue
            time = _nearest(text, match.span(), times, language)
            if time is not None and time.first not in used:
                used.add(time.first)
                yield _span(match.span(), time, kind)


def _nearest(
    text: str, place: tuple[int, int], times: Sequence[SpokenTime], language: Language
) -> SpokenTime | None:
    """The nearest time in the same sentence within reach; of two as near, the one before."""

    def distance(time: SpokenTime) -> int:
        return max(place[0] - time.last, time.first - place[1], 0)

    near = [
        time
        for time in times
        if distance(time) <= _REACH[language]
        and not _BREAK.search(text, min(place[0], time.last), max(place[0], time.first))
    ]
    return min(near, key=lambda time: (distance(time), time.first), default=None)


def _meets(said: Sequence[_Said], place: tuple[int, int], time: SpokenTime | None) -> bool:
    return any(
        (each.first < place[1] and place[0] < each.last)
        or (time is not None and each.time is not None and each.time.first == time.first)
        for each in said
    )


def _span(place: tuple[int, int], time: SpokenTime | None, kind: PromiseKind) -> _Said:
    if time is None:
        return _Said(*place, kind, None)
    return _Said(min(place[0], time.first), max(place[1], time.last), kind, time)


def _kind(text: str, language: Language) -> PromiseKind:
    folded = fold(text) if language == "es" else text.lower()
    deed = _DEED[language].search(folded) and not _CONTACT[language].search(folded)
    return PromiseKind.DEED if deed else PromiseKind.CONTACT


def _promise(
    turn: Turn, said: _Said, *, started_at: datetime | None, hours: OfficeHours
) -> Promise:
    starts, ends, _ = character_times(turn)
    end = ends[said.last - 1]
    spoken_at = None if started_at is None else started_at + timedelta(seconds=end)
    due = None
    if said.time is not None and spoken_at is not None:
        due = due_at(said.time, spoken_at, hours)
    return Promise(
        turn_no=turn.turn_no,
        start=starts[said.first],
        end=end,
        quote=turn.text[said.first : said.last],
        kind=said.kind,
        time_text=said.time.text.strip() if said.time else None,
        spoken_at=spoken_at,
        due_at=due,
    )
