"""A backup put back: everything is there, nothing erased comes back, the log goes on under a name of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from shouze import wiring
from shouze.errors import ConflictError, InvalidError, NotFoundError, SealedError, TamperedError
from shouze.gateway.asking import SubjectRef
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import Verifier
from shouze.rules.refusal import RefusedError
from shouze.settings import Settings
from shouze.vault.armour import fresh_pair
from tests.installation import CLERK, CRM, LEGAL, OTHER, PERSON, ask, operator, subscribe
from tests.wiring.copies import KINDS, Copies, place, released

LAW = ("real-name-record",)


@pytest.fixture(params=KINDS)
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copies]:
    with place(request.param) as settings:
        yield Copies(tmp_path, settings)


@pytest.fixture
def small(tmp_path: Path) -> Copies:
    """What does not depend on the database."""
    return Copies(tmp_path, Settings())


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_backed_up_while_serving_is_there_on_either_database(copies: Copies, kind: str) -> None:
    async with operator(copies.home, copies.settings, clock=copies.clock) as opened, wiring.sequencing(opened):
        people = [await subscribe(opened), await subscribe(opened, OTHER)]
        copies.back_up()
    with place(kind) as settings:
        restored = await copies.restored(copies.folder / "new", settings)
        assert restored.tables["custody.subject"] == 2
        async with wiring.installation(copies.folder / "new", settings, clock=copies.clock, covered=True) as opened:
            assert await released(opened, people[0].subject, "name", "phone") == {
                "name": PERSON["name"], "phone": "+86" + PERSON["phone"],
            }  # fmt: skip
            assert await released(opened, {"phone": OTHER["phone"]}, "name") == {"name": OTHER["name"]}
            await subscribe(opened, {**PERSON, "phone": "13711112222", "id-number": "110101199003070038"})
        assert (await wiring.verify(copies.folder / "new", settings)).ok
        assert (await wiring.verify(copies.home, copies.settings)).ok


async def test_the_log_goes_on_under_a_new_name_and_contains_the_former(copies: Copies) -> None:
    async with operator(copies.home, copies.settings, clock=copies.clock) as opened, wiring.sequencing(opened):
        await subscribe(opened)
    async with wiring.open_log(copies.home, copies.settings) as log:
        signed = await log.rows.latest_checkpoint()
    assert signed is not None
    copies.back_up()
    new = copies.folder / "new"
    restored = await copies.restored(new, copies.settings if not copies.settings.database else Settings())
    former = Verifier.from_vkey((copies.home / "log.key.vkey").read_text().strip())
    assert restored.former == former.name != restored.origin
    assert (new / "log.key").read_bytes() != (copies.home / "log.key").read_bytes()
    [kept] = new.glob("former-log.*.checkpoint")
    assert open_checkpoint(kept.read_bytes(), [former])[0].size == signed.size == restored.size
    async with wiring.open_log(new, Settings()) as log:
        latest = await log.rows.latest_checkpoint()
    assert latest is not None
    assert latest.size > restored.size
    assert (await wiring.verify(new, Settings())).ok


async def test_what_was_erased_after_the_backup_stays_erased(copies: Copies) -> None:
    async with operator(copies.home, copies.settings, clock=copies.clock) as opened:
        leaver, stayer = await subscribe(opened), await subscribe(opened, OTHER, also={"offers": ["phone"]})
        copies.back_up()
        copies.clock.move(timedelta(minutes=1))
        await opened.door.terminate(CRM, ask(leaver.subject))
        await opened.door.withdraw(CRM, ask(stayer.subject, purposes=("offers",)))
        copies.list_erasures()
    with place("sqlite") as settings:
        restored = await copies.restored(copies.folder / "new", settings)
        assert restored.erased_again == 2
        assert restored.known_until == copies.clock.now()
        async with wiring.installation(copies.folder / "new", settings, clock=copies.clock, covered=True) as opened:
            assert await released(opened, stayer.subject, "name") == {"name": OTHER["name"]}
            assert not (await opened.stores.keys.fetch(stayer.subject, ["mobile/offers"]))["mobile/offers"]
            with pytest.raises(RefusedError) as caught:
                await opened.door.release(CLERK, ask(leaver.subject, "name"))
            assert caught.value.refusal.code == "service-ended"
            kept = await opened.door.release(LEGAL, ask(leaver.subject, "name", "id-number", purposes=LAW))
            assert kept.items == {"name": PERSON["name"], "id-number": PERSON["id-number"]}
            assert await opened.stores.custody.bound(leaver.subject) == {
                item: tags for item, tags in (await opened.stores.custody.bound(leaver.subject)).items()
                if item != "phone"
            }  # fmt: skip
        assert (await wiring.verify(copies.folder / "new", settings)).ok


async def test_a_subject_erased_as_a_whole_is_a_tombstone_again(small: Copies) -> None:
    async with operator(small.home, clock=small.clock) as opened:
        gone = await subscribe(opened)
        await opened.door.terminate(CRM, ask(gone.subject))
        small.clock.move(timedelta(days=188))
        small.back_up()
        small.clock.move(timedelta(days=2))
        assert await opened.door.erase_due() == 1
        small.list_erasures()
    await small.restored(small.folder / "new", Settings())
    async with wiring.installation(small.folder / "new", Settings(), clock=small.clock) as opened:
        with pytest.raises(RefusedError) as caught:
            await opened.door.release(LEGAL, ask(gone.subject, "name", purposes=LAW))
        assert caught.value.refusal.code == "subject-erased"
        assert await opened.stores.custody.bound(gone.subject) == {}


async def test_who_is_known_to_have_been_erased_is_erased_by_name(small: Copies) -> None:
    async with operator(small.home, clock=small.clock) as opened:
        first, second = await subscribe(opened), await subscribe(opened, OTHER)
        small.back_up()
    named = (SubjectRef(id=first.subject), SubjectRef(identifiers={"phone": "13700000000"}))
    restored = await small.restored(small.folder / "new", Settings(), erased=named)
    assert (restored.erased_again, restored.unknown) == (1, [2])
    async with wiring.installation(small.folder / "new", Settings(), clock=small.clock) as opened:
        assert await released(opened, second.subject, "name") == {"name": OTHER["name"]}
        with pytest.raises(RefusedError):
            await released(opened, first.subject, "name")


async def test_it_goes_into_an_empty_place_only(copies: Copies) -> None:
    async with operator(copies.home, copies.settings, clock=copies.clock):
        pass
    copies.back_up()
    with pytest.raises(ConflictError):
        await copies.restored(copies.home, Settings())
    if copies.settings.database:
        with pytest.raises(ConflictError, match="not empty"):
            await copies.restored(copies.folder / "new", copies.settings)
        assert (await wiring.verify(copies.home, copies.settings)).size >= 0
    assert not (copies.folder / "new").exists()


async def test_where_nothing_can_be_made_beside_the_folder_the_way_on_is_told(small: Copies) -> None:
    async with operator(small.home, small.settings, clock=small.clock):
        small.back_up()
    (small.folder / "file").touch()
    with pytest.raises(InvalidError) as told:
        await small.restored(small.folder / "file" / "new", Settings())
    assert told.value.field == str(small.folder / "file")
    assert told.value.remedy is not None
    assert "chown -R" in told.value.remedy.en


@pytest.mark.parametrize("kind", KINDS)
async def test_a_restore_that_fails_leaves_nothing_and_can_be_repeated(small: Copies, kind: str) -> None:
    async with operator(small.home, clock=small.clock) as opened:
        await subscribe(opened)
    small.back_up()
    [list_] = small.values.glob("erasures-*.age")
    whole = list_.read_bytes()
    list_.write_bytes(whole[:-20])
    with place(kind) as settings:
        with pytest.raises(InvalidError, match="damaged"):
            await small.restored(small.folder / "new", settings)
        assert [path.name for path in small.folder.iterdir() if "new" in path.name] == []
        list_.write_bytes(whole)
        await small.restored(small.folder / "new", settings)


async def test_an_expired_backup_is_refused(small: Copies) -> None:
    async with operator(small.home, clock=small.clock):
        pass
    small.back_up()
    small.clock.move(timedelta(days=10))
    with pytest.raises(ConflictError, match="expired"):
        await small.restored(small.folder / "new", Settings())


async def test_values_go_with_the_keys_of_the_same_run_only(small: Copies) -> None:
    async with operator(small.home, clock=small.clock):
        pass
    _, values, _ = small.back_up()
    for path in small.keys.iterdir():
        path.unlink()
    small.clock.move(timedelta(seconds=1))
    keys, _, _ = small.back_up()
    keys.destroy()
    with pytest.raises(NotFoundError, match="same run"):
        await small.restored(small.folder / "new", Settings())
    assert values.path.exists()


async def test_it_needs_the_identity_of_a_recipient(small: Copies) -> None:
    async with operator(small.home, clock=small.clock):
        pass
    small.back_up()
    for identities in ([fresh_pair().identity], [small.keys_pair.identity], [small.values_pair.identity]):
        with pytest.raises(SealedError):
            await small.restored(small.folder / "new", Settings(), identities=identities)


async def test_what_another_installation_wrote_for_the_same_recipients_is_refused(
    small: Copies, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Copies(tmp_path_factory.mktemp("other"), Settings(), values_pair=small.values_pair)
    for copies in (small, other):
        async with operator(copies.home, clock=copies.clock):
            pass
        copies.back_up()
    other.clock.move(timedelta(seconds=5))
    forged = other.list_erasures()
    for path in (forged.path, forged.path.with_suffix(".json")):
        path.rename(small.values / path.name)
    with pytest.raises(TamperedError):
        await small.restored(small.folder / "new", Settings())
