"""Operators under supervision: entered one by one or from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouze.errors import InvalidError
from shouze.registers.supervised.models import Supervised
from tests.registers.house import make, signed_in
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
