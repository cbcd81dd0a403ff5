"""Members are asked when a version comes in force; what they say counts for the text they were asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from shouze.link.industry import Pledge as Said
from shouze.link.refusing import Reason, RejectedError
from shouze.registers.codes.models import Code
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.peers.models import Peer
from shouze.registers.pledges.models import Pledge
from shouze.registers.pledges.pledging import keep, pledged_to
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock, Document
from tests.registers.codes.scene import adopted, answers, asked_of, chair, member, members, secretary
from tests.registers.house import do
from tests.registers.parties import Other, later

pytestmark = pytest.mark.django_db


def states() -> Sequence[str]:
    return list(Pledge.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.duty("A21-ind-guide")
def test_with_a_code_in_force_every_member_is_asked_once_with_its_text() -> None:
    members(3)
    Other(party="shouze.localhost/authority").trusted("authority", number="L-90")
    code = adopted()
    assert states() == ["asked"] * 3
    sent = DispatchRow.objects.filter(kind="code")
    assert {each.body["digest"] for each in sent} == {code.adopted_digest}
    assert set(Document.objects.filter(event__register="dispatches").values_list("sha256", flat=True)) == {code.digest}
    keep(GIVEN.now())
    assert Pledge.objects.count() == 3, "the authority is no member, and nobody is asked twice"


def test_whoever_becomes_a_member_later_is_asked_too() -> None:
    adopted()
    member("late")
    keep(GIVEN.now())
    assert states() == ["asked"]


@pytest.mark.duty("A21-ind-guide")
def test_a_pledge_stands_with_who_signed_it_and_when_and_is_public() -> None:
    other = member("m1")
    code = adopted()
    row = answers(other)
    assert (row.state, row.signed_by, row.post, row.pledged_at is not None) == ("pledged", "某总", "总经理", True)
    assert [name for name, _, _ in pledged_to(code.number)] == ["m1（虚构）"]
    assert not Clock.objects.filter(register="pledges", met=None).exists()


def test_who_declines_or_ends_is_on_no_list() -> None:
    one, other = members(2)
    code = adopted()
    answers(one, "declined", reason="正在评估")
    answers(other)
    assert answers(other, "ended", sequence=2).state == "ended"
    assert pledged_to(code.number) == []
    assert asked_of(one).says == "正在评估"


def test_a_declined_code_may_still_be_pledged_to() -> None:
    other = member("m1")
    adopted()
    answers(other, "declined")
    assert answers(other, sequence=2).state == "pledged"


@pytest.mark.parametrize("changed", [{"digest": "0" * 64}, {"says": "ended"}])
def test_a_pledge_to_another_text_or_the_end_of_none_is_not_taken(changed: dict[str, Any]) -> None:
    other = member("m1")
    adopted()
    assert answers(other, **{"says": "pledged"} | changed).state == "asked"
    assert DispatchRow.objects.get(kind="pledge").state == "stuck"


def test_nobody_answers_for_another_member() -> None:
    one, other = members(2)
    adopted()
    row = asked_of(one)
    said = Said(code=row.name, issue=row.issue, digest=row.digest, says="pledged")
    other.send("pledge", said, matter=row.number)
    assert states() == ["asked", "asked"]
    assert DispatchRow.objects.get(kind="pledge").state == "stuck"


def test_an_authority_may_send_no_pledge_and_an_operator_no_code() -> None:
    authority = Other(party="shouze.localhost/authority")
    authority.trusted("authority", number="L-90")
    with pytest.raises(RejectedError) as caught:
        authority.send("pledge", Said(code="x", issue=1, digest="0" * 64, says="pledged"))
    assert caught.value.reason == Reason.NOT_ENTITLED


@pytest.mark.duty("A21-ind-guide")
def test_a_new_version_asks_anew_and_ends_what_was_pledged_to_the_old() -> None:
    one, other = members(2)
    first = adopted()
    answers(one)
    do(first, "revise", secretary())
    second = adopted(Code.objects.get(issue=2))
    assert states() == ["replaced", "replaced", "asked", "asked"]
    assert pledged_to(first.number) == []
    late = Pledge.objects.get(code=first.number, peer__party=other.party)
    other.send("pledge", Said(code=late.name, issue=1, digest=late.digest, says="pledged"), matter=late.number)
    assert DispatchRow.objects.filter(kind="pledge", state="stuck").count() == 1
    assert answers(one, sequence=1).code == second.number
    assert len(pledged_to(second.number)) == 1


def test_with_the_end_of_a_code_pledges_end() -> None:
    other = member("m1")
    code = adopted()
    answers(other)
    do(code, "withdraw", chair())
    assert states() == ["replaced"]


def test_a_reminder_asks_until_another_day() -> None:
    member("m1")
    adopted()
    row = Pledge.objects.get()
    with later(timedelta(days=20)):
        again = do(row, "remind", secretary())
    assert again.due > row.due
    assert [each.sequence for each in DispatchRow.objects.filter(kind="code").order_by("pk")] == [1, 2]


def test_who_is_no_member_any_more_is_on_no_list() -> None:
    other = member("m1")
    code = adopted()
    answers(other)
    Peer.objects.update(state="ended")
    assert pledged_to(code.number) == []


def test_members_are_operators_that_people_have_confirmed() -> None:
    member("m1")
    Peer.objects.update(state="introduced")
    adopted()
    assert states() == []
