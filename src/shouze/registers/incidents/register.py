"""The register of incidents (Art. 14(1)): measures that hold at the door at once, whom it affects, grade, report.

* What is frozen for an incident is frozen at the door with that act, until it is released here.
* The Order says "at once" and gives no hours: elapsed times run, and a house clock where one is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from shouze.language import Text
from shouze.registers.describing import Act, Field, Group, Page, Part, Printed, Register, Running, State
from shouze.registers.incidents import doing, fields, grading, reporting
from shouze.registers.incidents.facts import SPEAKS
from shouze.registers.incidents.models import TARGETS, Incident
from shouze.registers.incidents.report import report
from shouze.registers.peers.trusted import authorities
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import KEEPERS, OVERSEEING, Role
from shouze.registers.rows import Effect
from shouze.rules.entries import Entry, Freeze

OPEN = frozenset({"open", "contained"})


def _clocks(incident: Incident, _now: datetime) -> Sequence[Running]:
    if incident.state == "refuted":
        return []
    since = incident.detected_at
    running = [
        _running("measure", incident, since, met=incident.first_measure_at),
        _running("contain", incident, since, met=incident.contained_at),
        _running("grade", incident, since, met=incident.graded_at),
    ]
    if incident.grade in ("serious", "particular"):
        since = incident.serious_since or since
        due = since + timedelta(hours=incident.house_hours) if incident.house_hours else None
        running.append(_running("report", incident, since, due=due, met=incident.reported_at))
        told = incident.noticed_at or (incident.changed_at if incident.notice_waived else None)
        running.append(_running("notice", incident, since, met=told))
    return [*running, *_lessons(incident)]


_OWED = {
    "measure": (Text("对{name}采取补救措施", "Remedy {name}"), "A14-1-remedy"),
    "contain": (Text("控制{name}", "Contain {name}"), "A14-1-remedy"),
    "grade": (Text("评定{name}的等级", "Grade {name}"), "A14-1-report"),
    "report": (Text("向管理机构报告{name}", "Report {name} to the authority"), "A14-1-report"),
    "notice": (Text("将{name}告知用户", "Tell users of {name}"), "A14-1-remedy"),
    "lesson": (Text("{name}：{what}", "{name}: {what}"), "A14-1-remedy"),
}


def _running(
    kind: str, incident: Incident, since: datetime, *, due: datetime | None = None, met: datetime | None = None
) -> Running:
    text, duty = _OWED[kind]
    title = text.fill(name=incident.title)
    return Running(kind=kind, title=title, since=since, due=due, met=met, roles=KEEPERS, duty=duty)


def _lessons(incident: Incident) -> Iterable[Running]:
    owners = {each["owner"] for each in incident.lessons}
    people = dict(Person.objects.filter(username__in=owners).values_list("username", "pk")) if owners else {}
    text, duty = _OWED["lesson"]
    for place, each in enumerate(incident.lessons):
        title = text.fill(name=incident.title, what=each["text"][:80])
        met = datetime.fromisoformat(each["done"]) if each["done"] else None
        yield Running(
            kind=f"lesson-{place}", title=title, since=datetime.fromisoformat(each["since"]),
            due=datetime.fromisoformat(each["due"]), met=met, roles=KEEPERS,
            person=people.get(each["owner"]), duty=duty,
        )  # fmt: skip


def _entries(incident: Incident) -> Mapping[str, Entry | None]:
    # A14-1-remedy: what is frozen is an entry of the policy until it is released
    wanted: dict[str, Entry | None] = {}
    for place, each in enumerate(incident.frozen):
        if each["target"] == "account":
            continue
        name = f"{incident.number}-{place}"
        wanted[f"freezes/{name}"] = None if each["until"] else Freeze(
            id=name, incident=incident.number, target=each["target"], name=each["name"],
            since=datetime.fromisoformat(each["since"]),
        )  # fmt: skip
    return wanted


def _notes(incident: Incident, _now: datetime) -> Sequence[Text]:
    notes = []
    if incident.state in OPEN and (refused := _refused(incident)):
        notes.append(Text(f"信息闸门拒绝冻结用户账号：{refused}", f"The door refused to freeze an account: {refused}"))
    if incident.state in OPEN and incident.frozen_now:
        n = len(incident.frozen_now)
        notes.append(Text(f"在信息闸门冻结：{n} 项", f"Frozen at the door: {n}"))
    suggested = grading.suggested(incident.affected_subjects, incident.affected_items, _sensitive())
    if incident.state in OPEN and suggested:
        words = [Text(text.zh, text.en) for text in (grading.criteria()[each].text for each in suggested)]
        counted = Text("按统计人数符合：{words}", "By the numbers counted: {words}")
        notes.append(counted.fill(words=Text.listed(words, zh="；", en="; ")))
    if incident.state in OPEN and (lacks := doing.missing(incident)):
        lacking = Text("结案前还缺：{lacks}", "Before it can be closed: {lacks}")
        notes.append(lacking.fill(lacks=Text.listed(lacks)))
    return notes


def _sensitive() -> list[str]:
    return [each.id for each in GIVEN.statutes.items.values() if each.sensitive] if GIVEN.statutes else []


def _calls(incident: Incident) -> dict[str, Effect]:
    """Return what the door last heard about each account."""
    effects = Effect.objects.filter(register="incidents", entry=incident.pk, kind="call").order_by("id")
    return {msgspec.json.decode(bytes(each.content))["about"]: each for each in effects}


def _refused(incident: Incident) -> str:
    return "、".join(sorted({each.problem for each in _calls(incident).values() if each.problem and each.done_at}))


def _frozen(incident: Incident) -> Iterable[Mapping[str, Any]]:
    heard = _calls(incident)
    for each in incident.frozen:
        effect = heard.get(each["name"]) if each["target"] == "account" else None
        state = "" if effect is None else effect.problem or ("✓" if effect.done_at else "…")
        yield {**each, "heard": state}


def _at(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None


_ACTS: tuple[Act[Incident], ...] = (
    Act(name="measure", title=Text("记录措施", "Note a measure"), by=KEEPERS, source=OPEN, fields=fields.MEASURE,
        does=doing.measure, duty="A14-1-remedy"),
    Act(name="freeze", title=Text("在闸门冻结", "Freeze at the door"), by=KEEPERS, source=OPEN, fields=fields.FREEZE,
        does=doing.freeze, calls=doing.frozen_at_door, proof="none", grave=True, duty="A14-1-remedy",
        hint=Text("闸门立即照此执行，直到在此解除。", "The door obeys at once, until it is released here.")),
    Act(name="release", title=Text("解除冻结", "Release"), by=KEEPERS, source=OPEN, fields=fields.RELEASE,
        does=doing.release, calls=doing.released_at_door, reason="must", duty="A14-1-remedy",
        possible=lambda incident, _now: bool(incident.frozen_now)),
    Act(name="confirm", title=Text("确认已经发生", "Confirm that it happened"), by=KEEPERS, source=OPEN,
        does=doing.real, possible=lambda incident, _now: incident.certainty == "suspected", duty="A14-1-remedy"),
    Act(name="contain", title=Text("记录已控制", "Note that it is contained"), by=KEEPERS, source=frozenset({"open"}),
        to="contained", does=doing.contain, duty="A14-1-remedy",
        fields=(Field(name="contained_at", label=Text("控制时间", "Contained at"), optional=True),)),
    Act(name="count", title=Text("统计影响", "Count whom it affects"), by=KEEPERS, source=OPEN, fields=fields.COUNT,
        asks=doing.count, does=doing.counted, proof="none", duty="A14-1-remedy",
        hint=Text("由信息闸门按操作记录统计，本次查阅也会记录。", "The door counts; the look is recorded.")),
    Act(name="grade", title=Text("评定等级", "Grade"), by=KEEPERS, source=OPEN, fields=fields.GRADE, does=doing.grade,
        duty="A14-1-report"),
    Act(name="report", title=Text("填写报告", "Write the report"), by=KEEPERS, source=OPEN, fields=fields.REPORT,
        possible=lambda incident, _now: incident.grade in ("serious", "particular"), duty="A14-1-report",
        hint=Text("填好后在“报告”页打印或保存并报送。", "Then print or save it from the page Report, and send it.")),
    Act(name="sent", title=Text("记录已报告", "Note that it was reported"), by=KEEPERS, source=OPEN, fields=fields.SENT,
        possible=lambda incident, _now: bool(incident.report_to), does=doing.sent, proof="must", duty="A14-1-report"),
    Act(name="send", title=Text("以公文报送", "Send it as a dispatch"), by=KEEPERS, source=OPEN | {"closed"},
        fields=fields.SEND, does=reporting.send, proof="may", reason="none", duty="A14-1-report",
        possible=lambda incident, _now: bool(incident.report_to) and bool(authorities()),
        hint=Text("再次报送即为续报。", "Sent again, it is a later report of the same incident.")),
    Act(name="correct", title=Text("报告改正情况", "Report what was corrected"), by=KEEPERS, source=OPEN | {"closed"},
        fields=fields.CORRECTED, does=reporting.corrected, reason="none", duty="A14-1-cooperate",
        possible=lambda incident, _now: bool(incident.reported_by_dispatch)),
    Act(name="received", title=Text("管理机构已收讫", "Received by the authority"), by=frozenset(), follows=True,
        duty="A14-1-report"),
    Act(name="tell", title=Text("告知用户", "Tell users"), by=KEEPERS, source=OPEN, fields=fields.NOTICE,
        does=doing.tell, duty="A14-1-remedy"),
    Act(name="cooperate", title=Text("记录配合调查", "Note cooperation"), by=KEEPERS, reason="must", proof="may",
        duty="A14-1-cooperate", hint=Text("要求和答复分别记录，附上文件。", "Note demand and response, with files.")),
    Act(name="cause", title=Text("记录原因", "Note the cause"), by=KEEPERS, source=OPEN, fields=fields.CAUSE,
        duty="A14-1-remedy"),
    Act(name="learn", title=Text("登记改进事项", "Add a lesson"), by=KEEPERS, source=OPEN | {"closed"},
        fields=fields.LESSON, does=doing.learn, duty="A14-1-remedy"),
    Act(name="learnt", title=Text("改进已完成", "A lesson is done"), by=KEEPERS, source=OPEN | {"closed"},
        fields=fields.LEARNT, does=doing.learnt, duty="A14-1-remedy",
        possible=lambda incident, _now: any(not each["done"] for each in incident.lessons)),
    Act(name="close", title=Text("结案", "Close"), by=KEEPERS | {Role.APPROVER}, source=frozenset({"contained"}),
        to="closed", does=doing.close, reason="must", duty="A14-1-remedy"),
    Act(name="refute", title=Text("排除", "Rule out"), by=KEEPERS, source=OPEN, to="refuted", does=doing.refute,
        reason="must", duty="A14-1-remedy",
        possible=lambda incident, _now: incident.certainty == "suspected"),
)  # fmt: skip

REGISTER: Register[Incident] = Register(
    name="incidents",
    prefix="I",
    title=Text("安全事件", "Incidents"),
    one=Text("安全事件", "Incident"),
    intro=Text(
        "用户个人信息发生或者可能发生泄露、毁损、丢失的，立即采取补救措施；后果严重或者可能严重的，立即报告（第十四条）。",
        "What is leaked, damaged or lost, or may be, is remedied at once; where consequences are or may be serious, "
        "it is reported at once (Art. 14).",
    ),
    model=Incident,
    duties=("A14-1-remedy", "A14-1-report", "A14-1-cooperate"),
    fields=fields.EVERY,
    states={
        "open": State(label=Text("处置中", "Open"), tone="bad"),
        "contained": State(label=Text("已控制", "Contained"), tone="waiting"),
        "closed": State(label=Text("已结案", "Closed"), tone="over"),
        "refuted": State(label=Text("已排除", "Ruled out"), tone="over"),
    },
    creating=Act(name="open", title=Text("登记事件", "Register an incident"), by=KEEPERS, to="open",
                 fields=fields.STORY, does=doing.begin, duty="A14-1-remedy"),
    acts=_ACTS,
    columns=("kind", "certainty", "grade", "detected_at", "affected_subjects"),
    filters=("kind", "certainty", "grade"),
    search=("story", "cause"),
    seen_by=OVERSEEING,
    takes={"received": reporting.take_number},
    clocks=_clocks,
    entries=_entries,
    notes=_notes,
    reports=(Printed(name="incident", title=Text("事件报告", "Incident report"), make=report),),
    pages=(
        Page(title=Text("报告", "Report"), name="incident-report", by=OVERSEEING),
        Page(title=Text("用户告知", "Notice to users"), name="incident-notice", by=OVERSEEING),
    ),
    parts=(
        Part(
            title=Text("冻结", "Frozen"),
            columns=(
                (Text("对象", "Target"), lambda each: TARGETS[each["target"]]),
                (Text("名称", "Name"), lambda each: each["name"]),
                (Text("业务", "Service"), lambda each: each["service"] or None),
                (Text("自", "From"), lambda each: _at(each["since"])),
                (Text("至", "Until"), lambda each: _at(each["until"])),
                (Text("闸门", "At the door"), lambda each: each["heard"] or None),
            ),
            rows=_frozen,
        ),
        Part(
            title=Text("改进", "Lessons"),
            columns=(
                (Text("事项", "What"), lambda each: each["text"]),
                (Text("负责人", "Owner"), lambda each: each["owner"]),
                (Text("期限", "Due"), lambda each: _at(each["due"])),
                (Text("完成", "Done"), lambda each: _at(each["done"])),
            ),
            rows=lambda incident: incident.lessons,
        ),
    ),
    speaks=SPEAKS,
    group=Group.HANDLING,
    order=40,
)  # fmt: skip
