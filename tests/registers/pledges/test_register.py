"""The register of pledges: who reads and reminds; nobody pledges for a member."""

from __future__ import annotations

import pytest

from shouze.errors import NotYoursError
from shouze.registers.pledges.models import Pledge
from shouze.registers.roles import Role
from shouze.registers.speaking import speakers
from tests.registers.codes.scene import adopted, answers, member, members, secretary
from tests.registers.house import do, person, signed_in

pytestmark = pytest.mark.django_db


def test_who_reads_pledges_and_who_reminds() -> None:
    member("m1")
    adopted()
    row = Pledge.objects.get()
    for role in Role:
        who = person(f"B-9-{role}", role)
        browser = signed_in(who)
        sees = role in {Role.SECRETARY, Role.APPROVER, Role.AUDITOR, Role.OFFICER}
        assert browser.get(f"/r/pledges/{row.number}/").status_code == (200 if sees else 403), role
        assert browser.get("/r/pledges/new").status_code == 403
        if role != Role.SECRETARY:
            with pytest.raises(NotYoursError):
                do(row, "remind", who)


@pytest.mark.parametrize("act", ["pledge", "decline", "end", "replace"])
def test_nobody_says_for_a_member_what_it_did_not_say(act: str) -> None:
    member("m1")
    adopted()
    with pytest.raises(NotYoursError):
        do(Pledge.objects.get(), act, secretary(), {"signed_by": "x", "post": "x", "says": "x"})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_a_pledge_opens_in_both_languages(language: str) -> None:
    other = member("m1")
    adopted()
    row = answers(other)
    page = signed_in(secretary(), language).get(f"/r/pledges/{row.number}/").content.decode()
    assert ("Signed by" if language == "en" else "签署人") in page


@pytest.mark.duty("A21-ind-guide")
def test_what_is_not_answered_is_still_to_be_done_and_never_late() -> None:
    one, _ = members(2)
    adopted()
    answers(one)
    fact = speakers()["pledges.given"][1].fact()
    assert (fact.shown, fact.open, fact.due, fact.at_once, fact.lacking) == (1, 1, None, None, 0)
    assert fact.row == Pledge.objects.get(state="asked").number
