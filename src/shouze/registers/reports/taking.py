"""Takes in what operators report by dispatch: first and later reports, and what was corrected."""

from __future__ import annotations

from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.link.kinds import Corrected, IncidentReport, Received
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.finding import registers
from shouze.registers.reports.models import Report
from shouze.registers.rows import Kept


def take_report(arrived: Arrived) -> Report:
    """Enter a report, its number goes back at once; or bring the matter's own up to date, a closed one too."""
    body = arrived.saying(IncidentReport)
    report = Report.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter).first()
    files = Asked(documents=attached(arrived.dispatch, arrived.attachments))
    if report is not None:
        _fill(report, arrived, body)
        report.save()
        return acting.followed("reports", report, "reopen" if report.state == "closed" else "later", files)
    report = Report(peer=arrived.peer, matter=arrived.dispatch.matter, received_at=arrived.now)
    _fill(report, arrived, body)
    entered = acting.entered("reports", report, "arrive", files)
    said = Received(number=entered.number)
    post(Written("received", arrived.peer, report.matter, said, in_reply_to=arrived.dispatch.id, about=entered.number))
    return entered


def _fill(report: Report, arrived: Arrived, body: IncidentReport) -> None:
    report.title, report.operator = body.title[:200], arrived.peer.title
    report.operator_number, report.licence = body.number[:64], (body.licence or arrived.peer.licence)[:120]
    report.dispatch, report.kind, report.certainty = arrived.digest, body.type, body.certainty
    report.detected_at, report.story = body.detected_at, body.story
    report.services, report.agents = "、".join(body.services)[:500], "、".join(body.agents)[:500]
    report.items, report.subjects, report.uses = "、".join(body.items)[:500], body.subjects, body.uses
    report.grade, report.grade_because = body.grade[:16], body.grade_because
    report.consequences, report.measures = body.consequences, "\n".join(body.measures)
    report.cause, report.contact = body.cause, body.contact


_ORDERED = {"cases": "said-corrected", "batches": "corrected", "removals": "reported"}
"""The registers whose orders to correct are answered too, and the act that notes it."""


def take_correction(arrived: Arrived) -> Kept:
    """Note what an operator says that it has corrected: in an incident, or under an order of a case or a batch."""
    body = arrived.saying(Corrected)
    report = Report.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter).first()
    order = _issued(arrived, body)
    if report is None:
        return order or _ordered(arrived, body)
    report.corrected, report.corrected_at = body.done, body.at
    report.save()
    return acting.followed(
        "reports", report, "correct", Asked(documents=attached(arrived.dispatch, arrived.attachments))
    )


def _issued(arrived: Arrived, body: Corrected) -> Kept | None:
    """Note it at the order to correct that it is about, where one stands: it is to be re-checked now."""
    standing = registers()["issued"].rows().filter(peer=arrived.peer, document=body.order, kind="correct")
    order = standing.filter(state__in=("served", "reported")).first()
    if order is None:
        return None
    files = attached(arrived.dispatch, arrived.attachments)
    found: Kept = acting.followed("issued", order, "said-corrected", Asked(reason=body.done, documents=files))
    return found


def _ordered(arrived: Arrived, body: Corrected) -> Kept:
    matter = arrived.dispatch.matter
    asked = DispatchRow.objects.filter(direction="out", kind="correction", peer=arrived.peer, matter=matter)
    for name, act in _ORDERED.items():
        row = registers()[name].rows().filter(number=matter).first() if name in registers() else None
        if row is not None and asked.exists():
            files = attached(arrived.dispatch, arrived.attachments)
            found: Kept = acting.followed(name, row, act, Asked(reason=body.done, documents=files))
            return found
    raise NotFoundError(Text("没有此事项", "There is no such matter"), field="matter")
