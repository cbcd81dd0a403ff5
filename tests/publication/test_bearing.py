"""Whom a token may be made for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shouze.errors import InvalidError
from shouze.publication.bearing import check_bearer
from shouze.rules.declaration import Told
from shouze.rules.entries import Agent, Caller, Issuer
from shouze.rules.policy import Policy

NOW = datetime(2026, 11, 28, tzinfo=UTC)
AGENT = Agent(id="baiyun", name=Told(zh="云", en="B"), contract_since=NOW, contract_until=NOW, fit=True, fit_until=NOW)
POLICY = Policy(
    grants={"post:clerk": (), "account:crm": (), "person:S-1": ()},
    administrators=frozenset({"desk"}),
    agents={"baiyun": AGENT},
    issuers={"portal": Issuer(id="portal", face="portal", public_key="A" * 43 + "=")},
)


def caller(kind: str, actor: str, **more: str) -> Caller:
    return Caller(id="t", secret_sha256="", kind=kind, actor=actor, until=NOW, **more)  # type: ignore[arg-type]  # a kind's name


@pytest.mark.parametrize("known", [
    caller("staff", "S-9", post="clerk"), caller("staff", "S-1"), caller("service", "crm"), caller("service", "desk"),
    caller("agent-staff", "K-1", agent="baiyun"), caller("face", "portal"),
])  # fmt: skip
def test_whom_the_policy_knows_is_given_a_token(known: Caller) -> None:
    check_bearer(POLICY, known)


@pytest.mark.parametrize(("unknown", "field"), [
    (caller("staff", "S-9"), "post"), (caller("staff", "S-1", post="clark"), "post"),
    (caller("staff", "S-9", post="crm"), "post"), (caller("service", "clerk"), "actor"),
    (caller("service", "S-1"), "actor"), (caller("agent-staff", "S-1"), "agent"),
    (caller("agent-staff", "K-1", agent="crm"), "agent"), (caller("face", "desk"), "actor"),
])  # fmt: skip
def test_nobody_else_is_whatever_else_has_their_name(unknown: Caller, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        check_bearer(POLICY, unknown)
    assert caught.value.field == field
