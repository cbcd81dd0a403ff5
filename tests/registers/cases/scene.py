"""The people of a case, the operator, and the steps up to any point of the procedure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.registers import acting
from shouze.registers.cases.models import Case
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.supervised.models import Supervised
from tests.registers.house import do, make, person
from tests.registers.parties import Other
from tests.registers.reports.scene import head, inspector

__all__ = ["chair", "head", "inspector", "notified", "opened", "proposed", "second", "supervised"]
LICENCE = "虚构 B1-20990001"


def second() -> Person:
    return Person.objects.filter(username="C-0008").first() or person("C-0008", Role.INSPECTOR)


def chair() -> Person:
    return Person.objects.filter(username="C-0009").first() or person("C-0009", Role.CHAIR)


def reviewer() -> Person:
    return Person.objects.filter(username="C-0010").first() or person("C-0010", Role.APPROVER)


def supervised(**more: Any) -> Supervised:
    values = {"title": "云泽通信（虚构）", "licence": LICENCE, "filing": "", "credit_code": "", "province": "云泽",
              "services": "移动", "contact": "", "licensed_by": "某局", **more}  # fmt: skip
    found: Supervised = Supervised.objects.filter(title=values["title"]).first() or make(
        "supervised", inspector(), values
    )
    return found


def reached(other: Other) -> None:
    """Let dispatches go to the operator."""
    other.trusted("operator", licence=LICENCE)


def told(**more: Any) -> dict[str, Any]:
    today = timezone.localdate(GIVEN.now())
    return {
        "title": "未经同意收集", "operator": LICENCE, "body": "某通信管理局（虚构）", "body_en": "A CA (fictional)",
        "natural": False, "source": "tip", "source_number": "", "facts": "安装时未经同意读取通讯录",
        "duties": ["A09-1-consent"], "occurred": today - timedelta(days=30), "ended": today - timedelta(days=3),
        "found_on": today - timedelta(days=2), "endangers": False, "agent": "", "claim": "", "second": second(), **more,
    }  # fmt: skip


def opened(**more: Any) -> Case:
    supervised()
    found: Case = make("cases", inspector(), told(**more))
    return found


def proposal(**more: Any) -> dict[str, Any]:
    return {
        "instrument": "order24-23", "fine": 20_000, "measures": ["warning"], "grave": False, "gains": None,
        "turnover": None, "gravity": "ordinary", "grounds": [], "gravity_because": "持续一个月",
        "weighty": False, **more,
    }  # fmt: skip


def inquired(case: Case) -> Case:
    """Add evidence and order to correct."""
    added = {"shows": "权限调用记录", "of_kind": "electronic", "digest": "ab" * 32, "checked": True}
    case = do(case, "add-evidence", inspector(), added)
    done: Case = do(case, "order", head(), {"demand": "停止读取通讯录", "correct_by": GIVEN.now() + timedelta(days=10)})
    return done


def proposed(case: Case | None = None, **more: Any) -> Case:
    done: Case = do(inquired(case or opened()), "propose", inspector(), proposal(**more))
    return done


def notified(case: Case | None = None, **more: Any) -> Case:
    """Tell the party, and let the notice be served at once."""
    case = do(proposed(case, **more), "notify", head())
    row = DispatchRow.objects.filter(sha256=case.notice_dispatch).first()
    if row is not None:
        delivered(row)
    else:
        do(case, "deliver", inspector(), {"paper": "notice", "how": "direct", "at": GIVEN.now()})
    case.refresh_from_db()
    return case


def delivered(row: DispatchRow) -> None:
    """Let a dispatch be receipted."""
    acting.followed("dispatches", row, "delivered")


def decided(case: Case, **more: Any) -> Case:
    values = {"decision_number": "云通管罚〔2026〕1号", "fine": case.fine, "because": "事实清楚", **more}
    done: Case = do(case, "decide", head(), values)
    return done
