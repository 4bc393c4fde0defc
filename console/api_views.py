"""The console's own types as answers of the API: pure."""

from __future__ import annotations

from urllib.parse import quote

from console import api_answers as a
from console.access import ALLOWED, may
from console.call_view import CallView, FindingView
from console.opened import OpenCall
from console.turn_view import TurnView
from pipeline.finding import Scorecard
from warehouse.decisions.accounts import Account
from warehouse.decisions.reviews import QueueItem


def me_of(account: Account) -> a.Me:
    """The reader's own account."""
    return a.Me(
        account_id=account.account_id,
        login=account.login,
        name=account.name,
        role=account.role,
        language=account.language,
        agent_id=account.agent_id,
        may=sorted(action for action in ALLOWED if may(account, action)),
    )


def permalink(call_id: str) -> str:
    """The address of a call's page, which stays."""
    return f"/calls/{quote(call_id, safe='')}"


def review_of(item: QueueItem) -> a.ReviewAnswer:
    """A row of the queue."""
    return a.ReviewAnswer(
        call_id=item.call_id,
        permalink=permalink(item.call_id),
        started_at=item.started_at,
        agent_id=item.agent_id,
        agent_name=item.agent_name,
        team=item.team,
        purpose=item.purpose,
        language=item.language,
        duration_s=item.duration_s,
        points=item.points,
        points_reviewed=item.points_reviewed,
        worth=item.worth,
        sampled=item.sampled,
        state=item.state,
        assigned_to=item.assigned_to,
        claimed_by=item.claimed_by,
        claimed_until=item.claimed_until,
        flags=[
            a.FlagAnswer(f.finding_no, f.rule_id, f.probability, f.severity, f.start_s)
            for f in item.flags
        ],
    )


def call_of(opened: OpenCall, view: CallView, *, mine: bool) -> a.CallAnswer:
    """A call as its page shows it."""
    return a.CallAnswer(
        review=review_of(opened.item),
        audio_sha256=opened.call.recording.audio_sha256,
        phrasebook_sha256=opened.call.phrasebook.sha256,
        sound=f"{permalink(opened.item.call_id)}/sound",
        turns=[_turn(turn) for turn in view.turns],
        findings=[_finding(finding) for finding in view.findings],
        added=[_finding(finding) for finding in view.added],
        not_assessable=[_finding(finding) for finding in view.unsure],
        score=_score(view.scorecard),
        score_reviewed=_score(view.reviewed),
        comment=view.comment,
        swapped=view.swapped,
        comparable=view.comparable,
        mine=mine,
    )


def _turn(turn: TurnView) -> a.TurnAnswer:
    words = [a.WordAnswer(w.text, w.start, w.end, w.uncertain, w.outcome) for w in turn.words]
    return a.TurnAnswer(turn.turn_no, turn.role, turn.role_certain, turn.start, turn.channel, words)


def _finding(view: FindingView) -> a.FindingAnswer:
    told = view.explanation
    return a.FindingAnswer(
        finding_no=view.finding_no,
        rule_id=view.rule_id,
        title=view.title,
        outcome=view.outcome,
        flagged=view.flagged,
        points=view.points,
        probability=view.percent / 100,
        severity=view.severity,
        quote=view.quote,
        measured=view.measured,
        start=view.start,
        end=view.end,
        verdict=view.verdict,
        expected=told.expected if told else "",
        heard=list(told.heard) if told else [],
        certainty=told.certainty if told else "",
        alternative=told.alternative if told else "",
        norm=told.norm if told else "",
    )


def _score(card: Scorecard) -> a.ScoreAnswer:
    return a.ScoreAnswer(card.points, card.points_possible, card.passed)
