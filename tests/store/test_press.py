"""Publications: all or nothing, one epoch after another."""

from __future__ import annotations

import asyncio

import pytest

from shouze.errors import TamperedError
from shouze.publication.ports import Present, Written
from shouze.rules.declaration import Channels, Declaration, DeclaredItem, Operator, Purpose, Retention, Told
from shouze.store.opening import Stores
from tests.store.building import NOW, policy_of, published

WORDS = Told("话", "words")
OPERATOR = Operator(WORDS, WORDS, WORDS, licence="B2-20260001")
FREEZE = Written("freezes", "f-1", b'{"id": "f-1"}')


def declaration(service: str, name: str = "名") -> Declaration:
    item = DeclaredItem("phone", "necessary", WORDS, WORDS)
    purpose = Purpose(
        id="contact", name=WORDS, how=WORDS, means=("collect",), ground="consent", items=(item,),
        retention=Retention("service-end"),
    )  # fmt: skip
    return Declaration(service, Told(name, name), Channels(WORDS, WORDS), (purpose,))


MAIL_1, MAIL_2 = published(declaration("mail"), 1), published(declaration("mail", "新名"), 2)
SHOP_1 = published(declaration("shop"), 1)


async def test_before_the_first_publication_nothing_is_present(stores: Stores) -> None:
    assert await stores.press.present() == Present(0, {}, [], None)


async def test_what_was_published_is_present_in_the_order_of_its_versions(stores: Stores, twin: Stores) -> None:
    assert await stores.press.publish(policy_of(1), [MAIL_1, SHOP_1], [FREEZE], OPERATOR, "p", NOW)
    assert await stores.press.publish(policy_of(2), [MAIL_2], [], None, "p", NOW)
    histories = {"mail": [MAIL_1, MAIL_2], "shop": [SHOP_1]}
    assert await twin.press.present() == Present(2, histories, [FREEZE], OPERATOR)


async def test_an_entry_replaces_the_one_before_it_and_none_removes_it(stores: Stores) -> None:
    other, newer = Written("freezes", "f-2", b"{}"), FREEZE._replace(body=b'{"id": "f-1", "since": 1}')
    orders = Written("orders", "f-1", b"{}")
    for epoch, entries in enumerate([[FREEZE, other], [newer, orders], [other._replace(body=None)]], start=1):
        assert await stores.press.publish(policy_of(epoch), [], entries, None, "p", NOW)
    assert (await stores.press.present()).entries == [newer, orders]
    assert await stores.press.publish(policy_of(4), [], [other], None, "p", NOW)
    assert (await stores.press.present()).entries == [newer, other, orders]


async def test_the_newest_operator_is_present(stores: Stores) -> None:
    newer = Operator(WORDS, WORDS, WORDS, filing="京ICP备20260001号")
    for epoch, operator in ((1, OPERATOR), (2, newer)):
        assert await stores.press.publish(policy_of(epoch), [], [], operator, "p", NOW)
    assert (await stores.press.present()).operator == newer


@pytest.mark.parametrize("epoch", [0, 1, 3, 4])
async def test_a_policy_of_any_but_the_next_epoch_writes_nothing(stores: Stores, epoch: int) -> None:
    assert await stores.press.publish(policy_of(1), [MAIL_1], [], None, "p", NOW)
    before = await stores.press.present()
    assert not await stores.press.publish(policy_of(epoch), [MAIL_2], [FREEZE], OPERATOR, "p", NOW)
    assert await stores.press.present() == before


async def test_a_declaration_that_exists_is_not_written_again_and_nothing_with_it(stores: Stores) -> None:
    assert await stores.press.publish(policy_of(1), [MAIL_1], [], None, "p", NOW)
    before = await stores.press.present()
    assert not await stores.press.publish(policy_of(2), [SHOP_1, MAIL_1], [FREEZE], OPERATOR, "p", NOW)
    assert await stores.press.present() == before


async def test_of_publications_at_once_exactly_one_is_printed(stores: Stores, twin: Stores) -> None:
    entries = [Written("freezes", f"f-{n}", b"{}") for n in range(6)]
    attempts = [
        each.press.publish(policy_of(1), [], [entry], None, "p", NOW)
        for each, entry in zip([stores, twin] * 3, entries, strict=True)
    ]
    printed = await asyncio.gather(*attempts)
    assert sum(printed) == 1
    assert (await stores.press.present()).entries == [entries[printed.index(True)]]


async def test_a_declaration_that_cannot_be_read_is_an_error(stores: Stores) -> None:
    assert await stores.press.publish(policy_of(1), [MAIL_1], [], None, "p", NOW)
    await stores.databases["custody"].execute("UPDATE custody.declaration SET body = :body", {"body": b"{}"})
    with pytest.raises(TamperedError):
        await stores.press.present()
