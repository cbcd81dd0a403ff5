"""The portal as a process of its own: its folder holds its own key file, and nothing that opens, signs or decides.

It reaches a gateway like any face, and Django's tables by a role that has the portal's alone (``shouze_portal``). What
is the desk's (complaints, corrections, the published rules) it asks the desk for, in the name of the one subject. It
writes no policy: its entries are handed to whoever does, in a file without a secret.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from starlette.types import ASGIApp

from shouze.api.pages import Check
from shouze.client import ClientError, Unauthenticated
from shouze.errors import ConflictError
from shouze.language import Text
from shouze.settings import Settings
from shouze.wiring.desk import configure
from shouze.wiring.desk_front import ready, threaded
from shouze.wiring.portal import KEY_FILE, PortalKeys, SubjectDoor, entries_of, keys_apart, now_here

ENTRIES_FILE = "portal-policy.json"
_PAUSES = (0.0, 0.5, 1.0, 2.0)
"""Seconds before each look: a gateway reads what was just applied at its next use, or a moment later."""
_ASKED = {"item": "phone", "value": "+8610000000000"}


@asynccontextmanager
async def portal_apart(
    home: Path, settings: Settings, door: str, desk: str
) -> AsyncIterator[tuple[ASGIApp, Mapping[str, Check]]]:
    """Open the portal alone, over a gateway and a desk at their URLs; yield its pages, and what readiness asks for.

    ConflictError where the policy does not know it yet, its tables are not there, or the house is an authority's.
    """
    if settings.house == "authority":
        remedy = Text("在经营者的安装中运行", "Run it for an operator's installation")
        raise ConflictError(Text("主管机关没有用户门户", "An authority has no portal"), field="house", remedy=remedy)
    keys = keys_apart(home)
    await asyncio.to_thread(_check_known, home, keys, door)
    configured = configure(home, settings, keys, None, face="portal", apart=True)
    if not settings.database:
        await asyncio.to_thread(configured.migrate, "portal")
    await asyncio.to_thread(configured.check, "portal")
    door_reached, office_reached = configured.give_portal_apart(keys, door, desk)
    try:
        checks = {"tables": configured.answer, "desk": office_reached.check}
        yield configured.pages(), {**{name: threaded(each) for name, each in checks.items()}, "door": ready(door)}
    finally:
        door_reached.close()
        office_reached.close()


def _check_known(home: Path, keys: PortalKeys, door: str) -> None:
    reached = SubjectDoor.at(door, keys)
    try:
        if any(_is_known(reached, pause) for pause in _PAUSES):
            return
    finally:
        reached.close()
    entries = home / ENTRIES_FILE
    entries.write_bytes(msgspec.json.format(msgspec.json.encode(entries_of(keys, now_here()))))
    raise ConflictError(
        Text("现行策略还不认识这个门户", "The policy in force does not know this portal yet"),
        field=KEY_FILE,
        remedy=Text(
            f"运行 shouze policy apply {entries}（文件中没有秘密），然后再次启动",
            f"Run shouze policy apply {entries} (no secret is in it), then start again",
        ),
    )


def _is_known(reached: SubjectDoor, pause: float) -> bool:
    """Tell, after a pause, whether the door knows the portal; one that is away is asked again by the first page."""
    time.sleep(pause)
    try:
        reached.recognise(**_ASKED)
    except Unauthenticated:
        return False
    except ClientError:
        pass
    return True
