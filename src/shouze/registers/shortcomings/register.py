"""The register of shortcomings (Art. 16): an owner, a day, a proof; somebody else looks whether it is gone.

* Whoever mended it does not close it.
* A shortcoming without an owner is the keepers' to give to somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Act, Choices, Doing, Field, Group, Register, Running, State
from shouze.registers.people.models import Person
from shouze.registers.ports import statutes
from shouze.registers.roles import HOUSE, KEEPERS, OVERSEEING
from shouze.registers.shortcomings.facts import SPEAKS
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.shortcomings.part import SOURCE
from shouze.rules.citing import article_words

OPEN, MENDED, CLOSED = "open", "mended", "closed"


def duties() -> Choices:
    """Return what an operator or its staff owe, by article and words."""
    return {
        each.id: Text(f"{article_words(each.article).zh} {each.text.zh}", f"Art. {each.article}: {each.text.en}")
        for each in statutes().duties.values()
        if each.kind == "duty" and {"operator", "staff"} & set(each.owed_by)
    }


_NO_NAMES = Text("不写用户姓名、号码", "No user's name or number")
_FOUND = (
    Field(name="title", label=Text("隐患", "What is wrong"), hint=_NO_NAMES),
    Field(name="rule", label=Text("涉及的义务", "Duty concerned"), choices=duties, duty="A16-fix"),
    Field(name="place", label=Text("所在之处", "Where"), hint=Text("系统、场所、岗位等", "System, premises, post …")),
    Field(name="story", label=Text("情况", "Details"), lines=4, hint=_NO_NAMES),
)
_GIVEN = (
    Field(name="owner", label=Text("责任人", "Owner")),
    Field(name="due", label=Text("整改期限", "To be mended by"), duty="A16-fix"),
)
_REMEDY = Field(name="remedy", label=Text("整改措施", "What was done"), lines=3, optional=False, duty="A16-fix")
_STANDING = (
    Field(name="remedy", label=_REMEDY.label),
    Field(name="mended_at", label=Text("整改完成", "Mended")),
    Field(name="closed_at", label=Text("复查通过", "Re-checked and closed")),
    Field(name="reopened", label=Text("复查未通过次数", "Times it was not gone"), once_filled=True),
)


def _give(doing: Doing[Shortcoming]) -> None:
    found = doing.entry
    if found.due is not None and found.due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")


def _assign(doing: Doing[Shortcoming]) -> None:
    _give(doing)
    for name in ("owner", "due"):
        if getattr(doing.entry, name) is None:
            raise InvalidError(Text("没有填写", "It is empty"), field=name)


def _mend(doing: Doing[Shortcoming]) -> None:
    doing.entry.mended_at = doing.now


def _close(doing: Doing[Shortcoming]) -> None:
    # A16-fix: gone is what somebody else has looked at
    doing.entry.closed_at = doing.now


def _reopen(doing: Doing[Shortcoming]) -> None:
    doing.entry.mended_at, doing.entry.reopened = None, doing.entry.reopened + 1


def _is_owners(found: Shortcoming, person: Person) -> bool:
    return found.owner_id == person.pk or bool(KEEPERS & person.roles)


def _clocks(found: Shortcoming, _now: datetime) -> Sequence[Running]:
    if found.state == OPEN and found.owner_id is None:
        return [_running("assign", found, found.created_at)]
    if found.state == OPEN:
        return [_running("mend", found, found.created_at)]
    if found.state == MENDED:
        return [
            _running("mend", found, found.created_at),
            _running("recheck", found, found.mended_at or found.changed_at),
        ]
    return []


def _running(kind: str, found: Shortcoming, since: datetime) -> Running:
    mend = kind == "mend"
    return Running(
        kind=kind, title=_OWED[kind].fill(name=found.title), since=since, due=found.due if mend else None,
        met=found.mended_at if mend else None, person=found.owner_id if mend else None,
        roles=OVERSEEING if kind == "recheck" else KEEPERS, duty="A16-fix",
    )  # fmt: skip


_OWED = {
    "assign": Text("指定责任人：{name}", "Give to somebody: {name}"),
    "mend": Text("整改：{name}", "Mend: {name}"),
    "recheck": Text("复查：{name}", "Look whether it is gone: {name}"),
}


def _notes(found: Shortcoming, now: datetime) -> Sequence[Text]:
    if found.state == OPEN and found.owner_id is None:
        return [Text("尚未指定责任人和期限", "Nobody has it yet, and it has no day")]
    if found.state == OPEN and found.due is not None and found.due < now:
        return [Text("已超过整改期限", "The day by which it was to be mended has passed")]
    return []


REGISTER: Register[Shortcoming] = Register(
    name="shortcomings",
    prefix="F",
    title=Text("隐患", "Shortcomings"),
    one=Text("隐患", "Shortcoming"),
    intro=Text(
        "自查中发现的隐患应当及时消除（第十六条），监督、扫描等发现的同样办理：有责任人、期限、证明，由另一人复查。",
        "What self-inspection finds wrong has to be removed promptly (Art. 16), and what supervision or the scanner "
        "find is dealt with alike: an owner, a day, a proof, and another person who looks whether it is gone.",
    ),
    model=Shortcoming,
    duties=("A16-fix",),
    fields=(
        *_FOUND[1:], *_GIVEN,
        Field(name="source", label=Text("来源", "Found by"), choices=SOURCE),
        Field(name="source_number", label=Text("来源编号", "Its number"), once_filled=True),
        *_STANDING,
    ),
    states={
        OPEN: State(label=Text("待整改", "To be mended"), tone="bad"),
        MENDED: State(label=Text("待复查", "To be looked at again"), tone="waiting"),
        CLOSED: State(label=Text("已消除", "Gone"), tone="good"),
        "dismissed": State(label=Text("不属隐患", "No shortcoming"), tone="over"),
    },
    creating=Act(name="raise", title=Text("登记隐患", "Raise a shortcoming"), by=OVERSEEING, to=OPEN,
                 fields=(*_FOUND, *(Field(name=each.name, label=each.label, optional=True) for each in _GIVEN)),
                 does=_give, duty="A16-fix"),
    acts=(
        Act(name="find", title=Text("自动发现", "Found by itself"), by=frozenset(), follows=True, duty="A16-fix"),
        Act(name="assign", title=Text("指定责任人和期限", "Give it an owner and a day"), by=KEEPERS,
            source=frozenset({OPEN}), fields=tuple(Field(name=each.name, label=each.label, optional=False)
                                                   for each in _GIVEN), does=_assign, duty="A16-fix"),
        Act(name="mend", title=Text("报告整改完成", "Report it mended"), by=HOUSE, whose=_is_owners,
            source=frozenset({OPEN}), to=MENDED, fields=(_REMEDY,), does=_mend, proof="must", duty="A16-fix"),
        Act(name="close", title=Text("复查通过", "It is gone"), by=OVERSEEING, source=frozenset({MENDED}), to=CLOSED,
            does=_close, apart_from=("mend",), reason="must", duty="A16-fix",
            hint=Text("写明如何复查。整改人不能复查。", "Say how you looked. Whoever mended it may not.")),
        Act(name="reopen", title=Text("复查未通过", "It is not gone"), by=OVERSEEING, source=frozenset({MENDED}),
            to=OPEN, does=_reopen, apart_from=("mend",), reason="must", grave=True, duty="A16-fix"),
        Act(name="dismiss", title=Text("认定不属隐患", "Find it no shortcoming"), by=KEEPERS, source=frozenset({OPEN}),
            to="dismissed", reason="must", apart_from=("mend",), grave=True, duty="A16-fix"),
    ),
    columns=("rule", "source", "owner", "due"),
    filters=("rule", "source"),
    search=("place", "source_number"),
    seen_by=HOUSE,
    clocks=_clocks,
    notes=_notes,
    group=Group.HOUSE,
    speaks=SPEAKS,
    order=84,
)  # fmt: skip
