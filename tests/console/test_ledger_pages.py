"""The ledger by its pages: findings propose, a supervisor decides, the agent sees what stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from nights import SignIn
from sqlalchemy import Engine, select, update

from pipeline.errors import UsageError
from pipeline.incident import Incident, key_of
from pipeline.ledger import Item, LedgerRules
from warehouse.decisions.accounts import find_account
from warehouse.decisions.ledger import add_imported, pending, post
from warehouse.decisions.ledger_reading import entries_of, statements
from warehouse.decisions.reviews import find_item
from warehouse.decisions.store import writing
from warehouse.decisions.tables import audit, review

MONTH = "2026-11"
LEDGER = f"/ledger?month={MONTH}"
# What the night's two complaints propose: rude-2 of A2 and queja-1 of A3 break rules of attitude.
A2, A3 = (key_of("call", call, Item.ATTITUDE) for call in ("rude-2", "queja-1"))


def points(decisions: Engine, agent: str = "A2", month: str = MONTH) -> Decimal | None:
    found = statements(decisions, month, LedgerRules()).get(agent)
    return found.points if found else None


def incident(
    number: int, item: Item = Item.LATE, *, agent: str = "A1", month: int = 11
) -> Incident:
    key = key_of("test", number, item)
    cause = {"file": "late.csv", "row": number, "note": "堵车"}
    return Incident(key, agent, item, date(2026, month, 3), cause=cause)


def test_a_complaint_s_flag_is_proposed_and_costs_nothing_until_somebody_confirms(
    sign_in: SignIn, decisions: Engine
) -> None:
    supervisor = sign_in("supervisor")
    page = supervisor.get(LEDGER).text
    assert f'value="{A2}"' in page
    assert f'value="{A3}"' in page
    assert 'data-sound="/calls/rude-2/sound"' in page  # what is proposed can be played
    assert points(decisions) is None
    values = {"month": MONTH, "key": [A2], "decision": "post"}
    done = supervisor.post("/ledger/decide", data=values)
    assert (done.status_code, done.headers["Location"]) == (303, LEDGER)
    assert points(decisions) == 9  # one complaint costs one of ten points
    page = supervisor.get(LEDGER).text
    assert f'value="{A2}"' not in page
    assert 'data-agent="A2"' in page
    again = supervisor.post("/ledger/decide", data=values)
    assert again.status_code == 409
    assert points(decisions) == 9


def test_dismissing_and_taking_back_need_a_reason_and_what_was_chosen_stays(
    sign_in: SignIn, decisions: Engine
) -> None:
    supervisor = sign_in("supervisor")
    values = {"month": MONTH, "key": [A3], "decision": "dismiss", "reason": " "}
    refused = supervisor.post("/ledger/decide", data=values)
    assert refused.status_code == 409
    assert "请说明理由" in refused.text
    assert f'value="{A3}"' in refused.text
    assert refused.text.count(" checked") == 1
    values["reason"] = "不是投诉坐席"
    assert supervisor.post("/ledger/decide", data=values).status_code == 303
    assert f'value="{A3}"' not in supervisor.get(LEDGER).text
    supervisor.post("/ledger/decide", data={"month": MONTH, "key": [A2], "decision": "post"})
    back = {"month": MONTH, "entry_no": "2"}
    assert supervisor.post("/ledger/reverse", data=back).status_code == 409
    assert points(decisions) == 9
    assert supervisor.post("/ledger/reverse", data={**back, "reason": "误判"}).status_code == 303
    assert points(decisions) is None
    assert supervisor.post("/ledger/reverse", data={**back, "reason": "x"}).status_code == 409


def test_an_empty_choice_and_a_bad_month_are_told(sign_in: SignIn) -> None:
    supervisor = sign_in("supervisor")
    nothing = supervisor.post("/ledger/decide", data={"month": MONTH, "decision": "post"})
    assert (nothing.status_code, "请先勾选事项" in nothing.text) == (409, True)
    for month in ("2026-13", "x", "2026-1", "0001-01"):
        assert supervisor.get(f"/ledger?month={month}").status_code == 422
        assert supervisor.post("/ledger/close", data={"month": month}).status_code == 422


def test_unfinished_work_costs_what_the_supervisor_says_within_the_range(
    sign_in: SignIn, decisions: Engine
) -> None:
    work = incident(1, Item.UNFINISHED)
    add_imported(decisions, [work], by=find_account(decisions, "chief"))
    supervisor = sign_in("supervisor")
    assert "late.csv:1 堵车" in supervisor.get(LEDGER).text
    values = {"month": MONTH, "key": [work.key], "decision": "post"}
    for given in ("", "2", "abc", "NaN"):
        refused = supervisor.post("/ledger/decide", data={**values, f"points-{work.key}": given})
        assert refused.status_code == 409, given
    answer = supervisor.post("/ledger/decide", data={**values, f"points-{work.key}": "0.6"})
    assert answer.status_code == 303
    assert points(decisions, "A1") == Decimal("9.4")


def test_five_points_are_a_warning_and_two_a_penalty(sign_in: SignIn, decisions: Engine) -> None:
    chief = find_account(decisions, "chief")
    post(decisions, incident(1, Item.TRUANT, agent="A2"), by=chief)  # 5 of 10
    for number, item in enumerate((Item.TRUANT, Item.ABSENT, Item.LATE, Item.LATE)):  # 5, 2, 0.5
        post(decisions, incident(10 + number, item, agent="A3"), by=chief)
    client = sign_in("auditor")
    client.cookies.set("language", "en")
    page = client.get(LEDGER).text
    rows = {who: page.split(f'data-agent="{who}"')[1].split("</tr>")[0] for who in ("A2", "A3")}
    assert 'class="badge slight">warning' in rows["A2"]
    assert 'class="badge grave">penalty' in rows["A3"]
    assert ">5<" in rows["A2"]
    assert ">2<" in rows["A3"]  # 10 - 5 - 2 - 2 x 0.5


def test_a_closed_month_is_frozen(sign_in: SignIn, decisions: Engine) -> None:
    chief = find_account(decisions, "chief")
    number = post(decisions, incident(1, Item.ABSENT, month=1), by=chief)
    supervisor = sign_in("supervisor")
    assert "/ledger/close" in supervisor.get("/ledger?month=2026-01").text
    assert supervisor.post("/ledger/close", data={"month": "2026-01"}).status_code == 303
    page = supervisor.get("/ledger?month=2026-01").text
    assert "已结账" in page
    assert "/ledger/close" not in page
    back = {"month": "2026-01", "entry_no": str(number), "reason": "请假单补交"}
    assert supervisor.post("/ledger/reverse", data=back).status_code == 303
    assert points(decisions, "A1", "2026-01") == 8  # stays as it was closed
    assert "更正 2026-01" in supervisor.get("/ledger?month=2026-02").text  # given back there


def test_a_month_that_is_not_over_cannot_be_closed(sign_in: SignIn) -> None:
    supervisor = sign_in("supervisor")
    assert "/ledger/close" not in supervisor.get("/ledger?month=2999-01").text
    refused = supervisor.post("/ledger/close", data={"month": "2999-01"})
    assert (refused.status_code, "还没有过完" in refused.text) == (409, True)


def test_an_agent_sees_the_own_ledger_and_nobody_else_s(sign_in: SignIn, decisions: Engine) -> None:
    chief = find_account(decisions, "chief")
    post(decisions, incident(1, Item.LATE), by=chief, reason="打卡 9:12")
    post(decisions, incident(2, Item.TRUANT, agent="A2"), by=chief, reason="别人的事")
    cause = {"rule_id": "zh.argument", "start": 12.34}
    for call in ("rude-1", "polite-1"):
        key = key_of("call", call, Item.ATTITUDE)
        day = date(2026, 11, 20)
        own = Incident(key, "A1", Item.ATTITUDE, day, call_id=call, cause=cause)
        post(decisions, own, by=chief)
    assert sign_in("inspector").post("/calls/rude-1/submit").status_code == 303
    page = sign_in("agent").get(f"/my-ledger?month={MONTH}").text
    assert "打卡 9:12" in page
    assert "别人的事" not in page
    assert ">7.5 <" in page  # 10 - 0.5 - 1 - 1
    assert 'href="/calls/rude-1#at=12.3"' in page  # released: it opens at the second
    assert 'href="/calls/polite-1' not in page  # not released yet
    assert "王主管" not in page
    empty = sign_in("agent").get("/my-ledger?month=2026-02").text
    assert ">10 <" in empty


def test_an_upheld_appeal_gives_the_points_back_in_the_same_step(
    sign_in: SignIn, decisions: Engine
) -> None:
    with writing(decisions).begin() as connection:  # the complaint is a call of the agent A1
        mine = update(review).where(review.c.call_id == "rude-2")
        connection.execute(mine.values(agent_id="A1"))
    chief = sign_in("chief")
    assert (
        chief.post(
            "/ledger/decide", data={"month": MONTH, "key": [A2], "decision": "post"}
        ).status_code
        == 303
    )
    (posted,) = entries_of(decisions, MONTH)
    rule_id = posted.cause["rule_id"]
    assert sign_in("inspector").post("/calls/rude-2/submit").status_code == 303
    number = next(
        f.finding_no for f in find_item(decisions, "rude-2").flags if f.rule_id == rule_id
    )
    said = {"finding_no": number, "reason": "录音里不是我"}
    assert sign_in("agent").post("/calls/rude-2/appeal", data=said).status_code == 303
    assert points(decisions, "A2") == 9
    supervisor = sign_in("supervisor")
    answer = {"decision": "upheld", "reason": "确实不是"}
    assert supervisor.post("/appeals/1/decide", data=answer).status_code == 303
    assert points(decisions) is None  # nothing stands any more
    page = supervisor.get(LEDGER).text
    assert 'href="/appeals/1"' in page
    assert "确实不是" in page
    assert f'value="{A2}"' not in page  # nor is it proposed again
    with decisions.connect() as connection:
        last = select(audit.c.action).order_by(audit.c.entry_no.desc()).limit(12)
        assert {"appeal.upheld", "ledger.reverse"} <= {*connection.execute(last).scalars()}


def test_a_finding_that_an_appeal_took_back_can_cost_nothing_afterwards(
    sign_in: SignIn, decisions: Engine
) -> None:
    assert sign_in("inspector").post("/calls/rude-1/submit").status_code == 303
    (flag, *_) = find_item(decisions, "rude-1").flags
    said = {"finding_no": flag.finding_no, "reason": "录音里不是我"}
    assert sign_in("agent").post("/calls/rude-1/appeal", data=said).status_code == 303
    answer = {"decision": "upheld", "reason": "确实不是"}
    assert sign_in("supervisor").post("/appeals/1/decide", data=answer).status_code == 303
    key, cause = key_of("call", "rude-1", Item.ATTITUDE), {"rule_id": flag.rule_id}
    late = Incident(key, "A1", Item.ATTITUDE, date(2026, 11, 20), call_id="rude-1", cause=cause)
    assert pending(decisions, MONTH, [late]) == ()
    with pytest.raises(UsageError) as error:
        post(decisions, late, by=find_account(decisions, "chief"))
    assert error.value.key == "ledger.appealed"


def test_who_only_reads_has_no_button_and_hears_no_call(sign_in: SignIn) -> None:
    page = sign_in("auditor").get(LEDGER).text
    assert f'data-key="{A2}"' in page
    assert "/ledger/decide" in page
    assert 'name="decision"' not in page
    assert "data-sound" not in page
    assert "我不知道" not in page  # words of calls are for those who may read calls


def test_an_unheard_flag_proposes_nothing_once_people_call_it_false(
    sign_in: SignIn, decisions: Engine
) -> None:
    inspector = sign_in("inspector")
    for flag in find_item(decisions, "rude-2").flags:
        said = {"kind": "verdict", "finding_no": flag.finding_no, "verdict": "false"}
        assert inspector.post("/calls/rude-2/decide", data=said).status_code == 200
    page = sign_in("supervisor").get(LEDGER).text
    assert f'value="{A2}"' not in page
    assert f'value="{A3}"' in page


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_ledger_tables_are_those_of_the_month(
    form: str, sign_in: SignIn, decisions: Engine
) -> None:
    post(decisions, incident(1, Item.ABSENT), by=find_account(decisions, "chief"))
    supervisor = sign_in("supervisor")
    for table in ("ledger", "ledger_entries"):
        answer = supervisor.get(f"/api/tables/{table}.{form}?month={MONTH}")
        assert answer.status_code == 200
        if form == "json":
            assert [row["agent_id"] for row in answer.json()] == ["A1"]
            assert supervisor.get(f"/api/tables/{table}.json?month=2026-02").json() == []
    assert supervisor.get(f"/api/tables/ledger.{form}?month=2026-13").status_code == 422
    assert sign_in("inspector").get(f"/api/tables/ledger.{form}").status_code == 403
