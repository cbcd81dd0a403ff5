"""The register of bulk operations (Art. 13(3), 金库模式): asked for, reviewed by another, run, fetched once, certified.

* Every act is done at the door in the person's own name; the door decides whether they may.
* No subject's value passes through here in clear: a result is sealed to its recipient's key before it leaves the door.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from shouze.client.bulk import Listed, Scope
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.asking import approved_bulk
from shouze.registers.bulk.facts import SPEAKS
from shouze.registers.bulk.mirroring import adopt, asking, copy, keep, look, name_after
from shouze.registers.bulk.models import Operation
from shouze.registers.describing import Act, Doing, Field, Group, Page, Register, Round, Running, State
from shouze.registers.dooring import in_name_of
from shouze.registers.people.models import Person
from shouze.registers.roles import KEEPERS, OVERSEEING, Role, Roles

ASKING: Roles = KEEPERS | {Role.APPROVER, Role.SERVICE}
DECIDING: Roles = KEEPERS | {Role.APPROVER}
FILE, CERTIFICATE = "bulk-file", "bulk-certificate"
_ACTIONS = {
    "export": Text("导出", "Export"), "copy": Text("复制", "Copy"), "destroy": Text("销毁", "Destroy"),
}  # fmt: skip
_REACHES = {
    "users": Text("现有用户", "Users of the service"),
    "users-and-former": Text("现有和已离开的用户", "Users, and those who left"),
    "listed": Text("列出的用户", "Listed users"),
}
_FORMATS = {"csv": Text("CSV", "CSV"), "ndjson": Text("每行一个 JSON", "JSON, one a line")}

_SCOPE = (
    Field(name="action", label=Text("操作", "Operation"), choices=_ACTIONS, optional=False),
    Field(name="service", label=Text("服务", "Service"), choices=vocabulary.services),
    Field(name="purpose", label=Text("目的", "Purpose"), choices=vocabulary.purposes),
    Field(name="items", label=Text("信息项", "Items"), choices=vocabulary.items, several=True),
    Field(name="reach", label=Text("涉及的用户", "Whom"), choices=_REACHES),
    Field(name="consented", once_filled=True, label=Text("只含同意此目的的用户",
                                                         "Only who consents to"), choices=vocabulary.purposes),
    Field(name="volume", label=Text("至多人数", "Volume at most"), hint=Text("超出时立即停止并销毁已写部分",
                                                                 "Beyond it the run stops and destroys what it wrote")),
)  # fmt: skip
_RESULT = (
    Field(name="provided_to", once_filled=True, heading=Text("结果", "The result"), label=Text("对外提供给",
                                                                                   "Provided to"),
          choices=vocabulary.recipients, duty="A10-no-illegal-supply",
          hint=Text("提供给规则声明的接收方时选择，逐人核对其依据；留在本单位或代理人处的不选",
                    "A recipient that the rules declare: its ground is checked for each user. Not where it stays with "
                    "us or an agent")),
    Field(name="recipient_key", once_filled=True, label=Text("接收方公钥",
                                                                                                 "The recipient's key"),
          hint=Text("导出、复制须填写：age1 开头，由接收方用 age-keygen 生成",
                    "For exports and copies: age1…, made by the recipient with age-keygen")),
    Field(name="format", label=Text("格式", "Format"), choices=_FORMATS),
    Field(name="decide_days", label=Text("几日内决定", "To be decided within (days)")),
    Field(name="keep_days", label=Text("批准后保留几日", "Kept after the approval (days)")),
)  # fmt: skip
_REMARKS = (
    Field(name="grounds", once_filled=True, heading=Text("说明", "What it is for"), label=Text("理由",
                                                                      "Reason"), lines=3, personal=True, optional=False,
          hint=Text("由信息闸门加密保存，不存入台账", "The door keeps it sealed; it is not in this register")),
    Field(name="ticket", once_filled=True, label=Text("工单", "Ticket"), personal=True, optional=True),
    Field(name="recipient", once_filled=True, label=Text("接收方", "Recipient"), personal=True, optional=True),
)  # fmt: skip
_LISTED = Field(name="listed", label=Text("用户编号", "Ids of users"), lines=4, personal=True, optional=True,
                hint=Text("仅“列出的用户”填写，每行一个；不存入台账",
                          "For listed users alone, one a line; not in this register"))  # fmt: skip
_STANDING = (
    Field(name="asked_by", label=Text("申请人", "Asked by")),
    Field(name="decide_by", label=Text("决定期限", "To be decided by")),
    Field(name="decided_by", once_filled=True, label=Text("审批人", "Decided by")),
    Field(name="until", once_filled=True, label=Text("批准和结果有效至", "Approval and result until")),
    Field(name="ended_because", once_filled=True, label=Text("停止原因", "Why it ended")),
    Field(name="seen", once_filled=True, label=Text("已处理人数", "Subjects looked at")),
    Field(name="rows", once_filled=True, label=Text("已写出或销毁", "Written or destroyed")),
    Field(name="kept", once_filled=True, label=Text("依法保留", "Kept by a named law")),
    Field(name="refused", once_filled=True, label=Text("逐人拒绝", "Refused one by one")),
    Field(name="fetched_at", once_filled=True, label=Text("结果已下载", "Result fetched")),
)  # fmt: skip


def _request(doing: Doing[Operation]) -> None:
    # A13-3-bulk: nothing happens before another person has reviewed it
    entry, values = doing.entry, doing.values
    ids = [each.strip() for each in (values.get("listed") or "").splitlines() if each.strip()]
    if bool(ids) != (entry.reach == "listed"):
        remedy = Text("选择“列出的用户”时填写，否则留空", "Fill it in for listed users, and leave it empty otherwise")
        raise InvalidError(
            Text("用户编号与范围不符", "The ids do not fit whom it is about"), field="listed", remedy=remedy
        )
    scope = msgspec.convert({"reach": entry.reach, "consented": entry.consented or None}, Scope)
    asked = {
        "service": entry.service, "purpose": entry.purpose, "action": entry.action, "items": entry.items,
        "volume": entry.volume, "reason": values["grounds"], "scope": scope, "format": entry.format,
        "provided_to": entry.provided_to or None, "recipient_key": entry.recipient_key or None,
        "decide_days": entry.decide_days, "keep_days": entry.keep_days,
        "ticket": values.get("ticket") or None, "recipient": values.get("recipient") or None,
        "listed": Listed(by="id", values=ids) if ids else None,
    }  # fmt: skip
    client = in_name_of(doing.person)
    copy(entry, asking(lambda: client.request_bulk(**asked)))
    name_after(entry)


def _approve(doing: Doing[Operation]) -> None:
    copy(doing.entry, asking(lambda: approved_bulk(doing.person, doing.entry.door_id)))


def _refuse(doing: Doing[Operation]) -> None:
    copy(doing.entry, asking(lambda: in_name_of(doing.person).refuse_bulk(doing.entry.door_id)))


def _run(doing: Doing[Operation]) -> None:
    copy(doing.entry, asking(lambda: in_name_of(doing.person).run_bulk(doing.entry.door_id)))


def _stop(doing: Doing[Operation]) -> None:
    copy(doing.entry, asking(lambda: in_name_of(doing.person).stop_bulk(doing.entry.door_id)))


def _fetched(doing: Doing[Operation]) -> None:
    if doing.entry.fetched_at is not None:
        remedy = Text("请审批人准许再下载一次", "Have an approver allow it once more")
        raise InvalidError(Text("结果只能下载一次", "A result is fetched once"), field=None, remedy=remedy)
    doing.entry.fetched_at = doing.now


def _allow_again(doing: Doing[Operation]) -> None:
    doing.entry.fetched_at = None


def may_fetch(entry: Operation, person: Person) -> bool:
    """Tell whether a person may fetch the result now: who asked for it, once."""
    mine = entry.asked_by == person.username and entry.action != "destroy"
    return mine and entry.state == "done" and entry.fetched_at is None


FETCH: Act[Operation] = Act(
    name=FILE, title=Text("下载结果（一次）", "Fetch the result (once)"), by=ASKING, source=frozenset({"done"}),
    does=_fetched, whose=lambda entry, person: entry.asked_by == person.username, duty="A13-3-bulk",
)  # fmt: skip


def _clocks(entry: Operation, _now: datetime) -> Sequence[Running]:
    owed: dict[str, tuple[Text, datetime | None, Roles]] = {
        "requested": (Text("审批：{name}", "Review: {name}"), entry.decide_by, DECIDING),
        "approved": (Text("执行：{name}", "Run: {name}"), entry.until, ASKING),
        "stopped": (Text("继续或放弃：{name}", "Go on or give up: {name}"), entry.until, ASKING),
    }
    if entry.state not in owed:
        return ()
    title, due, roles = owed[entry.state]
    return [
        Running(kind=entry.state, title=title.fill(name=entry.called), since=entry.asked_at, due=due, roles=roles,
                duty="A13-3-bulk")
    ]  # fmt: skip


def _notes(entry: Operation, _now: datetime) -> Sequence[Text]:
    told = {
        "requested": Text("须由另一名有权人员批准后才能执行",
                          "Another entitled person has to approve it before it can run"),
        "running": Text("正在执行，已处理 {n} 人", "Running; {n} subjects so far").fill(n=entry.seen),
        "stopped": Text("已停止于第 {n} 人之后，可继续执行",
                        "Stopped after {n} subjects; it can be run on").fill(n=entry.seen),
        "failed": Text("执行失败，已写部分已销毁", "The run failed; what it had written is destroyed"),
        "expired": Text("已到期，结果已销毁", "Its time is over; the result is destroyed"),
    }  # fmt: skip
    if entry.state == "done" and entry.action != "destroy":
        once = Text("结果已加密给接收方，只能下载一次", "The result is sealed to its recipient, and is fetched once")
        return [Text("结果已下载", "The result was fetched") if entry.fetched_at else once]
    return [told[entry.state]] if entry.state in told else ()


REGISTER: Register[Operation] = Register(
    name="bulk",
    prefix="B",
    title=Text("批量操作", "Bulk operations"),
    one=Text("批量操作", "Bulk operation"),
    intro=Text(
        "批量导出、复制、销毁信息须经他人审查（第十三条第三项，金库模式）。申请、审批、执行均以本人名义在信息闸门办理。",
        "Bulk export, copying and destruction are reviewed by another person (Art. 13(3)). Asking, reviewing and "
        "running are done at the door in one's own name.",
    ),
    model=Operation,
    duties=("A13-3-bulk",),
    fields=(*_SCOPE, *_RESULT, *_REMARKS, *_STANDING),
    states={
        "requested": State(label=Text("待审批", "To be reviewed"), tone="waiting"),
        "approved": State(label=Text("已批准", "Approved"), tone="good"),
        "refused": State(label=Text("未批准", "Refused"), tone="over"),
        "lapsed": State(label=Text("逾期未决", "Lapsed"), tone="over"),
        "running": State(label=Text("执行中", "Running"), tone="waiting"),
        "done": State(label=Text("已完成", "Done"), tone="good"),
        "stopped": State(label=Text("已停止", "Stopped"), tone="waiting"),
        "failed": State(label=Text("失败", "Failed"), tone="bad"),
        "expired": State(label=Text("已到期", "Expired"), tone="over"),
    },
    creating=Act(name="request", title=Text("申请批量操作", "Ask for a bulk operation"), by=ASKING, to="requested",
                 fields=(*_SCOPE, *_RESULT, *_REMARKS, _LISTED), does=_request, reason="none", proof="may",
                 duty="A13-3-bulk"),
    acts=(
        Act(name="approve", title=Text("批准", "Approve"), by=DECIDING, source=frozenset({"requested"}), does=_approve,
            whose=lambda entry, person: entry.asked_by != person.username, duty="A13-3-bulk",
            hint=Text("闸门另行核对您是否有审批权。", "The door checks that you hold the grant to approve.")),
        Act(name="refuse", title=Text("不批准", "Refuse"), by=DECIDING, source=frozenset({"requested"}), does=_refuse,
            whose=lambda entry, person: entry.asked_by != person.username, reason="must", duty="A13-3-bulk"),
        Act(name="run", title=Text("执行", "Run"), by=ASKING, source=frozenset({"approved", "stopped"}), does=_run,
            whose=lambda entry, person: entry.asked_by == person.username, proof="none", duty="A13-3-bulk"),
        Act(name="stop", title=Text("停止", "Stop"), by=ASKING, source=frozenset({"running"}), does=_stop, proof="none",
            grave=True, duty="A13-3-bulk", hint=Text("当前一批完成后停止，可继续执行。",
                                                     "It stops after the chunk under way, and can be run on.")),
        Act(name="allow-again", title=Text("准许再下载一次", "Allow one more fetch"), by=DECIDING, does=_allow_again,
            source=frozenset({"done"}), possible=lambda entry, _now: entry.fetched_at is not None, reason="must",
            whose=lambda entry, person: entry.asked_by != person.username, duty="A13-3-bulk"),
    ),
    columns=("action", "items", "volume", "asked_by"),
    filters=("action", "service"),
    search=("door_id", "asked_by", "decided_by"),
    seen_by=OVERSEEING | ASKING,
    clocks=_clocks,
    notes=_notes,
    look=look,
    gather=adopt,
    under_way=lambda entry: (entry.seen, max(entry.volume, 1)) if entry.state == "running" else None,
    pages=(
        Page(name=FILE, title=FETCH.title, shown=may_fetch, posts=True),
        Page(name=CERTIFICATE, title=Text("销毁证明", "Certificate of destruction"),
             shown=lambda entry, _person: entry.action == "destroy" and entry.state == "done"),
    ),
    rounds=(Round(name="bulk.keep", every=timedelta(minutes=1), run=keep),),
    from_files=False,
    speaks=SPEAKS,
    group=Group.HANDLING,
    order=65,
)  # fmt: skip
