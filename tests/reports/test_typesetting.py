"""A report as a PDF: archived, tagged, the same bytes each time, and every character of a name in it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from shouze.language import Text
from shouze.reports.report import BLANK, Facts, Prose, Seal, Section, Signing, said
from shouze.reports.typesetting import set_pdf, uncovered
from tests.reports.test_report import AT, report

NOWHERE = "\U000323b0"
"""A character of Extension H, which no font of Noto has."""


@pytest.fixture(scope="module")
def made() -> bytes:
    return set_pdf(said(report("龘㐂", "𠮷"), "zh"))


def test_the_same_report_gives_the_same_bytes(made: bytes) -> None:
    assert set_pdf(said(report("龘㐂", "𠮷"), "zh")) == made


def test_it_claims_pdf_a_and_ua_and_is_tagged_in_its_language(made: bytes) -> None:
    root: Any = PdfReader(io.BytesIO(made)).trailer["/Root"]
    claimed = bytes(root["/Metadata"].get_data())
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in claimed
    assert b"<pdfuaid:part>1</pdfuaid:part>" in claimed
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rare_characters_of_names_are_there_to_be_read(language: str) -> None:
    made = set_pdf(said(report("龘㐂", "𠮷"), "zh" if language == "zh" else "en"))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert all(each in text for each in "龘㐂𠮷")


def test_a_character_that_no_font_has_is_drawn_by_its_code_point() -> None:
    made = set_pdf(said(report(f"王{NOWHERE}"), "zh"))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert "U+323B0" in text


def test_what_the_font_lacks_is_known_beforehand() -> None:
    assert uncovered(f"李雷 {NOWHERE} 龘 Ω") == {NOWHERE}


def test_no_word_of_a_report_is_read_as_markup() -> None:
    made = set_pdf(said(report('#panic("x") $x$ *b* \\ <label> @ref'), "zh"))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert '#panic("x")' in text


@pytest.mark.parametrize("long", ["0f" * 60, "Ab_9-" * 24])
def test_a_word_longer_than_the_page_is_wide_breaks_and_is_whole(long: str) -> None:
    made = set_pdf(said(report(long), "zh"))
    lines = (
        "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).replace("\u200b", "").splitlines()
    )
    assert max(map(len, lines)) < len(long)
    assert long in "".join(lines)


def pages(**more: Any) -> list[str]:
    signing = Signing([Text("送达人签名", "Served by")])
    sections = [
        Section(Text("事由", "Why"), [Prose(Text("甲", "a"))]),
        Section(Text("答复", "Answer"), [Prose(Text("乙", "b")), Seal(Text("某局", "A CA"), AT)]),
        Section(Text("附页", "Annex"), [Facts([(Text("编号", "Number"), BLANK)]), signing]),
    ]
    made = set_pdf(said(replace(report(), sections=sections, documents=(), **more), "zh"))
    return [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]


def test_a_letter_numbers_its_sections_and_turns_the_page_after_its_seal() -> None:
    letter, annex = pages(to=Text("某公司", "A company"))
    assert all(each in letter for each in ("某公司：", "一、事由", "二、答复", "（盖章）", "2026"))
    assert "附页" in annex
    assert "三、" not in annex


def test_a_report_that_goes_to_nobody_stays_as_it_is() -> None:
    [whole] = pages()
    assert "一、" not in whole
    assert "附页" in whole
