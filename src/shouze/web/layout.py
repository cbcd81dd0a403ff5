"""What every page's frame needs: the menu of registers, the person, how much is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from shouze.language import Text
from shouze.registers.describing import GROUPS, Register
from shouze.registers.entitling import may_see
from shouze.registers.finding import registers
from shouze.registers.languages import current
from shouze.registers.mailing import mail_server
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import OVERLOOKING, OVERSEEING, SERVING, SUPERVISING
from shouze.web.configuring import OUTSIDE


def outside(of: str = OUTSIDE) -> list[dict[str, str]]:
    """Return the providers of outside sign-ins, of staff or of users: name, and the address that begins one."""
    providers: dict[str, Any] = getattr(settings, "SOCIALACCOUNT_PROVIDERS", {})
    apps = providers.get("openid_connect", {}).get("APPS", [])
    return [
        {"name": app["name"], "address": f"/account/oidc/{app['provider_id']}/login/"}
        for app in apps
        if app["provider_id"] == of
    ]


@dataclass(frozen=True)
class Heading:
    """A heading of the menu, what stands under it, and which of that is being looked at."""

    title: Text
    registers: list[Register[Any]]
    current: Register[Any] | None


def menu(seen: Sequence[Register[Any]], path: str) -> list[Heading]:
    """Return the headings that have registers, in their order; ``path`` is of the page being made."""
    parts = [*path.strip("/").split("/"), ""]
    name = parts[1] if parts[0] == "r" else parts[0] if parts[0] != "counter" else ""
    found = []
    for group, title in GROUPS.items():
        if under := [each for each in seen if each.group == group]:
            found.append(Heading(title, under, next((each for each in under if each.name == name), None)))
    return found


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context; the database is asked only by pages that show it."""
    user = getattr(request, "user", None)
    person: Person | None = user if user is not None and user.is_authenticated else None
    seen = [each for each in registers().values() if person and may_see(each, person)]
    return {
        "language": current(),
        "menu": menu(seen, request.path),
        "here": request.path,
        "at_the_counter": request.path.startswith("/counter"),
        "outside": outside(),
        "overlooks": person is not None and GIVEN.house == "authority" and bool(OVERLOOKING & person.roles),
        "supervises": person is not None and GIVEN.house == "authority" and bool(SUPERVISING & person.roles),
        "oversees": person is not None and bool(OVERSEEING & person.roles),
        "mails": mail_server() is not None,
        "serves": person is not None and GIVEN.house == "operator" and bool(SERVING & person.roles),
    }
