"""What the scan of the old system found, worked off at the desk as far as the week went."""

from __future__ import annotations

from datetime import timedelta

from shouze.cli.story.week import OFFICER, ago, do, person
from shouze.registers.findings.models import Finding
from shouze.registers.ports import GIVEN
from shouze.registers.scans.register import taken_in


def play(inventory: bytes) -> None:
    """Take the scan in; judge one place false, make another a shortcoming, find a third true. The rest waits."""
    with ago(0, 8):
        taken_in("旧系统扫描.json", inventory, person(OFFICER))
        values = {"why": "停用多年的库里有已销户用户的资料，应当删除（虚构）", "due": GIVEN.now() + timedelta(days=14)}
        do("findings", _first(verdict="past-retention", item="phone"), "ticket", OFFICER, values)
        do("findings", _first(verdict="plain-text"), "true", OFFICER)
        do("findings", _first(verdict="outside"), "false", OFFICER, reason="是职工通讯录，不是用户（虚构）")


def _first(**having: str) -> Finding:
    return Finding.objects.filter(state="new", **having).order_by("pk")[0]
