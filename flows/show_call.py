"""An inspected call on the terminal: header, transcript by role, findings with what they rest on.

Everything is readable without colour too: marks stand for what colour tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.marked_words import mark_words, passages_of
from flows.show_talk import show_talk
from pipeline.call import Role, Turn
from pipeline.explanation import explain
from pipeline.finding import Finding, InspectedCall, Outcome
from pipeline.messages import Language, say
from pipeline.rules import Phrasebook, Rule

ROLE_STYLES: Final = {Role.AGENT: "cyan", Role.CUSTOMER: "yellow", Role.UNKNOWN: "dim"}
_OUTCOME_STYLES: Final = {
    Outcome.VIOLATED: "bold red",
    Outcome.MISSED: "bold magenta",
    Outcome.MET: "green",
    Outcome.NOT_ASSESSABLE: "yellow",
}
_SHOWN: Final = (Outcome.VIOLATED, Outcome.MISSED, Outcome.MET)  # in this order
_SURE: Final = 0.9  # a role below it is shown with its certainty
_HEARD_MAX: Final = 6  # lines of one finding


def show_call(
    call: InspectedCall, phrasebook: Phrasebook, language: Language, *, console: Console
) -> None:
    """Print a call for a person.

    Args:
        phrasebook: that judged the call; gives the rules their titles.
        language: of everything but what was said and the norms' own words.
    """
    parts: list[RenderableType] = [
        _header(call, phrasebook, language),
        *_section("transcript", _transcript(call, language), language),
        *_section("talk", show_talk(call.transcript, language), language),
    ]
    if phrasebook.rules:
        parts += _section("findings", _findings(call, phrasebook, language), language)
        parts += _not_assessed(call, phrasebook, language)
        parts += _proposed(call, phrasebook, language)
        parts.append(_quiet(call, language))
    parts += _warnings(call, language)
    console.print(Group(*parts))


def clock(seconds: float) -> str:
    """A moment of the call as people write it: 83.25 is `1:23.3`."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def _section(key: str, content: RenderableType, language: Language) -> list[RenderableType]:
    return [Text(f"\n{say(f'show.{key}', language)}", "bold"), content]


def _header(call: InspectedCall, phrasebook: Phrasebook, language: Language) -> Table:
    recording, metadata = call.recording, call.metadata
    grid = Table.grid(padding=(0, 2))
    agent = " ".join(filter(None, (metadata.agent_id, metadata.agent_name, metadata.team)))
    purpose = say(f"show.purpose_{metadata.purpose}", language) if metadata.purpose else "–"
    sound = say(
        "show.channels",
        language,
        channels=recording.channels,
        rate=recording.sample_rate_hz,
        codec=recording.codec,
    )
    models = call.models
    version = f"{call.phrasebook.id} {call.phrasebook.version}"
    rows = [
        ("call", Text(f"{metadata.call_id} ({call.transcript.language})", "bold")),
        ("agent", Text(agent or "–")),
        ("purpose", Text(purpose)),
        ("recording", Text(f"{clock(recording.duration_s)}, {sound}")),
        ("talk", Text(_talk(call, language))),
        ("phrasebook", Text(version if phrasebook.rules else "–")),
        ("heard_by", Text(f"{models.asr}, {models.segmentation}, {models.embedding}")),
        *_voiceprint(call, language),
        ("score", _score(call, phrasebook, language)),
    ]
    for key, content in rows:
        content.overflow = "fold"
        grid.add_row(Text(say(f"show.{key}", language), "dim"), content)
    return grid


def _voiceprint(call: InspectedCall, language: Language) -> list[tuple[str, Text]]:
    """The agent's voiceprint and how like it each voice is; nothing where none was used."""
    use = call.voiceprint
    if use is None:
        return []
    roles = {turn.speaker: turn.role for turn in call.transcript.turns}
    likeness = ", ".join(
        f"{say(f'show.role_{roles.get(speaker, Role.UNKNOWN)}', language)} {cosine:.2f}"
        for speaker, cosine in use.similarities
    )
    told = say("show.voiceprint_rests", language, calls=use.calls, seconds=f"{use.speech_s:.0f}")
    return [("voiceprint", Text(f"{use.sha256[:12]} ({told}): {likeness}"))]


def _talk(call: InspectedCall, language: Language) -> str:
    metrics = call.metrics
    start = metrics.longest_silence_start_s
    return say(
        "show.talk_times",
        language,
        agent=f"{metrics.agent_talk_s:.1f}",
        customer=f"{metrics.customer_talk_s:.1f}",
        silence=f"{metrics.silence_s:.1f}",
        longest=f"{metrics.longest_silence_s:.1f}",
        at="" if start is None else say("show.silence_at", language, start=clock(start)),
        overlap=f"{metrics.overlap_s:.1f}",
    )


def _score(call: InspectedCall, phrasebook: Phrasebook, language: Language) -> Text:
    if not phrasebook.rules:
        return Text(say("show.no_rules", language))
    card = call.scorecard
    verdict = say("show.passed" if card.passed else "show.not_passed", language)
    style = "bold green" if card.passed else "bold red"
    points = say(
        "show.points",
        language,
        points=f"{card.points.normalize():f}",
        possible=f"{card.points_possible.normalize():f}",
    )
    return Text.assemble((points, style), "  ", (verdict, style))


def _transcript(call: InspectedCall, language: Language) -> RenderableType:
    if not call.transcript.turns:
        return Text(say("show.no_words", language), "dim")
    grid = Table.grid(padding=(0, 2))
    passages = passages_of(call)
    for turn in call.transcript.turns:
        said = mark_words(turn, passages)
        grid.add_row(Text(clock(turn.start), "dim"), _role(turn, language), said)
    return Group(grid, Padding(Text(say("show.marks", language), "dim"), (1, 0, 0, 0)))


def _role(turn: Turn, language: Language) -> Text:
    told = Text(say(f"show.role_{turn.role}", language), ROLE_STYLES[turn.role])
    if turn.role_probability < _SURE and turn.role is not Role.UNKNOWN:
        percent = round(100 * turn.role_probability)
        told.append(" " + say("show.role_sure", language, percent=percent), "dim")
    return told


def _findings(call: InspectedCall, phrasebook: Phrasebook, language: Language) -> RenderableType:
    found = [f for outcome in _SHOWN for f in call.findings if f.outcome is outcome]
    if not found:
        return Text(say("show.no_findings", language))
    return _explained(found, phrasebook, language)


def _explained(
    found: Iterable[Finding], phrasebook: Phrasebook, language: Language
) -> RenderableType:
    """Each finding with its explanation, the outcome in a column of its own."""
    grid = Table.grid(padding=(0, 2, 1, 0))
    for finding in found:
        outcome = say(f"show.outcome_{finding.outcome}", language)
        grid.add_row(
            Text(outcome, _OUTCOME_STYLES[finding.outcome]),
            _explanation(finding, phrasebook.rule(finding.rule_id), language),
        )
    return grid


def _explanation(finding: Finding, rule: Rule | None, language: Language) -> Text:
    points = ""
    if finding.points:
        told = f"{finding.points.normalize():+f}".replace("-", "−")
        points = say("show.finding_points", language, points=told)
    if rule is None:
        return Text("  ".join(filter(None, (finding.rule_id, points))))
    why = explain(finding, rule=rule, language=language)
    head = Text.assemble((why.expected, "bold"), "  ", points, "  ", (finding.rule_id, "dim"))
    lines = [head, *map(Text, why.heard[:_HEARD_MAX])]
    if len(why.heard) > _HEARD_MAX:
        more = len(why.heard) - _HEARD_MAX
        lines.append(Text(say("show.more_evidence", language, count=more)))
    lines.append(Text(why.certainty))
    if why.alternative:
        lines.append(Text(why.alternative, "green"))
    lines.append(Text(why.norm, "dim"))
    return Text("\n").join(line for line in lines if line.plain)


def _not_assessed(
    call: InspectedCall, phrasebook: Phrasebook, language: Language
) -> list[RenderableType]:
    unsure = [f for f in call.findings if f.outcome is Outcome.NOT_ASSESSABLE]
    if not unsure:
        return []
    return _section("not_assessed", _explained(unsure, phrasebook, language), language)


def _proposed(
    call: InspectedCall, phrasebook: Phrasebook, language: Language
) -> list[RenderableType]:
    """Passages that may mean a norm in other words."""
    lines = []
    for proposal in call.proposals:
        rule = phrasebook.rule(proposal.rule_id)
        told = say(
            "show.proposal",
            language,
            start=clock(proposal.start),
            quote=proposal.quote,
            phrase=proposal.phrase,
            percent=round(100 * proposal.likeness),
            title=rule.title if rule else proposal.rule_id,
        )
        lines.append(Text.assemble(told, "  ", (proposal.rule_id, "dim")))
    return _section("proposals", Text("\n").join(lines), language) if lines else []


def _quiet(call: InspectedCall, language: Language) -> RenderableType:
    counts = {
        outcome: sum(finding.outcome is outcome for finding in call.findings)
        for outcome in (Outcome.CLEAR, Outcome.NOT_APPLICABLE)
    }
    told = say(
        "show.quiet_outcomes",
        language,
        clear=counts[Outcome.CLEAR],
        not_applicable=counts[Outcome.NOT_APPLICABLE],
    )
    return Text(f"\n{told}", "dim")


def _warnings(call: InspectedCall, language: Language) -> list[RenderableType]:
    if not call.recording.warnings:
        return []
    lines = [
        say(key, language, **{"path": call.recording.path, **values})
        for key, values in call.recording.warnings
    ]
    return _section("warnings", Text("\n".join(lines), "yellow"), language)
