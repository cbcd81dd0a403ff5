"""The operator: one row, licensed or registered."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.registers.operators.models import OperatorRow
from shouze.registers.operators.register import operator as declared
from shouze.registers.operators.register import row_of
from tests.registers.declarations.scene import operator
from tests.registers.house import do, make, officer

pytestmark = pytest.mark.django_db


def test_there_is_one_operator() -> None:
    row = operator()
    values = {each: getattr(row, each) for each in ("title", "title_en", "licence")}
    with pytest.raises(InvalidError) as caught:
        make("operator", officer(), values)
    assert caught.value.detail.en == "There is one operator"


@pytest.mark.duty("A03-competence")
def test_it_has_a_licence_or_a_filing() -> None:
    with pytest.raises(InvalidError) as caught:
        do(operator(), "change", officer(), {"licence": "", "filing": ""})
    assert caught.value.field == "licence"
    assert do(operator(), "change", officer(), {"licence": "", "filing": "某ICP备1号"}).filing == "某ICP备1号"


def test_it_goes_into_declarations_as_it_is_registered() -> None:
    assert declared() is None
    row = operator()
    found = declared()
    assert found is not None
    again = row_of(found)
    assert {each.name: getattr(again, each.name) for each in OperatorRow._meta.fields if each.name.endswith("_zh")} == {
        "authority_zh": row.authority_zh, "contact_zh": row.contact_zh,
    }  # fmt: skip
