"""Three people at the authority who publish something: an officer, the head, the publisher."""

from __future__ import annotations

from datetime import date
from typing import Any

from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from tests.registers.house import do, make, person
from tests.registers.reports.scene import head, inspector

NAME = "星桥通信有限公司（虚构）"
TOLD: dict[str, Any] = {
    "kind": "announcement", "body": "云泽省通信管理局（虚构）", "operator_name": NAME,
    "credit_code": "91310000MA1FL0XX0X", "licence": "B2-20260001", "document": "云通管罚〔2026〕3号",
    "decided_on": date(2026, 11, 2), "articles": ["9(1)", "10"], "facts": "未经用户同意向第三方提供通话记录。",
    "measures": ["correct", "warning", "fine"], "fine": 20_000,
}  # fmt: skip
LISTED: dict[str, Any] = {
    **{name: value for name, value in TOLD.items() if name not in ("kind", "measures", "fine")},
    "kind": "bad", "ground": "penalty", "listed_on": date(2026, 11, 20),
}  # fmt: skip


def publisher() -> Person:
    return Person.objects.filter(username="C-0009").first() or person("C-0009", Role.PUBLISHER)


def drafted(register: str = "announcements", **more: Any) -> Any:
    return make(register, inspector(), (TOLD if register == "announcements" else LISTED) | more)


def published(register: str = "announcements", **more: Any) -> Any:
    return do(do(drafted(register, **more), "approve", head()), "publish", publisher())
