"""The words that registers choose from: names from the declarations, what may be chosen from the policy in force."""

from __future__ import annotations

import pytest

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.declarations.taking_over import take_over
from shouze.registers.rows import Clock
from tests.registers.grants.scene import granted
from tests.registers.house import Opened, officer, signed_in


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


@pytest.mark.django_db(transaction=True)
def test_rows_that_nobody_names_and_their_clocks_are_called_by_declared_names_in_both_languages(opened: Opened) -> None:
    take_over()
    vocabulary.forget()
    grant = granted()
    assert grant.called == Text("门店 · 移动电话业务", "Shop · Mobile telephony")
    clock = Clock.objects.get(register="grants", entry=grant.pk)
    assert (clock.title_zh, clock.title_en) == (
        "授权到期：门店 · 移动电话业务", "Grant ends: Shop · Mobile telephony",
    )  # fmt: skip
    for language, words in (("zh", "门店 · 移动电话业务"), ("en", "Shop · Mobile telephony")):
        browser = signed_in(officer(), language)
        for path in ("/r/grants/", f"/r/grants/{grant.number}/"):
            assert words in browser.get(path).content.decode()
