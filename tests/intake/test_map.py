"""The map is read strictly; its errors name line, field and remedy."""

from __future__ import annotations

import re
from contextlib import suppress

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.intake.map import ImportMap, check_map, identity_of, read_map
from tests.intake.scene import HEADER, MAP, policy


def fault(text: str, header: tuple[str, ...] = HEADER) -> InvalidError:
    with pytest.raises(InvalidError) as caught:
        read_and_check(text, header)
    return caught.value


def read_and_check(text: str, header: tuple[str, ...]) -> None:
    found, lines = read_map(text.encode())
    check_map(found, lines, policy(), header)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("format: shouze-map/1", "format: shouze-map/2", "format"),
        ("service: mobile", "service: nowhere", "service"),
        ("[open-account, offers]", "[open-account, offers, nothing]", "purposes[2]"),
        ("[open-account, offers]", "[open-account, offers, offers]", "purposes"),
        ("name: xm", "name: xingming", "items.name"),
        ("name: xm", "blood-group: xm", "items.blood-group"),
        ("name: xm", "nome: {column: xm}", "items.nome.column"),
        ("[sheng, dz]", "[sheng, dizhi]", "items.address.columns[1]"),
        ("identify: [phone]", "identify: [email]", "identify[0]"),
        ("identify: [phone]", "identify: [name]", "identify[0]"),
        ("identify: [phone]", "identify: []", "identify"),
        ("purpose: offers", "purpose: customer-service", "consent[1].purpose"),
        ("version: 1", "version: 9", "consent[0].version"),
        ("version: 1", "version: one", "consent[0].version"),
        ("act: signed", "act: 5", "consent[0].act"),
        ("only_when: {ty:", "only_when: {tongyi:", "consent[1].only_when.tongyi"),
        ("at: {column: rwsj}", "at: 2020-01-01", "consent[0].at"),
        ("    only_when", "    items: [name]\n    only_when", "consent[1].items[0]"),
        ("    only_when", "    recipients: [courier]\n    only_when", "consent[1].recipients[0]"),
        ("then: leave-out", "then: drop", "empty.then"),
        ("empty:", "ask_within: ninety days\nempty:", "ask_within"),
        ("empty:", "colour: red\nempty:", "colour"),
    ],
)
def test_a_mistake_is_named_by_line_field_and_remedy(old: str, new: str, field: str) -> None:
    assert old in MAP
    wrong = MAP.replace(old, new, 1)
    problem = fault(wrong)
    assert problem.field == field
    assert problem.line is not None
    named = re.findall(r"\w+", re.sub(r"\[\d+\]", "", field))[-1]
    assert named in wrong.splitlines()[problem.line - 1] or new.strip() in wrong.splitlines()[problem.line - 1]


def test_a_column_that_stands_twice_in_the_source_is_not_guessed() -> None:
    assert "several" in fault(MAP, (*HEADER, "xm")).say("en")


def test_consent_is_no_evidence_for_a_purpose_that_a_law_demands() -> None:
    text = MAP.replace("[open-account, offers]", "[open-account, offers, real-name-record]")
    text = text.replace("purpose: offers", "purpose: real-name-record")
    assert fault(text).field == "consent[1].purpose"


def test_a_bare_name_is_one_column() -> None:
    found, _ = read_map(MAP.encode())
    assert found.columns("name").columns == ("xm",)
    assert found.columns("address").join == " "


def test_the_term_for_asking_does_not_make_another_run() -> None:
    one, _ = read_map(MAP.encode())
    other, _ = read_map(f"{MAP}ask_within: P30D\n".encode())
    third, _ = read_map(MAP.replace("act: signed", "act: said").encode())
    assert identity_of(one) == identity_of(other)
    assert identity_of(one) != identity_of(third)


@given(st.sampled_from(sorted(ImportMap.__struct_fields__)), st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
))  # fmt: skip
def test_whatever_a_field_holds_the_map_is_read_or_refused(field: str, value: object) -> None:
    plain = yaml.safe_load(MAP) | {field: value}
    with suppress(InvalidError):
        assert isinstance(read_map(msgspec.json.encode(plain))[0], ImportMap)
