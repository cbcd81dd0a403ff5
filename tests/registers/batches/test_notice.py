"""The notice as it is published: what is exported is read back without loss; the paper says what the text says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.language import Text
from shouze.registers.batches.notice import as_csv, paper
from shouze.registers.notices.problems import default
from shouze.registers.notices.reading import read
from shouze.reports.report import said
from tests.registers.batches.scene import published

WORDS = sorted({each.zh for each in default().known.values()})
_cell = st.text(st.characters(categories=["L", "N"], exclude_characters="\u3000"), min_size=1, max_size=12)
_app = st.fixed_dictionaries(
    {"app": _cell.map(lambda text: f"应用{text}"), "developer": _cell, "version": _cell,
     "problems": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)}
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(_app, min_size=1, max_size=6, unique_by=lambda each: each["app"]))
def test_an_exported_list_is_read_back_as_it_was(apps: list[dict[str, Any]]) -> None:
    found = read(as_csv({"apps": [each | {"seq": n} for n, each in enumerate(apps, 1)]}).encode(), "x.csv")
    assert found.unread == []
    assert [(each.app_name, each.developer, each.version, default().split(each.problems)) for each in found.named] == [
        (each["app"], each["developer"], each["version"], each["problems"]) for each in apps
    ]


def test_the_paper_names_law_time_list_and_consequence_in_both_languages() -> None:
    told = paper({"laws": ["order24"], "due": "2026-11-09T16:00:00+00:00", "apps": [{"seq": 1, "app": "天气"}]},
                 "通报", "BN-1", datetime(2026, 11, 1, tzinfo=UTC), Text("某局", "x"))  # fmt: skip
    zh, en = said(told, "zh"), said(told, "en")
    assert (zh["basis"], en["basis"]) == ("电信和互联网用户个人信息保护规定", "MIIT Order No. 24 (2013)")
    assert ["改正期限", "2026-11-10 00:00"] in zh["sections"][0]["blocks"][0]["rows"]
    assert "下架" in str(zh)
    assert "taken down" in str(en)


@pytest.mark.django_db
@pytest.mark.urls("shouze.authority.urls")
def test_anybody_takes_the_notice_as_list_and_as_paper() -> None:
    batch, anybody = published(), Client()
    raw = anybody.get(f"/public/{batch.number}/notice.csv").content
    assert [each.app_name for each in read(raw, "x").named] == ["天气", "出行（小程序）"]
    assert anybody.get(f"/public/{batch.number}/notice.pdf").content.startswith(b"%PDF")
    assert anybody.get(f"/public/{batch.number}/notice.exe").status_code == 404
    page = anybody.get(f"/public/{batch.number}?lang=en").content.decode()
    assert "阅读" not in page
    assert "2 apps" in page
