"""The penalties' rows are whole: they rest on instruments that are there, and the Order's bands are the Order's."""

from __future__ import annotations

import pytest

from shouze.rules.catalogue_file import StatuteError
from shouze.rules.penalty.instruments import FILE, load_penalties
from tests.rules.penalty.statute import penalties
from tests.rules.statute_files import statute_files, statutes


@pytest.mark.duty("A22", "A23")
def test_the_orders_bands_are_those_of_its_sanctions() -> None:
    for each in ("22", "23"):
        assert penalties().penalties[f"order24-{each}"].fine == statutes().sanctions[each].fine


def test_every_duty_of_an_operator_with_a_sanction_is_fined_by_the_article_that_names_it() -> None:
    for duty in statutes().duties.values():
        if duty.sanction.under in ("22", "23"):
            named = penalties().penalties[f"order24-{duty.sanction.under}"].articles
            assert duty.article in named or duty.article.partition("(")[0] in named, duty.id


def test_announcement_belongs_to_article_23_alone() -> None:
    assert "announcement" in penalties().penalties["order24-23"].measures
    assert "announcement" not in penalties().penalties["order24-22"].measures


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((b'instrument = "pipl"', b'instrument = "nowhere"'), "instrument"),
        ((b'"revocation", "ban"]', b'"revocation", "exile"]'), "measures"),
        ((b"fine = { over = 0, up_to = 50000000 }", b"fine = { up_to = 50000000 }"), "fine"),
        ((b'effect = "none"', b'effect = "nothing"'), "effect"),
        ((b'length = "P90D"', b'length = "ninety"'), "length"),
    ],
)
def test_a_broken_row_is_refused_with_its_field(change: tuple[bytes, bytes], field: str) -> None:
    content = statute_files()[FILE]
    assert change[0] in content
    with pytest.raises(StatuteError) as problem:
        load_penalties(content.replace(*change, 1), statutes())
    assert problem.value.field == field
