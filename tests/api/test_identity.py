"""Identity: who calls, by the latest policy, without reaching the store for every bad token."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shouze.api.identity import Identity
from shouze.errors import UnauthenticatedError
from shouze.gateway.door import Door
from shouze.rules.use import Actor
from tests.api.gate import TOKENS, UNTIL, USUAL, Gate
from tests.installation import apply


class Counting:
    """A door whose refreshing is counted."""

    def __init__(self, door: Door) -> None:
        self.room = door.room
        self.refreshed = 0

    async def refresh(self) -> None:
        self.refreshed += 1


async def test_a_flood_of_bad_tokens_does_not_reach_the_store(gate: Gate) -> None:
    door, moment = Counting(gate.opened.door), [0.0]
    identity = Identity(door, gate.opened.stores.custody.first_seen, lambda: moment[0])  # type: ignore[arg-type]  # a door that counts
    for number in range(1000):
        moment[0] = number / 500
        with pytest.raises(UnauthenticatedError):
            await identity.caller(f"Bearer szt_{number}_{'A' * 43}")
    assert door.refreshed == 2


async def test_what_is_no_token_does_not_reach_the_store_at_all(gate: Gate) -> None:
    door = Counting(gate.opened.door)
    identity = Identity(door, gate.opened.stores.custody.first_seen, lambda: 0.0)  # type: ignore[arg-type]  # a door that counts
    for text in (None, "", "Bearer", "Bearer ", "Bearer x", "bearer szt_a_b", "Token szt_a_" + "A" * 43):
        with pytest.raises(UnauthenticatedError):
            await identity.caller(text)
    assert door.refreshed == 0


async def test_a_token_that_another_gateway_issued_works_at_once(gate: Gate) -> None:
    hashed = TOKENS["crm"][1]
    await apply(
        gate.opened, f"callers: [{{id: new, secret_sha256: {hashed}, kind: service, actor: crm, until: '{UNTIL}'}}]"
    )
    token = TOKENS["crm"][0].replace("crm-1", "new")
    assert (await gate.call("POST", "/v1/release", gate.about(**USUAL), token=token)).status_code == 200


async def test_a_token_that_another_gateway_revoked_opens_nothing(gate: Gate) -> None:
    caller = f"id: crm-1, secret_sha256: {TOKENS['crm'][1]}, kind: service, actor: crm, until: '{UNTIL}'"
    await apply(gate.opened, f"callers: [{{{caller}, revoked: true}}]")
    answer = await gate.call("POST", "/v1/release", gate.about(**USUAL))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_the_actor_is_what_the_policy_says_of_the_token(gate: Gate) -> None:
    identity = Identity(gate.opened.door, gate.opened.stores.custody.first_seen, lambda: 0.0)
    caller = await identity.caller(f"bearer {TOKENS['agent'][0]}")
    assert await identity.actor(caller, None, b"") == Actor(
        "agent-staff", "A-0007", agent="qingshan-stores", session="agent-1", caller="agent-1"
    )


async def test_the_actor_of_a_face_is_who_the_assertion_names(gate: Gate) -> None:
    identity = Identity(gate.opened.door, gate.opened.stores.custody.first_seen, lambda: 0.0)
    caller = await identity.caller(f"Bearer {TOKENS['desk'][0]}")
    assert await identity.actor(caller, gate.assertion(b""), b"") == Actor(
        "staff", "S-0042", "customer-service", session="sign-in-1", caller="desk-1", issuer="desk-1"
    )


async def test_a_revoked_issuer_speaks_for_nobody(gate: Gate) -> None:
    policy = gate.opened.door.room.policy
    key = policy.issuers["desk-1"].public_key
    await apply(gate.opened, f"issuers: [{{id: desk-1, face: desk, public_key: '{key}', revoked: true}}]")
    await gate.opened.door.refresh()
    assert (await gate.call("POST", "/v1/release", gate.about(**USUAL), token="desk")).status_code == 401


async def test_an_assertion_is_remembered_as_long_as_it_would_be_taken(gate: Gate) -> None:
    kept: list[tuple[str, str, datetime]] = []

    async def first_seen(issuer: str, number: str, until: datetime) -> bool:
        kept.append((issuer, number, until))
        return True

    identity = Identity(gate.opened.door, first_seen, lambda: 0.0)
    caller = await identity.caller(f"Bearer {TOKENS['desk'][0]}")
    exp = int(gate.clock.now().timestamp()) + 60
    await identity.actor(caller, gate.assertion(b"", exp=exp, jti="0123456789abcdef"), b"")
    assert kept == [("desk-1", "0123456789abcdef", datetime.fromtimestamp(exp + 30, UTC))]
