"""Notices into the register: real ones completely, each once, linked to their operators."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from shouze.errors import InvalidError
from shouze.registers.notices.importing import Imported, enter
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.problems import default
from shouze.registers.notices.reading import read
from shouze.registers.roles import Role
from tests.conftest import ROOT
from tests.registers.house import do, make, person, signed_in
from tests.registers.notices.test_reading import OLD
from tests.registers.parties import joined
from tests.registers.reports.scene import inspector
from tests.registers.supervised.test_register import ROW

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
REAL = ROOT.parent / "shared" / "data" / "violation_notices.csv"


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined("authority"):
        yield


def entered(raw: bytes, **given: str) -> Imported:
    return enter(read(raw, "x"), given, default())


def real() -> Path:
    if not REAL.exists():
        pytest.skip("the real notices are not beside this clone (../shared/data)")
    return REAL


def test_real_notices_are_taken_in_completely_and_once() -> None:
    raw = real().read_bytes()
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    found = read(raw, "x")
    assert (len(found.named), found.unread, found.columns) == (len(rows), [], [])
    done = entered(raw)
    assert (done.entered, done.known, dict(done.unmapped)) == (len(rows), 0, {})
    for row in rows:
        app = NamedApp.objects.get(title=row["app_name"], notice=row["notice"])
        assert (app.developer, app.app_version, app.filing_no) == (row["developer"], row["version"], row["filing_no"])
        assert str(app.dated) == row["date"]
        assert len(app.problems) == len([*filter(None, row["problems"].split(";"))])
        assert bool(app.articles) == bool(row["problems"])
    assert entered(raw) == (0, len(rows), 0, {})


def test_what_the_file_does_not_say_is_given_beside_it() -> None:
    with pytest.raises(InvalidError):
        entered(OLD.encode())
    entered(OLD.encode(), notice="下架名单", authority="某部", date="2020年8月19日")
    app = NamedApp.objects.get(title="漫画")
    assert (app.notice, app.authority, str(app.dated)) == ("下架名单", "某部", "2020-08-19")


def test_an_app_is_its_operators_by_filing_or_by_name() -> None:
    one = make("supervised", inspector(), ROW | {"filing": "渝ICP备1号", "licence": ""})
    two = make("supervised", inspector(), ROW | {"title": "某科技", "licence": "B2-9", "credit_code": ""})
    text = "应用名称,备案号,开发者\n甲,渝ICP备1号-4A,改名了\n乙,,某科技\n丙,,别家\n"
    assert entered(text.encode(), notice="x").linked == 2
    assert dict(NamedApp.objects.values_list("title", "operator")) == {"甲": one.number, "乙": two.number, "丙": ""}


def test_an_officer_corrects_what_was_read() -> None:
    entered("应用名称,所涉问题\n甲,新说法\n".encode(), notice="x")
    app = NamedApp.objects.get()
    assert (app.articles, app.unmapped) == ([], ["新说法"])
    app = do(app, "correct", inspector(), {"words": "账号注销难；超范围收集个人信息"})
    assert (app.articles, app.unmapped) == (["9(4)", "9(3)"], [])


@pytest.mark.parametrize(
    ("role", "sees", "keeps"),
    [(Role.INSPECTOR, True, True), (Role.AUDITOR, True, False), (Role.OFFICER, False, False)],
)
def test_what_each_role_may_do(role: Role, *, sees: bool, keeps: bool) -> None:
    entered(OLD.encode(), notice="x")
    app, browser = NamedApp.objects.first(), signed_in(person("C-9", role))
    assert app is not None
    assert browser.get(reverse("row", args=["notices", app.number])).status_code == (200 if sees else 403)
    assert browser.get(reverse("act", args=["notices", app.number, "correct"])).status_code == (200 if keeps else 403)
