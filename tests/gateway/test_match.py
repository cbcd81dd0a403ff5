"""Matching many values with known users: counted, recorded, entitled, limited, and no oracle."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from math import exp
from typing import cast

import pytest

from shouze.errors import InvalidError
from shouze.gateway import match
from shouze.gateway.asking import Visitor
from shouze.ledger.entry import parse_leaf
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor
from shouze.vault.blind_index import chance_of, tag
from shouze.wiring import Installation
from tests.gateway.finding_copies import SCANNER, asked, declare_copies, phones, spelt
from tests.gateway.test_passage import raw_leaves
from tests.installation import AGENT, CRM, MARKETING, OTHER, PERSON, MovingClock, apply, ask, subscribe

HELD = [PERSON["phone"], OTHER["phone"]]


@pytest.fixture
async def copies(opened: Installation) -> Installation:
    await declare_copies(opened)
    return opened


async def refusal(opened: Installation, visitor: Visitor = SCANNER, **named: str) -> str:
    with pytest.raises(RefusedError) as caught:
        await opened.door.match(visitor, asked(**named), phones(100))
    return caught.value.refusal.code


def expected(opened: Installation, values: list[str], count: int) -> int:
    """Return what is answered when so many users hold one of the values: only the key's holder can tell."""
    ring = opened.door.room.ring
    tags = [tag(ring, "phone", f"+86{each}") for each in values]
    return min(max(count + match._moved(chance_of(ring, tags, count)), 0), len(values))


async def test_the_users_that_hold_one_of_the_values_are_counted_each_once(copies: Installation) -> None:
    await subscribe(copies, PERSON)
    await subscribe(copies, OTHER)
    values = [*HELD, *phones(698)]
    matched = await copies.door.match(SCANNER, asked(), values)
    assert (matched.compared, matched.subjects) == (700, expected(copies, values, 2))


async def test_a_number_given_back_is_nobodys(copies: Installation) -> None:
    done = await subscribe(copies, PERSON)
    await copies.door.give_back(CRM, ask(done.subject), ["phone"])
    values = [*HELD, *phones(98)]
    assert (await copies.door.match(SCANNER, asked(), values)).subjects == expected(copies, values, 0)


@pytest.mark.duty("A10-op-secrecy")
async def test_asking_the_same_again_in_another_order_and_spelling_tells_the_same(copies: Installation) -> None:
    await subscribe(copies, PERSON)
    values = [*HELD, *phones(198)]
    answers = [await copies.door.match(SCANNER, asked(), each) for each in (values, spelt(values), values * 3)]
    assert len({(each.compared, each.subjects) for each in answers}) == 1


@pytest.mark.duty("A10-op-secrecy")
@pytest.mark.parametrize("values", [phones(99), phones(1) * 500, [*phones(99), *["1381234567"] * 400]])
async def test_few_different_valid_values_are_not_counted(copies: Installation, values: list[str]) -> None:
    with pytest.raises(InvalidError) as caught:
        await copies.door.match(SCANNER, asked(), values)
    assert caught.value.field == "values"


@pytest.mark.duty("A10-op-secrecy")
def test_two_answers_that_differ_by_one_user_are_nearly_as_probable() -> None:
    draws = 60_000
    moved = Counter(match._moved(hashlib.sha256(b"%d" % number).digest()) for number in range(draws))
    assert abs(sum(step * count for step, count in moved.items())) / draws < 0.1
    assert sum(count for step, count in moved.items() if abs(step) <= match.MARGIN) / draws > 0.95
    for step in range(-8, 8):
        ratio = moved[step] / moved[step + 1]
        assert 1 / 1.1 < ratio * exp((1 if step >= 0 else -1) * -1 / match.SCALE) < 1.1


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.parametrize("visitor", [MARKETING, Visitor(Actor("service", "nobody"))])
async def test_who_has_no_grant_for_it_is_refused(copies: Installation, visitor: Visitor) -> None:
    assert await refusal(copies, visitor) == "not-entitled"


@pytest.mark.duty("A13-3-permissions")
async def test_no_agent_is_granted_it(copies: Installation) -> None:
    await apply(
        copies,
        """
agents:
  - id: qingshan-stores
    name: {zh: 青山, en: Qingshan}
    contract_since: 2020-01-01T00:00:00+08:00
    contract_until: 2036-01-01T00:00:00+08:00
    fit: true
    fit_until: 2036-01-01T00:00:00+08:00
    grants: [{services: [house], purposes: [find-copies], actions: [match]}]
""",
    )
    assert await refusal(copies, AGENT) == "not-entitled"


async def test_an_item_or_purpose_that_is_not_declared_for_it_is_refused(copies: Installation) -> None:
    assert await refusal(copies, CRM, item="id-number") == "item-not-declared"
    assert await refusal(copies, CRM, purpose="curiosity") == "not-entitled"


async def test_the_scanner_may_do_nothing_else(copies: Installation) -> None:
    done = await subscribe(copies, PERSON)
    with pytest.raises(RefusedError):
        await copies.door.compare(SCANNER, ask(done.subject), "phone", PERSON["phone"])


@pytest.mark.duty("A13-6-oplog")
async def test_each_batch_is_recorded_without_a_value(copies: Installation) -> None:
    matched = await copies.door.match(SCANNER, asked(), [*HELD, *phones(98)])
    await refusal(copies, MARKETING)
    leaves = await raw_leaves(copies)
    mine = [parse_leaf(each) for each in leaves if b'"match"' in each]
    assert [(each.what.rows, each.verdict.outcome) for each in mine] == [(100, "permitted"), (0, "refused")]
    assert (mine[0].what.purposes, mine[0].what.items, mine[0].nseq) == (
        ("find-copies",), ("phone",), matched.receipt.nseq
    )  # fmt: skip
    assert not any(value.encode() in each for value in HELD for each in leaves)


@pytest.mark.duty("A10-op-secrecy")
async def test_a_day_has_so_many_batches_whatever_the_gateway_forgets(
    copies: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match, "A_DAY", 2)
    lefts = [(await copies.door.match(SCANNER, asked(), phones(100, start))).left for start in (0, 50)]
    copies.door.room.batches.clear()
    assert (lefts, await refusal(copies)) == ([1, 0], "allowance-used")
    assert (await copies.door.match(CRM, asked(), phones(100))).left == 1, "each caller has its own"
    cast("MovingClock", copies.door.room.clock).move(timedelta(days=1))
    assert (await copies.door.match(SCANNER, asked(), phones(100))).left == 1


@pytest.mark.parametrize(("moved", "shown"), [(1_000, 100), (-1_000, 0)])
async def test_however_far_chance_moves_an_answer_it_is_between_none_and_all_of_the_values(
    copies: Installation, monkeypatch: pytest.MonkeyPatch, moved: int, shown: int
) -> None:
    monkeypatch.setattr(match, "_moved", lambda _chance: moved)
    matched = await copies.door.match(SCANNER, asked(), phones(100))
    assert (matched.subjects, matched.compared) == (shown, 100)
