"""The desk's columns in a copy: the same whatever the database writes for them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from shouze.store.copying.desk import (
    form_on_postgres,
    form_on_sqlite,
    json_columns,
    migrations_of,
    revision_of,
)

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have none
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(MOMENTS)
def test_a_moment_is_the_same_number_from_either(at: datetime) -> None:
    written = str(at.replace(tzinfo=None))  # as Django writes it on SQLite
    told = form_on_sqlite("datetime").told(written)
    assert told == form_on_postgres("timestamp with time zone").told(at)
    assert form_on_sqlite("datetime").written(told) == written
    assert form_on_postgres("timestamp with time zone").written(told) == at


@given(PLAIN)
def test_json_is_the_same_text_in_whatever_order_it_was_kept(value: Any) -> None:
    told = form_on_sqlite("json").told(json.dumps(value))
    assert told == form_on_postgres("jsonb").told(json.dumps(value, ensure_ascii=False, indent=1))
    assert json.loads(form_on_sqlite("json").written(told)) == value
    written = form_on_postgres("jsonb").written(told)
    assert isinstance(written, Jsonb)
    assert written.obj == value


def test_a_number_is_told_as_postgresql_keeps_it() -> None:
    assert form_on_sqlite("json").told("[1e5, 1.50, 1.5e-7, 2E3]") == "[100000,1.5,1.5e-07,2000]"
    assert form_on_postgres("jsonb").told("[100000, 1.50, 0.00000015, 2000]") == "[100000,1.5,1.5e-07,2000]"


@given(st.decimals(-(10**15), 10**15, places=2))
def test_a_decimal_number_is_told_alike_however_its_noughts_were_kept(value: Decimal) -> None:
    told = form_on_postgres("numeric").told(value)
    assert told == form_on_sqlite("decimal").told(str(value)) == form_on_sqlite("decimal").told(value.normalize())
    assert form_on_postgres("numeric").written(told) == value
    assert form_on_postgres("numeric").told(Decimal("12.50")) == form_on_sqlite("decimal").told(12.5) == "12.5"


def test_a_null_of_json_is_not_a_cell_without_one() -> None:
    for form in (form_on_sqlite("json"), form_on_postgres("jsonb")):
        assert form.told("null") == "null"
        assert form.told(None) is form.written(None) is None


def test_days_and_truth_values_are_told_alike() -> None:
    day = date(2026, 11, 28)
    assert form_on_sqlite("date").told("2026-11-28") == form_on_postgres("date").told(day) == "2026-11-28"
    assert form_on_postgres("date").written("2026-11-28") == day
    assert form_on_sqlite("bool").told(1) == form_on_postgres("boolean").told(True) == 1
    assert form_on_postgres("boolean").written(0) is False


@pytest.mark.parametrize("kind", ["varchar(200)", "integer unsigned", "bigint", "BLOB", "char(39)"])
def test_what_both_write_alike_is_left_as_it_is(kind: str) -> None:
    assert form_on_sqlite(kind).told("x") == form_on_sqlite(kind).written("x") == "x"


def test_a_type_without_a_form_is_not_guessed() -> None:
    with pytest.raises(TypeError, match="interval"):
        form_on_postgres("interval")
    with pytest.raises(TypeError, match="time"):
        form_on_sqlite("time")


def test_columns_of_json_are_found_by_their_check() -> None:
    written = (
        'CREATE TABLE "t" ("a" text NOT NULL, "b" text NOT NULL CHECK ((JSON_VALID("b") OR "b" IS NULL)), '
        '"c" text NULL CHECK ((JSON_VALID("c") OR "c" IS NULL)))'
    )
    assert json_columns(written) == {"b", "c"}


def test_a_revision_names_each_apps_last_migration() -> None:
    rows = [("agents", "0001_initial"), ("people", "0002_more")]
    assert revision_of(rows) == "agents.0001_initial people.0002_more"
    assert migrations_of(revision_of(rows)) == rows
    assert migrations_of("") == []
