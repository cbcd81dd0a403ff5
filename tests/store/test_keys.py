"""Wrapped keys: kept, and destroyed to the last byte."""

from __future__ import annotations

import os
import random
import sqlite3
from itertools import product
from pathlib import Path

import pytest

from shouze.errors import ConflictError, UnavailableError
from shouze.gateway.ports import EndedKey, KeyQuery
from shouze.store.keys import StoredKeys
from shouze.store.opening import Stores, open_sqlite
from shouze.store.sqlite import SqliteDatabase
from shouze.vault.keys import WrappedKey


def wrapped() -> WrappedKey:
    return WrappedKey(3, 1, os.urandom(60))


def bytes_of(folder: Path) -> bytes:
    """Return everything that the key store's files hold."""
    files = sorted(folder.glob("keys.db*"))
    assert len(files) == 3, "database, write-ahead log and its index"
    return b"".join(file.read_bytes() for file in files)


async def test_keys_come_back_by_ground_and_version(stores: Stores) -> None:
    first, second, other = wrapped(), wrapped(), wrapped()
    await stores.keys.add("s", "mail/contact", 1, first)
    await stores.keys.add("s", "mail/contact", 2**32 - 1, second)
    await stores.keys.add("s", "mail/billing", 1, other)
    await stores.keys.add("another", "mail/contact", 1, wrapped())
    assert await stores.keys.fetch("s", ["mail/contact"]) == {"mail/contact": {1: first, 2**32 - 1: second}}
    assert await stores.keys.fetch("s", ["mail/billing", "none/such", "mail/billing"]) == {
        "mail/billing": {1: other}, "none/such": {}
    }  # fmt: skip
    assert await stores.keys.fetch("s", []) == {}


async def test_many_queries_are_answered_as_each_alone(stores: Stores) -> None:
    for subject, ground, version in product(("s", "t"), ("mail/contact", "mail/billing"), (1, 2)):
        await stores.keys.add(subject, ground, version, wrapped())
    names = [("s", ("mail/contact",)), ("t", ("mail/billing", "none/such")), ("s", ()), ("x", ("mail/contact",))]
    queries = [KeyQuery(*each) for each in [*names, names[0]]]
    alone = [await stores.keys.fetch(*query) for query in queries]
    assert await stores.keys.fetch_many(queries) == alone
    assert [sorted(each) for each in alone[:2]] == [["mail/contact"], ["mail/billing", "none/such"]]
    assert await stores.keys.fetch_many([]) == []


async def test_a_version_that_exists_is_a_conflict_and_stays_as_it_was(stores: Stores) -> None:
    key = wrapped()
    await stores.keys.add("s", "mail/contact", 1, key)
    with pytest.raises(ConflictError):
        await stores.keys.add("s", "mail/contact", 1, wrapped())
    assert await stores.keys.fetch("s", ["mail/contact"]) == {"mail/contact": {1: key}}


async def test_exactly_the_named_keys_are_destroyed(stores: Stores) -> None:
    keys = {version: wrapped() for version in (1, 2, 3)}
    for version, key in keys.items():
        await stores.keys.add("s", "mail/contact", version, key)
        await stores.keys.add("another", "mail/contact", version, key)
    await stores.keys.destroy("s", [EndedKey("mail/contact", 1), EndedKey("mail/contact", 3)])
    assert await stores.keys.fetch("s", ["mail/contact"]) == {"mail/contact": {2: keys[2]}}
    assert await stores.keys.fetch("another", ["mail/contact"]) == {"mail/contact": keys}


async def test_destroying_what_is_not_there_changes_nothing(stores: Stores) -> None:
    key = wrapped()
    await stores.keys.add("s", "mail/contact", 1, key)
    await stores.keys.destroy("s", [EndedKey("mail/contact", 2), EndedKey("none/such", 1)])
    await stores.keys.destroy("unknown", [EndedKey("mail/contact", 1)])
    await stores.keys.destroy("s", [])
    assert await stores.keys.fetch("s", ["mail/contact"]) == {"mail/contact": {1: key}}


async def test_a_destroyed_key_is_in_no_byte_of_the_key_files(folder: Path) -> None:
    stores, chance, living = open_sqlite(folder), random.Random(11), {}
    for n in range(400):
        subject, key = os.urandom(8).hex(), wrapped()
        await stores.keys.add(subject, "mail/contact", n, key)
        living[subject] = (n, key.blob)
    assert all(blob in bytes_of(folder) for _, blob in living.values())
    for subject in chance.sample(sorted(living), 200):
        version, blob = living.pop(subject)
        await stores.keys.destroy(subject, [EndedKey("mail/contact", version)])
        assert blob not in bytes_of(folder)
    left = bytes_of(folder)
    assert all(left.count(blob) == 1 for _, blob in living.values())
    await stores.close()


async def test_a_destruction_that_a_reader_elsewhere_prevents_is_told_and_completed_later(folder: Path) -> None:
    database = SqliteDatabase(folder / "keys.db", "keys", patience=0.1)
    keys, key = StoredKeys(database), wrapped()
    await keys.add("s", "mail/contact", 1, key)
    reader = sqlite3.connect(folder / "keys.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM subject_key").fetchall()
    with pytest.raises(UnavailableError):
        await keys.destroy("s", [EndedKey("mail/contact", 1)])
    assert key.blob in bytes_of(folder)
    reader.close()
    await keys.destroy("s", [EndedKey("mail/contact", 1)])
    assert key.blob not in bytes_of(folder)
    await database.close()
