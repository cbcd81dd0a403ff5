"""A code arrives as it was published; what is answered names its digest, who signed, and when."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from shouze.link.refusing import Reason, RejectedError
from shouze.registers.commitments.models import Commitment
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN
from tests.registers.commitments.scene import CLAUSES, asked, association, content, puts
from tests.registers.house import do, officer
from tests.registers.parties import Other, inbox

pytestmark = pytest.mark.django_db
SIGNED = {"signed_by": "某总", "post": "总经理"}


@pytest.mark.duty("A07-selfreg")
def test_what_arrives_is_read_clause_by_clause_and_answered_by_its_digest() -> None:
    row = asked()
    assert (row.state, row.clauses, row.association) == ("asked", CLAUSES, "云泽省互联网协会（虚构）")
    done = do(row, "pledge", officer(), SIGNED)
    assert (done.state, done.signed_by, done.answered_at is not None) == ("pledged", "某总", True)
    sent = DispatchRow.objects.get(kind="pledge")
    assert (sent.matter, sent.body["digest"], sent.body["says"]) == (row.matter, row.digest, "pledged")
    assert (sent.body["signed_by"], sent.body["post"]) == ("某总", "总经理")


def test_who_declines_names_nobody_and_may_pledge_later() -> None:
    row = do(asked(), "decline", officer(), reason="正在评估")
    assert DispatchRow.objects.get(kind="pledge").body == {
        "code": "personal-information", "issue": 1, "digest": row.digest, "says": "declined", "reason": "正在评估",
    }  # fmt: skip
    assert do(row, "pledge", officer(), SIGNED).state == "pledged"


def test_a_pledge_ends_when_the_operator_says_so() -> None:
    row = do(do(asked(), "pledge", officer(), SIGNED), "end", officer())
    assert row.state == "ended"
    assert DispatchRow.objects.filter(kind="pledge").order_by("-pk")[0].body["says"] == "ended"


def test_the_next_version_is_another_row_and_replaces_the_one_before() -> None:
    other = association()
    do(asked(other), "pledge", officer(), SIGNED)
    puts(other, "PG-2026-0002", 2)
    assert list(Commitment.objects.order_by("pk").values_list("issue", "state")) == [(1, "replaced"), (2, "asked")]


def test_another_associations_code_of_the_same_name_replaces_nothing() -> None:
    do(asked(), "pledge", officer(), SIGNED)
    puts(association("shouze.localhost/second", "L-2"), issue=2)
    assert list(Commitment.objects.order_by("pk").values_list("state", flat=True)) == ["pledged", "asked"]


def test_an_association_is_called_as_its_code_calls_it() -> None:
    told: dict[str, Any] = json.loads(content()) | {"association": "全国协会（虚构）"}
    puts(association(), raw=json.dumps(told).encode())
    assert Commitment.objects.get().association == "全国协会（虚构）"


def test_a_reminder_moves_the_day() -> None:
    other = association()
    row = asked(other)
    due = GIVEN.now() + timedelta(days=60)
    puts(other, sequence=2, due=due)
    row.refresh_from_db()
    assert (row.due, Commitment.objects.count()) == (due, 1)


@pytest.mark.parametrize(
    "raw",
    [b"{}", b"[", b"[" * 100_000, content([{"number": 1}]), content([{**CLAUSES[0], "articles": ["x"]}]), content("x")],
)
def test_a_text_that_is_no_code_is_for_people_to_look_at(raw: bytes) -> None:
    puts(association(), raw=raw)
    assert not Commitment.objects.exists()
    assert inbox() == [("code", 1, "stuck")]


def test_a_digest_of_something_else_is_not_taken() -> None:
    puts(association(), digest="0" * 64)
    assert not Commitment.objects.exists()


@pytest.mark.parametrize("side", ["operator", "authority"])
def test_nobody_but_an_association_puts_a_code_before_an_operator(side: str) -> None:
    other = Other()
    other.trusted(side)
    with pytest.raises(RejectedError) as caught:
        puts(other)
    assert caught.value.reason == Reason.NOT_ENTITLED


def test_members_of_the_text_that_are_not_shown_here_do_no_harm() -> None:
    told: dict[str, Any] = json.loads(content()) | {"later": {"more": 1}}
    puts(association(), raw=json.dumps(told).encode())
    assert Commitment.objects.get().clauses == CLAUSES
