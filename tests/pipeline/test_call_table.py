from __future__ import annotations

import pytest
from sidecars import faults, table

from pipeline.call import CallMetadata, Purpose, Role
from pipeline.metadata import load_metadata


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_gives_each_recording_its_row(tmp_path, encoding, separator):
    rows = [["file", "agent_name", "purpose"], ["b.wav", "李雷", "booking"], ["a.wav", "张", ""]]
    audio = table(tmp_path, "\r\n".join(separator.join(row) for row in rows), encoding)
    assert load_metadata(audio) == CallMetadata(call_id="a", agent_name="张")
    assert load_metadata(tmp_path / "b.wav").purpose is Purpose.BOOKING
    assert load_metadata(tmp_path / "c.wav") == CallMetadata(call_id="c")


def test_a_table_may_name_files_without_suffix_and_with_windows_folders(tmp_path):
    table(tmp_path, "file,team\na,one\nsub\\a.wav,two\n")
    (tmp_path / "sub").mkdir()
    assert load_metadata(tmp_path / "a.wav").team == "one"
    below = load_metadata(tmp_path / "sub" / "a.wav", table=tmp_path / "calls.csv")
    assert below.team == "two"


def test_a_table_without_file_goes_by_call_id(tmp_path):
    assert load_metadata(table(tmp_path, "call_id,team\na,one\n")).team == "one"


def test_composed_and_decomposed_letters_name_the_same_file(tmp_path):
    table(tmp_path, "file,team\nma\u00f1ana.wav,one\n")
    assert load_metadata(tmp_path / "man\u0303ana.wav").team == "one"


def test_roles_in_a_cell_are_separated_by_anything(tmp_path):
    for cell in (
        '"agent,customer"',
        "agent|customer",
        '"[""agent"", ""customer""]"',
        "agent/customer",
    ):
        metadata = load_metadata(table(tmp_path, f"file,channel_roles\na.wav,{cell}\n"))
        assert metadata.channel_roles == (Role.AGENT, Role.CUSTOMER)


def test_a_fault_in_one_row_concerns_that_recording_alone(tmp_path):
    audio = table(tmp_path, "file,purpose\nb.wav,booking\na.wav,chat\n")
    ((reason, values),) = faults(audio)
    assert (reason, values["source"]) == ("metadata.purpose", "calls.csv:3")
    assert load_metadata(tmp_path / "b.wav").purpose is Purpose.BOOKING


def test_two_rows_for_one_recording_are_a_fault_of_that_recording(tmp_path):
    audio = table(tmp_path, "file,team\na.wav,one\nb.wav,two\na.wav,three\n")
    ((reason, values),) = faults(audio)
    assert (reason, values["lines"]) == ("metadata.table_row_twice", "2, 4")
    assert load_metadata(tmp_path / "b.wav").team == "two"


def test_a_row_with_too_many_cells_is_a_fault(tmp_path):
    ((reason, values),) = faults(table(tmp_path, "file,team\na.wav,one,two\n"))
    assert (reason, values["cells"], values["columns"]) == ("metadata.table_cells", 3, 2)


def test_foreign_columns_are_ignored_and_slips_are_not(tmp_path):
    assert load_metadata(table(tmp_path, "file,team,备注\na.wav,one,x\n")).team == "one"
    ((reason, values),) = faults(table(tmp_path, "file,team,purpse\na.wav,one,booking\n"))
    assert (reason, values["nearest"]) == ("metadata.unknown_key", "purpose")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("team,purpose\none,booking\n", "metadata.table_columns"),
        ("", "metadata.table_columns"),
        ("file,team,team\na.wav,one,two\n", "metadata.twice"),
        ('file,team\na.wav,"one\n', "metadata.table_syntax"),
    ],
)
def test_a_table_that_cannot_be_understood_is_a_fault_of_its_recordings(tmp_path, text, reason):
    assert [key for key, _ in faults(table(tmp_path, text))] == [reason]


def test_a_table_in_no_known_encoding_is_a_fault(tmp_path):
    (tmp_path / "calls.csv").write_bytes(b"file,team\na.wav,\xff\xff\n")
    assert [key for key, _ in faults(tmp_path / "a.wav")] == ["metadata.encoding"]


def test_a_named_table_that_is_missing_is_a_fault(tmp_path):
    listed = faults(tmp_path / "a.wav", table=tmp_path / "none.csv")
    assert [key for key, _ in listed] == ["metadata.file"]


def test_a_table_that_changed_is_read_again(tmp_path):
    assert load_metadata(table(tmp_path, "file,team\na.wav,one\n")).team == "one"
    assert load_metadata(table(tmp_path, "file,team\na.wav,second\n")).team == "second"
