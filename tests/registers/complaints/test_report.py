"""The answer to a complaint as a letter: what it says, and that nothing sealed is in it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from shouze.errors import NotFoundError
from shouze.language import LANGUAGES
from shouze.registers.complaints.models import Complaint
from shouze.registers.complaints.register import REGISTER
from shouze.registers.letters.models import Letter
from shouze.registers.ports import GIVEN
from shouze.registers.reporting import report_of, reports_of
from shouze.reports.report import said
from shouze.reports.typesetting import set_pdf
from tests.registers.complaints.scene import REACHED, STORY, SUBJECT, At, answered, filed, letters
from tests.registers.house import do, officer

pytestmark = pytest.mark.django_db


def told(complaint: Complaint) -> str:
    report = report_of(REGISTER, complaint, "complaint", GIVEN.now())
    return "".join(msgspec.json.encode(said(report, language)).decode() for language in LANGUAGES)


@pytest.mark.duty("A12-15d")
def test_it_tells_number_receipt_clock_and_where_the_answer_stands(at: At) -> None:
    complaint = filed(**REACHED)
    at.moment += timedelta(days=3)
    complaint = answered(complaint)
    words = told(complaint)
    for each in (complaint.number, letters(complaint, "answer")[0].number, "2026-03-02 12:00", "2026-03-05 12:00",
                 "By telephone", "第十二条", "You may also turn to"):  # fmt: skip
        assert each in words, each


@pytest.mark.duty("A13-6-oplog")
def test_nothing_sealed_is_in_it_and_no_letter_was_opened(at: At) -> None:
    complaint = answered(filed(**REACHED))
    before = list(Letter.objects.order_by("id").values_list("read_at", "version"))
    words = told(complaint)
    for each in (STORY, "张三", "已停止提供并删除", SUBJECT, *filter(None, REACHED.values())):
        assert each not in words
    assert list(Letter.objects.order_by("id").values_list("read_at", "version")) == before


def test_a_refusal_tells_its_reasons(at: At) -> None:
    values = {"way": "phone", "text": "与个人信息无关", "posted_number": "", "given_at": None, "purpose": "",
              "refused_because": "not-ours"}  # fmt: skip
    words = told(do(filed(), "refuse", officer(), values))
    assert "不予受理的告知" in words
    assert "Not about our services" in words
    assert "与个人信息无关" not in words


def test_before_it_is_answered_there_is_none(at: At) -> None:
    complaint = filed()
    assert reports_of(REGISTER, complaint) == []
    with pytest.raises(NotFoundError):
        report_of(REGISTER, complaint, "complaint", GIVEN.now())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_set_in_both_languages(at: At, language: str) -> None:
    report = report_of(REGISTER, answered(filed()), "complaint", GIVEN.now())
    assert set_pdf(said(report, "zh" if language == "zh" else "en")).startswith(b"%PDF-")
