"""The authority's part in the story, in a process of its own: it takes the report in, suspends, lifts, and decides.

It speaks in JSON, one object on each line of its standard output: where it serves, then what it has done, in both
languages. Its people learn the operator's fingerprint as they would by telephone: from the line that started it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.db import connection

from shouze.cli.story import judgement
from shouze.cli.story.stage import HEAD, OFFICER, PUBLISHER, SECOND, do, make, speak, tell, until
from shouze.errors import ShouzeError, UnavailableError
from shouze.registers import acting
from shouze.registers.issued.models import Issued
from shouze.registers.peers.models import Peer
from shouze.registers.people.models import Person
from shouze.registers.people.register import REGISTER as PEOPLE
from shouze.registers.ports import own
from shouze.registers.reports.models import Report
from shouze.registers.roles import Role
from shouze.registers.rows import Event, Kept

_OFFICERS = (
    (HEAD, "沈局", Role.HEAD), (OFFICER, "方远", Role.INSPECTOR), (SECOND, "江澄", Role.INSPECTOR),
    (PUBLISHER, "顾白", Role.PUBLISHER),
)  # fmt: skip
ORDER = "云通管责停〔2026〕1号"
_BODY, _BODY_EN = "云泽省通信管理局（虚构）", "Yunze Communications Administration (fictional)"


def play(url: str, fingerprint: str, over: Callable[[], bool]) -> None:
    """Play the part to its end; ``over`` tells that the story has ended elsewhere."""
    try:
        _play(url, fingerprint, over)
    except ShouzeError as error:
        speak(problem=str(error))
        raise
    finally:
        connection.close()


def _play(url: str, fingerprint: str, over: Callable[[], bool]) -> None:
    password = secrets.token_urlsafe(9)
    for number, name, role in _OFFICERS:
        person = Person(username=number, name=name, title=name, roles_held=[str(role)])
        person.set_password(password)
        acting.enrol(PEOPLE, person, None)
    speak(url=url, fingerprint=own().key.public.fingerprint, people=[each[0] for each in _OFFICERS], password=password)

    peer = until(lambda: Peer.objects.filter(state="introduced").first(), over)
    do("peers", peer, "trust", HEAD, {"compared": fingerprint})
    report = until(Report.objects.first, over)
    tell(f"收到事件报告，编为 {report.number}", f"The report is here: {report.number}")
    because = "代理人店员以个人手机拍摄客户资料，涉及姓名、电话，可能继续外流（虚构）"
    do("reports", report, "assess", OFFICER, {"impact": "major", "impact_because": because})
    order = _drafted(peer, report)
    do("issued", order, "sign", HEAD)
    tell(
        f"评估为影响重大；执法人员起草，负责人签发 {ORDER}",
        f"Assessed as major; an officer drafts {ORDER}, the head signs",
    )
    order = until(Issued.objects.exclude(proof="").first, over)
    _tell_proof(order)
    report = until(lambda: Report.objects.exclude(corrected_at=None).first(), over)
    do("reports", report, "recheck", OFFICER, {"rechecked": "店内更换设备，禁止携带手机入柜台；现场复查属实（虚构）"})
    do("issued", order, "lift", HEAD, reason="已改正，复查属实")
    tell("收到改正报告，复查属实，解除暂停", "The correction is reported and re-checked; the suspension is lifted")
    entry = judgement.play(report, (_BODY, _BODY_EN), over)
    until(lambda: not _unwritten(), over)
    events = Event.objects.filter(register="dispatches").exclude(receipt=None).count()
    tell(f"本方日志中公文记录 {events} 条", f"Records of dispatches in its own log: {events}")
    speak(done=True, entry=entry)


def _drafted(peer: Peer, report: Report) -> Kept:
    values = {
        "kind": "suspend", "to": peer.party, "report": report.number, "document": ORDER, "body": _BODY,
        "body_en": _BODY_EN, "because": "疑似泄露用户个人信息，在作出处理决定前暂停有关行为",
        "because_en": "A suspected leak; the conduct stops before it is decided", "services": "mobile",
        "agents": "qingshan-stores", "purposes": "", "actions": "", "items": "", "since": None, "until": None,
        "due": None,
    }  # fmt: skip
    return make("issued", OFFICER, values)


def _tell_proof(order: Issued) -> None:
    if order.proof_problem or order.proved_at is None:
        raise UnavailableError(field="proof")
    tell(
        "经营者的执行回执附有其日志的证明，已用其公钥核验",
        "The acknowledgement brings a proof from the operator's log, verified here by its key",
    )


def _unwritten() -> bool:
    return Event.objects.filter(register="dispatches", receipt=None).exists()
