"""The report for the privacy office."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from shouze.discovery.carried import detectors
from shouze.discovery.finding import Known
from shouze.discovery.inventory import Collecting
from shouze.discovery.reading.piece import Unread
from shouze.discovery.report import report
from shouze.language import Language, Text
from shouze.wiring.statutes import read_statutes
from tests.discovery.looking import PEOPLE, found_in


def page(language: Language = "zh", content: str = PEOPLE, name: str = "p.csv") -> str:
    """Return the report of one file and one gap."""
    collected = Collecting()
    for each in found_in(content, name):
        collected.add(each)
    collected.miss("s", Unread("<b>.rar", Text("RAR 不能读取", "RAR cannot be read")))
    return report(collected.inventory(datetime(2026, 11, 1, tzinfo=UTC)), detectors(), read_statutes().items, language)


def test_it_says_first_how_much_was_found_in_both_languages() -> None:
    found = page()
    assert "在 3 处发现 3 种个人信息" in found
    assert "Personal information of 3 kinds lies in 3 places" in found
    assert found.index("在 3 处发现") < found.index("先处理这些") < found.index("放在哪里") < found.index("没有读到的")


def test_each_verdict_has_advice_of_its_own_and_users_are_told_with_their_place() -> None:
    collected, (old, copy) = Collecting(), [
        next(each for each in found_in(PEOPLE, name) if each.item == "phone") for name in ("old.csv", "copy.csv")
    ]  # fmt: skip
    collected.add(replace(old, verdict="past-retention"))
    collected.add(replace(copy, verdict="undeclared-place"))
    collected.know({copy.mark: Known(600, 599, 15)})
    inventory = collected.inventory(datetime(2026, 11, 1, tzinfo=UTC))
    second, first = report(inventory, detectors(), read_statutes().items, "en").split("<li><strong>")[-2:]
    kept, told = first.partition("</li>")[0], second.partition("</li>")[0]
    assert ("old.csv" in kept, "copy.csv" in kept, "Kept longer than was declared" in kept) == (True, False, True)
    assert "old.csv" not in told
    assert "A copy of what custody holds" in told
    assert re.search(r"<code>copy\.csv\.sjhm</code>: <strong>.*about 599 \(±15\) of our users", told)


def test_it_holds_no_value_and_loads_nothing() -> None:
    found = page()
    assert not [value for value in ("13812345678", "王小明", "11010519491231002X") if value in found]
    assert not re.findall(r"(?:src|href)=|<script|url\(", found)


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_it_opens_in_the_readers_language(language: Language, tag: str) -> None:
    found = page(language)
    assert f'<html lang="{tag}">' in found
    assert f'id="{language}" checked' in found


def test_names_of_places_cannot_break_it() -> None:
    found = page(name="<script>alert(1)</script>.csv")
    assert "<script" not in found
    assert "&lt;b&gt;.rar" in found


def test_it_is_well_formed() -> None:
    open_tags: list[str] = []

    class Reading(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            open_tags.extend([tag] if tag not in {"meta", "br", "input"} else [])

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Reading().feed(page())
    assert open_tags == []


def test_nothing_found_is_said() -> None:
    assert "没有发现个人信息" in page(content="a,b\n1,2\n")
