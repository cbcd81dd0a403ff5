"""The register of systems (Art. 13(5), 13(6), 13(7)): reviewed before they connect, protected, graded, recorded.

* A system connects after a review by one person and the decision of another.
* Evidence grows old: each protection, test and review is due again by a clock.
* A service account that asks for it is let in at the door only while its system's review lasts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Act, Alert, Doing, Group, Register, State
from shouze.registers.holders.models import Holder
from shouze.registers.peers.trusted import authorities
from shouze.registers.records.models import Attested
from shouze.registers.roles import HOUSE, KEEPERS, Role
from shouze.registers.shortcomings.part import part_of
from shouze.registers.shortcomings.raising import Wrong, raise_shortcoming
from shouze.registers.systems import clocks, fields, filing
from shouze.registers.systems.facts import SPEAKS
from shouze.registers.systems.models import System
from shouze.registers.systems.standing import CONNECTED, feeds

LONGEST_REVIEW = timedelta(days=731)
LIVE = frozenset({"registered", "reviewed", CONNECTED})
_RULES = {"intrusion": clocks.INTRUSION, "virus": clocks.INTRUSION, "test": clocks.NETWORK, "risks": clocks.NETWORK}


def _check(doing: Doing[System]) -> None:
    system = doing.entry
    if System.objects.filter(name=system.name).exclude(pk=system.pk).exists():
        raise InvalidError(Text("已有此代号", "There is a system of this id"), field="name")
    if system.kind == "agent" and not system.agent:
        raise InvalidError(Text("没有说明是哪个代理人", "The agent is not named"), field="agent")
    if system.account and system.outside:
        remedy = Text("改为“经闸门取用信息”，或不填账号", "Let it be one that asks at the door, or name no account")
        raise InvalidError(Text("闸门之外的系统没有账号", "A system outside the door has none"), field="account",
                           remedy=remedy)  # fmt: skip
    for field in ("protection_days", "records_days"):
        if not 1 <= getattr(system, field) <= 366:
            raise InvalidError(Text("应为 1 至 366 天", "It is 1 to 366 days"), field=field)


def _review(doing: Doing[System]) -> None:
    # A13-5-access: the verdict decides whether it may connect, and has a term
    system, fit = doing.entry, doing.values["verdict"] == "fit"
    system.reviewed_at = doing.now
    if not fit and not system.refused_because.strip():
        raise InvalidError(Text("没有写原因", "No reason is given"), field="refused_because")
    if not fit:
        system.reviewed_until, system.state = None, "refused"
        return
    until = system.reviewed_until
    if until is None or not doing.now < until <= doing.now + LONGEST_REVIEW:
        remedy = Text("填写将来的日期，至多两年", "Give a date ahead, two years at most")
        raise InvalidError(Text("没有写结论的有效期", "The verdict has no term"), field="reviewed_until", remedy=remedy)
    system.refused_because = ""
    system.state = CONNECTED if system.state == CONNECTED else "reviewed"


def _connect(doing: Doing[System]) -> None:
    doing.entry.connected_at = doing.now


def _in_force(system: System, now: datetime) -> bool:
    return system.reviewed_until is not None and system.reviewed_until > now


def _protect(doing: Doing[System]) -> None:
    system, values = doing.entry, doing.values
    at = _not_ahead(doing, "checked_at", values.get("checked_at") or doing.now)
    for measure in values["measures"]:
        setattr(system, f"{measure}_tool", values["tool"][:120])
        setattr(system, f"{measure}_at", at)
    _tell(doing, values["measures"][0], fields.MEASURES[values["measures"][0]])


def _grade(doing: Doing[System]) -> None:
    grade = int(doing.values["unit_grade"])
    _not_ahead(doing, "graded_at", doing.values["graded_at"])
    if grade != doing.entry.grade:
        doing.entry.filing, doing.entry.filed_at = "", None  # another grade is filed anew
        doing.entry.filing_verdict, doing.entry.filing_answer = "", ""
    doing.entry.grade = grade


def _file(doing: Doing[System]) -> None:
    filed = _not_ahead(doing, "filed_at", doing.values["filed_at"])
    if doing.entry.graded_at and filed < doing.entry.graded_at:
        raise InvalidError(Text("备案早于定级", "It was filed before it was graded"), field="filed_at")


def _test(doing: Doing[System]) -> None:
    what = doing.values["what"]
    setattr(doing.entry, {"test": "tested_at", "risks": "risks_at"}[what],
            _not_ahead(doing, "done_at", doing.values["done_at"]))  # fmt: skip
    _tell(doing, what, fields.TESTS[what])


def _not_ahead(doing: Doing[System], field: str, at: datetime) -> datetime:
    if at > doing.now:
        raise InvalidError(Text("时间在将来", "The time is ahead"), field=field)
    return at


def _tell(doing: Doing[System], what: str, words: Text) -> None:
    """Make a shortcoming of what was found wrong."""
    if doing.values["result"] != "wrong":
        return
    story = str(doing.values.get("wrong") or "").strip()
    if not story:
        raise InvalidError(Text("没有写是什么问题", "It does not say what is wrong"), field="wrong")
    title = Text("{system}：{what}发现问题", "{system}: {what}").fill(system=doing.entry.title, what=words.zh).zh
    wrong = Wrong(rule=_RULES[what], title=title, story=story, place=doing.entry.title, owner=doing.entry.owner,
                  key=f"{what}-{doing.now:%Y%m%d%H%M%S}")  # fmt: skip
    raise_shortcoming("systems", doing.entry, wrong, doing.person)


def _attested(doing: Doing[Attested], _before: Mapping[str, Any]) -> None:
    """Note that a system outside the door feeds attested records (Art. 13(6))."""
    system = System.objects.filter(name=doing.entry.system).first()
    if system is not None and (system.fed_at is None or system.fed_at < doing.entry.at):
        System.objects.filter(pk=system.pk).update(fed_at=doing.entry.at)
        system.fed_at = doing.entry.at
        acting.settle(REGISTER, system, doing.now)


def _concerns(_system: System) -> list[tuple[str, int]]:
    holders = Holder.objects.filter(reviewed_only=True, state="present")
    return [("holders", each) for each in holders.values_list("pk", flat=True)]


def _notes(system: System, now: datetime) -> Sequence[Text]:
    if system.state != CONNECTED:
        return []
    told: list[Text] = [] if _in_force(system, now) else [Alert("接入审查已过期", "Its review has run out")]
    if not feeds(system, now):
        told.append(_UNRECORDED)
    if any(getattr(system, each) is None for each in ("intrusion_at", "virus_at")):
        told.append(
            Alert("尚无防入侵或防病毒的证据", "There is no evidence yet of protection against intrusion or viruses")
        )
    return told


_UNRECORDED = Alert(
    "信息在闸门之外，且没有报送操作记录：第十三条第六项无法证明",
    "It holds information outside the door and feeds no records: Art. 13(6) is not evidenced",
)


def _act(name: str, title: Text, **more: Any) -> Act[System]:
    return Act(name=name, title=title, by=KEEPERS, **more)


REGISTER: Register[System] = Register(
    name="systems",
    prefix="SY",
    title=Text("信息系统", "Systems"),
    one=Text("系统", "System"),
    intro=Text(
        "储存用户个人信息的系统实行接入审查，采取防入侵、防病毒等措施（第十三条第五项），并按规定定级、备案、评测（第七项）。",
        "Systems that store personal information are reviewed before they connect and protected against intrusion and "
        "viruses (Art. 13(5)); network units are graded, filed and tested (13(7)).",
    ),
    model=System,
    duties=("A13-5-access", "A13-5-intrusion", "A13-6-oplog", "A13-7-network"),
    fields=(*fields.IDENTITY, *fields.HOLDS, *fields.CYCLES, *fields.STANDING),
    states={
        "registered": State(label=Text("待审查", "To be reviewed"), tone="waiting"),
        "reviewed": State(label=Text("审查通过，待接入", "Reviewed, not connected"), tone="waiting"),
        CONNECTED: State(label=Text("已接入", "Connected"), tone="good"),
        "refused": State(label=Text("不准接入", "May not connect"), tone="bad"),
        "retired": State(label=Text("已停用", "Retired"), tone="over"),
    },
    creating=_act("register", Text("登记系统", "Register a system"), to="registered", does=_check,
                  fields=(*fields.IDENTITY, *fields.HOLDS, *fields.CYCLES), duty="A13-5-access"),
    acts=(
        _act("review", Text("接入审查", "Review"), source=LIVE | {"refused"}, fields=fields.REVIEW, does=_review,
             proof="must", duty="A13-5-access"),
        Act(name="connect", title=Text("批准接入", "Let it connect"), by=frozenset({Role.APPROVER, Role.OFFICER}),
            source=frozenset({"reviewed"}), to=CONNECTED, possible=_in_force, does=_connect,
            apart_from=("register", "review"), alone=True, duty="A13-5-access"),
        _act("protect", Text("记录防护证据", "Note evidence of protection"), source=frozenset({CONNECTED}),
             fields=fields.PROTECT, does=_protect, proof="must", duty="A13-5-intrusion"),
        _act("grade", Text("定级", "Grade"), source=LIVE, fields=fields.GRADE, does=_grade, reason="must",
             possible=lambda system, _now: system.network, duty="A13-7-network"),
        _act("file", Text("记录备案", "Note the filing"), source=LIVE, fields=fields.FILE, does=_file, proof="must",
             possible=lambda system, _now: system.grade is not None, duty="A13-7-network"),
        _act("send-filing", Text("以公文报送备案", "Send the filing as a dispatch"), source=LIVE, does=filing.send,
             fields=fields.SEND, reason="none", duty="A13-7-network",
             possible=lambda system, _now: bool(system.filing) and bool(authorities())),
        Act(name="filing-confirmed", title=Text("管理机构确认备案", "The authority confirmed the filing"),
            by=frozenset(), follows=True, does=filing.answered, duty="A13-7-network"),
        Act(name="filing-questioned", title=Text("管理机构要求说明", "The authority questioned the filing"),
            by=frozenset(), follows=True, does=filing.answered, duty="A13-7-network"),
        _act("test", Text("记录评测或风险评估", "Note a test or assessment"), source=LIVE, fields=fields.TEST,
             does=_test, proof="must", possible=lambda system, _now: system.grade is not None, duty="A13-7-network"),
        _act("change", Text("变更", "Change"), source=LIVE, does=_check,
             fields=(*fields.IDENTITY[1:], *fields.HOLDS, *fields.CYCLES), duty="A13-5-access"),
        _act("disconnect", Text("停止接入", "Disconnect"), source=frozenset({CONNECTED, "reviewed"}), to="refused",
             reason="must", grave=True, duty="A13-5-access",
             hint=Text("要求审查的账号随即在闸门被拒绝。", "An account that asks for a review is refused at once.")),
        _act("retire", Text("停用", "Retire"), source=LIVE | {"refused"}, to="retired", reason="must", proof="must",
             grave=True, duty="A13-5-access",
             hint=Text("附上信息已迁移或销毁的证明。", "Attach the proof that what it held was moved or destroyed.")),
    ),
    columns=("name", "kind", "owner", "grade", "reviewed_until"),
    filters=("kind",),
    search=("name", "title_en", "place"),
    seen_by=HOUSE,
    clocks=lambda system, now: list(clocks.owed(system, now)),
    concerns=_concerns,
    notes=_notes,
    heeds={("records", "attest"): _attested},
    takes={"filing-answer": filing.take},
    parts=(part_of("systems"),),
    group=Group.HOUSE,
    speaks=SPEAKS,
    order=78,
)  # fmt: skip
