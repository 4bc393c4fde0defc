"""The page of reports: making, listing, downloading; an agent's own sheet."""

from __future__ import annotations

import threading
from pathlib import Path

from nights import SignIn
from sqlalchemy import Engine, select

from console.state import ConsoleState
from warehouse.decisions.tables import audit

FORM = {"kind": "daily", "day": "2026-11-20", "form": "xlsx", "language": "es"}
NAME = "daily-2026-11-20.es.xlsx"


def actions(decisions: Engine) -> list[tuple[str, str]]:
    with decisions.connect() as connection:
        rows = connection.execute(select(audit.c.action, audit.c.subject)).all()
    return [(row.action, row.subject) for row in rows if row.action.startswith("report.")]


def test_a_report_is_made_listed_and_downloaded(
    sign_in: SignIn, decisions: Engine, state: ConsoleState
) -> None:
    client = sign_in("supervisor")
    assert client.post("/reports", data=FORM).status_code == 303
    assert state.reports.wait(60)
    assert f'href="/reports/{NAME}"' in client.get("/reports").text
    answer = sign_in("auditor").get(f"/reports/{NAME}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert answer.headers["Cache-Control"] == "no-store"
    assert actions(decisions) == [("report.make", NAME), ("report.download", NAME)]
    assert sign_in("agent").get(f"/reports/{NAME}").status_code == 403


def test_what_a_form_says_wrongly_is_told_in_the_readers_language(sign_in: SignIn) -> None:
    client = sign_in("supervisor")
    client.cookies.set("language", "es")
    for wrong, told in (
        ({"day": "mañana"}, "2026-11-20"),
        ({"kind": "yearly"}, "yearly"),
    ):
        answer = client.post("/reports", data={**FORM, **wrong})
        assert answer.status_code == 422, wrong
        assert told in answer.text
        assert 'role="alert"' in answer.text


def test_what_goes_wrong_while_a_report_is_made_is_told_on_the_page(
    sign_in: SignIn, state: ConsoleState
) -> None:
    client = sign_in("supervisor")
    client.cookies.set("language", "es")
    assert client.post("/reports", data={**FORM, "day": "2020-01-01"}).status_code == 303
    assert state.reports.wait(60)
    told = client.get("/reports").text
    assert 'role="alert"' in told
    assert "2026-11-20" in told  # no calls then; the days that there are
    assert 'role="alert"' not in sign_in("auditor").get("/reports").text  # who cannot make any


def test_the_page_answers_while_a_report_is_made_and_asks_again_until_it_is(
    sign_in: SignIn, state: ConsoleState
) -> None:
    go = threading.Event()
    state.reports.ask("slow", lambda: go.wait(60) and None, by="somebody")
    client = sign_in("supervisor")
    assert client.post("/reports", data=FORM).status_code == 303
    assert client.post("/reports", data=FORM).status_code == 303  # the same: it waits already
    page = client.get("/reports").text
    assert 'data-job="running"' in page
    assert page.count('data-job="waiting"') == 1
    assert 'hx-trigger="every 2s"' in page
    for number in range(8):
        form = {**FORM, "day": f"2026-11-0{number + 1}"}
        assert client.post("/reports", data=form).status_code == 303
    many = client.post("/reports", data={**FORM, "day": "2026-11-10"})
    assert many.status_code == 422  # ten are under way
    go.set()
    assert state.reports.wait(60)
    page = client.get("/reports").text
    assert "every 2s" not in page
    assert NAME in page


def test_only_reports_leave_the_folder(sign_in: SignIn, data: Path) -> None:
    folder = data / "reports"
    folder.mkdir()
    (folder / "secret.txt").write_text("secret")
    (folder / "daily-2026-11-19.zh.pdf").symlink_to(data / "decisions.sqlite")
    client = sign_in("supervisor")
    for name in ("secret.txt", "daily-2026-11-19.zh.pdf", "..%2fdecisions.sqlite", "%00"):
        assert client.get(f"/reports/{name}").status_code == 404, name
    assert "daily-2026-11-19" not in client.get("/reports").text


def test_an_agent_gets_the_own_sheet_once_a_call_is_released(
    sign_in: SignIn, state: ConsoleState
) -> None:
    agent = sign_in("agent")
    assert agent.get("/mine/sheet?month=2026-11").status_code == 409
    assert sign_in("inspector").post("/calls/rude-1/submit").status_code == 303
    answer = agent.get("/mine/sheet?month=2026-11")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert agent.get("/mine/sheet?month=last").status_code == 409
    assert not (state.data / "reports").exists()
