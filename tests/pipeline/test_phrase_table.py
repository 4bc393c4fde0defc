from pathlib import Path

import pytest
from phrasebook_examples import findings_of
from spreadsheet_examples import spreadsheet

from pipeline.phrase_table import (
    Scene,
    conflicts_in_table,
    language_of_scenes,
    phrasebook_of_scenes,
    read_scenes,
)
from pipeline.phrasebook import load_phrasebook
from pipeline.phrasebook_faults import InvalidPhrasebookError
from pipeline.phrasebook_lint import check_phrasebook

TABLE = (
    "情景,不当用语,礼貌用语\n要对方姓氏,你姓什么?,请问您贵姓?\n自报家门,我是XX公司的,这里是XX公司\n"
)

TABLES = Path(__file__).parent / "tables"  # as table programs wrote them


def write(folder: Path, content: str | bytes, name: str = "话术.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def faults(path: Path) -> str:
    with pytest.raises(InvalidPhrasebookError) as caught:
        read_scenes(path)
    return caught.value.text("zh")


def test_each_row_is_a_scene(tmp_path: Path) -> None:
    first, second = read_scenes(write(tmp_path, TABLE))
    assert (first.row, first.title) == (2, "要对方姓氏")
    assert first.improper == ("你姓什么?",)
    assert second.polite == ("这里是XX公司",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_in_the_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    assert len(read_scenes(write(tmp_path, TABLE.encode(encoding)))) == 2


def test_columns_may_stand_in_any_order_and_be_parted_by_semicolons(tmp_path: Path) -> None:
    table = "礼貌用语;编号;情景;不当用语\n请问您贵姓;1;要对方姓氏;你姓什么\n"
    (scene,) = read_scenes(write(tmp_path, table))
    assert (scene.title, scene.polite) == ("要对方姓氏", ("请问您贵姓",))


def test_a_spreadsheet_is_read_like_a_text_table(tmp_path: Path) -> None:
    rows = [["情景", "不当用语", "礼貌用语"], ["结束谈话", "还有事吗\n没事挂了", ""]]
    (scene,) = read_scenes(write(tmp_path, spreadsheet(rows), "t.xlsx"))
    assert scene.improper == ("还有事吗", "没事挂了")
    assert scene.polite == ()


def test_a_missing_column_is_named_with_what_is_there(tmp_path: Path) -> None:
    told = faults(write(tmp_path, "情景,不当用话,礼貌用语\n甲,乙,丙\n"))
    assert "话术.csv:1：缺少“不当用语”一列" in told
    assert "最接近的是 不当用话" in told


def test_every_fault_is_told_with_its_row(tmp_path: Path) -> None:
    told = faults(write(tmp_path, "情景,不当用语,礼貌用语\n,你好,\n甲,,\n乙,……,丙\n乙,丁,\n"))
    assert "话术.csv:2：A 列“情景”是空的" in told
    assert "话术.csv:3：B 列“不当用语”和 C 列都是空的" in told
    assert "话术.csv:4：B 列“不当用语”里的“……”没有文字" in told
    assert "话术.csv:5：情景“乙”重复；第一次出现在第 4 行" in told


def test_files_that_are_no_table_are_named(tmp_path: Path) -> None:
    assert "请用 .xlsx 或 .csv" in faults(write(tmp_path, "x", "话术.docx"))
    assert "打不开这个表格" in faults(write(tmp_path, "x", "话术.xlsx"))
    assert "表头下面没有内容" in faults(write(tmp_path, "情景,不当用语,礼貌用语\n"))


def test_the_phrasebook_made_of_a_table_loads_judges_and_passes_the_check(tmp_path: Path) -> None:
    scenes = read_scenes(write(tmp_path, TABLE))
    files = phrasebook_of_scenes(scenes, source="话术.csv", book_id="ours", language="zh")
    folder = tmp_path / "book" / "zh"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    book = load_phrasebook(tmp_path / "book", language="zh")
    found = findings_of("agent: 你姓什么？我是长江公司的。", book)
    assert found["zh.ours.002.improper"].outcome == "violated"
    assert found["zh.ours.003.improper"].outcome == "violated"
    assert found["zh.ours.002.improper"].suggestion == "请问您贵姓?"
    assert check_phrasebook(tmp_path / "book") == ()


def book_from(scenes: tuple[Scene, ...], folder: Path) -> Path:
    (folder / "zh").mkdir(parents=True)
    files = phrasebook_of_scenes(scenes, source="话术.csv", book_id="ours", language="zh")
    for name, text in files.items():
        (folder / "zh" / name).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("name", ["phrases.xlsx", "phrases_gb18030.csv"])
def test_the_norms_own_table_becomes_a_phrasebook_without_faults(tmp_path: Path, name: str) -> None:
    scenes = read_scenes(TABLES / name)
    assert [s.title for s in scenes][:2] == ["接通电话", "自报家门"]
    assert len(scenes) == 12  # the rows of the norm's table
    folder = book_from(scenes, tmp_path)
    assert check_phrasebook(folder) == ()
    found = findings_of("agent: 请您稍等一会儿。", load_phrasebook(folder, language="zh"))
    assert found["zh.ours.009.polite"].outcome == "met"
    assert found["zh.ours.009.improper"].outcome == "clear"
    found = findings_of("agent: 你等一会儿。", load_phrasebook(folder, language="zh"))
    assert found["zh.ours.009.improper"].outcome == "violated"


def test_both_forms_of_the_table_hold_the_same() -> None:
    assert read_scenes(TABLES / "phrases.xlsx") == read_scenes(TABLES / "phrases_gb18030.csv")


def test_a_table_of_utf_16_is_read_by_its_mark(tmp_path: Path) -> None:
    assert len(read_scenes(write(tmp_path, TABLE.encode("utf-16")))) == 2


def test_a_table_cut_within_a_character_or_an_archive_is_refused(tmp_path: Path) -> None:
    whole = (TABLES / "phrases.xlsx").read_bytes()
    assert "打不开这个表格" in faults(write(tmp_path, whole[: len(whole) // 2], "t.xlsx"))
    assert "不是 UTF-8 文本" in faults(write(tmp_path, b"\xff\xff\xff", "t.csv"))
    assert "找不到" in faults(tmp_path / "none.csv")


def test_signs_of_the_notation_are_only_signs_in_a_table(tmp_path: Path) -> None:
    table = "情景,不当用语,礼貌用语\n甲,你[给我]等着!,请您{稍}等一下$\n乙,我<不>知道啊'''\\,\n"
    assert check_phrasebook(book_from(read_scenes(write(tmp_path, table)), tmp_path / "b")) == ()


def test_a_column_that_is_there_twice_is_named(tmp_path: Path) -> None:
    told = faults(write(tmp_path, "情景,不当用语,礼貌用语,不当用语\n甲,乙,丙,丁\n"))
    assert "话术.csv:1：D 列又是“不当用语”" in told


def test_conflicts_are_named_by_row_and_column_in_the_reader_s_language(tmp_path: Path) -> None:
    rows = "情景,不当用语,礼貌用语\n甲,请您稍等,\n乙,,请您稍等片刻\n丙,我不想管你,我不想管您\n"
    folder = book_from(read_scenes(write(tmp_path, rows)), tmp_path / "book")
    found = conflicts_in_table(check_phrasebook(folder), source="话术.csv")
    (first,) = [f for f in found if f.file == "话术.csv:2 不当用语"]
    assert "第 3 行推荐的“请您稍等片刻”" in first.text("zh")
    assert "recomienda la fila 3" in first.text("es")
    assert "row 3 recommends" in first.text("en")


def test_the_script_tells_the_language(tmp_path: Path) -> None:
    spanish = "situación;inadecuado;adecuado\nesperar;Espere;Un momento, por favor\n"
    scenes = read_scenes(write(tmp_path, spanish.encode("utf-8-sig")))
    assert language_of_scenes(scenes) == "es"
    assert language_of_scenes(read_scenes(TABLES / "phrases.xlsx")) == "zh"
