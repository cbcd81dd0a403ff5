"""What the acts upon an incident do: to the row, and at the door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from shouze.client import ClientError, Tallied
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.asking import asked_of_door, blamed
from shouze.registers.describing import Doing, DoorCall
from shouze.registers.incidents import grading
from shouze.registers.incidents.models import Incident
from shouze.registers.naming import check_subject
from shouze.registers.people.models import Person

_FIELD_OF = {
    "actor": "frozen_actor", "agent": "frozen_agent", "item": "frozen_item", "action": "frozen_action",
    "service": "frozen_service", "account": "frozen_subject",
}  # fmt: skip


def begin(doing: Doing[Incident]) -> None:
    """Check an incident's times."""
    incident = doing.entry
    if incident.detected_at > doing.now:
        raise InvalidError(Text("发现时间在将来", "It was detected in the future"), field="detected_at")
    since, until = incident.happened_since, incident.happened_until
    if since and until and until < since:
        raise InvalidError(Text("结束早于开始", "It ends before it begins"), field="happened_until")


def measure(doing: Doing[Incident]) -> None:
    """Note a measure."""
    _measured(doing, doing.values["measure"])


def freeze(doing: Doing[Incident]) -> None:
    """Note what is frozen; entries or the door's own verb make it so."""
    # A14-1-remedy: the measure holds at the door at once
    incident, target = doing.entry, doing.values["target"]
    field = _FIELD_OF[target]
    name = str(doing.values.get(field) or "").strip()
    if not name:
        raise InvalidError(Text("没有说明冻结哪一个", "It does not say which one"), field=field)
    service = doing.values.get("frozen_service") or ""
    if target == "account" and not service:
        raise InvalidError(Text("没有说明业务", "The service is not named"), field="frozen_service")
    if target == "account":
        check_subject(name, field)
    if any(_same(each, target, name) and not each["until"] for each in incident.frozen):
        raise InvalidError(Text("已经冻结", "It is frozen already"), field=field)
    frozen = {"target": target, "name": name, "service": service, "since": doing.now.isoformat(), "until": None}
    incident.frozen = [*incident.frozen, frozen]
    _measured(doing, f"冻结 {incident.frozen_now[-1]}")


def release(doing: Doing[Incident]) -> None:
    """Note that something is frozen no longer."""
    place, incident = int(doing.values["released"]), doing.entry
    if not 0 <= place < len(incident.frozen) or incident.frozen[place]["until"]:
        raise InvalidError(Text("这一项没有冻结", "That is not frozen"), field="released")
    listed = [dict(each) for each in incident.frozen]
    listed[place]["until"] = doing.now.isoformat()
    incident.frozen = listed


def frozen_at_door(doing: Doing[Incident]) -> Sequence[DoorCall]:
    """Return the door's verb for an account that was just frozen."""
    return _accounts(doing, doing.entry.frozen[-1:], "freeze")


def released_at_door(doing: Doing[Incident]) -> Sequence[DoorCall]:
    """Return the door's verb for an account that was just released."""
    place = int(doing.values["released"])
    return _accounts(doing, doing.entry.frozen[place : place + 1], "unfreeze")


def contain(doing: Doing[Incident]) -> None:
    """Note that it is contained."""
    doing.entry.contained_at = doing.values["contained_at"] or doing.now
    if doing.entry.contained_at < doing.entry.detected_at:
        raise InvalidError(Text("控制早于发现", "It was contained before it was detected"), field="contained_at")


def count(incident: Incident, person: Person, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask the log, in the person's name, how many uses there were of how many users."""
    sought = {
        "actor": values.get("by_actor"), "agent": values.get("by_agent"), "service": values.get("of_service"),
        "item": values.get("of_item"), "site": values.get("from_site"),
        "since": values.get("handled_since"), "until": values.get("handled_until"),
    }  # fmt: skip
    given: dict[str, Any] = {name: value for name, value in sought.items() if value}
    try:
        counted: Tallied = asked_of_door(
            person, lambda door: door.tally_records(purpose="investigation", reason=incident.number, **given)
        )
    except ClientError as problem:
        raise blamed(problem) from None
    return {"counted": counted, "scope": _scope(given)}


def counted(doing: Doing[Incident]) -> None:
    """Keep what was counted."""
    incident, told = doing.entry, doing.values["counted"]
    incident.scope, incident.counted_at = doing.values["scope"][:500], doing.now
    incident.affected_uses, incident.affected_subjects = told.records, told.subjects
    incident.affected_days = [f"{day}：{n}" for day, n in told.days.items()][:400]
    incident.affected_items = sorted(told.items, key=lambda item: -told.items[item])


def grade(doing: Doing[Incident]) -> None:
    """Grade it; the grade is not below what its criteria ask for."""
    # A14-1-report: severity is judged with reasons
    incident, wanted = doing.entry, grading.asked_for(doing.entry.criteria)
    if grading.below(incident.grade, wanted):
        words = grading.GRADES[wanted]
        detail = Text(f"所勾选的标准要求“{words.zh}”", f"The criteria ticked ask for: {words.en}")
        raise InvalidError(detail, field="grade", remedy=Text("提高等级，或取消不符合的标准", "Raise it, or untick"))
    before = Incident.objects.values_list("grade", flat=True).get(pk=incident.pk)
    # what is found serious at first is so since its detection; what was judged lower before, from now on
    if before == "ordinary" and incident.grade != "ordinary":
        incident.serious_since = doing.now
    incident.graded_at = doing.now


def sent(doing: Doing[Incident]) -> None:
    """Note that the report went out."""
    if doing.entry.reported_at and doing.entry.reported_at > doing.now:
        raise InvalidError(Text("报告时间在将来", "It was reported in the future"), field="reported_at")


def tell(doing: Doing[Incident]) -> None:
    """Note the notice to users, or why there is none."""
    incident = doing.entry
    if not incident.notice.strip() and not incident.notice_waived.strip():
        remedy = Text("写告知内容，或不告知的理由", "Write the notice, or why users are not told")
        raise InvalidError(Text("两项都没有写", "Neither is given"), field="notice", remedy=remedy)
    if incident.notice.strip() and not incident.noticed_at:
        incident.noticed_at = doing.now


def learn(doing: Doing[Incident]) -> None:
    """Note what is to change, by whom, until when."""
    values = doing.values
    lesson = {
        "text": values["lesson"], "owner": values["lesson_owner"], "since": doing.now.isoformat(),
        "due": values["lesson_due"].isoformat(), "done": None,
    }  # fmt: skip
    doing.entry.lessons = [*doing.entry.lessons, lesson]


def learnt(doing: Doing[Incident]) -> None:
    """Note that it was changed."""
    place, lessons = int(doing.values["learnt"]), [dict(each) for each in doing.entry.lessons]
    if not 0 <= place < len(lessons) or lessons[place]["done"]:
        raise InvalidError(Text("没有这一项", "There is no such one"), field="learnt")
    lessons[place]["done"] = doing.now.isoformat()
    doing.entry.lessons = lessons


def missing(incident: Incident) -> list[Text]:
    """Return what an incident still lacks before it can be closed."""
    serious = incident.grade in ("serious", "particular")
    lacks = (
        (incident.first_measure_at is None, Text("首次措施", "the first measure")),
        (incident.contained_at is None, Text("控制时间", "when it was contained")),
        (not incident.grade, Text("等级", "its grade")),
        (serious and incident.reported_at is None, Text("向管理机构的报告", "the report to the authority")),
        (serious and not (incident.notice or incident.notice_waived), Text("对用户的告知", "the notice to users")),
        (not incident.cause, Text("原因", "the cause")),
        (bool(incident.frozen_now), Text("解除冻结", "releasing what is frozen")),
    )
    return [text for lacking, text in lacks if lacking]


def close(doing: Doing[Incident]) -> None:
    """Close it, when nothing is missing."""
    lacks = missing(doing.entry)
    if lacks:
        detail = Text("还缺：{lacks}", "Still missing: {lacks}").fill(lacks=Text.listed(lacks))
        raise InvalidError(detail, remedy=Text("先办理这些", "Do these first"))
    doing.entry.closed_at = doing.now


def refute(doing: Doing[Incident]) -> None:
    """Rule it out; what was frozen for it is released first."""
    if doing.entry.frozen_now:
        remedy = Text("先解除冻结", "Release it first")
        raise InvalidError(Text("仍有冻结", "Something is frozen for it"), remedy=remedy)
    doing.entry.certainty, doing.entry.closed_at = "refuted", doing.now


def real(doing: Doing[Incident]) -> None:
    """Confirm that it happened."""
    doing.entry.certainty = "real"


def _same(frozen: Mapping[str, Any], target: str, name: str) -> bool:
    return (frozen["target"], frozen["name"]) == (target, name)


def _accounts(doing: Doing[Incident], frozen: Sequence[Mapping[str, Any]], verb: Any) -> Sequence[DoorCall]:
    return [
        DoorCall(
            verb,
            {"incident": doing.entry.number, "service": each["service"], "subject": {"id": each["name"]},
             "place": {"site": doing.person.site} if doing.person.site else {}},
            each["name"],
        )
        for each in frozen
        if each["target"] == "account"
    ]  # fmt: skip


def _measured(doing: Doing[Incident], text: str) -> None:
    at = timezone.localtime(doing.now)
    doing.entry.measures = [*doing.entry.measures, f"{at:%Y-%m-%d %H:%M} {doing.person.name}：{text}"]
    doing.entry.first_measure_at = doing.entry.first_measure_at or doing.now


def _scope(given: Mapping[str, Any]) -> str:
    def shown(value: Any) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)

    return "；".join(f"{_SCOPE[name]} {shown(value)}" for name, value in given.items())


_SCOPE = {
    "actor": "人员", "agent": "代理人", "service": "业务", "item": "信息项", "site": "场所", "since": "自",
    "until": "至",
}  # fmt: skip
