"""Rows become arrivals in normal form, or are rejected with their column and reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.gateway.arriving import Arrival
from shouze.intake.reasons import REASONS
from shouze.intake.sources.row import CUT_OFF, Row
from shouze.rules.forms import normalise
from shouze.rules.forms.check_digits import id_check_character, uscc_check_character
from tests.intake.scene import GOOD, HEADER, MAP, NOW, changed, checked, checker

USCC_MAP = MAP.replace('address: {columns: [sheng, dz], join: " "}', "name: dz")


def test_a_good_row_is_brought_into_normal_form() -> None:
    [arrival] = checked(GOOD).arrivals
    assert arrival.values == {
        "name": "张三", "phone": "+8613812345678", "id-number": "11010519491231002X", "address": "云泽省 星桥路1号",
    }  # fmt: skip
    assert arrival.identifiers == ("phone",)
    assert set(arrival.consents) == {"open-account", "offers"}


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("sjhm", "1381234567", "form:phone"),
        ("sjhm", CUT_OFF, "cut-off"),
        ("xm", "张\udcff三", "encoding"),
        ("sfzh", "110105194912310021", "form:id-number"),
        ("sfzh", "990101199902300013", "form:id-number"),
        ("sfzh", "990101209912310019", "future"),
        ("rwsj", "不详", "moment"),
        ("rwsj", "2099-01-01", "future"),
    ],
)
def test_a_bad_cell_rejects_its_row_and_names_the_column(column: str, cell: str, code: str) -> None:
    found = checked(GOOD, changed(**{column: cell}), GOOD)
    assert [each.number for each in found.arrivals] == [1, 3]
    [rejected] = found.rejected
    assert (rejected.number, rejected.column, rejected.code) == (2, column, code)
    assert rejected.cells[HEADER.index(column)] == cell
    assert code in REASONS


def test_full_width_digits_and_capitals_are_one_value() -> None:
    [arrival] = checked(changed(sjhm="１３８－１２３４－５６７８")).arrivals
    assert arrival.values["phone"] == "+8613812345678"


def test_nobody_is_born_tomorrow_but_somebody_may_be_today() -> None:
    for day, code in (("20261123", None), ("20261124", "future")):
        number = f"990101{day}001"
        found = checked(changed(sfzh=number + id_check_character(number)))
        assert [each.code for each in found.rejected] == ([code] if code else [])


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000", "null", "NULL "])
def test_an_empty_cell_leaves_the_item_out(cell: str | None) -> None:
    [arrival] = checked(changed(sfzh=cell, dz=cell)).arrivals
    assert "id-number" not in arrival.values
    assert arrival.values["address"] == "云泽省"


def test_an_empty_cell_rejects_the_row_where_the_map_says_so() -> None:
    strict = MAP.replace("name: xm", "name: {columns: [xm], empty: reject}")
    [rejected] = checked(changed(xm=""), text=strict).rejected
    assert (rejected.column, rejected.code) == ("xm", "empty")


def test_a_row_that_identifies_nobody_is_rejected() -> None:
    [rejected] = checked(changed(sjhm="")).rejected
    assert rejected.code == "no-identifier"


def test_a_row_that_the_source_could_not_read_is_rejected_whole() -> None:
    [rejected] = checker().check([Row(7, ["张三"], "cells")]).rejected
    assert (rejected.number, rejected.column, rejected.code) == (7, "", "cells")


@pytest.mark.parametrize(
    ("form", "item", "good", "bad"),
    [
        ("bank-card", "bank-card", "6222 0000 0000 0003", "6222000000000001"),
        ("uscc", "organisation-code", None, "91350100M000100Y44"),
    ],
)
def test_bank_cards_and_credit_codes_are_checked_by_their_digits(
    form: str, item: str, good: str | None, bad: str
) -> None:
    if good is None:
        good = "91350100M000100Y4" + uscc_check_character("91350100M000100Y4")
        bad = good[:-1] + ("0" if good[-1] != "0" else "1")
    else:
        good = next(good[:-1] + digit for digit in "0123456789" if _is(form, good[:-1] + digit))
        bad = good[:-1] + str((int(good[-1]) + 1) % 10)
    assert normalise(form, good)
    assert not _is(form, bad)
    assert item


@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=len(HEADER), max_size=len(HEADER)))
def test_every_row_is_either_taken_or_rejected_and_what_is_taken_is_in_normal_form(cells: list[str | None]) -> None:
    found = checker().check([Row(1, cells)])
    assert len(found.arrivals) + len(found.rejected) == 1
    for arrival in found.arrivals:
        assert isinstance(arrival, Arrival)
        forms = {"name": "text", "phone": "phone", "id-number": "id-number", "address": "text"}
        assert all(normalise(forms[item], value) == value for item, value in arrival.values.items())
        assert all(each.at <= NOW for each in arrival.consents.values())


def _is(form: str, value: str) -> bool:
    from shouze.rules.forms import FORMS

    return FORMS[form].read(value) is not None
