"""The register of attested records: person, time, place and matter of what was handled outside the door (Art. 13(6)).

What went through the door stands in its log and is searched there (``desk.records``); this is everything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import EVERY_HOUSE, Act, Choices, Doing, Field, Group, Page, Register, Round, State
from shouze.registers.naming import check_subject
from shouze.registers.records.counting import EVERY, count
from shouze.registers.records.models import Attested
from shouze.registers.roles import KEEPERS, OVERSEEING, Role
from shouze.registers.systems.standing import outside

SYSTEMS: Choices = {
    "paper": Text("纸质", "Paper"),
    "legacy": Text("未接入的旧系统", "A legacy system"),
    "agent": Text("代理人的系统", "An agent's system"),
    "other": Text("其他", "Other"),
}
BY = KEEPERS | {Role.SERVICE}


def systems() -> Choices:
    """Return where handling outside the door may be: the registered systems first, then kinds of place."""
    return {**outside(), **SYSTEMS}


_NUMBER = re.compile(r"[0-9]{7}")
_FIELDS = (
    Field(name="system", label=Text("在哪里处理", "Handled in"), choices=systems, duty="A13-6-oplog"),
    Field(name="actor", label=Text("人员", "Person"), hint=Text("处理信息的人的工号", "Work number of who handled it"),
          duty="A13-6-oplog"),
    Field(name="agent", label=Text("代理人", "Agent"), choices=vocabulary.agents),
    Field(name="at", label=Text("时间", "Time"), duty="A13-6-oplog"),
    Field(name="place", label=Text("地点", "Place"), duty="A13-6-oplog"),
    Field(name="title", label=Text("事项", "Matter"), duty="A13-6-oplog",
          hint=Text("不写用户姓名、号码", "No user's name or number")),
    Field(name="act", label=Text("处理方式", "Action"), choices=vocabulary.actions),
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="items", label=Text("信息项", "Items"), choices=vocabulary.items, several=True),
    Field(name="subject_ids", label=Text("用户编号", "Users' ids"), lines=3, optional=True,
          hint=Text("每行一个编号；不知道编号时只写人数", "One a line; where ids are not known, the number of users")),
    Field(name="subjects_count", label=Text("用户数", "Number of users")),
    Field(name="source", label=Text("凭据", "Evidence"), hint=Text("如登记簿页码", "Such as a page of a ledger")),
)  # fmt: skip
_SHOWN = (*(each for each in _FIELDS if each.name != "subject_ids"),
          Field(name="subjects", label=Text("用户编号", "Users' ids"), personal=True))  # fmt: skip


def _attest(doing: Doing[Attested]) -> None:
    record = doing.entry
    if record.at > doing.now:
        raise InvalidError(Text("时间在将来", "The time is ahead"), field="at")
    for field in ("title", "place", "source"):
        if _NUMBER.search(getattr(record, field)):
            remedy = Text("用户以编号指称，写在“用户编号”一栏", "Name users by their ids, in their own field")
            raise InvalidError(Text("像是含有号码", "It seems to hold a number"), field=field, remedy=remedy)
    listed = re.split(r"[\s,，;；]+", str(doing.values.get("subject_ids") or "").strip())
    record.subjects = [each for each in listed if each]
    for each in record.subjects:
        check_subject(each, "subject_ids")
    record.subjects_count = max(record.subjects_count or 0, len(record.subjects))


def _notes(_record: Attested, _now: datetime) -> Sequence[Text]:
    return [Text("这是人工证明的记录，不是信息闸门的操作记录", "Attested by people: no record of the door's own")]


REGISTER: Register[Attested] = Register(
    name="records",
    prefix="R",
    title=Text("操作记录", "Handling records"),
    one=Text("证明的记录", "Attested record"),
    intro=Text(
        "对用户个人信息的操作应当记录人员、时间、地点、事项（第十三条第六项）。经过信息闸门的操作由闸门记录，在“查询”页查阅；"
        "此处登记闸门之外的操作，并标明为人工证明。",
        "Person, time, place and matter of every handling are recorded (Art. 13(6)). The door records what goes "
        "through it: see Search. Here stands what was handled elsewhere, marked as attested.",
    ),
    model=Attested,
    duties=("A13-6-oplog",),
    fields=_SHOWN,
    states={
        "attested": State(label=Text("人工证明", "Attested"), tone="plain"),
        "void": State(label=Text("已作废", "Void"), tone="over"),
    },
    creating=Act(name="attest", title=Text("登记记录", "Attest a record"), by=BY, to="attested", fields=_FIELDS,
                 does=_attest, duty="A13-6-oplog"),
    acts=(
        Act(name="void", title=Text("作废", "Declare void"), by=KEEPERS, source=frozenset({"attested"}), to="void",
            reason="must", duty="A13-6-oplog", hint=Text("记录不删除，只标明作废。", "It stays, marked.")),
    ),
    columns=("system", "actor", "at", "place", "subjects_count"),
    filters=("system", "agent", "act"),
    search=("actor", "place", "source"),
    seen_by=OVERSEEING | {Role.SERVICE},
    notes=_notes,
    pages=(
        Page(title=Text("查询闸门的操作记录", "Search the door's records"), name="records-search", of_row=False,
             by=OVERSEEING),
        Page(title=Text("导入", "Import"), name="records-import", of_row=False, by=BY),
    ),
    from_files=False,  # they have a page of their own for it, which takes users' ids in
    rounds=(Round(name="records.count", every=EVERY, run=count),),
    group=Group.HANDLING,
    houses=EVERY_HOUSE,
    order=30,
)  # fmt: skip
