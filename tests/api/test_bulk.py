"""How the api shows a bulk request."""

from __future__ import annotations

from datetime import UTC, datetime

from shouze.api.bulk import answer_of
from shouze.gateway.bulk.request import BulkScope, Counts, Form, Job, Party, Remarks

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FORM = Form(
    service="mobile",
    purpose="offers",
    action="destroy",
    items=("phone",),
    volume=3,
    scope=BulkScope(consented="offers"),
)
JOB = Job(
    id="a" * 26, form=FORM, asked_by=Party("staff", "S-1"), asked_at=NOW, decide_by=NOW,
    counts=Counts(5, 2, 1, 1, {"no-consent": 1}),
)  # fmt: skip


def test_it_says_where_the_request_stands() -> None:
    told = answer_of(JOB)
    assert (told.state, told.seen, told.rows, told.refused) == ("requested", 5, 2, {"no-consent": 1})
    assert (told.reach, told.consented, told.asked_by) == ("users", "offers", "S-1")


def test_what_people_wrote_is_there_only_where_it_is_given() -> None:
    assert answer_of(JOB).reason is None
    assert answer_of(JOB, Remarks(reason="r")).reason == "r"
