"""The words that registers choose from: names from the declarations, what may be chosen from the policy in force."""

from __future__ import annotations

import pytest

from shouze.registers import vocabulary
from shouze.registers.declarations.taking_over import take_over
from tests.registers.house import Opened


@pytest.mark.django_db(transaction=True)
def test_services_and_purposes_are_called_by_the_names_that_users_are_told(opened: Opened) -> None:
    assert vocabulary.services()["mobile"].en == "mobile"
    take_over()
    vocabulary.forget()
    assert vocabulary.services()["mobile"].en == "Mobile telephony"
    assert vocabulary.purposes()["offers"].zh == "推荐优惠套餐"
    assert vocabulary.purposes().keys() == {
        name for rule in opened.installation.door.room.policy.services.values() for name in rule.purposes
    }
