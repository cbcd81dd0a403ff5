"""Every detector's examples, and files of one's own."""

from __future__ import annotations

import re

import pytest

from shouze.discovery.carried import detectors, families
from shouze.discovery.checks import CHECKS
from shouze.discovery.detector import Detector, read_family
from shouze.discovery.reading.plain import halved
from shouze.discovery.text import SpanJudge
from shouze.errors import InvalidError
from shouze.wiring.statutes import read_statutes
from tests.discovery.looking import scanner

IN_TEXT = [each for each in detectors() if each.pattern]
OWN = (
    '[[detector]]\nid = "staff-no"\nitem = "account"\ntitle = {zh = "工号", en = "staff number"}\nalone = 0.9\n'
    'why = {zh = "工号", en = "of its form"}\npattern = \'\\bEMP\\d{6}\\b\'\n'
)
FAMILY = 'family = {zh = "自有", en = "own"}\n'


def values(detector: Detector, text: str) -> list[str]:
    """Return what is found of a kind, judged by its words."""
    content = halved(text.encode())
    number = [each.id for each in detectors()].index(detector.id)
    matcher = scanner().matcher
    judged = SpanJudge(matcher, 0.5).judge(content, matcher.hits(content))
    return [content[each.start : each.end].decode() for each in judged if each.detector == number]


@pytest.mark.parametrize("detector", IN_TEXT, ids=lambda each: each.id)
def test_what_is_right_is_found_where_it_stands(detector: Detector) -> None:
    assert detector.right, "each detector that searches text has examples"
    for example in detector.right:
        assert values(detector, re.sub("[⟦⟧]", "", example)) == re.findall("⟦(.*?)⟧", example), example


@pytest.mark.parametrize("detector", IN_TEXT, ids=lambda each: each.id)
def test_what_is_wrong_is_not_found(detector: Detector) -> None:
    assert detector.wrong
    for example in detector.wrong:
        assert values(detector, example) == [], example


def test_every_kind_is_an_item_of_the_catalogue() -> None:
    assert {each.item for each in detectors()} <= read_statutes().items.keys()


def test_every_family_says_what_it_is_in_both_languages() -> None:
    assert all(family.family.zh and family.family.en for family in families().values())


def test_a_detector_of_ones_own_needs_no_code() -> None:
    family = read_family("own.toml", (FAMILY + OWN).encode(), CHECKS, read_statutes().items)
    assert family.detector[0].id == "staff-no"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((OWN, OWN.replace('"account"', '"nothing"')), "staff-no.item"),
        ((OWN, OWN + 'check = "magic"\n'), "staff-no.check"),
        ((OWN, OWN + 'form = "magic"\n'), "staff-no.form"),
        ((OWN, OWN.replace("pattern = ", "unknown = ")), "detector"),
        ((OWN, OWN.replace("0.9", "7")), "alone"),
        ((FAMILY, "family = ["), "own.toml"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(change: tuple[str, str], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_family("own.toml", (FAMILY + OWN).replace(*change).encode(), CHECKS, read_statutes().items)
    assert field in str(caught.value)


def test_a_detector_has_to_look_for_something() -> None:
    nothing = OWN.partition("pattern")[0]
    with pytest.raises(InvalidError, match="nothing to look for"):
        read_family("own.toml", (FAMILY + nothing).encode(), CHECKS, None)
