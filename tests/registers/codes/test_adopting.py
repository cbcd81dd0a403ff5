"""A code is written, adopted by a meeting, public from then on; one version is in force."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.announcements.models import Edition
from shouze.registers.codes.adopting import keep, published
from shouze.registers.codes.models import Code
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Effect
from tests.registers.codes.scene import TOLD, adopted, adoption, chair, drafted, secretary
from tests.registers.house import do, make, person
from tests.registers.parties import later

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A21-ind-rules")
def test_what_the_meeting_adopted_is_public_with_its_digest_in_the_log() -> None:
    code = adopted()
    assert (code.state, code.issue, code.edition) == ("in-force", 1, 1)
    edition = Edition.objects.get(number=code.number)
    assert sha256(edition.content.encode()).hexdigest() == code.digest == code.adopted_digest
    said = json.loads(edition.content)
    assert said["clauses"][0] == {
        "number": 1, "zh": "会员未经用户同意不收集信息。", "en": "Members collect nothing without consent.",
        "articles": ["9(1)", "9(2)"],
    }  # fmt: skip
    noted = bytes(Effect.objects.filter(register="codes", kind="act").order_by("-id")[0].content).decode()
    assert f'"dispatch":"{code.digest}"' in noted
    assert '"act":"adopt"' in noted


def test_who_wrote_it_does_not_enter_its_adoption() -> None:
    both = person("B-0100", Role.SECRETARY, Role.APPROVER)
    chair()
    row = do(make("codes", both, TOLD), "submit", both)
    with pytest.raises(NotYoursError):
        do(row, "adopt", both, adoption())
    assert do(row, "adopt", chair(), adoption()).state == "in-force"


def test_a_code_for_a_later_day_comes_into_force_by_itself_and_replaces_the_one_before() -> None:
    first = adopted()
    do(first, "revise", secretary())
    second = Code.objects.get(issue=2)
    second = adopted(second, in_force_from=GIVEN.now() + timedelta(days=10))
    keep(GIVEN.now())
    assert [*Code.objects.order_by("issue").values_list("state", flat=True)] == ["in-force", "adopted"]
    with later(timedelta(days=11)):
        keep(GIVEN.now())
        keep(GIVEN.now())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.superseded_by, second.state) == ("superseded", second.number, "in-force")
    assert [each.kind for each in Edition.objects.filter(number=first.number).order_by("edition")] == [
        "publication", "correction",
    ]  # fmt: skip
    assert sha256(published(first).encode()).hexdigest() == first.adopted_digest, "what was pledged to stays"


def test_what_was_adopted_is_never_written_again() -> None:
    code = adopted()
    with pytest.raises(NotYoursError):
        do(code, "write", secretary(), TOLD)


def test_of_a_code_one_version_is_drafted_at_a_time() -> None:
    drafted()
    with pytest.raises(InvalidError) as caught:
        drafted()
    assert caught.value.field == "name"
    code = adopted(Code.objects.get())
    do(code, "revise", secretary())
    with pytest.raises(InvalidError):
        do(code, "revise", secretary())


def test_a_meeting_of_tomorrow_has_adopted_nothing() -> None:
    row = do(drafted(), "submit", secretary())
    with pytest.raises(InvalidError) as caught:
        do(row, "adopt", chair(), adoption(adopted_on=GIVEN.now().date() + timedelta(days=2)))
    assert caught.value.field == "adopted_on"


def test_the_end_of_a_code_is_public_too() -> None:
    code = do(adopted(), "withdraw", chair())
    assert (code.state, code.edition) == ("withdrawn", 2)
    assert json.loads(Edition.objects.get(number=code.number, current=True).content)["ended_at"]
