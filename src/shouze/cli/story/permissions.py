"""The week's permissions at the invented operator: grants, a review of access, a bulk export, an order received."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.cli.story.week import APPROVER, CLERK, MARKETER, OFFICER, SECURITY, ago, do, make, person
from shouze.language import Text
from shouze.registers.acting import Attached
from shouze.registers.dooring import send_waiting
from shouze.registers.finding import registers
from shouze.registers.grants.models import Grant
from shouze.registers.ports import GIVEN
from shouze.registers.reviews.models import Review

_RECIPIENT = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa"
"""A public key whose private half nobody has: what is sealed to it in the story stays sealed."""
_LETTER = Attached("通知（虚构）.txt", "text/plain", "某通信管理局通知（虚构）。要求、依据和期限见正文。".encode())
_LIST = Text("提供近三个月的授权清单（虚构）", "Produce the grants of the last three months (fictional)")
_STOP = Text("暂停将网盘文件信息用于推荐（虚构）", "Stop using what the drive holds for recommendations (fictional)")


def play() -> None:
    """Play it; what stands at the door is taken over first."""
    for each in registers()["holders"].rounds:
        each.run(GIVEN.now())
    _grants()
    _review()
    _orders()
    send_waiting()
    _bulk()


def _grants() -> None:
    with ago(21):
        approving = make("grants", OFFICER, _grant(f"person:{APPROVER}", ["approve"], ["offers"], ["phone"]))
        do("grants", approving, "approve", SECURITY)
    with ago(6, 11):
        helping = make("grants", CLERK, _grant(f"person:{CLERK}", ["read"], ["open-account"], ["address"], days=30))
        do("grants", helping, "approve", APPROVER)
    with ago(1, 16):
        make("grants", CLERK, _grant("post:customer-service", ["export"], ["customer-service"], ["phone"]))


def _grant(holder: str, actions: list[str], purposes: list[str], items: list[str], days: int = 180) -> dict[str, Any]:
    return {
        "holder": holder, "services": ["mobile"], "actions": actions, "purposes": purposes, "items": items,
        "sites": "", "since": None, "until": GIVEN.now() + timedelta(days=days), "why": "岗位工作需要（虚构）",
    }  # fmt: skip


def _review() -> None:
    with ago(4):
        values = {
            "title": "第四季度权限复核", "kinds": ["post", "person"], "services": [], "extent": "all",
            "due": GIVEN.now() + timedelta(days=14), "reviewer": person(SECURITY),
        }  # fmt: skip
        make("campaigns", OFFICER, values)
    with ago(2):
        grant = Grant.objects.get(holder="post:legal")
        do("reviews", Review.objects.get(grant=grant.number), "keep", SECURITY, reason="法务取证需要（虚构）")


def _orders() -> None:
    with ago(3, 9):
        produce = make("orders", OFFICER, _order("produce", "云通函〔2026〕31号", _LIST), _LETTER)
        do("orders", produce, "contest", OFFICER, None, _LETTER, reason="请求延长提供期限（虚构）")
    with ago(2, 14):
        suspended = _order("suspend", "云通责〔2026〕12号", _STOP)
        suspended |= {"services": ["cloud-drive"], "actions": ["use"], "report_due": GIVEN.now() + timedelta(days=5)}
        make("orders", OFFICER, suspended, _LETTER)


def _order(kind: str, document: str, demand: Text) -> dict[str, Any]:
    return {
        "kind": kind, "sender": "ca", "body": "云泽省通信管理局（虚构）",
        "body_en": "Yunze Communications Administration (fictional)", "document": document,
        "received_at": GIVEN.now() - timedelta(hours=1), "demand": demand.zh, "demand_en": demand.en,
        "instrument": "order24",
        "article": "第十四条第二款" if kind == "suspend" else "第十七条第二款",
        "due": GIVEN.now() + timedelta(days=7) if kind == "produce" else None,
    }  # fmt: skip


def _bulk() -> None:
    make("bulk", MARKETER, {
        "action": "export", "service": "mobile", "purpose": "offers", "items": ["phone"], "reach": "users",
        "consented": "offers", "volume": 20000, "recipient_key": _RECIPIENT, "format": "csv", "decide_days": 3,
        "keep_days": 7, "grounds": "季度回访（虚构）", "ticket": "T-2026-118", "recipient": "回访组（虚构）",
        "listed": "",
    })  # fmt: skip
