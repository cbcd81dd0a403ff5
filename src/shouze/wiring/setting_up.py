"""Sets Django up in this process from the installation's settings; imported where pages or registers are wanted."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings as pages

from shouze.registers.ports import GIVEN, DoorPort
from shouze.settings import Settings
from shouze.web.configuring import Installed, configuration
from shouze.wiring.desk import DeskKeys
from shouze.wiring.duties import terms_of
from shouze.wiring.letters import LETTERS_KEY, post_of, read_sealer
from shouze.wiring.portal import PortalKeys
from shouze.wiring.statutes import read_penalties, read_statutes, read_working_days

if TYPE_CHECKING:
    from shouze.wiring.configured import Configured


def set_up(
    home: Path, settings: Settings, keys: DeskKeys | PortalKeys | None, door: DoorPort | None, face: str, apart: bool
) -> Configured:  # fmt: skip
    """Set Django up once, for the face that it shows, and return what stands on it.

    ``apart``: this process shows one face, and the other is a process of its own.
    """
    first = not pages.configured
    if first:
        GIVEN.door, GIVEN.statutes = door, read_statutes()
        GIVEN.first_code = keys.first_code if isinstance(keys, DeskKeys) else ""
        GIVEN.terms = terms_of(settings)
        GIVEN.working, GIVEN.post = read_working_days(), post_of(settings)
        GIVEN.penalties = read_penalties()
        # Invariant: a portal of its own opens no letter, whatever lies in its folder. A desk is given its sealer once
        # its tables say whether there are letters (``Configured.give_sealer``).
        seals = keys is None and (home / LETTERS_KEY).exists()
        GIVEN.sealer = read_sealer(home, settings) if seals else None
        GIVEN.house = settings.house
        face = face if settings.house == "operator" else settings.house
        secret = keys.secret if keys else secrets.token_urlsafe(48)
        pages.configure(**configuration(Installed(home, settings, secret, face, apart=apart)))
        django.setup()
    from shouze.wiring.configured import Configured  # noqa: PLC0415 - Django's models load once it is set up

    configured = Configured(settings)
    if first:
        configured.give_texts()
    return configured
