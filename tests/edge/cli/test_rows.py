"""CSV files of facts: what is read, and what is said of what cannot be."""

from pathlib import Path

import pytest

from edge.cli.rows import FileWrong, Row, read_rows

COLUMNS = ("account", "number", "state", "time", "evidence")
REQUIRED = COLUMNS[:3]


def rows(tmp_path: Path, text: str | bytes) -> list[Row]:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_rows(path, COLUMNS, REQUIRED))


def test_without_a_header_columns_stand_in_their_order(tmp_path: Path) -> None:
    assert rows(tmp_path, "acme,+14165550311,out,2026-11-25,STOP\nacme, +14165550312 ,in\n") == [
        Row(
            1,
            {
                "account": "acme",
                "number": "+14165550311",
                "state": "out",
                "time": "2026-11-25",
                "evidence": "STOP",
            },
        ),
        Row(2, {"account": "acme", "number": "+14165550312", "state": "in"}),
    ]


def test_a_header_may_name_them_in_another_order(tmp_path: Path) -> None:
    text = "\ufeff# exported today\r\n\r\nNumber, state ,account\r\n+1,out,acme\r\n"
    assert rows(tmp_path, text) == [Row(4, {"number": "+1", "state": "out", "account": "acme"})]


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    text = 'acme,+1,out,,"two\nlines"\n\nacme,+2,out\n'
    assert [(row.line, row.fields.get("evidence")) for row in rows(tmp_path, text)] == [(2, "two\nlines"), (4, None)]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("acme,+1", "no state"),
        ("acme,,out", "no number"),
        ("acme,+1,out,,x,y", "6 fields where there are 5 columns"),
        ('acme,+1,"o"ut', "',' expected after '\"'"),
    ],
)
def test_what_is_wrong_with_a_line_keeps_no_other_out(tmp_path: Path, line: str, wrong: str) -> None:
    found = rows(tmp_path, f"acme,+1,out\n{line}\nacme,+2,in\n")
    assert [row.wrong for row in found] == ["", wrong, ""]
    assert [row.line for row in found] == [1, 2, 3]


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ("x\n", "unexpected end of data"),
        ('"ok"\n', "',' expected after '\"'"),
        ('"\n', "there is a row in one of their fields"),
    ],
)
def test_rows_that_an_open_quote_swallows_are_named(tmp_path: Path, end: str, why: str) -> None:
    found = rows(tmp_path, f'acme,+1,out,,"he said\nacme,+12,out,,\nacme,+1 345,out,,{end}')
    assert found == [Row(1, {}, f"{why}; lines 1 to 3 are not taken: is a quote not closed?")]


def test_a_text_of_several_lines_is_one_field(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, 'acme,+1,out,,"Hello\nStop, please, now\nor else"\n')
    assert (row.wrong, row.fields["evidence"]) == ("", "Hello\nStop, please, now\nor else")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("account,number,stat\n", "a.csv:1: unknown column 'stat'; the columns are account,number,state,time,evidence"),
        ("account,number\n", "a.csv:1: no column 'state'; the columns are "),
        ("account,number,state,state\n", "a.csv:1: twice the same; the columns are "),
        (b"acme,+1,out,,\xff\n", "a.csv: is not UTF-8 text (invalid start byte at octet 13)"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(FileWrong) as caught:
        rows(tmp_path, text)
    assert says in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileWrong, match=r"b.csv: cannot be read: No such file or directory"):
        list(read_rows(tmp_path / "b.csv", COLUMNS, REQUIRED))


def test_an_empty_file(tmp_path: Path) -> None:
    assert rows(tmp_path, "") == rows(tmp_path, "account,number,state\n") == []
