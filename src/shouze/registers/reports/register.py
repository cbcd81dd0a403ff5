"""The register of reported incidents (Art. 14(2)): assessed with reasons, escalated where particularly major."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.registers.describing import AUTHORITIES, Act, Choices, Doing, Field, Group, Part, Register, Running, State
from shouze.registers.dispatches.awaiting import open_questions
from shouze.registers.dispatches.models import CONFIDENTIAL, DispatchRow
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.dispatches.register import DIRECTIONS, KIND_WORDS
from shouze.registers.incidents.fields import CERTAINTIES, KINDS
from shouze.registers.incidents.grading import GRADES
from shouze.registers.issued.clocks import STANDING
from shouze.registers.issued.models import Issued
from shouze.registers.peers.trusted import authorities
from shouze.registers.referrals.models import Referral
from shouze.registers.reports.facts import SPEAKS
from shouze.registers.reports.models import Report
from shouze.registers.reports.similar import similar, told
from shouze.registers.reports.taking import take_correction, take_report
from shouze.registers.roles import INSPECTING, Role
from shouze.registers.supervised.calling import operator_called
from shouze.registers.supervised.reaching import peer_of

OPEN = frozenset({"received", "assessed", "corrected"})
_IMPACTS: Choices = {
    "limited": Text("影响有限", "Limited"),
    "considerable": Text("影响较大", "Considerable"),
    "major": Text("影响重大", "Major"),
    "particular": Text("影响特别重大（须报告工业和信息化部）", "Particularly major (goes to the Ministry)"),
}
_TOLD = (
    Field(name="title", label=Text("事件", "Incident")),
    Field(
        name="operator",
        label=Text("经营者", "Operator"),
        hint=Text(
            "在册的，按许可证、备案号、登记编号或名称认出", "On the register: by licence, filing, number or name"
        ),
    ),
    Field(
        name="operator_number",
        label=Text("该事件在经营者处的编号", "The incident's number at the operator"),
        once_filled=True,
    ),
    Field(name="licence", label=Text("许可证或备案号", "Licence or filing")),
    Field(name="kind", label=Text("种类", "Kind"), choices=KINDS),
    Field(name="certainty", label=Text("是否已经发生", "Certainty"), choices=CERTAINTIES),
    Field(name="detected_at", label=Text("发现时间", "Detected")),
    Field(name="story", label=Text("经过", "What happened"), lines=4),
    Field(name="services", label=Text("业务", "Services"), once_filled=True),
    Field(name="agents", label=Text("代理人", "Agents"), once_filled=True),
    Field(name="items", label=Text("信息项", "Items"), once_filled=True),
    Field(name="subjects", label=Text("涉及用户数", "Users affected")),
    Field(name="grade", label=Text("经营者评定的等级", "The operator's grade"), choices=GRADES, once_filled=True),
    Field(name="grade_because", label=Text("评定理由", "Its reasons"), lines=2, once_filled=True),
    Field(name="consequences", label=Text("后果", "Consequences"), lines=2),
    Field(name="measures", label=Text("已采取的措施", "Measures taken"), lines=2),
    Field(name="cause", label=Text("原因", "Cause"), lines=2, once_filled=True),
    Field(name="contact", label=Text("联系人", "Contact"), personal=True),
)
_ASSESSED = (
    Field(name="impact", label=Text("影响评估", "Impact"), choices=_IMPACTS, optional=False, duty="A14-2-assess"),
    Field(
        name="impact_because",
        label=Text("评估理由", "Reasons"),
        lines=4,
        optional=False,
        duty="A14-2-assess",
        hint=Text("写明人数、信息种类、后果、范围", "Numbers, kinds of information, consequences, extent"),
    ),
)
_DONE = (
    Field(name="received_at", label=Text("收到时间", "Received")),
    Field(name="assessed_at", label=Text("评估时间", "Assessed"), once_filled=True),
    Field(name="escalated_at", label=Text("上报时间", "Escalated"), once_filled=True),
    Field(name="corrected", label=Text("经营者报告的改正", "Corrected, says the operator"), once_filled=True),
    Field(name="corrected_at", label=Text("改正时间", "Corrected at"), once_filled=True),
    Field(name="rechecked", label=Text("复查结果", "Re-checked"), lines=3, once_filled=True),
    Field(name="rechecked_at", label=Text("复查时间", "Re-checked at"), once_filled=True),
)


def _ministry() -> Choices:
    """Return who is noted as the Ministry; every authority where nobody is."""
    return authorities(standing="ministry") or authorities()


def _enter(doing: Doing[Report]) -> None:
    doing.entry.received_at = doing.now
    if doing.entry.detected_at > doing.now:
        raise InvalidError(Text("发现时间在将来", "It was detected in the future"), field="detected_at")
    _known(doing.entry)


def _known(report: Report) -> None:
    """Lay what was typed in beside the register: whose it is, and how it is reached, so that orders rest on it too."""
    for each in filter(None, (report.licence, report.operator)):
        try:
            operator = operator_called(each)
        except InvalidError:
            continue
        report.operator, report.licence = operator.title, operator.licence or operator.filing
        report.peer, report.matter = peer_of(operator), f"reports/{report.number}"
        return


def _notes(report: Report, _now: datetime) -> Sequence[Text]:
    return told(report) if report.state in OPEN else ()


def _reopen(doing: Doing[Report]) -> None:
    # A14-2-assess: what an operator knows later of a closed incident is assessed as well
    doing.entry.assessed_at, doing.entry.reopened_at = None, doing.now


def _assess(doing: Doing[Report]) -> None:
    # A14-2-assess: the impact is assessed with reasons on a stated scale
    doing.entry.assessed_at = doing.now


def _escalate(doing: Doing[Report]) -> None:
    # A14-2-escalate: what is particularly major is reported to the Ministry
    report = doing.entry
    report.escalated_at = doing.now
    if party := doing.values.get("ministry"):
        _refer(doing, party, "escalation")


def _transfer(doing: Doing[Report]) -> None:
    # A03-competence: what another authority is competent for goes there, and the operator hears where
    _refer(doing, doing.values["authority"], "transfer")


def _refer(doing: Doing[Report], party: str, purpose: str) -> None:
    from shouze.registers.referrals.referring import refer  # noqa: PLC0415 - referrals know reports

    refer(doing.entry, party, purpose, doing.person, doing.documents)


def _ask(doing: Doing[Report]) -> None:
    report = doing.entry
    if report.peer is None or report.peer.state != "trusted":
        remedy = Text("在“签发的令”起草书面询问", "Draft a question on paper under Orders issued")
        raise InvalidError(Text("与此经营者没有公文往来", "No dispatches go to this operator"), remedy=remedy)
    letter = Letter(title=report.title, text=str(doing.values["question"]), due=doing.values.get("answer_by"))
    post(Written("question", report.peer, report.matter, letter, about=report.number), doing.person)


def _recheck(doing: Doing[Report]) -> None:
    doing.entry.rechecked_at = doing.now


def _close(doing: Doing[Report]) -> None:
    # an order whose proof does not hold stands as any other: that it is obeyed is shown by nothing
    standing = Issued.objects.filter(report=doing.entry.number, state__in=STANDING | {"draft"})
    if standing.exists():
        remedy = Text("先解除、撤回，或者复查改正", "Lift or withdraw it, or see that it is corrected, first")
        raise InvalidError(Text("仍有未解除的令", "An order still stands"), remedy=remedy)
    if open_questions(doing.entry.peer_id, doing.entry.matter).exists():
        remedy = Text(
            "等候答复，或者在该公文登记另行答复、不再需要的原因",
            "Wait for it, or note at that dispatch how it was answered or why it is needed no more",
        )
        raise InvalidError(Text("询问或者要求提供的材料尚未答复", "A question or a demand is not answered"),
                           remedy=remedy)  # fmt: skip
    if doing.entry.impact == "particular" and doing.entry.escalated_at is None:
        raise InvalidError(Text("尚未报告工业和信息化部", "It has not been reported to the Ministry"))


def _clocks(report: Report, _now: datetime) -> Sequence[Running]:
    since = report.reopened_at or report.received_at or report.created_at
    running = [_running("assess", Text("评估{name}的影响", "Assess the impact of {name}"), report, since,
                        report.assessed_at, "A14-2-assess")]  # fmt: skip
    if report.impact == "particular":
        title = Text("将{name}报告工业和信息化部", "Report {name} to the Ministry")
        running.append(_running("escalate", title, report, report.assessed_at or since, report.escalated_at,
                                "A14-2-escalate"))  # fmt: skip
    if report.corrected_at is not None:
        title = Text("复查{name}", "Re-check {name}")
        running.append(_running("recheck", title, report, report.corrected_at, report.rechecked_at, "A14-2-assess"))
    return running if report.state in OPEN else ()


def _running(kind: str, title: Text, report: Report, since: datetime, met: datetime | None, duty: str) -> Running:
    named = title.fill(name=report.title)
    return Running(kind=kind, title=named, since=since, met=met, roles=INSPECTING, duty=duty)


def _papers(report: Report) -> list[DispatchRow]:
    if report.peer_id is None:
        return []
    return list(
        DispatchRow.objects.filter(peer=report.peer_id, matter=report.matter)
        .exclude(kind__in=CONFIDENTIAL)
        .order_by("id")[:100]
    )


REGISTER: Register[Report] = Register(
    name="reports",
    prefix="IR",
    title=Text("事件报告", "Incidents reported"),
    one=Text("事件报告", "Reported incident"),
    intro=Text(
        "经营者报告或者发现的事件：评估影响，特别重大的报告工业和信息化部，可以要求暂停有关行为（第十四条第二款）。",
        "What operators report or is found: assessed; particularly major ones go to the Ministry; conduct may be "
        "suspended (Art. 14(2)).",
    ),
    model=Report,
    duties=("A14-2-assess", "A14-2-escalate"),
    fields=(*_TOLD, *_ASSESSED, *_DONE),
    states={
        "received": State(label=Text("待评估", "To be assessed"), tone="bad"),
        "assessed": State(label=Text("处理中", "Under way"), tone="waiting"),
        "corrected": State(label=Text("待复查", "To be re-checked"), tone="waiting"),
        "closed": State(label=Text("已结案", "Closed"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记事件报告", "Enter a report"), by=INSPECTING, to="received",
                 fields=_TOLD, does=_enter, duty="A14-2-assess"),
    acts=(
        Act(name="assess", title=Text("评估影响", "Assess"), by=INSPECTING, source=frozenset({"received", "assessed"}),
            to="assessed", fields=_ASSESSED, does=_assess, duty="A14-2-assess"),
        Act(name="ask", title=Text("询问经营者", "Ask the operator"), by=INSPECTING, source=OPEN, does=_ask,
            fields=(Field(name="question", label=Text("问题", "Question"), lines=4, optional=False),
                    Field(name="answer_by", label=Text("答复期限", "To be answered by"), asks="moment",
                          optional=True)),
            reason="none", duty="A17-2-materials"),
        Act(name="escalate", title=Text("报告工业和信息化部", "Report to the Ministry"), by=INSPECTING, source=OPEN,
            does=_escalate, possible=lambda report, _now: report.impact == "particular",
            fields=(Field(name="ministry", label=Text("以公文报送", "By dispatch to"), choices=_ministry,
                          optional=True, hint=Text("不选则另行报送并附上文件", "None: sent otherwise, with papers")),),
            duty="A14-2-escalate"),
        Act(name="transfer", title=Text("移送有管辖权的机关", "Transfer to the competent authority"), by=INSPECTING,
            source=OPEN, to="closed", does=_transfer, reason="must", duty="A03-competence",
            fields=(Field(name="authority", label=Text("移送给", "To"), choices=authorities, optional=False),)),
        Act(name="recheck", title=Text("记录复查", "Note the re-check"), by=INSPECTING,
            source=frozenset({"assessed", "corrected"}), to="assessed", does=_recheck,
            fields=(Field(name="rechecked", label=Text("复查结果", "What was found"), lines=3, optional=False),),
            possible=lambda report, _now: report.corrected_at is not None, duty="A14-2-assess"),
        Act(name="close", title=Text("结案", "Close"), by=INSPECTING, source=frozenset({"assessed", "corrected"}),
            to="closed", does=_close, reason="must", duty="A14-2-assess"),
        Act(name="arrive", title=Text("公文送达", "Arrived by dispatch"), by=frozenset(), to="received", follows=True,
            duty="A14-2-assess"),
        Act(name="later", title=Text("收到续报", "A later report"), by=frozenset(), follows=True),
        Act(name="reopen", title=Text("结案后收到续报", "A later report, after it was closed"), by=frozenset(),
            to="received", follows=True, does=_reopen, duty="A14-2-assess"),
        Act(name="correct", title=Text("收到改正报告", "Corrected, says the operator"), by=frozenset(), to="corrected",
            follows=True),
    ),
    columns=("operator", "kind", "impact", "received_at", "subjects"),
    filters=("kind", "impact", "grade"),
    search=("operator", "licence", "operator_number", "matter"),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=_clocks,
    notes=_notes,
    takes={"incident-report": take_report, "corrected": take_correction},
    rests_on=lambda report: report.dispatch,
    parts=(
        Part(
            title=Text("类似事件", "Similar reports"),
            columns=(
                (Text("编号", "Number"), lambda row: row.number),
                (Text("经营者", "Operator"), lambda row: row.operator),
                (Text("代理人", "Agents"), lambda row: row.agents),
                (Text("影响评估", "Impact"), lambda row: _IMPACTS.get(row.impact)),
                (Text("收到时间", "Received"), lambda row: row.received_at),
            ),
            rows=similar,
            link=lambda row: ("reports", row.number),
            once_filled=True,
        ),
        Part(
            title=Text("公文", "Dispatches"),
            columns=(
                (Text("编号", "Number"), lambda row: row.number),
                (Text("方向", "Direction"), lambda row: DIRECTIONS[row.direction]),
                (Text("文种", "Kind"), lambda row: KIND_WORDS[row.kind]),
                (Text("落款时间", "Dated"), lambda row: row.dated),
            ),
            rows=_papers,
            link=lambda row: ("dispatches", row.number),
        ),
        Part(
            title=Text("令", "Orders"),
            columns=(
                (Text("编号", "Number"), lambda row: row.number),
                (Text("文号", "Document"), lambda row: row.document),
                (Text("送达", "Served"), lambda row: row.served_at),
            ),
            rows=lambda report: list(Issued.objects.filter(report=report.number)[:100]),
            link=lambda row: ("issued", row.number),
        ),
        Part(
            title=Text("上报与移送", "Referrals"),
            columns=(
                (Text("编号", "Number"), lambda row: row.number),
                (Text("对方", "Other side"), lambda row: row.peer.called if row.peer else row.to),
                (Text("对方受理", "Taken up there"), lambda row: row.accepted_at),
                (Text("对方答复", "Answered there"), lambda row: row.answered_at),
            ),
            rows=lambda report: list(Referral.objects.filter(about=report.number).select_related("peer")[:100]),
            link=lambda row: ("referrals", row.number),
        ),
    ),
    houses=AUTHORITIES,
    group=Group.HANDLING,
    speaks=SPEAKS,
    order=40,
)  # fmt: skip
