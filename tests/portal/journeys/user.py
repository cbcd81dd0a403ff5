"""A user of the running installation, with a real address for mail, and windows at the portal."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from shouze.cli.story.people import Person, person
from tests.desk.journeys.stage import Stage, Window
from tests.desk.mailbox import Mailbox
from tests.installation import NECESSARY

PATIENCE = 30.0
ONE = person(0)


@dataclass
class User:
    """Somebody with a mobile account and a drive."""

    stage: Stage
    box: Mailbox
    subject: str
    token: str
    who: Person = ONE
    _state: Any = None

    @property
    def portal(self) -> str:
        return self.stage.url.replace("127.0.0.1", "portal.localhost")

    def door(self, path: str, body: dict[str, Any], token: str = "") -> httpx.Response:
        """Ask the door as a program of the operator's."""
        headers = {"authorization": f"Bearer {token or self.token}"}
        return httpx.post(self.stage.url + path, json=body, headers=headers, trust_env=False, timeout=30)

    @contextmanager
    def window(self, language: str, size: Any, state: Any = None) -> Iterator[Window]:
        with self.stage.window(language, size, state) as window:
            self.stage.desk = self.portal
            yield window

    def sign_in(self, window: Window) -> None:
        """Sign in by the code that arrives by mail."""
        before = len(self.box.messages)
        window.go("/sign-in")
        window.page.check("main [name=item][value=email]")
        window.fill(value=self.who.email)
        window.submit()
        window.fill(code=self.code(before))
        window.submit()

    def state(self) -> Any:
        """Return the cookies of a window that signed in, once: a number is sent few codes."""
        if self._state is None:
            with self.window("zh", None) as window:
                self.sign_in(window)
                self._state = window.context.storage_state()
        return self._state

    def code(self, before: int) -> str:
        over = time.monotonic() + PATIENCE
        while len(self.box.messages) <= before:
            assert time.monotonic() < over, "no mail came"
            time.sleep(0.05)
        found = re.search(r"\b\d{6}\b", self.box.messages[-1].get_content())
        assert found is not None
        return found[0]


def another(user: User, number: int) -> User:
    """Return another user of the same installation."""
    return registered(user.stage, user.box, person(number))


def registered(stage: Stage, box: Mailbox, who: Person = ONE) -> User:
    """Let the operator's system take a user in."""
    issued = stage.command("token", "issue", "--kind", "service", "--actor", "crm", "--days", "2")
    user = User(stage, box, "", issued.strip().splitlines()[-1], who)
    consents = [
        {"purpose": purpose, "version": 1, "items": list(items), "act": "ticked", "channel": "app"}
        for purpose, items in NECESSARY.items()
    ]
    mobile = {"service": "mobile", "purposes": list(NECESSARY), "values": who.mobile, "consents": consents}
    answer = user.door("/v1/collect", mobile)
    assert answer.status_code == 200, answer.text
    user.subject = answer.json()["subject"]
    given = {"purpose": "provide-drive", "version": 1, "items": ["phone", "email"], "act": "ticked", "channel": "app"}
    values = {"phone": who.phone, "email": who.email}
    drive = {
        "service": "cloud-drive", "subject": {"id": user.subject}, "purposes": ["provide-drive"], "values": values,
        "consents": [given],
    }  # fmt: skip
    assert user.door("/v1/collect", drive).status_code == 200
    about = {"service": "mobile", "subject": {"id": user.subject}}
    refused = {**about, "purposes": ["offers"], "items": ["phone"], "action": "use"}
    assert user.door("/v1/release", refused).status_code == 403
    return user
