"""Repeating: the same request with the same key is answered once, and carried out once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shouze.api.calls import Answer
from shouze.api.repeating import Repeating
from shouze.errors import ConflictError, UnavailableError
from shouze.gateway.ports import Reply
from shouze.rules.use import Actor
from tests.api.gate import GIVEN, USUAL, Gate
from tests.api.routes.test_collect import NEW

KEY = {"idempotency-key": "k-1"}
REQUEST = ("POST", "/v1/collect", b"{}")
CRM = Actor("service", "crm", caller="crm-1")


def collecting(**other: Any) -> dict[str, Any]:
    return {"service": "mobile", "purposes": ["open-account"], "values": NEW, "consents": GIVEN[:1], **other}


async def test_a_repeated_request_is_answered_as_it_was(gate: Gate) -> None:
    first = await gate.call("POST", "/v1/collect", collecting(), headers=KEY)
    held = await gate.custody()
    second = await gate.call("POST", "/v1/collect", collecting(), headers=KEY)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert ("idempotency-replayed" in first.headers, second.headers["idempotency-replayed"]) == (False, "true")
    assert await gate.custody() == held


async def test_a_refusal_is_answered_again_as_it_was(gate: Gate) -> None:
    first = await gate.call("POST", "/v1/collect", collecting(consents=[]), headers=KEY)
    second = await gate.call("POST", "/v1/collect", collecting(consents=[]), headers=KEY)
    assert first.status_code == second.status_code == 403
    assert second.headers["content-type"] == "application/problem+json"
    assert first.content == second.content


async def test_without_a_key_a_request_is_carried_out_again(gate: Gate) -> None:
    await gate.call("POST", "/v1/collect", collecting())
    assert (await gate.call("POST", "/v1/collect", collecting())).status_code == 409


@pytest.mark.parametrize("change", ["body", "path", "actor"])
async def test_a_key_belongs_to_one_request_of_one_person(gate: Gate, change: str) -> None:
    body = gate.about(purposes=["offers"])
    await gate.call("POST", "/v1/withdraw", body, headers=KEY)
    if change == "body":
        answer = await gate.call("POST", "/v1/withdraw", {**body, "reason": "x"}, headers=KEY)
        assert (answer.status_code, answer.json()["field"]) == (409, "idempotency-key")
    elif change == "path":
        answer = await gate.call("POST", "/v1/terminate", gate.about(), headers=KEY)
        assert (answer.status_code, answer.json()["field"]) == (409, "idempotency-key")
    else:
        answer = await gate.call("POST", "/v1/withdraw", body, headers=KEY, token="nobody")
        assert (answer.status_code, "idempotency-replayed" in answer.headers) == (403, False)


async def test_a_key_serves_for_a_day(gate: Gate) -> None:
    await gate.call("POST", "/v1/withdraw", gate.about(purposes=["offers"]), headers=KEY)
    gate.clock.move(timedelta(days=1, seconds=1))
    answer = await gate.call("POST", "/v1/withdraw", gate.about(purposes=["offers"]), headers=KEY)
    assert "idempotency-replayed" not in answer.headers


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "\u00e9", "\x7f"])
async def test_a_key_is_visible_ascii(gate: Gate, key: str) -> None:
    answer = await gate.call("POST", "/v1/terminate", gate.about(), headers={"idempotency-key": key.encode("latin-1")})  # type: ignore[dict-item]  # httpx takes bytes too
    assert (answer.status_code, answer.json()["field"]) in {(422, "idempotency-key"), (400, "idempotency-key")}


async def test_a_verb_that_changes_nothing_keeps_no_answer(gate: Gate) -> None:
    for _ in range(2):
        answer = await gate.call("POST", "/v1/release", gate.about(**USUAL), headers=KEY)
        assert "idempotency-replayed" not in answer.headers
    [(kept,)] = await gate.opened.stores.databases["custody"].fetch("SELECT count(*) FROM custody.reply")
    assert kept == 0


async def test_twins_are_carried_out_once(gate: Gate) -> None:
    twins = [gate.call("POST", "/v1/collect", collecting(), headers=KEY) for _ in range(5)]
    answers = await asyncio.gather(*twins)
    done = [each for each in answers if each.status_code == 200]
    assert len({each.json()["subject"] for each in done}) == 1
    assert {each.status_code for each in answers} <= {200, 409}


async def test_what_a_restart_may_mend_is_not_kept(gate: Gate) -> None:
    repeating = Repeating(gate.opened.stores.replies, gate.opened.ring.lookup_mac, gate.clock.now)
    for status in (401, 408, 409, 429, 500, 503, 200):

        async def act(status: int = status) -> Answer:
            return Answer(status, b"{}")

        answer = await repeating.once("k", CRM, REQUEST, act)
        assert (answer.status, answer.headers) == (status, ())


async def test_a_key_is_given_back_when_the_request_dies(gate: Gate) -> None:
    repeating = Repeating(gate.opened.stores.replies, gate.opened.ring.lookup_mac, gate.clock.now)

    async def dies() -> Answer:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await repeating.once("k", CRM, REQUEST, dies)
    assert (await repeating.once("k", CRM, REQUEST, _fine)).status == 200


async def test_the_same_request_under_way_is_told_to_wait(gate: Gate) -> None:
    repeating = Repeating(gate.opened.stores.replies, gate.opened.ring.lookup_mac, gate.clock.now)

    async def act() -> Answer:
        with pytest.raises(ConflictError):
            await repeating.once("k", CRM, REQUEST, _fine)
        return await _fine()

    assert (await repeating.once("k", CRM, REQUEST, act)).status == 200


async def test_what_is_done_is_answered_even_where_the_answer_cannot_be_kept() -> None:
    class Forgetful:
        async def begin(self, *_: object) -> None: ...
        async def abandon(self, *_: object) -> None: ...
        async def finish(self, _caller: str, _key: str, _reply: Reply) -> None:
            raise UnavailableError

    from datetime import UTC, datetime

    repeating = Repeating(Forgetful(), lambda message: message[:32], lambda: datetime.now(UTC))
    assert (await repeating.once("k", CRM, REQUEST, _fine)).status == 200


async def _fine() -> Answer:
    return Answer(200, b"{}")
