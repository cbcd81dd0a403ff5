"""Listening, and running things together."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from shouze.cli.serving import listen, together, url_of
from shouze.errors import InvalidError, TamperedError, UnavailableError


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_an_address_that_others_reach_needs_a_word(host: str) -> None:
    with pytest.raises(InvalidError) as caught:
        listen(host, 0)
    assert caught.value.field == "--host"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_free_port_is_found_on_loopback(host: str) -> None:
    with closing(listen(host, 0)) as listening:
        assert url_of(listening).startswith("http://")


def test_a_port_in_use_is_unavailable() -> None:
    with closing(listen("127.0.0.1", 0)) as listening, pytest.raises(UnavailableError) as caught:
        listen("127.0.0.1", listening.getsockname()[1])
    assert caught.value.field == "--port"


async def test_an_error_of_one_part_ends_the_others() -> None:
    stop, ended = asyncio.Event(), []

    async def fail() -> None:
        raise TamperedError

    async def go_on() -> None:
        await stop.wait()
        ended.append(True)

    with pytest.raises(TamperedError):
        await together(stop, fail(), go_on())
    assert ended == [True]


async def test_all_parts_end_when_told_to() -> None:
    stop = asyncio.Event()

    async def go_on() -> None:
        await stop.wait()

    asyncio.get_running_loop().call_soon(stop.set)
    await asyncio.wait_for(together(stop, go_on(), go_on()), 60)
