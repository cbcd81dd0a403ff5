"""Names and bounds of the partitions of records of use."""

from __future__ import annotations

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from shouze.store.opening import Stores
from shouze.store.usage_partitions import SPAN, first_of, name_of, partition_of


@given(st.integers(0, 80_000))
def test_every_day_lies_in_the_partition_that_begins_at_most_nine_days_before(day: int) -> None:
    partition = partition_of("mail/contact", first_of(day))
    assert partition.first <= day <= partition.last
    assert partition.last - partition.first + 1 == SPAN
    assert partition.first % SPAN == 0


def test_grounds_have_partitions_of_different_names() -> None:
    names = {name_of(partition_of(ground, 20_000)) for ground in ("mail/contact", "mail/billing", 'it\'s/"odd"')}
    assert len(names) == 3
    assert all(name.replace("_", "").isalnum() for name in names)


async def test_the_owners_function_gives_the_same_name_and_takes_any_ground(url: str) -> None:
    from shouze.store.opening import open_postgres

    stores: Stores = open_postgres(url)
    ground = 'it\'s/"odd" %I'
    await stores.usage.prepare(ground, {20_005})
    with psycopg.connect(url) as connection:
        sql = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'custody.usage'::regclass"
        names = {name for (name,) in connection.execute(sql)}
    assert f"custody.{name_of(partition_of(ground, 20_000))}" in names
    await stores.usage.drop(partition_of(ground, 20_000))
    await stores.close()
