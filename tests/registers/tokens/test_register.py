"""Tokens: shown once, kept nowhere, revoked at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.client import Client, Unauthenticated
from shouze.errors import InvalidError
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Event
from shouze.registers.tokens.models import Token
from shouze.wiring.desk import ClientDoor
from tests.registers.grants.scene import clerk
from tests.registers.house import Opened, do, kept, make, officer, person, signed_in

pytestmark = pytest.mark.django_db


def ordered(bearer: str) -> Token:
    values = {"bearer": bearer, "until": timezone.now() + timedelta(days=30), "why": "命令行"}
    token: Token = make("tokens", officer(), values)
    return token


def policy_at_the_door(token: str) -> object:
    assert isinstance(GIVEN.door, ClientDoor)
    with Client(str(GIVEN.door.account._http.base_url), token) as client:
        return client.policy()


def test_a_token_has_a_term_and_a_bearer_that_is_known_and_has_a_post() -> None:
    bearer = f"person:{clerk(post='customer-service').username}"
    for wrong, field in (
        ({"until": timezone.now() + timedelta(days=900)}, "until"),
        ({"bearer": "person:?"}, "bearer"),
        ({"bearer": f"person:{officer().username}"}, "bearer"),
    ):
        values = {"bearer": bearer, "until": timezone.now() + timedelta(days=9), "why": "?"}
        with pytest.raises(InvalidError) as caught:
            make("tokens", officer(), values | wrong)
        assert caught.value.field == field


def test_an_agents_person_needs_no_post_to_bear_a_token() -> None:
    somebody = clerk(agent="kuaisu")
    token = ordered(f"person:{somebody.username}")
    assert (token.state, token.post, token.agent) == ("ordered", "", "kuaisu")


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.AGENT])
def test_roles_that_may_neither_order_nor_issue_nor_revoke(role: Role) -> None:
    token, browser = ordered(f"person:{clerk(post='customer-service').username}"), signed_in(person("S-9", role))
    assert browser.get("/r/tokens/new").status_code == 403
    for act in ("issue", "revoke"):
        assert browser.get(reverse("act", args=["tokens", token.number, act])).status_code == 403


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.django_db(transaction=True)
def test_a_token_is_shown_once_serves_and_is_refused_from_its_revocation_on(opened: Opened) -> None:
    kept()
    token, browser = ordered("account:administrator"), signed_in(officer())
    page = browser.post(reverse("act", args=["tokens", token.number, "issue"]), {"version": 1}).content.decode()
    secret = page.partition("szt_")[2].partition("</textarea>")[0].strip()
    assert len(secret) > 43
    assert policy_at_the_door(f"szt_{secret}")
    token.refresh_from_db()
    assert (token.state, token.secret) == ("issued", "")
    rows = str([*Token.objects.values(), *Event.objects.filter(register="tokens").values()])
    assert secret[-43:] not in rows
    assert secret[-43:] not in browser.get(reverse("row", args=["tokens", token.number])).content.decode()
    do(token, "revoke", officer())
    opened.settle()
    with pytest.raises(Unauthenticated):
        policy_at_the_door(f"szt_{secret}")


@pytest.mark.django_db(transaction=True)
def test_a_persons_tokens_end_when_they_leave_and_those_made_elsewhere_are_listed(opened: Opened) -> None:
    somebody = clerk(post="customer-service")
    token = do(ordered(f"person:{somebody.username}"), "issue", officer())
    Token.objects.all().delete()
    kept()
    found = Token.objects.get(token=token.token)
    assert (found.bearer, found.post) == (f"person:{somebody.username}", "customer-service")
    assert not Token.objects.filter(bearer="account:desk").exists()
    do(somebody, "leave", officer())
    opened.settle()
    assert opened.installation.door.room.policy.callers[token.token].revoked
