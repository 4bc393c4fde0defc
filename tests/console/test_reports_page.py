"""The page of reports: making, listing, downloading; an agent's own sheet."""

from __future__ import annotations

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


def test_a_report_is_made_listed_and_downloaded(sign_in: SignIn, decisions: Engine) -> None:
    client = sign_in("supervisor")
    assert client.post("/reports", data=FORM).status_code == 303
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
        ({"day": "2020-01-01"}, "2026-11-20"),  # no calls; the days that there are
    ):
        answer = client.post("/reports", data={**FORM, **wrong})
        assert answer.status_code == 422, wrong
        assert told in answer.text
        assert 'role="alert"' in answer.text


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
