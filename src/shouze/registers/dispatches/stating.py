"""States to the higher authority what happened in an inspection that is complained about."""

from __future__ import annotations

from shouze.link.supervision import GrievanceStatement
from shouze.registers.describing import Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, post


def state(doing: Doing[DispatchRow]) -> None:
    """Send the statement, with the files that bear it out."""
    row = doing.entry
    said = GrievanceStatement(number=str(row.body["number"]), text=str(doing.values["statement"]))
    written = Written("grievance-statement", row.peer, row.matter, said, row.dispatch_id, doing.documents, row.number)
    post(written, doing.person)
