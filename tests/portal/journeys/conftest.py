"""One running installation, with a user, for all journeys through the portal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desk.journeys.stage import raised
from tests.desk.mailbox import mailbox
from tests.portal.journeys.user import User, registered


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    with mailbox() as box:
        sending = {"SHOUZE_SMTP_URL": f"smtp://127.0.0.1:{box.port}", "SHOUZE_MAIL_FROM": "privacy@starbridge.example"}
        with raised(tmp_path_factory.mktemp("portal") / "home", 0, **sending) as stage:
            yield registered(stage, box)
