"""What all tests share: the published vectors, databases, and no network beyond this machine."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
RESERVATION = pytest.StashKey[postgres.Reservation]()

settings.register_profile("house", max_examples=100, deadline=None, print_blob=True)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Reserve the run's PostgreSQL server, once: the workers of pytest-xdist find it in their environment."""
    if not hasattr(config, "workerinput"):
        config.stash[RESERVATION] = postgres.Reservation()


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what was collected here: thousands of tests, which stay."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server; this runs after an interrupt as well."""
    if RESERVATION in config.stash:
        config.stash[RESERVATION].end()


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Return the folder of published test vectors; a plain clone lacks it and says so, CI must have it."""
    folder = ROOT.parent / "shared" / "vectors"
    if not folder.is_dir():
        message = "published test vectors are not beside this clone (../shared/vectors)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture
def postgres_dsn() -> Iterator[str]:
    """Return the URL of a new, empty PostgreSQL database, dropped after the test; a missing server is an error."""
    with postgres.database() as url:
        yield url


@pytest.fixture(autouse=True, scope="module")
def given_back() -> Iterator[None]:
    """Fail a module whose tests leave the registers with something else than they were given: the next would see it."""
    from shouze.registers.ports import GIVEN

    before = vars(GIVEN).copy()
    yield
    changed = [name for name, found in vars(GIVEN).items() if found is not before[name]]
    vars(GIVEN).update(before)
    assert changed == []


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Fail any test that resolves or reaches another machine; Unix sockets and loopback stay open."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def near(place: Any) -> Any:
        _refuse_outside(place[0] if isinstance(place, tuple) else None)
        return place

    def resolve(host: Any, *rest: Any, **more: Any) -> Any:
        _refuse_outside(host)
        return getaddrinfo(host, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda self, place: connect(self, near(place)))
        patch.setattr(socket.socket, "connect_ex", lambda self, place: connect_ex(self, near(place)))
        patch.setattr(socket, "getaddrinfo", resolve)
        yield


def _refuse_outside(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name and not _is_loopback(name):
        pytest.fail(f"a test reached for another machine: {name}")


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
