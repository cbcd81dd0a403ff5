"""Operators under supervision: entered one by one or from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouze.errors import InvalidError
from shouze.registers.supervised.calling import operator_called
from shouze.registers.supervised.models import Supervised
from tests.registers.house import do, make, signed_in
from tests.registers.parties import joined
from tests.registers.reports.scene import inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
ROW = {"title": "星桥通信（虚构）", "licence": "A1-1", "filing": "", "credit_code": "91310000MA1FL0XX0X",
       "province": "上海",
       "services": "", "contact": "", "licensed_by": "上海市通信管理局"}  # fmt: skip


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined("authority"):
        yield


@pytest.mark.duty("A03-competence")
def test_an_operator_has_a_licence_or_a_filing_and_stands_once() -> None:
    make("supervised", inspector(), ROW)
    for changed in ({"licence": ""}, {"licence": "A1-2", "credit_code": "123"}, {}):
        with pytest.raises(InvalidError):
            make("supervised", inspector(), ROW | changed)


def test_the_licence_register_is_taken_in_from_a_file() -> None:
    lines = ["title,licence,filing,credit_code,province,services,contact,licensed_by"]
    lines += [f"某网{n},B2-{n},,,浙江,信息服务,,浙江省通信管理局" for n in range(3)]
    browser = signed_in(inspector())
    file = SimpleUploadedFile("licences.csv", "\n".join(lines).encode())
    assert browser.post("/r/supervised/import", {"file": file}).status_code == 302
    assert Supervised.objects.filter(province="浙江").count() == 3


@pytest.mark.duty("A03-competence")
@pytest.mark.parametrize("changed", [
    {"licence": "A1-2"}, {"licence": " Ａ１-1　", "credit_code": ""},
    {"licence": "a", "filing": "备　1", "credit_code": ""}, {"licence": "A1-2", "credit_code": "91310000ma1fl0xx0x"},
])  # fmt: skip
def test_one_operator_is_one_row_however_its_numbers_are_written(changed: dict[str, str]) -> None:
    make("supervised", inspector(), ROW | {"filing": "备 1", "province": " 上海 "})
    with pytest.raises(InvalidError):
        make("supervised", inspector(), ROW | {"title": "同一家（虚构）"} | changed)
    assert Supervised.objects.get().province == "上海"
    assert operator_called("Ａ１-1").title == ROW["title"]


def test_a_credit_code_is_in_capitals_however_it_was_typed() -> None:
    row = make("supervised", inspector(), ROW | {"credit_code": " 91310000ma1fl0xx0x "})
    assert row.credit_code == "91310000MA1FL0XX0X"


def test_an_operator_that_is_changed_is_no_double_of_itself_nor_of_one_that_ended() -> None:
    row = make("supervised", inspector(), ROW)
    assert do(row, "change", inspector(), ROW | {"title": "星桥（虚构）"}).title == "星桥（虚构）"
    do(row, "end", inspector())
    again = make("supervised", inspector(), ROW)
    assert (again.state, again.credit_code) == ("supervised", ROW["credit_code"])
    with pytest.raises(InvalidError) as problem:
        make("supervised", inspector(), ROW)
    assert again.number in problem.value.say("zh")


def test_a_register_with_a_title_above_its_headings_is_taken_in() -> None:
    lines = ["许可证名册（虚构）,,,", ",,,", "序号,经营者名称,经营许可证编号,省份", "1,某网（虚构）,B2-1,浙江", ",,,"]
    file = SimpleUploadedFile("licences.csv", "\n".join(lines).encode("gb18030"))
    assert signed_in(inspector()).post("/r/supervised/import", {"file": file}).status_code == 302
    assert [(each.title, each.licence) for each in Supervised.objects.all()] == [("某网（虚构）", "B2-1")]


def test_a_mistake_is_told_by_its_line_of_the_file() -> None:
    lines = ["名册,,", "经营者名称,经营许可证编号,行业", "甲（虚构）,B2-1,增值电信", "乙（虚构）,B2-2,农业"]
    file = SimpleUploadedFile("licences.csv", "\n".join(lines).encode())
    answer = signed_in(inspector()).post("/r/supervised/import", {"file": file})
    assert answer.status_code == 422
    assert "第 4 行" in answer.content.decode()
    assert not Supervised.objects.exists()
