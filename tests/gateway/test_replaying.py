"""What had ended ends again: narrowing a restored standing by a later one, and carrying it out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shouze.gateway.ports import Query
from shouze.gateway.replaying import Listed, erase, narrowed, replay
from shouze.ledger.entry import parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.rules.standing import Held, Standing
from shouze.wiring import Installation
from tests.installation import CRM, PERSON, ask, subscribe

NOW = datetime(2026, 11, 24, tzinfo=UTC)
moments = st.none() | st.integers(0, 9).map(lambda day: NOW + timedelta(days=day))
held = st.builds(Held, st.integers(1, 3), st.just(NOW), moments)
items = st.dictionaries(st.sampled_from(["name", "phone", "email"]), held)
helds = st.dictionaries(st.sampled_from(["a/b", "a/c", "d/e"]), items)
services = st.dictionaries(st.sampled_from("ad"), moments)
standings = st.builds(Standing, services=services, held=helds) | st.just(Standing(erased_at=NOW))


@given(standings, standings)
def test_a_narrowed_standing_holds_nothing_that_one_of_the_two_does_not(own: Standing, later: Standing) -> None:
    after = narrowed(own, later)
    for ground, items in after.held.items():
        assert items
        for item, held in items.items():
            mine, theirs = own.held[ground][item], later.held[ground][item]
            assert (held.version, held.at) == (mine.version, mine.at), "the value that is there is the restored one"
            assert held.due == min((due for due in (mine.due, theirs.due) if due), default=None)
    assert after.services == later.services
    assert (after.erased_at is None) == (later.erased_at is None)


@given(standings, standings)
def test_narrowing_again_changes_nothing(own: Standing, later: Standing) -> None:
    assert narrowed(narrowed(own, later), later) == narrowed(own, later)


async def test_a_listed_change_is_carried_out_once_and_recorded_first(opened: Installation) -> None:
    done = await subscribe(opened, also={"offers": ["phone"]})
    room = opened.door.room
    [present] = (await room.look_up(Query(done.subject, (), None))).found
    later = present.standing.withdrawn("mobile/offers", frozenset(), opened.clock.now())
    listed = Listed(done.subject, present.revision + 1, later)
    assert await replay(room, listed)
    assert not await replay(room, listed)
    keys = await opened.stores.keys.fetch(done.subject, ["mobile/offers", "mobile/open-account"])
    assert [len(versions) for versions in keys.values()] == [0, 1]
    assert (await opened.door.release(CRM, ask(done.subject, "name", purposes=("open-account",)))).items == {
        "name": PERSON["name"]
    }
    rows = await opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY nseq")
    leaves = [parse_leaf(raw) for n, body in rows for raw in decode_bundle(body, n)]
    erased = [leaf for leaf in leaves if leaf.what.act == "erase"]
    assert [(leaf.verdict.outcome, leaf.what.items) for leaf in erased] == [("restored", ())]


async def test_nobody_is_erased_twice_or_out_of_nothing(opened: Installation) -> None:
    done = await subscribe(opened)
    assert await erase(opened.door.room, done.subject)
    assert not await erase(opened.door.room, done.subject)
    assert not await erase(opened.door.room, "nobody")
    assert not await replay(opened.door.room, Listed("nobody", 3, Standing(erased_at=NOW)))
    assert await opened.stores.custody.bound(done.subject) == {}
