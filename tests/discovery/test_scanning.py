"""Findings: where they are, what they say, and that they hold no value."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shouze.discovery.reading.opening import read_bytes
from shouze.discovery.scanning import Read
from tests.discovery.looking import PEOPLE, found_in, items_by_place, scanner

VALUES = (
    "13812345678",
    "11010519491231002X",
    "lei.feng@example.cn",
    "6222021234567894",
    "京A12345",
    "王小明",
    "Abc12345!",
)
TEXT = (
    "客户王小明（13812345678）身份证 11010519491231002X\n邮箱 lei.feng@example.cn，卡号 6222021234567894\n"
    "密码：Abc12345! 车牌京A12345\n"
)


def test_a_finding_of_text_has_its_line_and_characters() -> None:
    lines = TEXT.splitlines()
    for each in found_in(TEXT):
        number = int(each.place.rpartition(":")[2])
        for span in each.spans:
            assert lines[number - 1][span.start : span.end] in VALUES


def test_no_finding_holds_a_value() -> None:
    told = [msgspec.to_builtins(each.row("zh")) for each in (*found_in(TEXT), *found_in(PEOPLE, "p.csv"))]
    assert told
    written = json.dumps(told, ensure_ascii=False)
    assert not [value for value in (*VALUES, "李娟", "欧阳志远") if value in written]


def test_columns_are_told_by_table_and_name() -> None:
    assert items_by_place(found_in(PEOPLE, "p.csv")) == {
        "p.csv.khxm": "name", "p.csv.sjhm": "phone", "p.csv.sfzh": "id-number",
    }  # fmt: skip


def test_what_was_read_is_counted() -> None:
    read = [each for each in scanner().scan("s", read_bytes(TEXT.encode(), "a.log")) if isinstance(each, Read)]
    assert sum(each.bytes for each in read) == len(TEXT.encode())


@given(st.lists(st.sampled_from(["甲", "𠮷", "a", "，", "１３８１２３４５６７８", "13812345678", "\n"]), max_size=20))
def test_spans_count_characters_whatever_stands_before(parts: list[str]) -> None:
    text = "".join(parts)
    lines = text.split("\n")
    for each in found_in(text):
        number = int(each.place.rpartition(":")[2])
        for span in each.spans:
            assert lines[number - 1][span.start : span.end] in {"13812345678", "１３８１２３４５６７８"}


def test_pictures_and_fingerprints_are_told_by_their_type() -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    assert [each.item for each in found_in(png, "身份证/0001.png")] == ["id-copy"]
    assert [each.item for each in found_in(png, "photo/0001.png")] == ["photo"]
    assert [each.item for each in found_in(b"FMR\0 20\0" + bytes(50), "x.bin")] == ["fingerprint"]


def test_names_and_numbers_of_one_line_each_have_their_own_places() -> None:
    """Of several values of one kind in a line, each begins where the one before has ended, whatever lies between."""
    line = "𠮷客户张建国，电话13812345678；客户诸葛明，电话13912345678；张建国"
    spans = {each.item: [line[span.start : span.end] for span in each.spans] for each in found_in(f"第一行\n{line}\n")}
    assert spans == {"name": ["张建国", "诸葛明", "张建国"], "phone": ["13812345678", "13912345678"]}
    counts = {each.item: each.count for each in found_in(f"第一行\n{line}\n")}
    assert counts == {"name": 3, "phone": 2}
