"""Judging some stored calls anew: what they say under the other phrasebook, and what changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from pipeline.finding import Finding, Outcome, Scorecard
from pipeline.probability import EvidenceWeights
from pipeline.rejudging import Rejudged, judge_again, listened_places
from pipeline.review import Verdict
from pipeline.rules import Phrasebook
from pipeline.scorecard import Tally, at_stake, card_of, tally
from pipeline.unsaid import Sieve
from warehouse.rescoring.changes import (
    AgentSums,
    Changes,
    FindingChange,
    Found,
    RuleCounts,
    found_of,
)
from warehouse.rescoring.heard import Range, read_brief, read_heard
from warehouse.rescoring.plan import Batch, Change, ScoredCall, Verdicts
from warehouse.statements import statement


@dataclass(frozen=True, slots=True)
class NewScore:
    """A call's new judgement: findings of the rules that were judged, and the whole score."""

    call: ScoredCall
    findings: tuple[Finding, ...]
    card: Scorecard


@dataclass(frozen=True, slots=True)
class Portion:
    """What became of some calls."""

    scores: tuple[NewScore, ...]
    changes: Changes


def judge_portion(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    *,
    judged: Phrasebook,
    sieve: Sieve | None,
    verdicts: Verdicts,
    weights: EvidenceWeights | None = None,
) -> Portion:
    """Judge the calls of a batch by the rules that changed; the others' points are added up.

    Args:
        judged: `batch.change.judged`, kept by the caller because compiling it takes a second.
        sieve: of `judged` (`make_sieve`), likewise; None judges every call by its words.
        verdicts: of people on stored findings.
        weights: of the evidence, where they are not the program's own.
    """
    change, calls = batch.change, batch.calls
    scorings = Range(calls[0].call_id, calls[-1].call_id, tuple(c.scoring_id for c in calls))
    results = Range(scorings.first, scorings.last, tuple(c.result_id for c in calls))
    kept = kept_tallies(connection, scorings, change)
    before = _stored_findings(connection, scorings, change)
    changes, scores = Changes(), []
    nothing = Tally()
    rejudgements = dict(_unsaid(connection, results, sieve)) if sieve else {}
    others = tuple(c.result_id for c in calls if c.call_id not in rejudgements)
    if others:
        rest = replace(results, ids=others)
        for heard in read_heard(connection, rest, with_spans=change.needs_spans):
            rejudgements[heard.metadata.call_id] = judge_again(
                heard, phrasebook=judged, weights=weights
            )
    for call in calls:
        rejudged = rejudgements.get(call.call_id)
        if rejudged is None:
            continue  # erased meanwhile
        findings = tuple(f for f in rejudged.findings if f.rule_id in change.rules.affected)
        total = kept.get(call.call_id, nothing) + tally(findings, phrasebook=change.book)
        score = NewScore(call, findings, card_of(total, phrasebook=change.book))
        scores.append(score)
        changes.audio_needs += rejudged.audio_needs
        _note(changes, score, before.get(call.call_id, {}), change=change, verdicts=verdicts)
    return Portion(tuple(scores), changes)


def _unsaid(
    connection: duckdb.DuckDBPyConnection, results: Range, sieve: Sieve
) -> Iterator[tuple[str, Rejudged]]:
    """The calls that say nothing of what the rules look for, and what those find of them."""
    brief = [
        call
        for call in read_brief(connection, results)
        if call.language == sieve.phrasebook.language and not listened_places(call.asr_model)
    ]
    silent = sieve.silent([call.turns for call in brief])
    for call, nothing_said in zip(brief, silent, strict=True):
        if nothing_said:
            yield call.metadata.call_id, Rejudged(sieve.findings(call.metadata))


def kept_tallies(
    connection: duckdb.DuckDBPyConnection, scorings: Range, change: Change
) -> dict[str, Tally]:
    """What the rules that stay as they are add up to, by call; a call without any is left out."""
    rules = [r for r in change.book.rules if r.id not in change.rules.affected]
    if not rules:
        return {}
    table = pa.table(
        {
            "rule_id": pa.array([r.id for r in rules], pa.string()),
            "at_stake": pa.array([at_stake(r) for r in rules], pa.decimal128(12, 4)),
            "fatal": pa.array([r.fatal for r in rules], pa.bool_()),
        }
    )
    connection.register("kept_rule", table)
    try:
        rows = connection.execute(
            statement("queries/kept_tallies"), scorings.values("scoring_ids")
        ).fetchall()
    finally:
        connection.unregister("kept_rule")
    return {call_id: Tally(*sums) for call_id, *sums in rows}


def _stored_findings(
    connection: duckdb.DuckDBPyConnection, scorings: Range, change: Change
) -> dict[str, dict[str, Found]]:
    """What the rules that changed or went said before, by call and rule."""
    values = scorings.values("scoring_ids")
    values["rule_ids"] = sorted(change.rules.affected | change.rules.removed)
    found: dict[str, dict[str, Found]] = {}
    cursor = connection.execute(statement("queries/findings_of_rules"), values)
    for call_id, rule_id, outcome, *rest in cursor.fetchall():
        found.setdefault(call_id, {})[rule_id] = Found(Outcome(outcome), *rest)
    return found


def _note(
    changes: Changes,
    score: NewScore,
    before: Mapping[str, Found],
    *,
    change: Change,
    verdicts: Verdicts,
) -> None:
    """Count one call."""
    call, card = score.call, score.card
    changes.calls += 1
    after = {finding.rule_id: found_of(finding) for finding in score.findings}
    for rule_id in (*after, *(r for r in before if r not in after)):
        old, new = before.get(rule_id), after.get(rule_id)
        verdict = _verdict(verdicts, call.scoring_id, old)
        changes.rules.setdefault(rule_id, RuleCounts()).count(old, new, verdict)
        if _differs(old, new):
            changes.findings.append(
                FindingChange(call.call_id, call.agent_id, rule_id, old, new, verdict)
            )
    changes.agents.setdefault(call.agent_id, AgentSums()).add(
        AgentSums(
            calls=1,
            changed=call.points != card.points or call.passed != card.passed,
            points_before=call.points,
            points_after=card.points,
            passed_before=int(call.passed),
            passed_after=int(card.passed),
        )
    )


def _verdict(verdicts: Verdicts, scoring_id: str, old: Found | None) -> Verdict | None:
    if old is None or old.finding_no is None:
        return None
    return verdicts.get((scoring_id, old.finding_no))


_SILENT = (Outcome.CLEAR, Outcome.NOT_APPLICABLE)


def _differs(old: Found | None, new: Found | None) -> bool:
    """Whether the outcome or the points are others; a rule that says nothing is as none."""
    old_said = None if old is None or old.outcome in _SILENT else (old.outcome, old.points)
    new_said = None if new is None or new.outcome in _SILENT else (new.outcome, new.points)
    return old_said != new_said


def portions(calls: Sequence[ScoredCall], size: int) -> list[tuple[ScoredCall, ...]]:
    """The calls in parts that lie together."""
    return [tuple(calls[at : at + size]) for at in range(0, len(calls), size)]
