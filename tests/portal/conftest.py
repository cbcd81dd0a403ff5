"""The portal over a real door, one for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portal.house import Portal, opened_portal


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: object) -> Iterator[Portal]:
    with opened_portal(tmp_path_factory.mktemp("portal") / "home") as stage:
        yield stage


@pytest.fixture
def portal(opened: Portal, db: None) -> Portal:
    opened.begin()
    return opened
