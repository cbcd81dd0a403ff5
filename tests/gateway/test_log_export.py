"""What an export for an inspector opens: the fields that were named, of records whose openings are theirs."""

from __future__ import annotations

import pytest

from shouze.gateway.log_export import LogExport, note_export, open_fields
from shouze.ledger.disclosure import read_disclosure
from shouze.ledger.entry import Leaf, Who
from shouze.store.driver import Parameters
from shouze.store.opening_reading import StoredOpenings
from shouze.vault.blind_index import subject_tag
from shouze.wiring import Installation
from tests.gateway.test_passage import last_leaf
from tests.installation import CLERK, ask, subscribe


@pytest.fixture
async def released(opened: Installation) -> tuple[Leaf, bytes, str]:
    done = await subscribe(opened)
    await opened.door.release(CLERK, ask(done.subject, "name", ticket="T-1"))
    return *(await last_leaf(opened)), done.subject


def openings(opened: Installation) -> StoredOpenings:
    return StoredOpenings(opened.stores.databases["log"])


async def test_named_fields_are_opened_and_no_others(opened: Installation, released: tuple[Leaf, bytes, str]) -> None:
    leaf, hashed, subject = released
    room = opened.door.room
    found = await open_fields(room, openings(opened), leaf, hashed, ("ticket",))
    assert (found.state, [read_disclosure(text) for text in found.texts]) == ("opened", [("ticket", "T-1")])
    found = await open_fields(room, openings(opened), leaf, hashed, ("subject", "query"))
    assert [read_disclosure(text) for text in found.texts] == [("subject", subject)]


async def test_what_has_ended_was_changed_or_never_was_is_told_apart(
    opened: Installation, released: tuple[Leaf, bytes, str]
) -> None:
    leaf, hashed, _ = released
    room, database = opened.door.room, opened.stores.databases["log"]
    assert (await open_fields(room, openings(opened), leaf, b"\x00" * 32, ("ticket",))).state == "changed"
    here: Parameters = {"nseq": leaf.nseq}
    await database.execute("UPDATE log.opening SET day = '2020-01-01' WHERE nseq = :nseq", here)
    assert (await open_fields(room, openings(opened), leaf, hashed, ("ticket",))).state == "ended"
    await database.execute("DELETE FROM log.opening WHERE nseq = :nseq", here)
    assert (await open_fields(room, openings(opened), leaf, hashed, ("ticket",))).state == "none"


async def test_the_export_is_recorded_and_found_by_the_user_it_is_about(
    opened: Installation, released: tuple[Leaf, bytes, str]
) -> None:
    *_, subject = released
    noted = LogExport("the authority", "notice 7", ("since",), ("ticket",), subject)
    receipt = await note_export(opened.door.room, Who("staff", "S-1"), noted)
    leaf, hashed = await last_leaf(opened)
    assert (leaf.what.act, leaf.who.id, leaf.verdict.article) == ("export-log", "S-1", "17(2)")
    assert (receipt.nseq, receipt.leaf_hash) == (leaf.nseq, hashed)
    found = await open_fields(opened.door.room, openings(opened), leaf, hashed, ("recipient", "reason", "subject"))
    told = dict(read_disclosure(text) for text in found.texts)
    assert told == {"recipient": "the authority", "reason": "notice 7", "subject": subject}
    tag: Parameters = {"tag": subject_tag(opened.ring, subject), "nseq": leaf.nseq}
    sql = "SELECT 1 FROM log.look_up WHERE tag = :tag AND nseq = :nseq"
    assert await opened.stores.databases["log"].fetch(sql, tag)
