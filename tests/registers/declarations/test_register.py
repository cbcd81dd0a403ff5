"""Declarations: drafted, approved by another, published at the door, replaced, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Request, SubjectRef
from shouze.registers.declarations.models import ConsentCount, DeclarationRow
from shouze.registers.declarations.register import REGISTER
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Effect, Event
from shouze.rules.refusal import RefusedError
from tests.installation import CRM, consents
from tests.registers.declarations.scene import approved, drafted, in_force, operator, plain, published, wider
from tests.registers.house import Opened, approver, do, make, officer, person

pytestmark = pytest.mark.django_db


def owed(row: DeclarationRow) -> list[str]:
    clocks = Clock.objects.filter(register="declarations", entry=row.pk)
    return list(clocks.values_list("kind", flat=True))


@pytest.mark.duty("A08-make-rules")
def test_rules_are_approved_by_another_person_than_wrote_them() -> None:
    row = do(drafted(), "submit", officer())
    assert owed(row) == ["approve"]
    approver()
    with pytest.raises(NotYoursError):
        do(row, "approve", officer())
    assert do(row, "approve", approver()).state == "approved"


def test_a_firm_of_one_may_approve_its_own_rules() -> None:
    assert do(do(drafted(), "submit", officer()), "approve", officer()).state == "approved"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.AUDITOR, Role.AGENT, Role.ADMINISTRATOR, Role.SECURITY])
def test_who_may_not_publish_changes_nothing(role: Role) -> None:
    row = approved()
    with pytest.raises(NotYoursError):
        do(row, "publish", person("S-9", role))
    assert DeclarationRow.objects.get(pk=row.pk).state == "approved"


def test_rules_that_are_not_complete_are_not_submitted() -> None:
    row = make("declarations", officer(), {"service": "shop", "title": "商城", "title_en": "Shop"})
    assert row.digest == ""
    with pytest.raises(InvalidError):
        do(row, "submit", officer())


@pytest.mark.duty("A09-3-necessity")
def test_what_the_app_type_does_not_need_cannot_be_submitted_as_necessary() -> None:
    given = plain()
    given["purposes"][0]["items"][1] |= {"need": "necessary", "because": {"zh": "需要", "en": "Needed"}}
    with pytest.raises(InvalidError) as caught:
        do(drafted(given), "submit", officer())
    assert caught.value.field == "purposes[0].items[1].need"


@pytest.mark.duty("A09-5-carveout")
def test_a_department_rule_replaces_no_consent() -> None:
    given = plain()
    given["purposes"][0]["ground"] = {"instrument": "order24", "article": "9"}
    with pytest.raises(InvalidError) as caught:
        do(drafted(given), "submit", officer())
    assert caught.value.field == "purposes[0].ground.instrument"


def test_rules_wait_for_the_operator_to_be_registered() -> None:
    named = plain()
    values = {"service": "cloud-drive", "title": "云盘", "title_en": "Drive", "content": named}
    row = make("declarations", officer(), values)
    with pytest.raises(InvalidError) as caught:
        do(row, "submit", officer())
    assert caught.value.detail.en == "The operator is not registered yet"
    operator()
    assert do(row, "submit", officer()).state == "submitted"


def test_a_draft_begins_with_the_rules_in_force_and_they_alone_are_not_published_again() -> None:
    before = in_force()
    row = make("declarations", officer(), {"service": "cloud-drive", "title": "x", "title_en": "x"})
    assert (row.content, row.digest, row.title) == (before.content, before.digest, before.title)
    with pytest.raises(InvalidError) as caught:
        do(row, "submit", officer())
    assert caught.value.detail.en == "It is what is in force already"


def test_a_new_version_takes_the_place_of_the_one_before() -> None:
    before = in_force()
    row = published(wider())
    before.refresh_from_db()
    assert (before.state, row.state) == ("superseded", "published")
    event = Event.objects.get(register="declarations", entry=before.pk, act="supersede")
    assert event.by == approver()
    assert Effect.objects.filter(kind="declaration", entry=row.pk).count() == 1
    assert not Effect.objects.filter(kind="declaration", entry=before.pk).exists()


def test_before_it_is_published_a_wider_version_says_that_it_asks_for_consent_anew() -> None:
    in_force()
    row = approved(wider())
    (told,) = REGISTER.notes(row, timezone.now())
    assert told.en.startswith("1 purposes will ask for consent anew (not counted yet")
    ConsentCount.objects.create(tallies=[["cloud-drive", "provide-drive", 1, 7, 2]], done_at=timezone.now(), share=1.0)
    (told,) = REGISTER.notes(row, timezone.now())
    assert told.en == "1 purposes will ask for consent anew: about 7 consents"


def test_nobody_replaces_a_version_by_hand() -> None:
    with pytest.raises(NotYoursError):
        do(in_force(), "supersede", officer())


@pytest.mark.duty("A08-publish")
def test_published_rules_owe_a_place_where_they_are_shown() -> None:
    assert owed(published()) == ["show"]


@pytest.mark.duty("A08-publish")
@pytest.mark.django_db(transaction=True)
def test_the_door_decides_by_what_was_published_and_tells_its_version(opened: Opened) -> None:
    door = opened.installation.door
    request = Request(service="cloud-drive", purposes=("provide-drive",), action="collect")
    values = {"phone": "13800000001", "nickname": "星"}

    def refused(version: int) -> str | None:
        given = consents("cloud-drive", {"provide-drive": ("phone", "email")}, version=1)
        if version == 2:
            given = consents("cloud-drive", {"provide-drive": tuple(values)}, version=2)
        try:
            opened.run(door.collect(CRM, request, values, given))
        except (RefusedError, InvalidError) as problem:
            return problem.kind.code
        return None

    row = published(wider())
    assert refused(1) == "item-not-declared"
    opened.settle()
    row.refresh_from_db()
    assert row.published_version == 2
    assert door.room.policy.services["cloud-drive"].digest == row.digest
    assert refused(2) is None


@pytest.mark.duty("A09-3-necessity")
@pytest.mark.django_db(transaction=True)
def test_what_narrower_rules_no_longer_declare_is_refused_at_once(opened: Opened) -> None:
    door = opened.installation.door
    narrower = plain()
    narrower["purposes"][0]["items"] = narrower["purposes"][0]["items"][:1]
    published(narrower)
    opened.settle()
    request = Request(service="cloud-drive", purposes=("provide-drive",), action="collect")
    given = consents("cloud-drive", {"provide-drive": ("phone",)}, version=2)
    with pytest.raises(RefusedError) as caught:
        opened.run(door.collect(CRM, request, {"phone": "13800000001", "email": "a@example.test"}, given))
    assert caught.value.kind.code == "item-not-declared"


@pytest.mark.duty("A09-4-stop")
@pytest.mark.django_db(transaction=True)
def test_a_service_that_is_ended_stops_for_all_and_may_be_brought_back(opened: Opened) -> None:
    row = published(wider())
    opened.settle()
    request = Request(service="cloud-drive", purposes=("provide-drive",), action="collect")
    given = consents("cloud-drive", {"provide-drive": ("phone",)}, version=2)
    subject = opened.run(opened.installation.door.collect(CRM, request, {"phone": "13800000001"}, given)).subject
    asked = Request(
        service="cloud-drive", subject=SubjectRef(id=subject), purposes=("provide-drive",), items=("phone",)
    )

    def refused() -> str | None:
        opened.settle()
        try:
            opened.run(opened.installation.door.release(CRM, asked))
        except RefusedError as refusal:
            return refusal.kind.code
        return None

    assert refused() is None
    do(row, "end", officer(), {"ended_at": timezone.now() - timedelta(minutes=1)})
    assert refused() == "service-ended"
    do(row, "reopen", officer())
    assert refused() is None
    assert opened.installation.door.room.policy.services["cloud-drive"].version == 2


def test_another_order_of_the_same_items_is_not_another_version() -> None:
    in_force()
    given = plain()
    given["purposes"][0]["means"].reverse()
    with pytest.raises(InvalidError) as caught:
        do(drafted(given), "submit", officer())
    assert caught.value.detail.en == "It is what is in force already"
