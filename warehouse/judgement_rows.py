"""The rows of one judgement: score, findings, evidence."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from pipeline.finding import Evidence, Finding
from warehouse.arrow_columns import columns_table, few, repeated
from warehouse.columns import SCHEMAS
from warehouse.identified import Identified, Row, Stamp


def scorecard_row(each: Identified, stamp: Stamp) -> Row:
    """The call's score."""
    card, phrasebook = each.call.scorecard, each.call.phrasebook
    return (
        *_judgement_fields(each),
        each.stored_no,
        stamp.recorded_at,
        stamp.code_version,
        phrasebook.id,
        phrasebook.version,
        phrasebook.sha256,
        card.points,
        card.points_possible,
        card.passed,
    )


def finding_table(calls: Sequence[Identified]) -> pa.Table:
    """What each rule says of each call."""
    findings = [f for each in calls for f in each.call.findings]
    counts = [len(each.call.findings) for each in calls]
    return columns_table(
        "finding_result",
        (
            *_judgement_columns(calls, counts),
            [number for times in counts for number in range(times)],
            few([f.rule_id for f in findings], pa.string()),
            few([f.outcome for f in findings], pa.string()),
            [f.probability for f in findings],
            few([f.points for f in findings], SCHEMAS["finding_result"].field("points").type),
            few([f.severity for f in findings], pa.string()),
            few([f.suggestion for f in findings], pa.string()),
            few([f.source for f in findings], pa.string()),
            few([f.reason or None for f in findings], pa.string()),
            [f.measured for f in findings],
            few([f.review for f in findings], pa.string()),
        ),
    )


def evidence_table(calls: Sequence[Identified]) -> pa.Table:
    """The passages that findings rest on."""
    found = [
        (finding_no, evidence_no, finding.rule_id, evidence)
        for each in calls
        for finding_no, finding in enumerate(each.call.findings)
        for evidence_no, evidence in enumerate(finding.evidence)
    ]
    counts = [sum(len(f.evidence) for f in each.call.findings) for each in calls]
    passages = [evidence for *_, evidence in found]
    return columns_table(
        "evidence_result",
        (
            *_judgement_columns(calls, counts),
            [number for number, *_ in found],
            [number for _, number, *_ in found],
            few([rule_id for _, _, rule_id, _ in found], pa.string()),
            [e.turn_no for e in passages],
            [e.start for e in passages],
            [e.end for e in passages],
            [e.quote for e in passages],
            [e.phrase for e in passages],
            [e.text_similarity for e in passages],
            [e.sound_similarity for e in passages],
            [e.acoustic_llr for e in passages],
        ),
    )


def finding_row(number: int, finding: Finding) -> Row:
    """A finding at a place of a judgement, without the judgement's ids."""
    return (
        number,
        finding.rule_id,
        str(finding.outcome),
        finding.probability,
        finding.points,
        finding.severity,
        finding.suggestion,
        finding.source,
        finding.reason or None,
        finding.measured,
        finding.review,
    )


def evidence_row(finding_no: int, rule_id: str, evidence_no: int, evidence: Evidence) -> Row:
    """A passage of a finding, without the judgement's ids."""
    return (
        finding_no,
        evidence_no,
        rule_id,
        evidence.turn_no,
        evidence.start,
        evidence.end,
        evidence.quote,
        evidence.phrase,
        evidence.text_similarity,
        evidence.sound_similarity,
        evidence.acoustic_llr,
    )


def _judgement_fields(each: Identified) -> Row:
    return each.scoring_id, each.result_id, each.call.metadata.call_id


def _judgement_columns(calls: Sequence[Identified], counts: Sequence[int]) -> tuple[pa.Array, ...]:
    return (
        repeated([each.scoring_id for each in calls], counts),
        repeated([each.result_id for each in calls], counts),
        repeated([each.call.metadata.call_id for each in calls], counts),
    )
