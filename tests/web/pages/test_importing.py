"""Imports: all of a file or nothing of it, with every mistake by its line and none of its values."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from tests.registers.house import officer, person, signed_in

pytestmark = pytest.mark.django_db
GOOD = "工号,姓名,角色,有效至\nS-0101,赵一,客服,2036-01-02 10:00\nS-0102,钱二,审批人、客服,\n"


def imported(content: str | bytes, name: str = "people.csv", language: str = "zh") -> tuple[int, str]:
    raw = content.encode() if isinstance(content, str) else content
    answer = signed_in(officer(), language).post("/r/people/import", {"file": SimpleUploadedFile(name, raw)})
    return answer.status_code, answer.content.decode()


def test_a_table_with_its_headings_in_either_language_is_taken_in() -> None:
    assert imported(GOOD)[0] == 302
    first, second = Person.objects.filter(username__startswith="S-01").order_by("username")
    assert (first.name, first.roles_held, second.roles_held) == ("赵一", ["service"], ["approver", "service"])
    assert first.until is not None
    assert imported("Work number,Name\nS-0103,Sun\n")[0] == 302
    assert Person.objects.get(username="S-0103").number.startswith("P-")


def test_chinese_spreadsheets_own_encoding_is_read() -> None:
    assert imported(GOOD.encode("gb18030"))[0] == 302


def test_xlsx_is_read_as_well() -> None:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["username", "name"])
    book.active.append(["S-0104", "李四"])
    book.save(out)
    assert imported(out.getvalue(), "people.xlsx")[0] == 302


def test_one_wrong_line_and_nothing_is_registered() -> None:
    before = Person.objects.count()
    status, page = imported(
        "username,name,roles_held\nS-0105,周五,service\nS-0106,,service\nS-0107,吴七,emperor\n", language="en"
    )
    assert status == 422
    assert "line 3 Name" in page
    assert "line 4" in page
    assert "周五" not in page
    assert Person.objects.count() == before + 1


def test_a_number_that_stands_twice_is_named_by_its_second_line() -> None:
    status, page = imported("username,name\nS-0108,郑八\nS-0108,王九\n")
    assert status == 422
    assert "第 3 行" in page


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"x,y\n1,2\n", "a.csv"), (b"PK\x03\x04broken", "a.xlsx"), (b"\xff\x00", "a.csv")],
)
def test_what_is_no_table_says_so(content: bytes, name: str) -> None:
    assert imported(content, name)[0] == 422


def test_whoever_may_not_register_may_not_import() -> None:
    assert signed_in(person("S-0033", Role.AUDITOR)).get("/r/people/import").status_code == 403
