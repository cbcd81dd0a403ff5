"""The papers of a visit to whom no dispatches go: the notice, its record of service, the record of the visit.

* The notice is printed from what was announced (``Visit.paper``), whose SHA-256 stands in its annex and in the log.
* The record of a visit is signed by the officers and for the operator, on paper, and attached with its answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import delivery, remedies, setting_down
from shouze.registers.delivery import Paper
from shouze.registers.describing import Doing
from shouze.registers.operators.models import OperatorRow
from shouze.registers.reporting import operator_name
from shouze.registers.visits.models import Visit
from shouze.registers.visits.recording import officers_of, taken_of
from shouze.reports.report import Facts, Prose, Report, Seal, Section, Signing, Table
from shouze.rules.citing import cited

FORM = "shouze-inspection-notice/1"
TITLE = Text("监督检查通知书", "Notice of an inspection")
_ON_PAPER = "to-serve"


def announced(row: Visit, now: datetime) -> None:
    """Set down what a notice on paper says; it waits to be served."""
    if not OperatorRow.objects.exists():
        remedy = Text("先在“本单位”登记名称", "Say first who we are")
        raise InvalidError(Text("文书上没有本机关的名称", "The paper would not name this authority"),
                           field="operator_name", remedy=remedy)  # fmt: skip
    body = operator_name()
    row.paper = {
        "form": FORM, "number": row.number, "authority": [body.zh, body.en or body.zh], "to": row.title,
        "basis": row.basis, "place": row.place, "planned_at": row.planned_at.isoformat(), "officers": row.officers,
        "made": now.isoformat(),
    }  # fmt: skip
    row.state, row.notice = _ON_PAPER, setting_down.digest_of(row.paper)


def set_down(doing: Doing[Visit], _before: Mapping[str, Any]) -> None:
    """Keep the papers of a notice that is to be served."""
    row = doing.entry
    if row.state == _ON_PAPER:
        made = [notice(row, doing.now), service_record(row, doing.now)]
        setting_down.set_down("visits", row, row.paper, made, doing.person)


def notice(row: Visit, _now: datetime) -> Report:
    """Return the notice as a letter: when, where, why, by whom, what is asked, what may be complained about."""
    told = row.paper
    body, made = Text(*told["authority"]), datetime.fromisoformat(told["made"])
    opening = Text("依据{basis}，本机关定于下列时间对你单位实施监督检查。",
                   "Under {basis}, this authority inspects on the spot at the time below.",
                   ).fill(basis=cited(["17(1)", "17(2)"]))  # fmt: skip
    when = Facts([(Text("检查时间", "When"), datetime.fromisoformat(told["planned_at"])),
                  (Text("检查地点", "Where"), told["place"]),
                  (Text("检查依据和事由", "Ground, and why"), told["basis"])])  # fmt: skip
    duty = Text("请你单位予以配合，提供相关材料（第十七条第二款）。执法人员到场时出示执法证件，不出示的，你单位有权拒绝"
                "（《行政处罚法》第五十五条）。",
                "Cooperate, and provide relevant materials (Art. 17(2)). Officers show identification on arrival; "
                "who does not may be refused (Administrative Penalty Law 55).")  # fmt: skip
    return Report(
        name="inspection-notice", title=TITLE, operator=body, basis=cited(["17(1)", "17(2)"]), made=made,
        number=told["number"], to=Text(told["to"], told["to"]),
        sections=[
            Section(Text("检查", "The inspection"), [Prose(opening), when]),
            Section(Text("执法人员", "Officers"), [_officers(told["officers"])]),
            Section(Text("要求", "What is asked"), [Prose(duty)]),
            Section(Text("监督", "Complaints"), [Prose(remedies.of_inspection()), Seal(body, made)]),
            setting_down.annex([(Text("登记编号", "Number in the register"), told["number"]),
                                (Text("制发时间", "Made"), made)], row.notice),
        ],
    )  # fmt: skip


def _officers(lines: str) -> Table:
    rows = [(each.name, each.identification) for each in officers_of(lines)]
    columns = [Text("姓名", "Name"), Text("执法证号", "Identification")]
    return Table(Text("执法人员", "Officers"), columns, rows, shares=(1, 1))


def service_record(row: Visit, now: datetime) -> Report:
    """Return the record of the notice's service, to be signed by hand."""
    told = row.paper
    made = datetime.fromisoformat(told["made"]) if told else now
    paper = Paper(TITLE, row.number, operator_name(), row.title, made, row.notice)
    return delivery.record(paper, row, row.number, "notice-service")


def visit_record(row: Visit, now: datetime) -> Report:
    """Return the record of a visit, to be signed by both sides."""
    yes, no = Text("是", "Yes"), Text("否", "No")
    facts = Facts([
        (Text("经营者", "Operator"), row.title), (Text("检查地点", "Where"), row.place),
        (Text("检查依据和事由", "Ground, and why"), row.basis),
        (Text("到达时间", "Arrived"), row.arrived_at), (Text("离开时间", "Left"), row.left_at),
        (Text("执法人员声明：未收取任何费用", "The officers: nothing was charged"), yes if row.no_fee else no),
        (Text("执法人员声明：未妨碍经营和服务", "The officers: business was not hindered"),
         yes if row.not_hindered else no),
        (Text("经营者答复期限", "To be answered by"), row.answer_by),
    ])  # fmt: skip
    taken = [(each.what, each.sha256 or "") for each in taken_of(row.taken)]
    things = Table(Text("取走的载体和复制件", "Carriers and copies taken"),
                   [Text("名称", "What"), Text("SHA-256", "SHA-256")], taken, shares=(1, 1))  # fmt: skip
    asked = Text("经营者对上述两项声明的意见：　□ 属实　□ 不属实：",
                 "The operator on both statements:   □ they are so   □ they are not:")  # fmt: skip
    return Report(
        name="visit-record", title=Text("现场检查记录", "Record of a visit"), operator=operator_name(),
        basis=cited(["17(2)", "17(3)"]), made=row.recorded_at or now, number=row.number,
        sections=[
            Section(Text("检查", "The visit"), [facts, _officers(row.officers)]),
            Section(Text("所见情况", "What was seen"), [Prose(row.seen)]),
            Section(Text("取走的载体和复制件", "Carriers and copies taken"), [things]),
            Section(Text("签名", "Signatures"), [Prose(asked), Signing(_places())]),
        ],
    )  # fmt: skip


def _places() -> Sequence[Text]:
    return (Text("经营者签名或者盖章（写明职务）", "For the operator: signature or seal, and position"),
            *[Text("执法人员签名", "Signature of an officer")] * 2)  # fmt: skip
