"""The portal's keys after a loss: what it signed stays checked by the same key, and its old tokens are nobody's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec

from shouze import wiring
from shouze.api.tokens import parse_token
from shouze.settings import Settings
from shouze.wiring.portal import KEY_FILE, NAME, PortalKeys, enrol, entries_of, keys_apart, read_keys
from tests.installation import operator
from tests.wiring.copies import Copies


def known(opened: wiring.Installation, keys: PortalKeys) -> bool:
    """Tell whether the door knows both tokens."""
    policy = opened.door.room.policy
    shown = (parse_token(keys.face), parse_token(keys.finder))
    return all(each is not None and policy.callers[each.id].secret_sha256 == each.secret_sha256 for each in shown)


async def test_a_restored_portal_signs_with_its_key_and_gets_new_tokens(tmp_path: Path) -> None:
    copies, new = Copies(tmp_path, Settings()), tmp_path / "new"
    async with operator(copies.home, clock=copies.clock) as opened:
        before = await enrol(opened)
        assert known(opened, before)
        assert await enrol(opened) == before, "it is enrolled once"
    copies.back_up()
    await copies.restored(new, Settings())
    kept = read_keys(new)
    assert kept == msgspec.structs.replace(before, finder="", face=""), "no token of the living door is in a backup"
    assert (new / KEY_FILE).stat().st_mode & 0o777 == 0o600
    async with wiring.installation(new, Settings(), clock=copies.clock) as opened:
        after = await enrol(opened)
        assert (after.private_key, after.secret) == (before.private_key, before.secret)
        assert known(opened, after)
        assert not known(opened, before)
        assert (
            opened.door.room.policy.issuers[NAME].public_key
            == entries_of(before, copies.clock.now()).issuers[0].public_key
        )
        assert await enrol(opened) == after


async def test_without_a_key_the_portal_makes_one_and_its_entries_are_in_the_place_of_the_old(tmp_path: Path) -> None:
    async with operator(tmp_path / "home") as opened:
        before = await enrol(opened)
        (opened.home / KEY_FILE).unlink()
        after = await enrol(opened)
        assert after.private_key != before.private_key
        assert (known(opened, after), known(opened, before)) == (True, False)


async def test_tokens_that_end_soon_are_replaced_and_the_signing_key_stays(tmp_path: Path) -> None:
    copies = Copies(tmp_path, Settings())
    async with operator(copies.home, clock=copies.clock) as opened:
        before = await enrol(opened)
        copies.clock.move(timedelta(days=3300))
        after = await enrol(opened)
        assert (after.private_key, after.face != before.face) == (before.private_key, True)


def test_a_portal_of_its_own_makes_a_copy_without_tokens_whole(tmp_path: Path) -> None:
    made = keys_apart(tmp_path)
    assert keys_apart(tmp_path) == made
    (tmp_path / KEY_FILE).write_bytes(msgspec.json.encode(msgspec.structs.replace(made, finder="", face="")))
    whole = keys_apart(tmp_path)
    assert (whole.private_key, bool(whole.face and whole.finder)) == (made.private_key, True)
    assert keys_apart(tmp_path) == whole
