"""Judging columns by name, type, comment, values and neighbours together."""

from __future__ import annotations

from collections.abc import Sequence

from shouze.discovery.finding import Finding
from shouze.discovery.reading.piece import Cells, Column, Piece
from tests.discovery.looking import findings, found_in

PHONES = [f"138123456{number:02d}" for number in range(40)]
NAMES = ["王小明", "李娟", "张伟", "陈思远"] * 10


def judged(columns: dict[str, Sequence[str]], **comments: str) -> dict[str, Finding]:
    """Return the surest finding of each column of a table."""
    described = [Column(name, "", comments.get(name, "")) for name in columns]
    pieces: list[Piece] = [Cells("t", described, list(columns.values()))]
    found: dict[str, Finding] = {}
    for each in findings(pieces):
        name = each.place.removeprefix("t.")
        if name not in found or found[name].confidence < each.confidence:
            found[name] = each
    return found


def test_values_without_a_name_are_found_by_their_check() -> None:
    assert judged({"f1": PHONES})["f1"].item == "phone"


def test_a_name_makes_surer() -> None:
    assert judged({"sjhm": PHONES})["sjhm"].confidence > judged({"f1": PHONES})["f1"].confidence


def test_a_comment_says_what_a_name_does_not() -> None:
    table = judged({"f1": ["1990-03-07", "1985-12-01"] * 5}, f1="出生日期")
    assert table["f1"].item == "birth-date"


def test_neighbours_make_surer() -> None:
    ids = ["11010519491231002X"] * 40
    alone, beside = judged({"f1": NAMES}), judged({"f1": NAMES, "f2": ids})
    assert beside["f1"].confidence > alone["f1"].confidence


def test_a_name_that_says_something_else_makes_less_sure() -> None:
    assert "order_no" not in judged({"order_no": PHONES})


def test_a_single_cell_says_nothing() -> None:
    rows = [f"20240101{number:08d}" for number in range(39)]
    assert judged({"f1": [*rows, "6222021234567894"]}) == {}


def test_what_passes_by_chance_is_no_finding() -> None:
    numbers = [f"62220212345{number:05d}" for number in range(500)]
    assert judged({"f1": numbers}) == {}


def test_a_number_of_counts_is_no_address() -> None:
    assert judged({"_email_count": ["3", "12", "0"] * 10, "cvv": ["2024", "2025"] * 10}) == {}


def test_a_name_refines_what_the_values_are() -> None:
    table = judged({"lxdh": PHONES, "guardian_phone": PHONES, "sjhm": PHONES})
    assert {name: each.item for name, each in table.items()} == {
        "lxdh": "contact-phone", "guardian_phone": "guardian-phone", "sjhm": "phone",
    }  # fmt: skip


def test_a_name_whose_values_are_something_else_does_not_count() -> None:
    assert judged({"phone": ["待定", "无", "见备注"] * 10}) == {}


def test_kinds_that_need_neighbours_are_found_beside_them_only() -> None:
    moments = ["2024-01-02 03:04:05", "2024-05-06 07:08:09"] * 20
    assert judged({"login_time": moments}) == {}
    assert judged({"login_time": moments, "sjhm": PHONES})["login_time"].item == "use-time"


def test_columns_of_several_kinds_are_found_as_each() -> None:
    mixed = [*PHONES[:20], *(f"user{number}@example.cn" for number in range(20))]
    found = {each.item for each in findings([Cells("t", [Column("lxfs")], [mixed])])}
    assert found == {"phone", "email"}


def test_values_inside_of_sentences_are_counted() -> None:
    cells = ["客户来电，回拨 13912345678 未接", "已处理，无异常情况", "转办，联系电话 010-62345678"] * 10
    found = {each.kind: each.count for each in findings([Cells("t", [Column("bz")], [cells])])}
    assert found == {"mobile": 10, "landline": 10}


def test_a_schema_alone_is_told_as_that() -> None:
    found = findings([Cells("t", [Column("sfzh", "VARCHAR"), Column("x", "VARCHAR")], [[], []])])
    assert [(each.item, each.confidence) for each in found] == [("id-number", 0.6)]
    assert "no values were read" in found[0].reason.en


def test_an_organisation_is_told_as_one() -> None:
    found = found_in("tyshxydm,x\n" + "91350100M000100Y43,1\n" * 6, "t.csv")
    assert [(each.item, each.about) for each in found] == [("organisation-code", "organisation")]
