"""All that is held, to take away: every value once, in both languages, whatever characters a name has."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from shouze.ledger.entry import parse_leaf
from tests.gateway.test_passage import raw_leaves
from tests.portal.house import Portal, signed_in, text

RARE = "龘㐂𠮷"


def words_of(raw: bytes) -> str:
    """Return what a PDF says, without its spaces and line ends."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages).split())


def test_a_download_has_every_value_with_its_purposes(portal: Portal) -> None:
    answer = signed_in(portal.subscriber()).post("/held/download", {"form": "json"})
    told = {each["item"]: each for each in json.loads(answer.content)["items"]}
    assert {item: each["value"] for item, each in told.items()}["address"] == portal.person["address"]
    assert "attachment" in answer.headers["content-disposition"]
    assert {each["purpose"] for each in told["name"]["held"]} >= {"Customer service and complaints"}


@pytest.mark.duty("A09-2-query")
@pytest.mark.parametrize(("language", "title"), [("zh", "我们留存的您的个人信息"), ("en", "What we hold about you")])
def test_a_pdf_has_every_value_rare_characters_too(portal: Portal, language: str, title: str) -> None:
    portal.person["name"] = RARE
    portal.person["address"] = "云泽省龘里㐂路9号"
    answer = signed_in(portal.subscriber(), language).post("/held/download", {"form": "pdf"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    said = words_of(answer.content)
    assert title.replace(" ", "") in said
    for value in (RARE, "龘里㐂路9号", portal.phone):
        assert value in said


def test_a_download_is_in_the_log_as_the_subjects_own_act(portal: Portal) -> None:
    signed_in(portal.subscriber()).post("/held/download", {"form": "pdf"})
    leaf = [parse_leaf(each) for each in portal.opened.run(raw_leaves(portal.opened.installation))]
    look = [each for each in leaf if each.what.act == "read" and "subject-rights" in each.what.purposes][-1]
    assert look.who.kind == "subject"
    assert "address" in look.what.items


def test_nothing_of_a_download_is_written_down(portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert signed_in(portal.subscriber()).post("/held/download", {"form": "pdf"}).status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_a_form_that_there_is_not_is_no_download(portal: Portal) -> None:
    assert signed_in(portal.subscriber()).post("/held/download", {"form": "exe"}).status_code == 404


def test_nothing_is_downloaded_by_an_address_alone(portal: Portal) -> None:
    answer = signed_in(portal.subscriber()).get("/held/download")
    assert answer.status_code == 405
    assert portal.phone not in text(answer)
