"""Answers kept for repeated requests."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from shouze.errors import ConflictError
from shouze.gateway.ports import Reply
from shouze.store.opening import Stores
from tests.store.building import HOUR, NOW

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
REPLY = Reply(200, b'{"id": "s"}')


async def test_the_same_request_gets_the_answer_given_before_for_a_day(stores: Stores) -> None:
    assert await stores.replies.begin("app", "k", b"print", NOW) is None
    await stores.replies.finish("app", "k", REPLY)
    assert await stores.replies.begin("app", "k", b"print", NOW + HOUR) == REPLY
    assert await stores.replies.begin("app", "k", b"print", NOW + DAY - MOMENT) == REPLY
    assert await stores.replies.begin("app", "k", b"print", NOW + DAY) is None


async def test_callers_do_not_meet_on_a_key(stores: Stores) -> None:
    assert await stores.replies.begin("app", "k", b"print", NOW) is None
    assert await stores.replies.begin("desk", "k", b"other", NOW) is None


async def test_a_key_used_for_another_request_is_a_conflict_for_a_day(stores: Stores) -> None:
    await stores.replies.begin("app", "k", b"print", NOW)
    for moment in (NOW, NOW + HOUR):
        with pytest.raises(ConflictError, match="another request"):
            await stores.replies.begin("app", "k", b"other", moment)
    await stores.replies.finish("app", "k", REPLY)
    with pytest.raises(ConflictError, match="another request"):
        await stores.replies.begin("app", "k", b"other", NOW)
    assert await stores.replies.begin("app", "k", b"other", NOW + DAY) is None


async def test_a_request_under_way_is_a_conflict_for_a_minute(stores: Stores) -> None:
    await stores.replies.begin("app", "k", b"print", NOW)
    with pytest.raises(ConflictError, match="under way"):
        await stores.replies.begin("app", "k", b"print", NOW + MINUTE - MOMENT)
    assert await stores.replies.begin("app", "k", b"print", NOW + MINUTE) is None
    with pytest.raises(ConflictError, match="under way"):
        await stores.replies.begin("app", "k", b"print", NOW + MINUTE)


async def test_an_abandoned_key_is_free_and_a_kept_answer_is_not_abandoned(stores: Stores) -> None:
    await stores.replies.begin("app", "k", b"print", NOW)
    await stores.replies.abandon("app", "k")
    assert await stores.replies.begin("app", "k", b"other", NOW) is None
    await stores.replies.finish("app", "k", REPLY)
    await stores.replies.abandon("app", "k")
    assert await stores.replies.begin("app", "k", b"other", NOW) == REPLY


async def test_of_the_same_requests_at_once_one_begins(stores: Stores, twin: Stores) -> None:
    attempts = [each.replies.begin("app", "k", b"print", NOW) for each in (stores, twin) * 4]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 7


async def test_old_answers_go_as_new_requests_come(stores: Stores) -> None:
    for n in range(30):
        await stores.replies.begin("app", f"old {n}", b"print", NOW)
    for n in range(4):
        await stores.replies.begin("app", f"new {n}", b"print", NOW + DAY)
    assert await stores.databases["custody"].fetch("SELECT count(*) FROM custody.reply") == [(4,)]
