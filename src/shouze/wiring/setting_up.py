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
from shouze.wiring.duties import terms_of
from shouze.wiring.letters import LETTERS_KEY, post_of, read_sealer
from shouze.wiring.statutes import read_penalties, read_statutes, read_working_days

if TYPE_CHECKING:
    from shouze.wiring.configured import Configured
    from shouze.wiring.desk import DeskKeys


def set_up(home: Path, settings: Settings, keys: DeskKeys | None, door: DoorPort | None, face: str) -> Configured:
    """Set Django up once, for the face that it shows, and return what stands on it."""
    first = not pages.configured
    if first:
        secret, code = (keys.secret, keys.first_code) if keys else (secrets.token_urlsafe(48), "")
        GIVEN.door, GIVEN.statutes, GIVEN.first_code = door, read_statutes(), code
        GIVEN.terms = terms_of(settings)
        GIVEN.working, GIVEN.post = read_working_days(), post_of(settings)
        GIVEN.penalties = read_penalties()
        GIVEN.sealer = read_sealer(home, settings) if keys or (home / LETTERS_KEY).exists() else None
        GIVEN.house = settings.house
        face = face if settings.house == "operator" else settings.house
        pages.configure(**configuration(Installed(home, settings, secret, face)))
        django.setup()
    from shouze.wiring.configured import Configured  # noqa: PLC0415 - Django's models load once it is set up

    configured = Configured(settings)
    if first:
        configured.give_texts()
    return configured
