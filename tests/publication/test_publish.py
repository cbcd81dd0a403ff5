"""Publishing: recorded first, all or nothing, and no version ever changed."""

from __future__ import annotations

import secrets
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.errors import ConflictError, InvalidError
from shouze.journal.journal import Journal
from shouze.journal.staging import Batch
from shouze.ledger.entry import parse_leaf
from shouze.publication.ports import Written
from shouze.publication.publish import TRIES, Publisher, entries_of, read_registers
from shouze.rules.document import Lines
from shouze.rules.entries import KINDS, PolicyFile, Post
from shouze.rules.refusal import RefusedError
from tests.journal.simulator import Fate, Simulator
from tests.publication.press import MemoryPress
from tests.rules.declared import changed, read
from tests.rules.scene import NOW, WORDS, freeze, order
from tests.rules.statute_files import statutes

NEW_WAY = ("{zh: 自动, en: By machine}", "{zh: 人工, en: By hand}")


class Listening(Simulator):
    """A staging that tells the press's diary when something became durable."""

    def __init__(self, press: MemoryPress, fates: tuple[Fate, ...] = ()) -> None:
        super().__init__(fates)
        self.press = press

    async def stage(self, batch: Batch) -> None:
        """Write, then note it."""
        await super().stage(batch)
        self.press.events.append("recorded")


def publisher(press: MemoryPress, fates: tuple[Fate, ...] = ()) -> tuple[Publisher, Listening]:
    staging = Listening(press, fates)
    journal = Journal(staging, lambda: NOW, secrets.token_bytes, node=1, boot="boot-1", patience=1)
    return Publisher(press, journal, statutes(), lambda: NOW), staging


@pytest.mark.duty("A08-make-rules")
async def test_a_declaration_becomes_version_1_and_policy() -> None:
    press = MemoryPress()
    done = await publisher(press)[0].declare(*read(), by="zhao")
    assert (done.epoch, done.versions, done.published) == (1, {"messenger": 1}, ("messenger",))
    assert done.digest == press.policies[-1].digest
    assert press.operator is not None
    assert press.signed == ["zhao"]


async def test_an_unchanged_declaration_is_no_new_version() -> None:
    press = MemoryPress()
    first = await publisher(press)[0].declare(*read(), by="zhao")
    second = await publisher(press)[0].declare(*read(), by="li")
    assert (second.epoch, second.versions, second.published) == (2, {"messenger": 1}, ())
    assert second.digest == first.digest
    assert len(press.histories["messenger"]) == 1


async def test_a_changed_declaration_is_the_next_version_and_leaves_the_earlier_one_as_it_was() -> None:
    press = MemoryPress()
    await publisher(press)[0].declare(*read(), by="zhao")
    kept = press.histories["messenger"][0]
    done = await publisher(press)[0].declare(*read(changed(NEW_WAY)), by="zhao")
    assert (done.versions, done.published) == ({"messenger": 2}, ("messenger",))
    assert press.histories["messenger"][0] == kept
    assert [each.version for each in press.histories["messenger"]] == [1, 2]
    assert press.policies[-1].services["messenger"].purposes["serve"].since == 2
    again = await publisher(press)[0].declare(*read(), by="zhao")
    assert again.versions == {"messenger": 3}


@pytest.mark.duty("A13-6-oplog")
async def test_every_publication_is_recorded_before_it_is_written() -> None:
    press = MemoryPress()
    one, staging = publisher(press)
    await one.declare(*read(), by="zhao")
    await one.apply(PolicyFile(orders=(order(),)), by="li")
    assert press.events == ["recorded", "published"] * 2
    leaves = [parse_leaf(leaf) for leaf in staging.leaves]
    assert [(leaf.who.id, leaf.what.act) for leaf in leaves] == [("zhao", "declare"), ("li", "apply-policy")]
    assert [leaf.verdict.policy for leaf in leaves] == [policy.digest for policy in press.policies]


@pytest.mark.duty("A13-6-oplog")
async def test_what_cannot_be_recorded_is_not_published() -> None:
    press = MemoryPress()
    with pytest.raises(RefusedError):
        await publisher(press, ("lost",))[0].declare(*read(), by="zhao")
    assert (press.policies, press.histories, press.epoch) == ([], {}, 0)


async def test_a_race_is_tried_again_on_what_the_rival_published() -> None:
    press = MemoryPress(rivals=2)
    press.rival_rows = entries_of(PolicyFile(freezes=(freeze("item", "phone"),)))
    done = await publisher(press)[0].apply(PolicyFile(orders=(order(),)), by="zhao")
    assert done.epoch == 3
    assert len(press.policies[-1].orders) == 1
    assert len(press.policies[-1].freezes) == 1


async def test_rivals_without_end_are_a_conflict_and_nothing_is_written() -> None:
    press = MemoryPress(rivals=TRIES)
    with pytest.raises(ConflictError):
        await publisher(press)[0].apply(PolicyFile(orders=(order(),)), by="zhao")
    assert press.policies == []


async def test_what_is_invalid_is_neither_recorded_nor_published() -> None:
    press = MemoryPress()
    one, staging = publisher(press)
    document, _ = read()
    with pytest.raises(InvalidError):
        await one.declare(replace(document, operator=replace(document.operator, licence=None)), Lines(), by="zhao")
    with pytest.raises(InvalidError) as caught:
        await one.apply(PolicyFile(orders=(order(),), remove=("nothing",)), by="zhao")
    assert caught.value.field == "remove[0]"
    assert (press.events, staging.leaves) == ([], [])


async def test_entries_are_replaced_and_removed_by_kind_and_id() -> None:
    press = MemoryPress()
    one, _ = publisher(press)
    await one.apply(PolicyFile(orders=(order(id="a"), order(id="b")), posts=(Post(id="a", name=WORDS),)), by="zhao")
    later = order(id="a", until=NOW + timedelta(days=1))
    await one.apply(PolicyFile(orders=(later,)), by="zhao")
    assert list(press.policies[-1].orders) == [later, order(id="b")]
    done = await one.apply(PolicyFile(remove=("orders/a", "orders/never-there")), by="zhao")
    assert done.absent == ("orders/never-there",)
    assert list(press.policies[-1].orders) == [order(id="b")]
    assert "post:a" in press.policies[-1].grants


@pytest.mark.parametrize("name", ["orders", "orders/", "/a", "decrees/a", ""])
def test_what_is_no_entry_cannot_be_removed(name: str) -> None:
    with pytest.raises(InvalidError) as caught:
        entries_of(PolicyFile(remove=(name,)))
    assert caught.value.field == "remove[0]"


_ROWS = st.lists(st.tuples(st.sampled_from(["orders", "freezes"]), st.sampled_from("abc"), st.booleans()), max_size=12)


@settings(max_examples=60)
@given(_ROWS)
def test_the_registers_are_what_the_last_rows_leave(changes: list[tuple[str, str, bool]]) -> None:
    rows: list[Written] = []
    expected: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, name, kept in changes:
        entry = order(id=name) if kind == "orders" else replace(freeze("item", "phone"), id=name)
        rows.append(Written(kind, name, msgspec.json.encode(entry) if kept else None))
        (expected[kind].add if kept else expected[kind].discard)(name)
    registers = read_registers(rows)
    assert {kind: set(getattr(registers, kind)) for kind in KINDS} == expected
