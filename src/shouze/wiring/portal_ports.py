"""Hands the portal of this process what it needs from outside (``portal.ports``); Django is set up before."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec

from shouze.portal import sending
from shouze.portal.ports import GIVEN, OfficePort, Sending
from shouze.portal.scanning import clamd
from shouze.registers.ports import GIVEN as REGISTERS
from shouze.settings import Settings
from shouze.wiring.office import Office
from shouze.wiring.portal import PortalKeys, SubjectDoor, now_here


def give(
    keys: PortalKeys, url: str, settings: Settings, ways: Mapping[str, Sending] | None = None,
    now: Callable[[], datetime] = now_here,
) -> SubjectDoor:  # fmt: skip
    """Hand the portal all that it has."""
    reached = SubjectDoor.at(url, keys, now)
    GIVEN.now, GIVEN.bound = now, timedelta(days=settings.erasure_bound_days)
    GIVEN.door, GIVEN.secret, GIVEN.key = reached, keys.secret.encode(), keys.signer()
    GIVEN.ways, GIVEN.apps = ways_of(settings) if ways is None else ways, apps_of(settings)
    GIVEN.office, GIVEN.scan = office(), clamd(settings.clamd) if settings.clamd else None
    return reached


def office() -> OfficePort | None:
    """Return the office that answers complaints, where their register is installed and what is written is sealed."""
    if find_spec("shouze.registers.complaints") is None or REGISTERS.sealer is None:
        return None
    return Office()


def ways_of(settings: Settings) -> dict[str, Sending]:
    """Return the ways to send codes that the settings name, by the item that is the address."""
    found: dict[str, Sending] = {}
    if (texts := REGISTERS.texts) is not None:
        found["phone"] = sending.by_text(texts)
    if settings.smtp_url and settings.mail_from:
        found["email"] = sending.by_mail
    return found


def apps_of(settings: Settings) -> dict[str, bytes]:
    """Return the operator's apps by name, with their public keys."""
    named = (each.partition("=") for each in settings.portal_apps.split())
    return {name: base64.b64decode(key) for name, _, key in named}
