"""Who may refer matters, take them up and see them."""

from __future__ import annotations

import re

import pytest

from shouze.link.supervision import Figured, Referral
from shouze.registers.referrals.models import Referral as Row
from shouze.registers.referrals.register import REGISTER
from shouze.registers.roles import Role
from tests.registers.house import person, signed_in
from tests.registers.parties import Other

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
BY = {"inspector", "head"}


def test_each_act_is_some_roles_and_no_others() -> None:
    found = {each.name: {*map(str, each.by)} for each in (REGISTER.creating, *REGISTER.acts) if not each.follows}
    assert found == {"send": BY, "accept": BY, "decline": BY, "answer": BY}


@pytest.mark.parametrize(("language", "words"), [("zh", "某局"), ("en", "An office")])
def test_a_referral_says_from_whom_it_came_and_its_figures_in_the_readers_language(language: str, words: str) -> None:
    other = Other()
    other.trusted("authority", title_en="An office")
    figures = (Figured(heading="案件", label="立案", value=3.0),)
    other.send("referral", Referral(number="RF-1", purpose="figures", title="某年", facts="某事", figures=figures))
    browser = signed_in(person("C-0020", Role.HEAD), language)
    page = browser.get(f"/r/referrals/{Row.objects.get().number}/").content.decode()
    assert words in page
    assert ("Opened" if language == "en" else "立案") in page
    assert re.search(r">\s*3\s*<", page)
    assert words in browser.get("/r/referrals/").content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_the_pages_that_are_its_own(role: Role) -> None:
    other = Other()
    other.trusted("authority")
    other.send("referral", Referral(number="RF-1", purpose="joint", title="某事", facts="某事"))
    row, browser = Row.objects.get(), signed_in(person("C-0020", role))
    for path in ("/r/referrals/", f"/r/referrals/{row.number}/", "/r/referrals/export.csv"):
        assert (browser.get(path).status_code == 200) is (role in REGISTER.seen_by), path
    for act in ("accept", "decline"):
        assert (browser.get(f"/r/referrals/{row.number}/{act}").status_code == 200) is (str(role) in BY), act
    assert (browser.get("/r/referrals/new").status_code == 200) is (str(role) in BY)
