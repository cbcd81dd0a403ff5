"""What the week leaves of rules: versions in force, places that show them, channels tried, flows reviewed, a draft."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

from shouze.registers import vocabulary
from shouze.registers.acting import Attached
from shouze.registers.declarations.register import current
from shouze.registers.declarations.taking_over import take_over
from shouze.registers.ports import GIVEN

_PICTURE = Attached("照片（虚构）.txt", "text/plain", "公告栏照片的替代文字：规则全文张贴于门厅左侧。".encode())
_SHOT = Attached("截图（虚构）.txt", "text/plain", "注册页截图的替代文字：目的、方式、范围与未勾选的方框。".encode())
OFFICER, CLERK = "S-0001", "S-0042"


def rules() -> None:
    """Take the story's rules over, show them, try the channels, review the flows, and begin a wider version."""
    from shouze.cli.story.week import ago, do, make  # noqa: PLC0415 - the week calls this in turn

    with ago(60):
        take_over()
    vocabulary.forget()
    with ago(58):
        for service, place in (("mobile", "解放路营业厅公告栏（虚构）"), ("cloud-drive", "云盘应用“隐私”页（虚构）")):
            kind = "premises" if service == "mobile" else "app"
            make("publications", OFFICER, _place(service, place, kind), _PICTURE)
        line = make("channels", OFFICER, _channel("服务热线 10099（虚构）", "phone", "10099", ["mobile"]))
        make("channels", OFFICER, _channel("云盘隐私页（虚构）", "app", "应用 › 隐私", ["cloud-drive"]))
    with ago(20):
        do("channels", line, "works", CLERK)
        flow = make("consents", OFFICER, _flow(), _SHOT)
    with ago(6):
        found = {"faults": ["bundled"], "words": "优惠推荐与开户合为一次同意（虚构）", "owner": OFFICER,
                 "due": GIVEN.now() + timedelta(days=10)}  # fmt: skip
        do("consents", flow, "review", OFFICER, found, _SHOT)
    with ago(1, 16):
        make("declarations", OFFICER, _wider())


def _wider() -> dict[str, Any]:
    before = current("cloud-drive")
    assert before is not None  # noqa: S101 - the story has declared it
    held = copy.deepcopy(before.content)
    purpose = held["purposes"][0]
    purpose["means"] = [*purpose["means"], "export"]
    return {"service": "cloud-drive", "title": before.title, "title_en": before.title_en, "content": held}


def _place(service: str, title: str, place: str) -> dict[str, Any]:
    return {"service": service, "title": title, "place": place, "url": "", "since": GIVEN.now(), "check_days": 90}


def _channel(title: str, kind: str, address: str, services: list[str]) -> dict[str, Any]:
    return {"title": title, "serves": ["enquiry", "correction"], "services": services, "kind": kind,
            "address": address, "try_days": 30}  # fmt: skip


def _flow() -> dict[str, Any]:
    return {
        "title": "营业厅开户（虚构）", "service": "mobile", "kind": "counter", "place": "营业厅受理台",
        "purposes": ["open-account", "offers"], "shows": "规则全文、必需与可选的信息项、拒绝的后果", "act": "signed",
        "shown_version": 1, "review_months": 6,
    }  # fmt: skip
