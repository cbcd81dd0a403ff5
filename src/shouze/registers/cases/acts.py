"""What is done to a case, by whom: who inquired neither chairs, reviews nor decides (Penalty Law 57, 58, 64)."""

from __future__ import annotations

from datetime import datetime

from shouze.chinatime import day_of
from shouze.language import Text
from shouze.registers.cases import deciding, enforcing, fields, hearing, inquiring, proposing
from shouze.registers.cases.models import Case
from shouze.registers.describing import Act
from shouze.registers.people.models import Person
from shouze.registers.roles import INSPECTING, Role, Roles

HEAD: Roles = frozenset({Role.HEAD})
CHAIR: Roles = frozenset({Role.CHAIR})
REVIEWING: Roles = frozenset({Role.APPROVER, Role.HEAD})
ABOVE: Roles = frozenset({Role.HEAD, Role.MINISTRY})
INQUIRED = ("open", "establish", "add-evidence", "propose")
INQUIRING = frozenset({"investigating", "proposed"})
TOLD = frozenset({"notified", "hearing"})
UNDECIDED = INQUIRING | TOLD
DECIDED = frozenset({"decided", "served"})
_SERVED = frozenset({"served"})
_OUT = DECIDED | {"closed"}


def _apart(case: Case, person: Person) -> bool:
    return person.pk not in (case.officer_id, case.second_id)


def _chairs(case: Case, person: Person) -> bool:
    return person.pk == case.chair_id and _apart(case, person)


def _outstanding(case: Case, _now: datetime) -> bool:
    return bool(fields.outstanding(case))


def _unpaid(case: Case, _now: datetime) -> bool:
    return bool(case.standing_fine) and case.paid_at is None


def _penalised(case: Case, _now: datetime) -> bool:
    """Tell whether there is a decision to contest: of a case that was closed too, while the time to sue runs."""
    return case.outcome == "penalty" and not case.in_contest


def _owing(case: Case, now: datetime) -> bool:
    return _unpaid(case, now) or enforcing.owed(case, day_of(now)) > 0


OPEN = Act[Case](
    name="open", title=Text("立案", "Open a case"), by=INSPECTING, to="investigating", fields=fields.OPENED,
    does=inquiring.open_case, duty="A23",
)  # fmt: skip
ACTS: tuple[Act[Case], ...] = (
    Act(name="establish", title=Text("补充事实", "Establish the facts"), by=INSPECTING,
        source=frozenset({"investigating"}), fields=fields.ESTABLISHED, does=inquiring.establish, duty="A23"),
    Act(name="add-evidence", title=Text("登记证据", "Add evidence"), by=INSPECTING, source=UNDECIDED,
        fields=fields.ADDED, does=inquiring.add_evidence, duty="A18-auth-secrecy"),
    Act(name="order", title=Text("责令限期改正", "Order to correct"), by=HEAD, source=INQUIRING, fields=fields.ORDERED,
        does=inquiring.order_to_correct, apart_from=INQUIRED, whose=_apart, grave=True, reason="none", duty="A23"),
    Act(name="look", title=Text("复查改正", "See whether it is corrected"), by=INSPECTING, fields=fields.CORRECTED,
        source=UNDECIDED | DECIDED, does=inquiring.look_again,
        possible=lambda case, _now: case.ordered_at is not None, duty="A23"),
    Act(name="propose", title=Text("拟定处罚", "Propose a penalty"), by=INSPECTING, source=UNDECIDED, to="proposed",
        fields=fields.PROPOSED, does=proposing.propose, reason="none", duty="A23",
        hint=Text("告知之后改动的，须重新告知。", "What is changed after the notice is told anew.")),
    Act(name="notify", title=Text("处罚前告知", "Tell the party before deciding"), by=HEAD,
        source=frozenset({"proposed"}), to="notified", does=proposing.notify, apart_from=INQUIRED, whose=_apart,
        grave=True, reason="none", duty="A23"),
    Act(name="deliver", title=Text("登记送达", "Note a delivery"), by=INSPECTING,
        source=UNDECIDED | DECIDED | {"dismissed"},
        fields=fields.SERVED, does=deciding.deliver, possible=_outstanding, proof="must", duty="A23"),
    Act(name="state", title=Text("登记陈述申辩", "Note the statement"), by=INSPECTING, source=TOLD,
        fields=fields.STATED, does=proposing.state, reason="none", duty="A23",
        possible=lambda case, _now: case.notice_served_at is not None),
    Act(name="weigh", title=Text("复核陈述申辩", "Weigh the statement"), by=INSPECTING, source=TOLD,
        fields=fields.WEIGHED, possible=lambda case, _now: case.stated_at is not None, reason="none", duty="A23"),
    Act(name="waive", title=Text("登记放弃陈述申辩和听证", "Note that it waives both"), by=INSPECTING, source=TOLD,
        does=proposing.waive, proof="must", duty="A23",
        possible=lambda case, _now: case.notice_served_at is not None and case.hearing_asked_at is None),
    Act(name="ask", title=Text("登记听证要求", "Note the request for a hearing"), by=INSPECTING,
        source=frozenset({"notified"}), to="hearing", fields=fields.ASKED, does=hearing.ask, duty="A23",
        possible=lambda case, _now: case.hearing_due and case.notice_served_at is not None),
    Act(name="arrange", title=Text("通知听证", "Arrange the hearing"), by=HEAD, source=frozenset({"hearing"}),
        fields=fields.ARRANGED, does=hearing.arrange, whose=_apart, reason="none", duty="A23",
        possible=lambda case, _now: case.held_at is None),
    Act(name="hold", title=Text("记录听证", "Keep the minutes"), by=CHAIR, source=frozenset({"hearing"}),
        fields=fields.HELD, does=hearing.hold, apart_from=INQUIRED, whose=_chairs, proof="must", duty="A23",
        possible=lambda case, _now: case.hearing_at is not None and case.held_at is None),
    Act(name="discuss", title=Text("集体讨论", "Discuss collectively"), by=HEAD, source=TOLD, fields=fields.DISCUSSED,
        does=hearing.discuss, proof="must", reason="none", duty="A23"),
    Act(name="review", title=Text("法制审核", "Review for lawfulness"), by=REVIEWING, source=TOLD,
        fields=fields.REVIEWED, does=hearing.review, apart_from=INQUIRED, whose=_apart, reason="none", duty="A23"),
    Act(name="decide", title=Text("决定处罚", "Decide"), by=HEAD, source=TOLD, to="decided", fields=fields.DECIDED,
        does=deciding.decide, apart_from=(*INQUIRED, "hold", "review"), whose=_apart, grave=True, reason="none",
        duty="A23"),
    Act(name="dismiss", title=Text("不予处罚", "End without a penalty"), by=HEAD, source=UNDECIDED, to="dismissed",
        fields=fields.DISMISSED, does=deciding.dismiss, apart_from=INQUIRED, whose=_apart, reason="none", duty="A23"),
    Act(name="reassign", title=Text("更换执法人员", "Put others in charge"), by=HEAD, source=UNDECIDED | DECIDED,
        fields=fields.REASSIGNED, does=inquiring.reassign, reason="must", duty="A24"),
    Act(name="extend", title=Text("延长办案期限", "Extend the time"), by=HEAD, source=UNDECIDED,
        fields=fields.EXTENDED, does=inquiring.extend, reason="must", duty="A23"),
    Act(name="refer", title=Text("移送", "Refer"), by=HEAD, source=UNDECIDED, to="referred", fields=fields.REFERRED,
        does=inquiring.refer, proof="must", grave=True, duty="A23"),
    Act(name="return", title=Text("移送退回", "It came back"), by=INSPECTING, source=frozenset({"referred"}),
        to="investigating", reason="must", duty="A23"),
    Act(name="pay", title=Text("登记缴款", "Note a payment"), by=INSPECTING, source=_SERVED, fields=fields.PAID,
        does=enforcing.pay, possible=_owing, proof="must", reason="none", duty="A23"),
    Act(name="defer", title=Text("暂缓或者分期缴纳", "Defer payment"), by=HEAD, source=_SERVED, fields=fields.DEFERRED,
        does=enforcing.defer, possible=_unpaid, reason="must", duty="A23"),
    Act(name="urge", title=Text("催告", "Urge"), by=INSPECTING, source=_SERVED, does=enforcing.urge, possible=_unpaid,
        proof="must", duty="A23"),
    Act(name="apply", title=Text("申请强制执行", "Apply for enforcement"), by=HEAD, source=_SERVED,
        does=enforcing.apply_to_court, possible=_unpaid, proof="must", duty="A23"),
    Act(name="contest", title=Text("登记复议或者诉讼", "Note reconsideration or action"), by=INSPECTING, source=_OUT,
        fields=fields.CONTESTED, does=enforcing.contest, possible=_penalised, proof="must", duty="A23"),
    Act(name="end-contest", title=Text("登记复议或者诉讼结果", "Note its result"), by=INSPECTING, source=_OUT,
        fields=fields.CONTEST_ENDED, does=enforcing.end_contest, proof="must", duty="A23",
        possible=lambda case, _now: case.in_contest),
    Act(name="refund", title=Text("登记退还罚款", "Note a refund"), by=INSPECTING, source=_OUT | {"withdrawn"},
        does=enforcing.refund, possible=lambda case, _now: case.excess > 0, proof="must", duty="A23"),
    Act(name="withdraw", title=Text("撤销决定", "Withdraw the decision"), by=ABOVE, source=DECIDED, to="withdrawn",
        does=deciding.withdraw, reason="must", grave=True, duty="A20-credit"),
    Act(name="retract", title=Text("登记撤回公开信息", "Note that publication is withdrawn"), duty="A20-credit",
        by=INSPECTING | {Role.PUBLISHER}, source=_OUT | {"withdrawn"}, does=deciding.retract, reason="must",
        possible=lambda case, _now: case.publish and case.unsettled_at is not None and case.retracted_at is None),
    Act(name="close", title=Text("结案", "Close"), by=INSPECTING, source=frozenset({"served", "dismissed", "referred"}),
        to="closed", does=enforcing.close, reason="must", duty="A23"),
    Act(name="set-down", title=Text("制成文书", "Set as papers"), by=frozenset(), follows=True, duty="A23"),
    Act(name="arrived", title=Text("文书已签收", "A paper was receipted"), by=frozenset(), follows=True,
        does=deciding.deliver, duty="A23"),
    Act(name="stated", title=Text("收到陈述申辩", "A statement arrived"), by=frozenset(), follows=True,
        fields=fields.STATED, does=proposing.state, duty="A23"),
    Act(name="said-corrected", title=Text("收到改正报告", "Corrected, says the operator"), by=frozenset(),
        follows=True, duty="A23"),
    Act(name="wrote", title=Text("收到当事人来文", "The party wrote"), by=frozenset(), follows=True, duty="A23"),
)  # fmt: skip
