"""How the matter ends at the authority: a case, its papers, the decision, and what the public reads of it (20, 22, 23).

The days for a statement are not waited for: the operator states its defence at once, which the officer weighs, and
waives on paper what is left of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.cli.story.stage import HEAD, OFFICER, PUBLISHER, SECOND, do, make, tell, until
from shouze.registers.acting import Attached
from shouze.registers.announcements.models import Edition
from shouze.registers.cases.models import Case
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.reports.models import Report
from shouze.registers.rows import Kept

DECISION = "云通管罚〔2026〕1号"
FINE = 10_000
"""Yuan: the lowest of Article 23's band."""
_CODE = "91990000MA0FXCTN0X"
_FACTS = (
    "委托青山营业厅（代理人）办理业务，未对其收集、使用个人信息的工作进行监督管理，致店员以个人手机拍摄受理单（虚构）。"
)

_WAIVER = Attached("放弃书（虚构）.txt", "text/plain", "已提交陈述申辩，放弃其余陈述申辩和听证。".encode())


def play(report: Report, body: tuple[str, str], over: Callable[[], bool]) -> str:
    """Play the case to its public entry; return the entry's number."""
    case = _opened(report, body)
    tell(
        f"两名执法人员立案 {case.number}，责令改正在先，拟罚款 {FINE:,} 元并告知",
        f"Two officers open case {case.number}: order to correct first, then notice of a fine of RMB {FINE:,}",
    )
    case = until(lambda: Case.objects.filter(pk=case.pk).exclude(stated_at=None).first(), over)
    case = do("cases", case, "weigh", OFFICER, {"weighed": "主动报告并及时改正属实，予以采纳，按幅度下限处罚（虚构）"})
    case = do("cases", case, "waive", OFFICER, documents=[_WAIVER])
    decided = {"decision_number": DECISION, "fine": FINE, "because": "事实清楚、证据确凿；已采纳当事人的申辩（虚构）"}
    case = do("cases", case, "decide", HEAD, decided)
    case = until(lambda: Case.objects.filter(pk=case.pk).exclude(served_at=None).first(), over)
    tell(
        f"申辩经复核采纳；负责人作出决定 {DECISION}，以公文送达",
        f"The defence is weighed and accepted; the head decides {DECISION}, served by dispatch",
    )
    entry = _published("announcements", {"kind": "announcement", "measures": ["correct", "warning", "fine"]}, case)
    _published("credit", {"kind": "bad", "ground": "penalty", "listed_on": timezone.localdate(GIVEN.now())}, case)
    until(lambda: Edition.objects.filter(number=entry.number).exclude(proof="").first(), over)
    tell(
        f"第三人公布：公告 {entry.number} 与不良名单；公布内容附本方日志的证明，任何人可以核验",
        f"A third person publishes {entry.number} and the bad list; anybody may check them by a proof from its log",
    )
    return entry.number


def _opened(report: Report, body: tuple[str, str]) -> Kept:
    today = timezone.localdate(GIVEN.now())
    supervised = {
        "title": report.operator, "licence": report.licence, "filing": "", "credit_code": _CODE,
        "province": "云泽", "sector": "basic", "services": "移动通信", "contact": "", "licensed_by": body[0],
    }  # fmt: skip
    operator = make("supervised", OFFICER, supervised)
    told = {
        "title": "未对代理人进行监督管理（虚构）", "operator": operator.number, "body": body[0], "body_en": body[1],
        "natural": False, "source": "report", "source_number": report.number, "facts": _FACTS,
        "duties": ["A11-supervise"], "occurred": today - timedelta(days=1), "ended": today, "found_on": today,
        "endangers": False, "agent": "青山营业厅（虚构）", "claim": "经营者依委托合同向代理人追偿（虚构）",
        "second": Person.objects.get(username=SECOND),
    }  # fmt: skip
    case = make("cases", OFFICER, told)
    arrived = DispatchRow.objects.filter(kind="incident-report", direction="in").first()
    assert arrived is not None  # noqa: S101 - the report came by it
    shown = {"shows": "经营者的事件报告", "of_kind": "documentary", "digest": arrived.sha256, "checked": True}
    case = do("cases", case, "add-evidence", OFFICER, shown)
    demand = {"demand": "建立并执行对代理人的定期检查", "correct_by": GIVEN.now() + timedelta(days=15)}
    case = do("cases", case, "order", HEAD, demand)
    proposal = {
        "instrument": "order24-23", "fine": FINE, "measures": ["warning"], "grave": False, "gains": None,
        "turnover": None, "gravity": "ordinary", "grounds": [], "weighty": False,
        "gravity_because": "主动报告，及时改正，未造成严重后果（虚构）",
    }  # fmt: skip
    case = do("cases", case, "propose", OFFICER, proposal)
    return do("cases", case, "notify", HEAD)


def _published(register: str, more: Mapping[str, Any], case: Case) -> Kept:
    values = {
        "title": "", "body": case.body, "operator": case.operator, "operator_name": "", "credit_code": "",
        "licence": "", "case": case.number, "document": case.decision_number, "decided_on": None,
        "articles": [], "facts": case.facts, "fine": case.fine, "until": None, **more,
    }  # fmt: skip
    asked = registers()[register].creating
    assert asked is not None  # noqa: S101 - both registers are begun by people
    names = {each.name for each in asked.fields}
    row = make(register, OFFICER, {name: value for name, value in values.items() if name in names})
    row = do(register, row, "approve", HEAD)
    return do(register, row, "publish", PUBLISHER)
