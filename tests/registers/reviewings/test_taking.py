"""The operator's part: it reviews and is told the answer, or is reviewed and answers."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.link.refusing import RejectedError
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.reviewings.models import Reviewing
from tests.registers.commitments.scene import asked, association
from tests.registers.house import do, officer
from tests.registers.parties import Other
from tests.registers.reviewings.scene import closes, passes_findings, passes_reply, told

pytestmark = pytest.mark.django_db
WRITTEN = {"findings_text": "1 部分遵守 用了十二日"}


@pytest.mark.duty("A07-selfreg")
def test_a_reviewer_sends_findings_and_reads_the_answer_and_the_end() -> None:
    other = association()
    row = do(told(other, "reviewer"), "review", officer(), WRITTEN)
    assert row.state == "sent"
    sent = DispatchRow.objects.get(kind="peer-findings")
    assert sent.body["findings"] == [{"clause": 1, "kept": "partly", "words": "用了十二日"}]
    assert passes_reply(other).reply == "已改"
    row = closes(other, 3)
    assert (row.state, row.outcome) == ("closed", "已跟进")


def test_who_is_reviewed_reads_findings_and_answers_with_consent_or_without() -> None:
    other = association()
    told(other, "reviewed")
    row = passes_findings(other)
    assert (row.state, row.findings[0]["words"]) == ("to-answer", "没有答复")
    row = do(row, "answer", officer(), {"reply": "已改", "may_share": False})
    assert "may_share" not in DispatchRow.objects.get(kind="peer-reply").body
    do(row, "answer", officer(), {"reply": "已改", "may_share": True})
    assert DispatchRow.objects.filter(kind="peer-reply").order_by("-pk")[0].body["may_share"] is True


def test_each_part_does_its_own_and_not_the_others() -> None:
    other = association()
    row = told(other, "reviewed")
    with pytest.raises(NotYoursError):
        do(row, "review", officer(), WRITTEN)
    Reviewing.objects.update(part="reviewer", state="sent")
    with pytest.raises(NotYoursError):
        do(Reviewing.objects.get(), "answer", officer(), {"reply": "x", "may_share": False})
    passes_findings(other)
    assert Reviewing.objects.get().state == "sent"


def test_findings_are_held_to_the_clauses_of_the_code_that_was_pledged_to() -> None:
    other = association()
    code = asked(other)
    row = told(other, "reviewer", code.digest)
    with pytest.raises(InvalidError) as caught:
        do(row, "review", officer(), {"findings_text": "2 遵守"})
    assert caught.value.field == "findings_text"
    assert do(row, "review", officer(), WRITTEN).state == "sent"


@pytest.mark.parametrize("side", ["operator", "authority"])
def test_no_other_side_draws_a_review(side: str) -> None:
    other = Other()
    other.trusted(side)
    with pytest.raises(RejectedError):
        told(other, "reviewed")
