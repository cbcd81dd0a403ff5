"""The register of media (Art. 13(4)): each carrier is in somebody's custody until two people have seen its end.

# Invariant: a carrier is destroyed once another person than the one who did it has attested it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import Act, Doing, Field, Page, Printed, Register, Running, State
from shouze.registers.media.facts import SPEAKS
from shouze.registers.media.models import Medium
from shouze.registers.media.report import certificate
from shouze.registers.people.models import Person
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles

HANDLING: Roles = HOUSE - {Role.AUDITOR}
WARNING = timedelta(days=30)
TAG_BYTES = 10
KEPT, ISSUED = frozenset({"kept"}), frozenset({"issued"})
HERE = frozenset({"kept", "issued"})
KINDS = {
    "paper": Text("纸介质", "Paper"),
    "optical": Text("光介质", "Optical"),
    "magnetic": Text("电磁介质", "Magnetic"),
    "flash": Text("闪存、固态", "Flash, solid-state"),
    "other": Text("其他", "Other"),
}
PROTECTION = {
    "locked": Text("上锁", "Locked away"),
    "encrypted": Text("加密", "Encrypted"),
    "access": Text("门禁", "Access control"),
    "fire": Text("防火、防潮、防磁", "Against fire, damp, magnetism"),
    "sealed": Text("封存", "Sealed"),
}
METHODS = {
    "shredded": Text("粉碎", "Shredded"),
    "burnt": Text("焚毁", "Burnt"),
    "pulped": Text("化浆", "Pulped"),
    "degaussed": Text("消磁", "Degaussed"),
    "overwritten": Text("多次覆写", "Overwritten"),
    "crushed": Text("物理破坏", "Crushed"),
}
_PLACE = Field(name="place", label=Text("存放位置", "Place"),
               hint=Text("例如：三楼档案室 A-12 柜", "For example: archive, cabinet A-12"))  # fmt: skip
_CONTENT = (
    Field(name="mark", label=Text("自有标号", "Own mark"),
          hint=Text("载体上写的编号，可空", "What is written on it; may be empty")),
    Field(name="title", label=Text("名称", "What it is"), hint=Text("不写用户姓名或号码", "No user's name or number")),
    Field(name="kind", label=Text("介质", "Kind"), choices=KINDS, duty="A13-4-media"),
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="items", label=Text("载有的信息项", "Items on it"), choices=vocabulary.items, several=True),
    Field(name="subjects", label=Text("涉及用户数", "How many users")),
    Field(name="protection", label=Text("安全储存措施", "How it is secured"), choices=PROTECTION, several=True,
          duty="A13-4-media"),
)  # fmt: skip
_UNTIL = Field(name="keep_until", label=Text("保存至", "Kept until"),
               hint=Text("到期应销毁", "To be destroyed then"))  # fmt: skip
_CUSTODY = (Field(name="keeper", label=Text("保管人", "Keeper")), _PLACE)
_STANDING = (
    Field(name="issued_to", label=Text("领用人", "Issued to"), once_filled=True),
    Field(name="due_back", label=Text("应归还", "Due back"), once_filled=True),
    Field(name="seen_at", label=Text("上次盘点见到", "Seen at stock-taking")),
    Field(name="method", label=Text("销毁方式", "Destroyed by"), choices=METHODS, once_filled=True),
    Field(name="witness", label=Text("监销人", "Witness"), once_filled=True),
    Field(name="destroyed_at", label=Text("销毁时间", "Destroyed at"), once_filled=True),
)
_ISSUE = (
    Field(name="issued_to", label=Text("领用人", "Issued to"), optional=False),
    Field(name="due_back", label=Text("应归还", "Due back"), optional=False),
)
_DESTROY = (
    Field(name="method", label=Text("方式", "How"), choices=METHODS, optional=False),
    Field(name="destroyed_at", label=Text("时间", "When"), optional=False),
    Field(name="witness", label=Text("监销人", "Witness"), optional=False,
          hint=Text("亲眼见到销毁的另一人，由其本人确认", "Another person who saw it; they attest it themselves")),
)  # fmt: skip


def _register(doing: Doing[Medium]) -> None:
    doing.entry.tag = secrets.token_hex(TAG_BYTES)
    _check(doing)


def _check(doing: Doing[Medium]) -> None:
    # A13-4-media: what it is, how it is secured, who keeps it where
    row = doing.entry
    if row.mark and Medium.objects.filter(mark=row.mark).exclude(state="destroyed").exclude(pk=row.pk).exists():
        raise InvalidError(Text("已有此标号", "There is one of this mark"), field="mark")


def _issue(doing: Doing[Medium]) -> None:
    row = doing.entry
    if row.due_back is None or row.due_back <= doing.now:
        remedy = Text("填写将来的时间", "Give a time ahead")
        raise InvalidError(Text("归还时间已过", "That is past"), field="due_back", remedy=remedy)


def _back(doing: Doing[Medium]) -> None:
    doing.entry.issued_to = doing.entry.due_back = None


def _destroy(doing: Doing[Medium]) -> None:
    row = doing.entry
    if row.witness_id == doing.person.pk:
        raise InvalidError(Text("监销人须为另一人", "The witness is another person"), field="witness")
    if row.destroyed_at is None or row.destroyed_at > doing.now:
        raise InvalidError(Text("时间在将来", "That is yet to come"), field="destroyed_at")


def _denied(doing: Doing[Medium]) -> None:
    row = doing.entry
    row.method, row.witness, row.destroyed_at = "", None, None


def _in_charge(row: Medium, person: Person) -> bool:
    return row.keeper_id == person.pk or bool(KEEPERS & person.roles)


def _is_witness(row: Medium, person: Person) -> bool:
    return row.witness_id == person.pk


def _clocks(row: Medium, _now: datetime) -> Sequence[Running]:
    if row.state == "lost":
        return [_running("lost", row, row.changed_at, None, duty="A14-1-remedy")]
    if row.state == "destroying":
        return [_running("attest", row, row.destroyed_at or row.changed_at, None, person=row.witness_id)]
    if row.state not in HERE:
        return ()
    found = []
    if row.state == "issued" and row.due_back:
        found.append(_running("back", row, row.changed_at, row.due_back, person=row.issued_to_id))
    if row.keep_until:
        found.append(_running("destroy", row, row.keep_until - WARNING, row.keep_until, person=row.keeper_id))
    return found


def _running(
    kind: str, row: Medium, since: datetime, due: datetime | None, person: int | None = None, duty: str = "A13-4-media"
) -> Running:
    title = _OWED[kind].fill(name=row.title)
    return Running(kind=kind, title=title, since=since, due=due, roles=KEEPERS, person=person, duty=duty)


_OWED = {
    "back": Text("归还“{name}”", "Give “{name}” back"),
    "destroy": Text("销毁到期的“{name}”", "Destroy “{name}”: its time is over"),
    "attest": Text("确认见到“{name}”销毁", "Attest that “{name}” was destroyed"),
    "lost": Text("“{name}”遗失：采取补救措施", "“{name}” is lost: take measures"),
}


def _notes(row: Medium, _now: datetime) -> Sequence[Text]:
    if row.state == "lost":
        return [
            Text(
                "载体遗失可能造成泄露：请登记事件（第十四条）",
                "Its information may leak: register an incident (Art. 14)",
            )
        ]
    if row.state == "destroying":
        return [Text("监销人确认前不算已销毁", "It does not count as destroyed before the witness attests it")]
    return ()


REGISTER: Register[Medium] = Register(
    name="media",
    prefix="ME",
    title=Text("载体", "Media"),
    one=Text("载体", "Carrier"),
    intro=Text(
        "妥善保管记录用户个人信息的纸介质、光介质、电磁介质等载体，采取安全储存措施（第十三条第四项）。",
        "Paper, optical, magnetic and other carriers of personal information are kept properly and stored safely "
        "(Art. 13(4)).",
    ),
    model=Medium,
    duties=("A13-4-media",),
    fields=(*_CONTENT, *_CUSTODY, _UNTIL, *_STANDING),
    states={
        "kept": State(label=Text("在库", "Kept"), tone="good"),
        "issued": State(label=Text("已领用", "Issued"), tone="waiting"),
        "lost": State(label=Text("遗失", "Lost"), tone="bad"),
        "destroying": State(label=Text("待监销人确认", "To be attested"), tone="waiting"),
        "destroyed": State(label=Text("已销毁", "Destroyed"), tone="over"),
    },
    creating=Act(name="register", title=Text("登记载体", "Register a carrier"), by=KEEPERS, to="kept",
                 fields=(*_CONTENT, *_CUSTODY, _UNTIL), does=_register, duty="A13-4-media"),
    acts=(
        Act(name="issue", title=Text("领用", "Issue"), by=HANDLING, source=KEPT, to="issued", whose=_in_charge,
            fields=_ISSUE, does=_issue, reason="must", duty="A13-4-media"),
        Act(name="give-back", title=Text("归还", "Take back"), by=HANDLING, source=ISSUED, to="kept",
            whose=_in_charge, fields=(_PLACE,), does=_back, duty="A13-4-media"),
        Act(name="move", title=Text("移交或移位", "Hand over or move"), by=HANDLING, source=KEPT, whose=_in_charge,
            fields=_CUSTODY, duty="A13-4-media"),
        Act(name="change", title=Text("变更", "Change"), by=KEEPERS, source=HERE, fields=(*_CONTENT, _UNTIL),
            does=_check, duty="A13-4-media"),
        Act(name="destroy", title=Text("登记销毁", "Enter its destruction"), by=HANDLING, source=KEPT,
            to="destroying", whose=_in_charge, fields=_DESTROY, does=_destroy, reason="must", grave=True,
            duty="A13-4-media"),
        Act(name="attest", title=Text("确认见到销毁", "Attest its destruction"), by=HANDLING, to="destroyed",
            source=frozenset({"destroying"}), whose=_is_witness, apart_from=("destroy",), duty="A13-4-media",
            hint=Text("本人亲眼见到其销毁。", "I saw it destroyed with my own eyes.")),
        Act(name="deny", title=Text("没有见到销毁", "I did not see it"), by=HANDLING, to="kept", does=_denied,
            source=frozenset({"destroying"}), whose=_is_witness, reason="must", grave=True, duty="A13-4-media"),
        Act(name="lose", title=Text("登记遗失", "Enter that it is lost"), by=HANDLING, source=HERE, to="lost",
            whose=_in_charge, reason="must", grave=True, duty="A14-1-remedy"),
        Act(name="find", title=Text("已找到", "Found again"), by=KEEPERS, source=frozenset({"lost"}), to="kept",
            fields=(_PLACE,), does=_back, reason="must", duty="A13-4-media"),
    ),
    columns=("kind", "mark", "keeper", "place", "issued_to", "seen_at"),
    filters=("kind",),
    search=("mark", "place"),
    seen_by=HOUSE,
    clocks=_clocks,
    notes=_notes,
    pages=(
        Page(name="media-labels", title=Text("打印标签", "Print labels"), of_row=False, by=KEEPERS),
        Page(name="medium-label", title=Text("打印标签", "Print its label"), shown=_in_charge,
             by=HANDLING),
        Page(name="medium-certificate", title=Text("销毁证明", "Certificate of destruction"),
             shown=lambda row, _person: row.state == "destroyed"),
    ),
    reports=(Printed(name="medium", title=Text("销毁证明", "Certificate of destruction"),
                     make=lambda row, now: certificate(REGISTER, row, now),
                     shown=lambda row: row.state == "destroyed"),),
    speaks=SPEAKS,
    order=77,
)  # fmt: skip
