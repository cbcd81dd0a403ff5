"""Findings as people write them: a line for each clause, in either language."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.registers.reviewings.findings import findings_of

CLAUSES = {1, 2, 3}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("1 遵守", (1, "kept", "")),
        ("1. 部分遵守：培训记录不全", (1, "partly", "培训记录不全")),
        ("2、未遵守，没有答复", (2, "not-kept", "没有答复")),
        ("3 Kept: all of it", (3, "kept", "all of it")),
        ("3 not kept no answers", (3, "not-kept", "no answers")),
    ],
)
def test_a_line_is_read_as_people_write_it(line: str, found: tuple[int, str, str]) -> None:
    (read,) = findings_of(f"\n {line} \n", CLAUSES)
    assert (read["clause"], read["kept"], read["words"]) == found


@pytest.mark.parametrize(
    "text", ["", " \n", "遵守", "1", "1 很好", "4 遵守", "1 遵守\n1 未遵守", "1 遵守 " + "词" * 2000]
)
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        findings_of(text, CLAUSES)
    assert caught.value.field == "findings_text"


def test_where_the_clauses_are_not_known_any_number_goes() -> None:
    assert findings_of("9 kept", ())[0]["clause"] == 9


@given(st.text(max_size=100))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    with suppress(InvalidError):
        assert {each["kept"] for each in findings_of(text, CLAUSES)} <= {"kept", "partly", "not-kept"}
