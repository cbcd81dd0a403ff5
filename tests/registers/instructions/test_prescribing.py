"""A measure says in a dispatch what its row says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.registers.instructions.prescribing import said
from shouze.registers.ports import GIVEN
from tests.registers.instructions.scene import drafted, operator

pytestmark = pytest.mark.django_db


def test_asked_again_it_says_what_is_lacking_and_the_new_term() -> None:
    operator()
    row, until = drafted(), GIVEN.now() + timedelta(days=50)
    told = said(row, "缺少清单", until)
    assert (told.again, told.due, told.demand, told.article) == ("缺少清单", until, row.measure, "13(8)")
    assert (said(row).again, said(row).due) == ("", row.due)
