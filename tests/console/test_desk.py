"""The phrasebook desk: read, try, edit, check, release, show again, restore."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from nights import SignIn
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from console.app import create_app
from console.desk_shelf import Shelf
from console.state import ConsoleState
from pipeline.phrasebook import load_phrasebook
from pipeline.phrasebook_text import QuotesError, phrase_lists, replace_lists, set_version
from warehouse.decisions.tables import audit, phrasebook_release

BOOK = """id = "small"
version = "1"   # 每次修改都要递增
title = "小话术库"
language = "zh"
"""
RULES = """# 推诿
[[rule]]
id = "zh.buck_passing"
title = "推诿"
kind = "forbidden"
points = -1
source = { file = "norms.txt", line = 3, quote = "不得推诿" }   # 原文
suggest = "我帮您问一下"
phrases = '''
这不归我管
'''
[[rule.test]]
expect = "violated"
dialogue = '''
agent: 这不归我管。
'''
[[rule.test]]
expect = "clear"
dialogue = '''
agent: 好的，我帮您问一下。
'''

[[rule]]
id = "zh.thanks"
title = "致谢"
kind = "credit"
points = 0.5
source = { file = "norms.txt", line = 4, quote = "要致谢" }
phrases = '''
感谢您的来电
'''
[[rule.test]]
expect = "met"
dialogue = '''
agent: 感谢您的来电。
'''
[[rule.test]]
expect = "not_applicable"
dialogue = '''
agent: 好的，我帮您问一下。
'''
"""
RULE = "/desk/rules/zh.buck_passing"
Enter = Callable[[str], TestClient]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    given = tmp_path / "given"
    (given / "zh").mkdir(parents=True)
    (given / "zh" / "book.toml").write_text(BOOK, "utf-8")
    (given / "zh" / "rules.toml").write_text(RULES, "utf-8")
    return Shelf(given, desk=tmp_path / "desk", own=tmp_path / "own")


@pytest.fixture
def enter(state: ConsoleState, shelf: Shelf, sign_in: SignIn) -> Enter:
    app = create_app(replace(state, phrasebook_for=shelf))

    def signed_in(login: str) -> TestClient:
        client = TestClient(app, follow_redirects=False)
        client.cookies = sign_in(login).cookies
        return client

    return signed_in


def save(client: TestClient, lists: dict[int, str], page: str = "") -> int:
    text = page or client.get(RULE).text
    seen = text.partition('name="seen" value="')[2].partition('"')[0]
    form = {"seen": seen, **{f"list-{number}": text for number, text in lists.items()}}
    return client.post(RULE, data=form).status_code


def test_lists_are_exchanged_and_every_other_byte_stays() -> None:
    lists = phrase_lists(RULES, "zh.buck_passing")
    assert [(part.table, part.key) for part in lists] == [
        ("rule", "phrases"),
        ("rule.test", "dialogue"),
        ("rule.test", "dialogue"),
    ]
    changed = replace_lists(RULES, "zh.buck_passing", {0: "这不归我管\r\n不是我负责  \n\n"})
    assert changed == RULES.replace("这不归我管\n'''", "这不归我管\n不是我负责\n'''", 1)
    assert replace_lists(RULES, "zh.thanks", {0: phrase_lists(RULES, "zh.thanks")[0].text}) == RULES
    with pytest.raises(QuotesError):
        replace_lists(RULES, "zh.thanks", {0: "a'''\nid = 'x'"})
    assert phrase_lists(RULES, "zh.none") == ()
    assert set_version(BOOK, "2") == BOOK.replace('version = "1"', 'version = "2"')
    with pytest.raises(QuotesError):
        set_version(BOOK, '2"\nid = "evil')


def test_the_norms_are_a_table_with_their_own_words(enter: Enter) -> None:
    client = enter("inspector")
    text = client.get("/desk?words=归").text
    assert "没有符合的规则" in text
    text = client.get("/desk?words=推诿").text
    assert "不得推诿" in text
    assert "norms.txt:3" in text
    assert "zh.thanks" not in text


def test_a_text_and_a_call_are_tried_against_a_rule(enter: Enter) -> None:
    client = enter("inspector")
    hit = client.post(f"{RULE}/try", data={"text": "customer: 找谁？\n这不归我管"}).text
    assert "这不归我管" in hit
    assert "<h3>违规" in hit
    miss = client.post(f"{RULE}/try", data={"text": "customer: 这不归我管\n好的"}).text
    assert "<h3>无违规" in miss
    call = client.post(f"{RULE}/try", data={"call_id": "rude-1"})
    assert call.status_code == 200
    assert "这不归我管" in call.text
    assert client.post(f"{RULE}/try", data={"call_id": "no-such"}).status_code == 422
    assert client.post(f"{RULE}/try", data={"text": ""}).status_code == 422


def test_a_release_keeps_comments_names_its_reason_and_can_be_taken_back(
    enter: Enter, shelf: Shelf, decisions: Engine
) -> None:
    client = enter("supervisor")
    first = shelf("zh")
    assert save(client, {0: "这不归我管\n不是我负责"}) == 303
    assert shelf("zh").sha256 == first.sha256  # a draft holds for nobody
    assert "+不是我负责" in client.get("/desk/draft").text
    assert "没有发现问题" in client.post("/desk/check").text
    form = {"language": "zh", "version": "1", "reason": "校准会的决定"}
    assert client.post("/desk/release", data=form).status_code == 409  # the same version
    form["version"] = "2"
    assert client.post("/desk/release", data={**form, "reason": " "}).status_code == 409
    assert client.post("/desk/release", data=form).status_code == 303

    assert shelf.folder.name == "own"
    assert "   # 原文" in (shelf.folder / "zh" / "rules.toml").read_text("utf-8")
    assert (shelf.given / "zh" / "rules.toml").read_text("utf-8") == RULES
    second = load_phrasebook(shelf.folder, language="zh")
    assert second.version == "2"
    with decisions.connect() as connection:
        row = connection.execute(select(phrasebook_release)).one()
        noted = connection.execute(
            select(audit.c.subject).where(audit.c.action == "phrasebook.release")
        ).scalar_one()
    assert (row.sha256, row.previous_sha256) == (second.sha256, first.sha256)
    assert row.reason == "校准会的决定"
    assert noted == second.sha256

    assert "校准会的决定" in client.get("/desk/releases").text
    assert client.get(f"/desk/versions/{first.sha256}").status_code == 200
    assert client.post(f"/desk/versions/{first.sha256}/restore").status_code == 303
    assert "-不是我负责" in client.get("/desk/draft").text
    form = {"language": "zh", "version": "3", "reason": "还是原来的好"}
    assert client.post("/desk/release", data=form).status_code == 303
    assert shelf("zh").version == "3"
    assert "不是我负责" not in (shelf.folder / "zh" / "rules.toml").read_text("utf-8")


def test_a_draft_with_faults_names_them_all_and_is_not_released(enter: Enter, shelf: Shelf) -> None:
    client = enter("supervisor")
    assert save(client, {0: "不是我负责"}) == 303  # now the rule's own test fails
    told = client.post("/desk/check").text
    assert "rules.toml" in told
    form = {"language": "zh", "version": "2", "reason": "试一试行不行"}
    answer = client.post("/desk/release", data=form)
    assert answer.status_code == 422
    assert "zh.buck_passing" in answer.text
    assert shelf("zh").version == "1"
    assert save(client, {0: "@zh.none"}) == 422  # told at once: it cannot be read
    assert client.post("/desk/discard").status_code == 303
    assert not shelf.has_draft


def test_two_people_do_not_overwrite_each_other(enter: Enter) -> None:
    client = enter("supervisor")
    page = client.get(RULE).text
    assert save(client, {0: "这不归我管\n你找别人"}) == 303
    assert save(client, {0: "这不归我管\n我不清楚"}, page) == 409


def test_a_broken_file_does_not_stop_the_console(shelf: Shelf) -> None:
    book = shelf("zh")
    (shelf.given / "zh" / "rules.toml").write_text("[[rule]\n", "utf-8")
    shelf._read[shelf.folder, "zh"] = replace(shelf._read[shelf.folder, "zh"], looked_at=-1.0)
    assert shelf("zh") is book


def test_no_path_of_a_client_reaches_the_files(enter: Enter, shelf: Shelf) -> None:
    client = enter("supervisor")
    shutil.copytree(shelf.given, shelf.given.parent / "desk" / "versions" / "x")
    # the client itself resolves a plain "../"; these names arrive as they are
    for name in ("..%2f..%2fgiven", "x", "a" * 64, "%00"):
        assert client.get(f"/desk/versions/{name}").status_code == 404, name
        assert client.get(f"/desk/rules/{name}").status_code == 404, name
