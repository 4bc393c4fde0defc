"""The rows of one judgement: score, findings, evidence."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.finding import Evidence, Finding
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


def finding_rows(calls: Sequence[Identified]) -> list[Row]:
    """What each rule says of each call."""
    return [
        (*_judgement_fields(each), *finding_row(number, finding))
        for each in calls
        for number, finding in enumerate(each.call.findings)
    ]


def evidence_rows(calls: Sequence[Identified]) -> list[Row]:
    """The passages that findings rest on."""
    return [
        (
            *_judgement_fields(each),
            *evidence_row(finding_no, finding.rule_id, evidence_no, evidence),
        )
        for each in calls
        for finding_no, finding in enumerate(each.call.findings)
        for evidence_no, evidence in enumerate(finding.evidence)
    ]


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
