"""Reports of incidents by dispatch (Art. 14(1)), what is corrected afterwards, and the authority's number for it."""

from __future__ import annotations

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Corrected, IncidentReport, Received
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.incidents.models import Incident
from shouze.registers.peers.trusted import trusted_peer


def send(doing: Doing[Incident]) -> None:
    """Send the report, or a later one of the same incident."""
    # A14-1-report: the report is on its way with this act, and its receipt comes back by itself
    incident = doing.entry
    peer = trusted_peer("authority", doing.values["authority"])
    if peer is None:
        raise InvalidError(Text("没有此管理机构", "There is no such authority"), field="authority")
    written = Written("incident-report", peer, incident.number, _report(incident), files=doing.documents,
                      about=incident.number)  # fmt: skip
    post(written, doing.person)
    incident.reported_at = incident.reported_at or doing.now
    incident.reported_by_dispatch = peer.party


def corrected(doing: Doing[Incident]) -> None:
    """Report what was corrected."""
    incident = doing.entry
    peer = trusted_peer("authority", incident.reported_by_dispatch)
    if peer is None:
        raise InvalidError(Text("没有此管理机构", "There is no such authority"), field="authority")
    body = Corrected(done=str(doing.values["correction"]), at=doing.now)
    post(Written("corrected", peer, incident.number, body, files=doing.documents, about=incident.number), doing.person)


def take_number(arrived: Arrived) -> Incident | None:
    """Note the number that the authority has given to a report."""
    body = arrived.saying(Received)
    sent = DispatchRow.objects.filter(
        peer=arrived.peer, direction="out", dispatch_id=arrived.dispatch.in_reply_to or ""
    )
    about = sent.values_list("about", flat=True).first()
    incident = Incident.objects.filter(number=about).first() if about else None
    if incident is None:
        return None
    incident.report_receipt = body.number[:120]
    incident.save(update_fields=["report_receipt"])
    return acting.followed("incidents", incident, "received")


def _report(incident: Incident) -> IncidentReport:
    agents = {each["name"] for each in incident.frozen if each["target"] == "agent"}
    services = {each["service"] or each["name"] for each in incident.frozen if each["target"] == "service"}
    told = {
        "number": incident.number, "title": incident.title, "type": incident.kind, "certainty": incident.certainty,
        "detected_at": incident.detected_at, "happened_since": incident.happened_since,
        "happened_until": incident.happened_until, "contained_at": incident.contained_at, "story": incident.story,
        "services": sorted(services), "agents": sorted(agents), "items": incident.items,
        "subjects": incident.affected_subjects, "uses": incident.affected_uses, "grade": incident.grade or "serious",
        "grade_because": incident.grade_because, "consequences": incident.consequences,
        "measures": [each[:500] for each in incident.measures], "cause": incident.cause,
        "notice": (incident.notice_channel or incident.notice_waived)[:500], "licence": incident.licence,
        "contact": incident.reporter,
    }  # fmt: skip
    return msgspec.convert(told, IncidentReport)
