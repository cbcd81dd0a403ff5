"""The register of dispatches: what came in and what goes out; letters are written here, orders act by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import KINDS, Letter
from shouze.registers.describing import EVERY_HOUSE, Act, Choices, Doing, Field, Group, Register, Round, Running, State
from shouze.registers.dispatches import reviewed, showing, stating, witnessing
from shouze.registers.dispatches.awaiting import ANSWERED, awaited
from shouze.registers.dispatches.models import CONFIDENTIAL, DispatchRow
from shouze.registers.dispatches.posting import WAITING, Written, filled, send
from shouze.registers.peers.trusted import everybody, trusted_peer
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import INSPECTING, KEEPERS, OVERSEEING, Role, Roles

BY: Roles = KEEPERS | INSPECTING | {Role.SECRETARY}
KIND_WORDS: Choices = {
    "introduction": Text("自我介绍", "Introduction"),
    "key-change": Text("更换密钥", "Change of key"),
    "incident-report": Text("事件报告", "Incident report"),
    "received": Text("收讫", "Received"),
    "question": Text("询问", "Question"),
    "answer": Text("答复", "Answer"),
    "demand": Text("要求提供材料", "Demand for materials"),
    "materials": Text("提供材料", "Materials"),
    "inspection-notice": Text("检查通知", "Inspection notice"),
    "visit-record": Text("现场检查记录", "Record of a visit"),
    "visit-answer": Text("对现场检查记录的答复", "Answer to a visit's record"),
    "grievance": Text("对检查的投诉", "Complaint about an inspection"),
    "grievance-received": Text("对检查的投诉：已收到", "Complaint about an inspection: received"),
    "grievance-question": Text("对检查的投诉：询问", "Complaint about an inspection: question"),
    "grievance-statement": Text("对检查的投诉：说明", "Complaint about an inspection: statement"),
    "grievance-decision": Text("对检查的投诉：处理决定", "Complaint about an inspection: decision"),
    "suspension": Text("责令暂停", "Suspension order"),
    "acknowledgement": Text("执行回执", "Acknowledgement"),
    "lifting": Text("解除", "Lifting"),
    "correction": Text("责令改正", "Order to correct"),
    "corrected": Text("改正报告", "Report of correction"),
    "contest": Text("异议", "Contest"),
    "instruction": Text("规定措施", "Instruction"),
    "instruction-report": Text("措施落实情况", "Report on an instruction"),
    "network-filing": Text("网络单元备案", "Network filing"),
    "filing-answer": Text("备案答复", "Answer to a filing"),
    "case-papers": Text("案件文书", "Case papers"),
    "withdrawal-request": Text("回避申请", "Request that an officer withdraw"),
    "decision": Text("决定", "Decision"),
    "announcement": Text("公告", "Announcement"),
    "review-form": Text("年检表", "Annual review form"),
    "review-answer": Text("年检答复", "Annual review answer"),
    "complaint": Text("关于用户投诉", "About a user's complaint"),
    "misconduct-report": Text("反映执法人员", "Report on an officer"),
    "misconduct-outcome": Text("对反映的答复", "Answer to a report on an officer"),
    "sample-request": Text("远程抽查", "Remote sample"),
    "sample": Text("抽查答复", "Sample"),
    "checkpoint-request": Text("要求检查点", "Request for a checkpoint"),
    "checkpoint": Text("检查点", "Checkpoint"),
    "cosignature": Text("见证签名", "Cosignature"),
    "code": Text("自律公约（请承诺）", "Code of self-discipline, for a pledge"),
    "pledge": Text("对公约的承诺", "Pledge to a code"),
    "figures-request": Text("征集同业数据", "Request for comparable figures"),
    "figures": Text("同业数据", "Figures"),
    "comparison": Text("同业比较结果", "Comparison"),
    "peer-review": Text("会员互评", "Review among members"),
    "peer-findings": Text("互评意见", "Findings of a review"),
    "peer-findings-passed": Text("互评意见（转送）", "Findings of a review, passed on"),
    "peer-reply": Text("对互评的答复", "Answer to a review"),
    "peer-reply-passed": Text("对互评的答复（转送）", "Answer to a review, passed on"),
    "peer-closed": Text("互评结束", "Review closed"),
    "letter": Text("来往函件", "Letter"),
    "referral": Text("上报、移送与联办", "Referral"),
    "referral-answer": Text("对移送的答复", "Answer to a referral"),
}
DIRECTIONS = {"in": Text("收文", "In"), "out": Text("发文", "Out")}


_OF_A_REGISTER: Mapping[str, frozenset[str]] = {
    "authority": frozenset({"decision", "case-papers", "announcement", "inspection-notice", "review-form",
                            "misconduct-outcome"}),
}  # fmt: skip
"""Papers that a register of the house makes once its own rules are kept: nobody writes them by hand."""


def _letters() -> Choices:
    # Invariant: no penalty, announcement or inspection is told of round the people and terms that the law asks for.
    written = (kind for kind, (body, by) in KINDS.items() if body is Letter and by in (None, GIVEN.house))
    return {kind: KIND_WORDS[kind] for kind in written if kind not in _OF_A_REGISTER.get(GIVEN.house, ())}


def _hidden(_person: Person) -> Q | None:
    return Q(kind__in=CONFIDENTIAL) if GIVEN.house == "authority" else None


_LETTER = (
    Field(name="to", label=Text("发给", "To"), choices=everybody, optional=False),
    Field(name="as_kind", label=Text("文种", "Kind"), choices=_letters, optional=False),
    Field(
        name="in_matter",
        label=Text("事项编号", "Matter"),
        optional=False,
        hint=Text("例如事件编号；同一事项的公文依次送达", "Such as an incident's number; a matter keeps its order"),
    ),
    Field(name="heading", label=Text("标题", "Title"), optional=False),
    Field(
        name="text",
        label=Text("正文", "Text"),
        lines=6,
        optional=False,
        hint=Text("不写用户姓名、号码", "No user's name or number"),
    ),
    Field(name="named", label=Text("文号", "Document number"), optional=True),
    Field(name="until", label=Text("答复期限", "To be answered by"), asks="moment", optional=True),
)
_FIELDS = (
    Field(name="direction", label=Text("方向", "Direction"), choices=DIRECTIONS),
    Field(name="kind", label=Text("文种", "Kind"), choices=KIND_WORDS),
    Field(name="other", label=Text("对方", "Other side")),
    Field(name="matter", label=Text("事项", "Matter")),
    Field(name="sequence", label=Text("次序", "Place")),
    Field(name="dated", label=Text("落款时间", "Dated")),
    Field(name="says", label=Text("内容", "What it says"), lines=4, personal=True),
    Field(name="about", label=Text("本方编号", "Here"), once_filled=True),
    Field(name="due", label=Text("期限", "Due"), once_filled=True),
    Field(name="in_reply_to", label=Text("答复", "In reply to"), once_filled=True),
    Field(name="dispatch_id", label=Text("公文编号", "Dispatch")),
    Field(name="sha256", label=Text("摘要（SHA-256）", "SHA-256")),
    Field(name="receipted_at", label=Text("对方签收时间", "Receipted"), once_filled=True),
    Field(name="problem", label=Text("问题", "Problem"), once_filled=True),
)


def _write(doing: Doing[DispatchRow]) -> None:
    values = doing.values
    peer = trusted_peer(None, values["to"])
    if peer is None:
        raise InvalidError(Text("没有此往来单位", "There is no such peer"), field="to")
    body = Letter(title=values["heading"], text=values["text"], document=values.get("named") or "",
                  due=values.get("until"))  # fmt: skip
    filled(doing.entry, Written(values["as_kind"], peer, values["in_matter"].strip(), body, files=doing.documents))


def _send(now: datetime) -> None:
    send(now)


def _clocks(row: DispatchRow, _now: datetime) -> Sequence[Running]:
    names = {"name": KIND_WORDS[row.kind].zh, "number": row.number}
    if row.state == WAITING:
        title = Text("送达{name} {number}", "Deliver {number}").fill(**names)
        return [Running(kind="deliver", title=title, since=row.created_at, roles=BY)]
    if awaited(row):
        title = Text("等候对方对{name} {number}的答复", "{number} is to be answered by the other side").fill(**names)
        return [Running(kind="answer", title=title, since=row.created_at, due=row.due, roles=BY,
                        duty="A17-2-materials")]  # fmt: skip
    if row.state in ("arrived", "stuck"):
        title = Text("处理来文{name} {number}", "Attend to dispatch {number}").fill(**names)
        return [Running(kind="read", title=title, since=row.created_at, due=row.due, roles=BY, duty="A17-2-cooperate")]
    return ()


def _notes(row: DispatchRow, _now: datetime) -> Sequence[Text]:
    if row.state == "early":
        return [Text("同一事项中较早的公文尚未收到，收到后依次办理",
                     "An earlier one of its matter has not arrived; it is applied after that one")]  # fmt: skip
    return ()


REGISTER: Register[DispatchRow] = Register(
    name="dispatches",
    prefix="DI",
    title=Text("公文", "Dispatches"),
    one=Text("公文", "Dispatch"),
    intro=Text(
        "与管理机构或经营者往来的公文：签名、编号、依次送达、双方日志留痕。",
        "Signed papers between operator and authority: numbered, in order, in the log of either side.",
    ),
    model=DispatchRow,
    duties=("A17-2-cooperate",),
    fields=_FIELDS,
    states={
        WAITING: State(label=Text("待送达", "On its way"), tone="waiting"),
        "delivered": State(label=Text("已签收", "Receipted"), tone="good"),
        ANSWERED: State(label=Text("已答复", "Answered"), tone="good"),
        "early": State(label=Text("等候前文", "Early"), tone="waiting"),
        "arrived": State(label=Text("待处理", "To be read"), tone="bad"),
        "settled": State(label=Text("已办理", "Settled"), tone="good"),
        "stuck": State(label=Text("未能自动办理", "Could not be applied"), tone="bad"),
    },
    creating=Act(name="write", title=Text("撰写公文", "Write"), by=BY, to=WAITING, fields=_LETTER, does=_write,
                 reason="none", duty="A17-2-cooperate"),
    acts=(
        Act(name="deliver", title=Text("出示抽中的记录", "Show the records that were drawn"), by=KEEPERS,
            source=frozenset({"arrived"}), to="settled", asks=showing.show, does=showing.deliver, reason="none",
            possible=lambda row, _now: row.kind == "sample-request", duty="A17-2-materials",
            hint=Text("信息闸门以您的名义取得证明并记录此次查阅；记录中有工作人员的编号。只有闸门独立运行时才需附件："
                      "shouze link openings 写出的文件。",
                      "The door gives the proofs in your name and records the look; records name staff. Only where "
                      "gateways are processes of their own is there something to attach: what shouze link openings "
                      "wrote.")),
        Act(name="answer-review", title=Text("以年度报告答复", "Answer with the annual report"), by=KEEPERS,
            source=frozenset({"arrived"}), to="settled", does=reviewed.answer, duty="A17-2-cooperate",
            possible=lambda row, _now: row.kind == "review-form",
            fields=(Field(name="words", label=Text("附言", "Words"), lines=3, optional=True),),
            hint=Text("附上该年度报告（中文、英文）和各项义务此刻的履行情况。",
                      "Sends the report of that year in both languages, and how each duty stands now.")),
        Act(name="state", title=Text("向上一级机关说明", "State it to the higher authority"), by=INSPECTING,
            source=frozenset({"arrived", "settled"}), to="settled", does=stating.state, reason="none",
            duty="A17-3-record",
            possible=lambda row, _now: row.kind == "grievance-question" and row.direction == "in",
            fields=(Field(name="statement", label=Text("说明", "Statement"), lines=6, optional=False, longest=10_000),),
            hint=Text("由上一级机关处理；本机关只作说明。",
                      "The higher authority decides; this one states what happened.")),
        Act(name="read", title=Text("记录已处理", "Note that it was attended to"), by=BY,
            source=frozenset({"arrived", "stuck"}), to="settled", duty="A17-2-cooperate"),
        Act(name="close-question", title=Text("登记已另行答复或者不再需要", "Answered otherwise, or needed no more"),
            by=BY, source=frozenset({"delivered"}), to=ANSWERED, possible=lambda row, _now: awaited(row),
            reason="must", duty="A17-2-materials"),
        Act(name="answered", title=Text("收到答复", "Its answer arrived"), by=frozenset(), to=ANSWERED, follows=True,
            duty="A17-2-materials"),
        Act(name="send", title=Text("发出", "Sent"), by=frozenset(), to=WAITING, follows=True),
        Act(name="delivered", title=Text("对方签收", "Receipted"), by=frozenset(), to="delivered", follows=True),
        Act(name="arrive", title=Text("收到", "Arrived"), by=frozenset(), to="early", follows=True),
        Act(name="read-on", title=Text("待人处理", "For people to read"), by=frozenset(), to="arrived", follows=True),
        Act(name="settle", title=Text("自动办理", "Applied by itself"), by=frozenset(), to="settled", follows=True),
        Act(name="stick", title=Text("未能自动办理", "Could not be applied"), by=frozenset(), to="stuck", follows=True),
    ),
    columns=("direction", "kind", "other", "matter", "dated", "receipted_at"),
    filters=("direction", "kind"),
    joins=("peer",),
    search=("matter", "dispatch_id", "sha256", "about"),
    seen_by=OVERSEEING | BY,
    hides=_hidden,
    clocks=_clocks,
    notes=_notes,
    rounds=(
        Round(name="dispatches.send", every=timedelta(milliseconds=500), run=_send),
        Round(name="dispatches.witness", every=timedelta(seconds=10), run=witnessing.submit_due),
        Round(name="dispatches.cosigned", every=timedelta(seconds=1), run=witnessing.keep_cosigned),
        Round(name="dispatches.show", every=timedelta(seconds=1), run=showing.show_checkpoints),
    ),
    from_files=False,
    rests_on=lambda row: row.sha256,
    houses=EVERY_HOUSE,
    group=Group.AUTHORITIES,
    order=72,
)  # fmt: skip
