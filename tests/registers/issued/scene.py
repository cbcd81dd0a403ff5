"""An operator without dispatches, and its order up to any point: drafted, signed, served, answered."""

from __future__ import annotations

from typing import Any

from shouze.registers.issued.models import Issued
from shouze.registers.ports import GIVEN
from tests.registers.cases.scene import supervised
from tests.registers.house import do, make
from tests.registers.reports.scene import head, inspector


def told(**more: Any) -> dict[str, Any]:
    return {
        "kind": "suspend", "to": "", "operator": supervised().number, "report": "", "document": "云通管责停〔2026〕7号",
        "body": "云泽省通信管理局（虚构）", "body_en": "Yunze CA (fictional)", "because": "疑似泄露", "because_en": "",
        "duties": [], "services": "移动电话业务", "purposes": "", "actions": "disclose", "items": "name", "agents": "",
        "since": None, "until": None, "due": None, "days": 3,
        "answer_to": "云泽市通信路1号（虚构），方远，0000-0000000", **more,
    }  # fmt: skip


def drafted(**more: Any) -> Issued:
    found: Issued = make("issued", inspector(), told(**more))
    return found


def signed(**more: Any) -> Issued:
    found: Issued = do(drafted(**more), "sign", head())
    found.refresh_from_db()
    return found


def record(**more: Any) -> dict[str, Any]:
    return {
        "served_at": GIVEN.now(), "served_how": "direct", "served_where": "云泽市星桥路2号（虚构）",
        "served_by": "方远 YZ-07；江澄 YZ-08", "received_by": "某甲（收发室）", "refused_because": "", "witness": "",
        "filmed": False, **more,
    }  # fmt: skip


def served(order: Issued | None = None, **more: Any) -> Issued:
    found: Issued = do(order or signed(), "serve", inspector(), record(**more))
    return found


def answered(order: Issued, **more: Any) -> Issued:
    found: Issued = do(order, "answer", inspector(), {"says": "已暂停", "at": None, **more})
    return found
