"""Typed cells become the text that people would write."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shouze.errors import InvalidError
from shouze.intake.sources.row import CUT_OFF, extra, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("张三", "张三"),
        (13812345678, "13812345678"),
        (13812345678.0, "13812345678"),
        (1.5, "1.5"),
        (Decimal(13812345678), "13812345678"),
        (Decimal("1.50"), "1.50"),
        (True, "true"),
        (1.1010519491231e17, CUT_OFF),
        (float("nan"), None),
        (date(2020, 1, 2), "2020-01-02"),
        (datetime.fromisoformat("2020-01-02"), "2020-01-02"),
        (datetime(2020, 1, 2, 3, tzinfo=UTC), "2020-01-02T03:00:00+00:00"),
        (b"\x00\xff", "AP8="),
    ],
)
def test_a_typed_cell_is_written_out(value: object, text: str | None) -> None:
    assert text_of(value) == text


def test_a_library_that_is_missing_is_named_with_its_remedy() -> None:
    with pytest.raises(InvalidError) as caught:
        extra("no_such_library.part")
    assert "pip install shouze[files]" in caught.value.say("en")
    assert "no_such_library" in caught.value.say("zh")
