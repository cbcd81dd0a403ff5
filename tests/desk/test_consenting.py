"""The pages of consents: one user's, through the door and recorded; how many there are."""

from __future__ import annotations

import pytest

from shouze.ledger.entry import parse_leaf
from shouze.registers import vocabulary
from shouze.registers.declarations.taking_over import take_over
from shouze.registers.roles import Role
from tests.gateway.test_passage import raw_leaves
from tests.installation import subscribe
from tests.registers.conftest import opened  # noqa: F401 - a fixture
from tests.registers.house import Opened, officer, person, signed_in

SUBJECT, NUMBERS = "/consents/subject", "/consents/numbers"


@pytest.mark.duty("A09-1-consent")
@pytest.mark.django_db(transaction=True)
def test_one_users_consents_are_shown_with_what_was_told_and_the_look_is_recorded(opened: Opened) -> None:  # noqa: F811 - see above
    take_over()
    vocabulary.forget()
    subject = opened.run(subscribe(opened.installation, also={"offers": ("phone",)})).subject
    clerk = person("S-0042", Role.SERVICE, post="customer-service")
    asked = {"subject": subject, "service": "mobile", "purpose": "customer-service", "reason": "T-9"}
    shown = signed_in(clerk, "en").post(SUBJECT, asked).content.decode()
    assert "Recommending offers" in shown
    assert "Sent by SMS" in shown
    assert "This look is in the log" in shown
    leaf = next(each for each in map(parse_leaf, opened.run(raw_leaves(opened.installation)))
                if each.what.act == "read-consents")  # fmt: skip
    assert (leaf.who.id, leaf.who.post, leaf.what.purposes) == ("S-0042", "customer-service", ("customer-service",))
    refused = signed_in(person("S-0077", Role.SERVICE, post="marketing"), "en").post(SUBJECT, asked)
    assert (refused.status_code, "Sent by SMS" in refused.content.decode()) == (422, False)
    numbers = signed_in(officer(), "en")
    assert numbers.post(NUMBERS).status_code == 302
    assert "1 users, all of them" in numbers.get(NUMBERS).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "subject", "numbers"),
    [
        (Role.OFFICER, 200, 200), (Role.SECURITY, 200, 200), (Role.SERVICE, 200, 403), (Role.APPROVER, 403, 200),
        (Role.AUDITOR, 403, 200), (Role.ADMINISTRATOR, 403, 403), (Role.AGENT, 403, 403),
    ],
)  # fmt: skip
def test_each_page_is_for_the_roles_that_need_it(role: Role, subject: int, numbers: int) -> None:
    browser = signed_in(person("S-7", role))
    assert (browser.get(SUBJECT).status_code, browser.get(NUMBERS).status_code) == (subject, numbers)


@pytest.mark.django_db
def test_an_id_that_is_none_is_refused_before_the_door_is_asked() -> None:
    asked = {"subject": "13800000000", "service": "mobile", "purpose": "p", "reason": "?"}
    assert signed_in(officer()).post(SUBJECT, asked).status_code == 422
