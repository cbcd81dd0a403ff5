"""What the operator's row tells: since when somebody owes the duties."""

from __future__ import annotations

import pytest

from tests.registers.declarations.scene import operator
from tests.registers.standings.driving import fact_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A16-selfcheck")
def test_the_house_is_obliged_from_its_registration_on() -> None:
    assert fact_of("operator.begun").last is None
    assert fact_of("operator.begun").shown == 0
    assert operator().created_at == fact_of("operator.begun").last
