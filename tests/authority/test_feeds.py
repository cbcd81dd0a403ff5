"""Feeds: what is new, corrected and removed, for programs; no cell is a formula."""

from __future__ import annotations

import csv
import json
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from tests.authority.test_public import get
from tests.registers.announcements.scene import published, publisher
from tests.registers.house import do
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
_ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_a_json_feed_has_each_newest_edition_with_its_digest_and_removals_too() -> None:
    one, two = published(), published("credit")
    one = do(do(do(one, "propose", inspector(), {"removed_because": "error"}), "agree", head()), "remove", publisher())
    feed = json.loads(get(Client(), "/public/feed.json?lang=en"))
    told = {each["_shouze"]["number"]: each["_shouze"] for each in feed["items"]}
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (told[one.number]["kind"], told[one.number]["sha256"]) == ("removal", one.digest)
    assert told[two.number]["sha256"] == two.digest


def test_an_atom_feed_is_well_formed_whatever_was_written() -> None:
    row = published(title="a<b>&\x0b")
    feed = ET.fromstring(get(Client(), "/public/feed.atom"))
    (entry,) = feed.findall("a:entry", _ATOM)
    assert entry.findtext("a:title", "", _ATOM) == "a<b>&"
    assert entry.findtext("a:id", "", _ATOM).endswith(f"/public/{row.number}")


def test_a_table_has_a_line_for_each_entry_and_no_formula() -> None:
    row = published(facts="=HYPERLINK(1)")
    published("credit")
    lines = list(csv.DictReader(get(Client(), "/public/list.csv").splitlines()))
    assert len(lines) == 2
    found = next(each for each in lines if each["number"] == row.number)
    assert (found["facts"], found["fine"], found["articles"]) == ("'=HYPERLINK(1)", "20000", "9(1)、10")
    only = list(csv.DictReader(get(Client(), "/public/list.csv?register=credit").splitlines()))
    assert [each["list"] for each in only] == ["bad"]
