"""A face names the person it calls for: taken once, for one body, for a minute."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shouze.client import Assertions, PersonAssertion, Refused, Retries, Subject, Unauthenticated
from shouze.client.assertions import LASTS
from tests.api.gate import FACES, Gate, signing_key
from tests.client.conftest import Served
from tests.client.reach import Script, reach

CLERK = PersonAssertion(kind="staff", id="S-0042", sign_in="sign-in-1", post="customer-service")
AGENT = PersonAssertion(kind="agent-staff", id="A-0007", sign_in="sign-in-2", agent="qingshan-stores")


def signer(gate: Gate, issuer: str = "desk-1") -> Assertions:
    assert issuer in FACES
    return Assertions(issuer, signing_key(issuer), now=gate.clock.now)


def usual(gate: Gate, subject: str | None = None) -> dict[str, Any]:
    return {
        "service": "mobile",
        "subject": Subject(id=subject or gate.subject),
        "purposes": ["customer-service"],
        "items": ["name"],
    }


def claims(assertion: str) -> dict[str, Any]:
    part = assertion.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told


async def test_the_desk_calls_for_its_clerk_again_and_again(served: Served, face: str) -> None:
    sign = signer(served.gate).naming(CLERK)
    async with reach(face, served.url, "desk", assertion=sign) as desk:
        for _ in range(2):
            assert (await desk("release", **usual(served.gate))).items.keys() == {"name"}
        assert (await desk("errors")).errors


async def test_without_naming_a_person_the_desk_is_nobody(served: Served, face: str) -> None:
    async with reach(face, served.url, "desk") as desk:
        with pytest.raises(Unauthenticated):
            await desk("release", **usual(served.gate))
        clerk = desk.acting_for(signer(served.gate).naming(CLERK))
        assert (await clerk("release", **usual(served.gate))).items
        with pytest.raises(Unauthenticated):
            await desk("release", **usual(served.gate))


async def test_each_person_has_what_is_theirs(served: Served, face: str) -> None:
    signs = signer(served.gate)
    async with reach(face, served.url, "desk") as desk:
        clerk, agent = (desk.acting_for(signs.naming(person)) for person in (CLERK, AGENT))
        assert (await clerk("release", **usual(served.gate))).items
        with pytest.raises(Refused) as caught:
            await agent("release", **usual(served.gate))
    assert caught.value.code == "not-entitled"


async def test_the_portal_speaks_for_the_one_subject(served: Served, face: str) -> None:
    own = PersonAssertion(kind="subject", id=served.gate.subject, sign_in="sign-in-3")
    asked = {**usual(served.gate), "purposes": ["subject-rights"]}
    async with reach(face, served.url, "portal", assertion=signer(served.gate, "portal-1").naming(own)) as portal:
        assert (await portal("release", **asked)).items.keys() == {"name"}
        with pytest.raises(Refused):
            await portal("release", **{**asked, "subject": Subject(id=served.gate.other)})


async def test_an_assertion_sent_twice_is_refused(served: Served, face: str) -> None:
    kept: list[str] = []
    sign = signer(served.gate).naming(CLERK)

    def first(body: bytes) -> str:
        kept.append(kept[0] if kept else sign(body))
        return kept[0]

    async with reach(face, served.url, "desk", assertion=first) as desk:
        assert (await desk("release", **usual(served.gate))).items
        with pytest.raises(Unauthenticated):
            await desk("release", **usual(served.gate))
    assert len(kept) == 2


async def test_an_assertion_for_another_body_is_refused(served: Served, face: str) -> None:
    sign = signer(served.gate).naming(CLERK)
    async with reach(face, served.url, "desk", assertion=lambda body: sign(body + b" ")) as desk:
        with pytest.raises(Unauthenticated):
            await desk("release", **usual(served.gate))


async def test_a_repeated_try_is_signed_anew_and_done_once(served: Served, face: str) -> None:
    served.cutting.cuts = 1
    about = {key: value for key, value in usual(served.gate).items() if key != "items"}
    sign = signer(served.gate).naming(CLERK)
    async with reach(face, served.url, "desk", assertion=sign, retries=Retries(first=0.01)) as desk:
        done = await desk("correct", **about, values={"name": "张三丰"}, expected={"name": 1})
    assert done.versions == {"name": 2}
    assert served.cutting.served == 2


async def test_an_assertion_is_over_after_its_minute(served: Served, face: str) -> None:
    early = served.gate.clock.now() - LASTS - timedelta(seconds=30)
    sign = Assertions("desk-1", signing_key("desk-1"), now=lambda: early).naming(CLERK)
    async with reach(face, served.url, "desk", assertion=sign) as desk:
        with pytest.raises(Unauthenticated):
            await desk("release", **usual(served.gate))


async def test_every_try_has_a_number_of_its_own(face: str) -> None:
    script = Script(httpx.Response(503), httpx.Response(200, content=b'{"errors":[]}'))
    sign = Assertions("desk-1", signing_key("desk-1")).naming(CLERK)
    async with reach(face, transport=script, assertion=sign, retries=Retries(first=0.001)) as desk:
        await desk("errors")
    first, second = (claims(sent or "") for sent in script.sent("shouze-assertion"))
    assert first["jti"] != second["jti"]
    assert {**first, "jti": "", "iat": 0, "exp": 0} == {**second, "jti": "", "iat": 0, "exp": 0}
    assert first["exp"] - first["iat"] == LASTS.total_seconds()
    assert "agent" not in first
