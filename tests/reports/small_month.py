"""A small November for reports: dialogues judged by the real phrasebooks, and what people said.

What is in it is listed where it is made, so that figures can be added up by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import Engine

import phrasebooks
from pipeline.call import CallMetadata, ModelVersions, Purpose, Recording
from pipeline.dialogue import build_transcript, parse_dialogue
from pipeline.failure import CallFailure
from pipeline.finding import InspectedCall, PhrasebookVersion
from pipeline.judging import judge
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.scorecard import score
from pipeline.settings import Settings
from pipeline.talk import measure_talk
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import create_account
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.store import open_decisions
from warehouse.decisions.verdicts import decide, submit
from warehouse.facts import follow_results
from warehouse.results import append_calls

BOOKS = Path(next(iter(phrasebooks.__path__)))
PASSWORD = "correct horse battery"
_CHINA = timezone(timedelta(hours=8))

RUDE = """
agent: 您好，桔子树艺术培训，我是李老师，请问有什么可以帮到您
customer: 我想问一下明天的课
agent: 我不知道，这不归我管
customer: 那我应该找谁呢
agent: 感谢您的来电，再见
"""
POLITE = """
agent: 您好，桔子树艺术培训，我是李老师，请问有什么可以帮到您
customer: 我想预约明天的课
agent: 好的，已经为您预约好了，您还有其他我可以帮到您的事情吗
customer: 没有了，谢谢
agent: 感谢您的来电，再见
"""
COMPLAINT = """
agent: 您好，桔子树艺术培训，我是李老师，请问有什么可以帮到您
customer: 我要投诉，上周的课被取消了，也没有人通知我，我白跑了一趟
agent: 非常抱歉，您的心情我能够理解，我会向有关部门反映，明天下午五点之前给您回电话
customer: 好吧，我等你们的电话
agent: 感谢您的来电，再见
"""
CALLBACK = """
agent: 您好，我是桔子树艺术教育的客服专员李老师，不好意思打扰您了，您现在接电话方便吗
customer: 方便，你说
agent: 请问您对我们的服务还满意吗
customer: 老师教得很好，就是停车不方便
agent: 如果不满意，问题出在什么地方
customer: 校区门口没有车位
agent: 您对我们有什么建议吗
customer: 希望周末多开一个下午的班
agent: 感谢您为我们桔子树的发展提出的建议，再见
"""
ABSENCE = """
agent: 您好，我是桔子树艺术教育的客服专员李老师，不好意思打扰您了，您现在接电话方便吗
customer: 方便
agent: 看到您今天没有来上课，请问是什么原因呢
customer: 孩子发烧了，忘了请假
agent: 请假最好提前一天打电话，在APP上取消需要提前12小时，否则课时会自动扣除
customer: 知道了
agent: 感谢您，祝孩子早日康复，再见
"""
SPANISH = """
agent: sí dígame
customer: quiero presentar una reclamación
agent: no es mi responsabilidad
customer: pues qué mal
agent: usted se equivoca
"""


@dataclass(frozen=True, slots=True)
class Made:
    """One call to be made; `at` is by the clock of China."""

    call_id: str
    dialogue: str
    agent_id: str
    at: datetime
    purpose: Purpose = Purpose.INBOUND
    customer_ref: str | None = None
    language: Language = "zh"
    team: str = "北门组"


def at(day: int, hour: int = 10, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in China."""
    return datetime(2026, month, day, hour, minute, tzinfo=_CHINA)


# Nov 20: A1 is rude twice and polite once, A2 takes a complaint and is polite; one call failed.
# Nov 21: the complaint is called back by A2 (within a day), a callback and an absence call of A3.
# Nov 19: the day before, A1 polite twice.
NOVEMBER = (
    Made("n19-1", POLITE, "A1", at(19)),
    Made("n19-2", POLITE, "A1", at(19, 11)),
    Made("n20-1", RUDE, "A1", at(20, 9)),
    Made("n20-2", RUDE, "A1", at(20, 10)),
    Made("n20-3", POLITE, "A1", at(20, 23, 30)),
    Made("n20-4", COMPLAINT, "A2", at(20, 14), Purpose.COMPLAINT, "K-7"),
    Made("n20-5", POLITE, "A2", at(20, 15), team="南门组"),
    Made("n21-1", CALLBACK, "A2", at(21, 16), Purpose.CALLBACK, "K-7"),
    Made("n21-2", CALLBACK, "A3", at(21, 10), Purpose.SATISFACTION, "K-8"),
    Made("n21-3", ABSENCE, "A3", at(21, 11), Purpose.ABSENCE, "K-9"),
    Made("n21-4", SPANISH, "A4", at(21, 12), Purpose.COMPLAINT, "K-5", "es", "Sur"),
)
FAILED = "n20-6"


def inspect(made: Made) -> InspectedCall:
    """The judged call."""
    phrasebook = load_phrasebook(BOOKS, language=made.language)
    transcript = build_transcript(parse_dialogue(made.dialogue), made.language)
    outbound = made.purpose in (Purpose.CALLBACK, Purpose.ABSENCE, Purpose.SATISFACTION)
    metadata = CallMetadata(
        call_id=made.call_id,
        language=made.language,
        purpose=made.purpose,
        direction="outbound" if outbound else "inbound",
        agent_id=made.agent_id,
        agent_name=f"老师{made.agent_id}",
        team=made.team,
        customer_ref=made.customer_ref,
        started_at=made.at,
    )
    metrics = measure_talk(transcript)
    findings = judge(transcript, metadata=metadata, metrics=metrics, phrasebook=phrasebook)
    return InspectedCall(
        recording=Recording(f"in/{made.call_id}.wav", f"{made.call_id:0>64}",
                            transcript.duration_s, 2, 8000, "pcm_s16le"),
        metadata=metadata,
        models=ModelVersions("asr@1", "segmentation@1", "embedding@1"),
        phrasebook=PhrasebookVersion(phrasebook.id, phrasebook.version, phrasebook.sha256),
        transcript=transcript,
        metrics=metrics,
        findings=findings,
        scorecard=score(findings, phrasebook=phrasebook),
    )  # fmt: skip


def store(data: Path, calls: tuple[Made, ...] = NOVEMBER) -> None:
    """The calls in the warehouse of a data folder, with their facts and the review queue."""
    metadata = CallMetadata(call_id=FAILED, agent_id="A1", team="北门组", started_at=at(20, 16))
    failure = CallFailure(FAILED, f"in/{FAILED}.wav", "audio.empty", "…", {}, metadata=metadata)
    with open_warehouse(data) as warehouse:
        append_calls(
            warehouse, [inspect(made) for made in calls], [failure], night_id=None,
            code_version="test",
        )  # fmt: skip
        follow_results(warehouse, Settings().promises)
        engine = open_decisions(data)
        fill_queue(engine, warehouse)
    engine.dispose()


def reviewer(engine: Engine, login: str = "li") -> str:
    """Account id of a new inspector."""
    return create_account(
        engine, login=login, name="李质检", role="inspector", password=PASSWORD
    ).account_id


def number_of(data: Path, call_id: str, rule_id: str) -> tuple[str, int, str]:
    """Judgement, place and outcome of a rule's finding in a call."""
    with open_warehouse(data, read_only=True) as warehouse:
        row = warehouse.connection.execute(
            "select scoring_id, finding_no, outcome from finding"
            " where call_id = $call and rule_id = $rule",
            {"call": call_id, "rule": rule_id},
        ).fetchone()
    assert row is not None, (call_id, rule_id)
    return row


def say_of(
    engine: Engine, data: Path, call_id: str, rule_id: str, verdict: str, *, by: str
) -> None:
    """A person's verdict on a rule's finding."""
    scoring_id, number, outcome = number_of(data, call_id, rule_id)
    value = {"verdict": verdict, "swapped": False, "outcome": outcome}
    decide(engine, call_id, scoring_id, "verdict", value, by=by, finding_no=number)


def release(engine: Engine, data: Path, call_id: str, *, by: str) -> None:
    """The review of a call is done."""
    submit(engine, call_id, number_of(data, call_id, "zh.opener.inbound")[0], by=by)
