"""A review is told to its two members and to nobody else; the authority has it only with the member's consent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.link.industry import PeerFinding
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.peerreviews.models import PeerReview
from shouze.registers.ports import GIVEN
from tests.registers.codes.scene import secretary
from tests.registers.house import do
from tests.registers.parties import Other
from tests.registers.peerreviews.scene import drawn, finds, pledged, replies, values

pytestmark = pytest.mark.django_db


def told(number: str) -> list[tuple[str, str]]:
    """Return what went out in a matter: kind and to whom."""
    rows = DispatchRow.objects.filter(direction="out", matter=number).order_by("pk")
    return list(rows.values_list("kind", "peer__party"))


@pytest.mark.duty("A21-ind-guide")
def test_a_draw_makes_one_review_for_each_member_and_tells_both_sides() -> None:
    rows, parties = drawn(4)
    assert {each.reviewer.party for each in rows} == {each.reviewed.party for each in rows} == set(parties)
    assert not {(each.reviewer_id, each.reviewed_id) for each in rows} & {
        (each.reviewed_id, each.reviewer_id) for each in rows
    }
    for each in rows:
        assert told(each.number) == [("peer-review", each.reviewer.party), ("peer-review", each.reviewed.party)]
        parts = DispatchRow.objects.filter(matter=each.number).order_by("pk")
        assert [row.body["part"] for row in parts] == ["reviewer", "reviewed"]


def test_findings_go_to_the_member_reviewed_the_answer_to_the_reviewer_and_the_end_to_both() -> None:
    (row, *_), parties = drawn()
    reviewer, reviewed = parties[row.reviewer.party], parties[row.reviewed.party]
    assert finds(row, reviewer).state == "found"
    assert row.findings[1] == {"clause": 2, "kept": "partly", "words": "答复用了十二日"}
    assert replies(row, reviewed).state == "replied"
    done = do(row, "close", secretary(), {"outcome": "三个月后复看"})
    assert done.state == "closed"
    assert told(row.number)[2:] == [
        ("peer-findings-passed", reviewed.party), ("peer-reply-passed", reviewer.party),
        ("peer-closed", reviewer.party), ("peer-closed", reviewed.party),
    ]  # fmt: skip


def test_nobody_finds_or_answers_in_anothers_place() -> None:
    (row, *_), parties = drawn()
    reviewer, reviewed = parties[row.reviewer.party], parties[row.reviewed.party]
    (third,) = {*parties} - {reviewer.party, reviewed.party}
    for other in (reviewed, parties[third]):
        assert finds(row, other).state == "asked"
    finds(row, reviewer)
    for other in (reviewer, parties[third]):
        assert replies(row, other, 2).state == "found"
    assert DispatchRow.objects.filter(kind__in=("peer-findings", "peer-reply"), state="stuck").count() == 4


@pytest.mark.parametrize(
    "findings",
    [
        (),
        (PeerFinding(clause=3, kept="kept"),),
        (PeerFinding(clause=1, kept="kept"), PeerFinding(clause=1, kept="partly")),
    ],
)
def test_findings_are_of_the_codes_clauses_each_once(findings: tuple[PeerFinding, ...]) -> None:
    (row, *_), parties = drawn()
    assert finds(row, parties[row.reviewer.party], findings).state == "asked"


def test_findings_stand_once_and_an_answer_may_be_given_anew() -> None:
    (row, *_), parties = drawn()
    reviewer, reviewed = parties[row.reviewer.party], parties[row.reviewed.party]
    finds(row, reviewer)
    finds(row, reviewer, sequence=2)
    assert DispatchRow.objects.filter(kind="peer-findings", state="stuck").count() == 1
    replies(row, reviewed)
    assert replies(row, reviewed, 2, may_share=True).may_share


def test_the_authority_gets_nothing_unless_the_member_reviewed_agrees() -> None:
    authority = Other(party="shouze.localhost/authority")
    authority.trusted("authority", number="L-90", title="某省通信管理局（虚构）")
    (row, *_), parties = drawn()
    reviewer, reviewed = parties[row.reviewer.party], parties[row.reviewed.party]
    finds(row, reviewer)
    replies(row, reviewed)
    asked = {"authority": authority.party}
    with pytest.raises(NotYoursError):
        do(row, "hand-over", secretary(), asked)
    assert not DispatchRow.objects.filter(peer__party=authority.party).exists()
    replies(row, reviewed, 2, may_share=True)
    with pytest.raises(InvalidError):
        do(row, "hand-over", secretary(), {"authority": reviewer.party})
    done = do(row, "hand-over", secretary(), asked)
    assert done.handed_to == "某省通信管理局（虚构）"
    sent = DispatchRow.objects.get(peer__party=authority.party)
    assert "答复用了十二日" in sent.body["text"]
    assert row.reviewer.title not in sent.body["text"], "who reviewed it is nobody's but the two members'"


@pytest.mark.parametrize(("changed", "field"), [({"due": GIVEN.now() - timedelta(days=1)}, "due"), ({}, "seed")])
def test_what_is_wrong_with_a_draw_is_named(changed: dict[str, Any], field: str) -> None:
    code, _ = pledged(2)
    with pytest.raises(InvalidError) as caught:
        do(code, "draw", secretary(), values(**changed))
    assert caught.value.field == field
    assert not PeerReview.objects.exists()


def test_the_next_draw_waits_until_the_last_one_is_over() -> None:
    code, _ = pledged()
    do(code, "draw", secretary(), values())
    with pytest.raises(InvalidError):
        do(code, "draw", secretary(), values())
    for row in PeerReview.objects.all():
        do(row, "drop", secretary())
    do(code, "draw", secretary(), values())
    assert PeerReview.objects.filter(state="asked").count() == 3
