"""A whole batch is checked again in one act, from a table or a spreadsheet; one mistake and nothing is noted."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.acting import Attached
from shouze.registers.batches.models import Batch
from shouze.registers.batches.rechecking import Found, read
from shouze.registers.notices.models import NamedApp
from shouze.registers.roles import Role
from tests.registers.batches.scene import PAST, app, begun, published
from tests.registers.house import do, make, person, signed_in
from tests.registers.parties import later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def ordered() -> Batch:
    return do(begun(), "order", head())  # type: ignore[no-any-return]  # the house's act says less


def results(batch: Batch, **told: str) -> dict[str, Any]:
    return {"results": {app(batch, title).number: Found(result, "") for title, result in told.items()}}


def states(batch: Batch) -> list[str]:
    return list(NamedApp.objects.filter(batch=batch.number).order_by("id").values_list("state", flat=True))


@pytest.mark.duty("A17-3-record")
def test_each_app_has_its_own_result_and_what_has_none_stays_as_it_is() -> None:
    batch = published()
    told = {"天气": "not", "出行（小程序）": "unreachable"}
    with later(PAST + PAST):
        do(batch, "recheck", inspector(), results(batch, **told))
    assert states(batch) == ["failed", "named", "corrected"]
    noted = app(batch, "出行（小程序）")
    assert (noted.found, noted.checked_at is not None) == ("无法访问", True)


def test_before_its_time_is_over_nothing_fails_and_of_a_mistake_nothing_is_noted() -> None:
    batch = published()
    with later(PAST), pytest.raises(InvalidError, match="天气"):
        do(batch, "recheck", inspector(), results(batch, **{"出行（小程序）": "corrected", "天气": "not"}))
    assert states(batch) == ["named", "named", "corrected"]


def test_a_spreadsheet_of_either_kind_is_read_and_what_it_says_counts() -> None:
    batch = ordered()
    numbers = [each.number for each in NamedApp.objects.order_by("id")]
    book, raw = Workbook(), io.BytesIO()
    assert book.active is not None
    for line in (
        ["编号", "应用", "结果", "复测情况"],
        [numbers[0], "天气", "已改正", "弹窗已改"],
        [numbers[1], "", "", ""],
    ):
        book.active.append(line)
    book.save(raw)
    chosen = {"results": {numbers[0]: Found("not", ""), numbers[2]: Found("corrected", "")}}
    do(batch, "recheck", inspector(), chosen, documents=[Attached("x.xlsx", "", raw.getvalue())])
    assert states(batch) == ["corrected", "ordered", "corrected"]
    assert app(batch, "天气").found == "弹窗已改"
    assert read("Number,Result\nn-1,NOT CORRECTED\n".encode("utf-8-sig"), "x") == {"N-1": Found("not", "")}


@pytest.mark.parametrize(
    "raw", ["编号,结果\nN-1,好了\n", "编号,结果\n,已改正\n", "应用,结果\n天气,已改正\n", "编号,结果\nN-9,已改正\n", ""]
)
def test_a_spreadsheet_with_a_mistake_notes_nothing(raw: str) -> None:
    batch = ordered()
    with pytest.raises(InvalidError):
        do(batch, "recheck", inspector(), documents=[Attached("x.csv", "", raw.encode())] if raw else ())
    assert states(batch) == ["ordered"] * 3


def test_an_app_of_another_batch_is_none_of_this_one() -> None:
    batch = ordered()
    other = NamedApp(number="N-1", title="别的", notice="别的", state="named", batch="BN-0")
    other.save()
    with pytest.raises(InvalidError):
        do(batch, "recheck", inspector(), {"results": {"N-1": Found("corrected", "")}})


@pytest.mark.parametrize(("language", "result"), [("zh", "未改正"), ("en", "Not corrected")])
def test_the_page_gives_a_spreadsheet_and_takes_it_back(language: str, result: str) -> None:
    batch, browser = published(), signed_in(inspector(), language)
    address = f"/batches/{batch.number}/recheck"
    sheet = browser.get(f"{address}.csv").content.decode("utf-8-sig")
    assert [line.split(",")[1] for line in sheet.splitlines()[1:]] == ["天气", "出行（小程序）"]
    filled = "".join(f"{line[:-2]},{result},\n" if at else f"{line}\n" for at, line in enumerate(sheet.splitlines()))
    early = browser.post(address, {"sheet": SimpleUploadedFile("x.csv", filled.encode()), "version": batch.version})
    assert (early.status_code, "天气" in early.content.decode()) == (422, True)
    NamedApp.objects.update(due=batch.created_at - timedelta(days=9))
    done = browser.post(address, {"sheet": SimpleUploadedFile("x.csv", filled.encode()), "version": batch.version})
    assert done.status_code == 302
    assert states(batch) == ["failed", "failed", "corrected"]


@pytest.mark.parametrize(("role", "status"), [
    (Role.INSPECTOR, 200), (Role.HEAD, 200), (Role.PUBLISHER, 403), (Role.AUDITOR, 403), (Role.MINISTRY, 403),
    (Role.OFFICER, 403),
])  # fmt: skip
def test_who_checks_again(role: Role, status: int) -> None:
    batch, browser = ordered(), signed_in(person("C-0102", role))
    assert browser.get(f"/batches/{batch.number}/recheck").status_code == status
    assert browser.get(f"/r/batches/{batch.number}/recheck", follow=True).status_code == status


def test_who_has_a_tie_to_an_operator_of_the_batch_is_told_which_app_keeps_them_from_it() -> None:
    batch, who = ordered(), inspector()
    operator = make("supervised", head(), {
        "title": "某公司", "licence": "B1-1", "filing": "", "credit_code": "", "province": "", "sector": "",
        "services": "", "contact": "", "licensed_by": "",
    })  # fmt: skip
    NamedApp.objects.filter(title="天气").update(operator=operator.number)
    make("ties", who, {"operator": operator.number, "kind": "kin", "since": None, "until": None, "words": ""})
    with pytest.raises((InvalidError, NotYoursError), match="天气"):
        do(batch, "recheck", who, results(batch, 天气="corrected"))
