"""Hands the portal of this process what it needs from outside (``portal.ports``); Django is set up before."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from shouze.portal import sending
from shouze.portal.ports import GIVEN, OfficePort, PublicPort, Sending
from shouze.portal.scanning import clamd
from shouze.registers.mailing import MailServer
from shouze.registers.ports import GIVEN as REGISTERS
from shouze.registers.publicly import Publicly
from shouze.settings import Settings
from shouze.wiring.office import Office, PublicApart
from shouze.wiring.office_apart import OfficeLine
from shouze.wiring.portal import PortalKeys, SubjectDoor, now_here


def give(
    keys: PortalKeys, url: str, settings: Settings, ways: Mapping[str, Sending] | None = None,
    now: Callable[[], datetime] = now_here,
) -> SubjectDoor:  # fmt: skip
    """Hand the portal beside the desk all that it has."""
    GIVEN.outbox = True
    return _give(keys, url, settings, ways_of(settings) if ways is None else ways, now, Office(), Publicly())


def give_apart(keys: PortalKeys, url: str, desk: str, settings: Settings) -> tuple[SubjectDoor, OfficeLine]:
    """Hand a portal of its own all that it has; what is the desk's it asks the desk for."""
    line = OfficeLine.to(desk, keys)
    GIVEN.outbox = False
    reached = _give(keys, url, settings, ways_of(settings), now_here, Office(line.ask), PublicApart(line.ask))
    return reached, line


def _give(
    keys: PortalKeys, url: str, settings: Settings, ways: Mapping[str, Sending], now: Callable[[], datetime],
    answering: OfficePort, public: PublicPort,
) -> SubjectDoor:  # fmt: skip
    reached = SubjectDoor.at(url, keys, now)
    GIVEN.now, GIVEN.bound = now, timedelta(days=settings.erasure_bound_days)
    GIVEN.door, GIVEN.secret, GIVEN.key = reached, keys.secret.encode(), keys.signer()
    GIVEN.ways, GIVEN.apps = ways, apps_of(settings)
    GIVEN.office, GIVEN.public = answering, public
    GIVEN.scan = clamd(settings.clamd) if settings.clamd else None
    return reached


def ways_of(settings: Settings) -> dict[str, Sending]:
    """Return the ways to send codes that the settings name, by the item that is the address."""
    found: dict[str, Sending] = {}
    if (texts := REGISTERS.texts) is not None:
        found["phone"] = sending.by_text(texts)
    if settings.smtp_url and settings.mail_from:
        server = MailServer(settings.smtp_url, settings.mail_from)
        found["email"] = sending.by_mail if GIVEN.outbox else sending.by_mail_at_once(server)
    return found


def apps_of(settings: Settings) -> dict[str, bytes]:
    """Return the operator's apps by name, with their public keys."""
    named = (each.partition("=") for each in settings.portal_apps.split())
    return {name: base64.b64decode(key) for name, _, key in named}
