"""A matter played live between the operator and an authority beside it, each in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from shouze.cli.story import week
from shouze.cli.story.cast import about
from shouze.cli.story.stage import PATIENCE
from shouze.cli.story.supervision import ORDER
from shouze.cli.story.telling import Teller
from shouze.errors import ShouzeError, UnavailableError
from shouze.gateway.asking import Visitor
from shouze.language import Text
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.incidents.models import Incident
from shouze.registers.orders.models import Order
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN, own
from shouze.registers.rows import Event
from shouze.rules.use import Actor, Place
from shouze.wiring import Installation
from shouze.wiring.desk import HOSTS

T = TypeVar("T")
_OTHERS = "[局]", "[CA]"
SHOP = Visitor(Actor("agent-staff", "A-0012", agent="qingshan-stores"), Place("QS-02"))
"""Another of the agent's staff than the one whom the week has frozen."""


class Authority(NamedTuple):
    """The authority's process, and where its people sign in."""

    process: Process
    url: str
    people: list[str]
    password: str
    fingerprint: str

    async def leave(self) -> None:
        """End the process."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.process.communicate(), 20)
            return
        self.process.kill()
        await self.process.wait()


async def play(opened: Installation, teller: Teller, home: Path, subject: str) -> Authority:
    """Play the matter; the authority stays up until it is left."""
    teller.chapter("管理机构与一件事项", "An authority, and one matter")
    authority = await _raise(teller, home)
    try:
        await _play(opened, teller, authority, subject)
    except BaseException:  # an interrupt as well: no process stays behind
        await authority.leave()
        raise
    return authority


async def _raise(teller: Teller, home: Path) -> Authority:
    begin = "from shouze.cli import main; main(prog_name='shouze')"
    fingerprint = own().key.public.fingerprint
    words = ("--lang", teller.terminal.language, "--home", str(home / "authority"), "authority", "play", fingerprint)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", begin, *words, stdin=PIPE, stdout=PIPE, env={**os.environ, "SHOUZE_LOG_LEVEL": "error"}
    )
    try:
        told = await _heard(process)
    except BaseException:  # an interrupt as well: no process stays behind
        process.kill()
        await process.wait()
        raise
    teller.line(
        "管理机构自有安装：另一进程，另有密钥、人员、日志。",
        "The authority is an installation of its own: process, keys, log.",
    )
    return Authority(process, told["url"], told["people"], told["password"], told["fingerprint"])


async def _play(opened: Installation, teller: Teller, authority: Authority, subject: str) -> None:
    await asyncio.to_thread(_acquaint, authority)
    teller.line(
        f"双方互相介绍，由人核对密钥指纹 {authority.fingerprint[:19]} …",
        f"Each introduces itself; people compare fingerprints {authority.fingerprint[:19]} …",
    )
    await teller.permitted(
        "青山营业厅（代理人）查看姓名", "Qingshan Stores, an agent, reads a name",
        opened.door.release(SHOP, about(subject, "name")),
    )  # fmt: skip
    number = await asyncio.to_thread(_report)
    teller.line(
        f"该店疑似泄露：事件 {number} 评定为严重，以公文报送。",
        f"A leak is suspected there: incident {number}, reported.",
    )
    await _told(teller, authority, 2)
    order = await asyncio.to_thread(_until, lambda: Order.objects.filter(document=ORDER, state="standing").first())
    await asyncio.to_thread(_until, lambda: _at_the_door(opened))
    await teller.refused(
        "suspended-by-order", f"同一店员再看姓名，因 {ORDER}", f"The same person reads again: {ORDER}",
        opened.door.release(SHOP, about(subject, "name")),
    )  # fmt: skip
    await _told(teller, authority, 1)
    await asyncio.to_thread(_correct, number)
    teller.line("经营者报告已改正。", "The operator reports what it corrected.")
    await _told(teller, authority, 1)
    await asyncio.to_thread(_until, lambda: Order.objects.filter(pk=order.pk, state="lifted").first())
    await asyncio.to_thread(_until, lambda: not _at_the_door(opened))
    await teller.permitted(
        "解除之后，同一查看又获允许", "Lifted: the same look is permitted again",
        opened.door.release(SHOP, about(subject, "name")),
    )  # fmt: skip
    await _concluded(teller, authority)


async def _concluded(teller: Teller, authority: Authority) -> None:
    """Tell how the matter ends at the authority: notice, defence, decision, what the public sees."""
    await _told(teller, authority, 1)
    await asyncio.to_thread(_defend)
    teller.line("经营者收到告知，陈述申辩：主动报告，及时改正。", "The operator is told and states its defence.")
    await _told(teller, authority, 2)
    await asyncio.to_thread(_until, lambda: _recorded() if not _unrecorded() else 0)
    count = await asyncio.to_thread(_recorded)
    teller.line(f"经营者日志中公文记录 {count} 条", f"Records of dispatches in the operator's log: {count}")
    await _told(teller, authority, 1)
    entry = (await _heard(authority.process))["entry"]
    at = authority.url.replace("127.0.0.1", HOSTS["authority"])
    numbers = ", ".join(authority.people)
    teller.line(f"管理机构 {at}，工号 {numbers}，密码 {authority.password}",
                f"The authority: {at}, numbers {numbers}, password {authority.password}")  # fmt: skip
    teller.line(f"任何人可见的公告：{at}/public/{entry}", f"What everybody sees of it: {at}/public/{entry}")


async def _told(teller: Teller, authority: Authority, lines: int) -> None:
    mark = Text(*_OTHERS).to(teller.terminal.language)
    for _ in range(lines):
        said = await _heard(authority.process)
        teller.line(f"{mark} {said['zh']}", f"{mark} {said['en']}")


async def _heard(process: Process) -> dict[str, Any]:
    """Return the next thing that the authority's process says; what is not JSON is somebody else's."""
    assert process.stdout is not None  # noqa: S101 - it was piped
    while line := await asyncio.wait_for(process.stdout.readline(), PATIENCE):
        if line.startswith(b"{"):
            found: dict[str, Any] = json.loads(line)
            if problem := found.get("problem"):
                raise ShouzeError(Text(problem, problem))
            return found
    raise UnavailableError(field="authority")


def _acquaint(authority: Authority) -> None:
    made = week.make("peers", week.OFFICER, {"address": authority.url})
    peer = _until(lambda: Peer.objects.filter(pk=made.pk, state="introduced").first())
    week.do("peers", peer, "trust", week.OFFICER, {"compared": authority.fingerprint})


def _report() -> str:
    values = {
        "title": "青山营业厅疑似泄露客户资料（虚构）", "kind": "leak", "certainty": "suspected", "found_by": "user",
        "detected_at": GIVEN.now(), "story": "有用户反映店员以个人手机拍摄受理单（虚构）。",
        "items": ["name", "phone"], "house_hours": 2,
    }  # fmt: skip
    made = week.make("incidents", week.OFFICER, values)
    graded = {"grade": "serious", "grade_because": "涉及的用户较多，信息可用于诈骗（虚构）", "criteria": []}
    week.do("incidents", made, "grade", week.OFFICER, graded)
    written = {"report_to": "云泽省通信管理局（虚构）", "licence": "B1-20260001", "consequences": "可能被用于诈骗",
               "reporter": "值班室"}  # fmt: skip
    week.do("incidents", made, "report", week.OFFICER, written)
    peer = Peer.objects.get(side="authority", state="trusted")
    week.do("incidents", made, "send", week.OFFICER, {"authority": peer.party})
    connection.close()
    return made.number


def _correct(number: str) -> None:
    incident = Incident.objects.get(number=number)
    done = "更换店内设备，手机不得带入柜台，全员培训（虚构）"
    week.do("incidents", incident, "correct", week.OFFICER, {"correction": done})
    connection.close()


def _defend() -> None:
    told = _until(lambda: DispatchRow.objects.filter(kind="case-papers", direction="in").first())
    week.do("dispatches", told, "read", week.OFFICER, reason="已阅，陈述申辩")
    written = {
        "to": told.peer.party, "as_kind": "case-papers", "in_matter": told.matter, "heading": "陈述申辩",
        "text": "本公司主动报告，已更换设备、培训店员，并将按合同向代理人追偿，请予从轻（虚构）。",
        "named": "", "until": None,
    }  # fmt: skip
    week.make("dispatches", week.OFFICER, written)
    connection.close()


def _at_the_door(opened: Installation) -> bool:
    return any(each.id == ORDER for each in opened.door.room.policy.orders)


def _recorded() -> int:
    return Event.objects.filter(register="dispatches").exclude(receipt=None).count()


def _unrecorded() -> bool:
    return Event.objects.filter(register="dispatches", receipt=None).exists()


def _until(look: Callable[[], T | None]) -> T:
    begun = time.monotonic()
    try:
        while not (found := look()):
            if time.monotonic() - begun > PATIENCE:
                raise UnavailableError(field="authority")
            time.sleep(0.05)
        return found
    finally:
        connection.close()
