"""Bulk requests, chunks, lists and results as they are kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from shouze.errors import NotFoundError, TamperedError
from shouze.gateway.bulk.ports import Kept
from shouze.gateway.bulk.request import Chunk, Counts, Form, Job, Party
from shouze.store.bulk import FolderResults, StoredRequests
from shouze.store.opening import Stores
from tests.store.building import NOW, create

FORM = Form(service="mail", purpose="contact", action="destroy", items=("name",), volume=3)


def job(number: int, **more: object) -> Job:
    made = Job(
        id=f"{number:026}", form=FORM, asked_by=Party("staff", "S-1"), asked_at=NOW + timedelta(seconds=number),
        decide_by=NOW + timedelta(days=3),
    )  # fmt: skip
    return replace(made, **more)


@pytest.fixture
def requests(stores: Stores) -> StoredRequests:
    return StoredRequests(stores.databases["custody"])


async def test_a_request_comes_back_as_it_was_written(requests: StoredRequests) -> None:
    await requests.add(Kept(0, job(1), "2026-03-01", b"sealed"))
    assert await requests.find(job(1).id) == Kept(1, job(1), "2026-03-01", b"sealed")
    assert await requests.find(job(2).id) is None


async def test_a_change_on_an_older_state_writes_nothing(requests: StoredRequests) -> None:
    await requests.add(Kept(0, job(1), "2026-03-01", b""))
    chunk = Chunk(1, "", "a", Counts(1, 1), ())
    assert await requests.change(1, job(1, state="refused"), chunk)
    assert not await requests.change(1, job(1, state="approved"), replace(chunk, number=2))
    found = await requests.find(job(1).id)
    assert found is not None
    assert (found.job.state, found.revision) == ("refused", 2)
    assert await requests.chunks(job(1).id, 0, 9) == [chunk]


async def test_requests_come_newest_first_page_by_page(requests: StoredRequests) -> None:
    for number in range(5):
        await requests.add(Kept(0, job(number), "2026-03-01", b""))
    first = [kept.job.id for kept in await requests.recent(None, 2)]
    assert first == [job(4).id, job(3).id]
    assert [kept.job.id for kept in await requests.recent(first[-1], 9)] == [job(2).id, job(1).id, job(0).id]


async def test_what_is_due_is_what_has_come_to_its_end(requests: StoredRequests) -> None:
    await requests.add(Kept(0, job(1), "2026-03-01", b""))
    await requests.add(Kept(0, job(2, state="refused"), "2026-03-01", b""))
    assert await requests.due(NOW, 9) == []
    assert await requests.due(NOW + timedelta(days=3), 9) == [job(1).id]


async def test_lists_are_paged_and_forgotten(requests: StoredRequests, stores: Stores) -> None:
    await create(stores, "a", "b", "c")
    await requests.enlist("r", ["c", "a", "c"])
    await requests.enlist("r", ["a"])
    assert await requests.listed("r", "", 9) == ["a", "c"]
    assert await requests.listed("r", "a", 9) == ["c"]
    assert await requests.everybody("a", 9) == ["b", "c"]
    await requests.forget("r")
    assert await requests.listed("r", "", 9) == []


async def test_a_damaged_request_is_told(requests: StoredRequests, stores: Stores) -> None:
    await requests.add(Kept(0, job(1), "2026-03-01", b""))
    await stores.databases["custody"].execute("UPDATE custody.bulk_request SET body = :body", {"body": b"{"})
    with pytest.raises(TamperedError):
        await requests.find(job(1).id)


async def test_results_are_for_nobody_else_and_go(tmp_path: Path) -> None:
    results = FolderResults(tmp_path / "bulk")
    await results.keep("r", "part", b"one")
    await results.keep("r", "part", b"two")
    assert await results.read("r", "part") == b"two"
    assert (tmp_path / "bulk" / "r").stat().st_mode & 0o077 == 0
    assert (tmp_path / "bulk" / "r" / "part").stat().st_mode & 0o077 == 0
    await results.destroy("r")
    await results.destroy("r")
    with pytest.raises(NotFoundError):
        await results.read("r", "part")
