import pytest
from spreadsheet_examples import MAIN, OFFICE, PACKAGE, pack, spreadsheet

from pipeline.spreadsheet import SpreadsheetError, column_letter, sheet_rows

SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
BOOK = {
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
    '<Relationship Id="r1" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
}


def rows_of(body: str, **more: str) -> list[tuple[str, ...]]:
    parts = {**BOOK, "xl/worksheets/sheet1.xml": SHEET.format(body)}
    return sheet_rows(pack({**parts, **{f"xl/{k}.xml": v for k, v in more.items()}}))


def test_shared_texts_are_read_with_their_line_breaks() -> None:
    assert sheet_rows(spreadsheet([["情景", "a & b"], ["一\n二"]])) == [
        ("情景", "a & b"),
        ("一\n二",),
    ]


def test_cells_and_rows_that_are_left_out_are_empty() -> None:
    assert rows_of('<row r="2"><c r="C2"><v>7</v></c></row>') == [(), ("", "", "7")]


def test_columns_go_on_after_z() -> None:
    (row,) = rows_of('<row r="1"><c r="AB1"><v>1</v></c></row>')
    assert len(row) == 28


def test_inline_texts_and_computed_values_are_read() -> None:
    cells = (
        '<c r="A1" t="inlineStr"><is><t>您好</t></is></c><c r="B1" t="str"><f>A1</f><v>您好</v></c>'
    )
    assert rows_of(f'<row r="1">{cells}</row>') == [("您好", "您好")]


def test_a_text_of_several_runs_is_one_and_readings_are_no_part_of_it() -> None:
    runs = "<r><t>请</t></r><r><t>稍等</t></r><rPh><t>qing</t></rPh>"
    shared = f'<sst xmlns="{MAIN}"><si>{runs}</si></sst>'
    found = rows_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', sharedStrings=shared)
    assert found == [("请稍等",)]


@pytest.mark.parametrize("data", [b"", b"not a zip", pack({"a.txt": "x"})])
def test_what_is_no_spreadsheet_is_refused(data: bytes) -> None:
    with pytest.raises(SpreadsheetError):
        sheet_rows(data)


@pytest.mark.parametrize(
    "body",
    [
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',  # a shared text that is not there
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="2"/><row r="1"/>',
        '<row r="99999999999"/>',
        '<row r="x"/>',
    ],
)
def test_sheets_that_contradict_themselves_are_refused(body: str) -> None:
    with pytest.raises(SpreadsheetError):
        rows_of(body)


@pytest.mark.parametrize(("number", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_named_as_table_programs_name_them(number: int, letter: str) -> None:
    assert column_letter(number) == letter
