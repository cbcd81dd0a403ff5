"""What was published without the desk appears in its register and is not published again."""

from __future__ import annotations

import pytest

from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.declarations.taking_over import take_over
from shouze.registers.operators.models import OperatorRow
from shouze.registers.rows import Effect, Event
from shouze.rules.document import Lines
from tests.registers.declarations.scene import drafted, file, published, wider
from tests.registers.house import Opened, do, officer

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> list[tuple[str, int | None, str]]:
    return list(DeclarationRow.objects.order_by("service", "id").values_list("service", "published_version", "state"))


def test_services_in_force_appear_as_published_rows_and_the_operator_too(opened: Opened) -> None:
    assert take_over() == 2
    assert rows() == [("cloud-drive", 1, "published"), ("mobile", 1, "published")]
    assert OperatorRow.objects.get().licence == "B1-20260001"
    digests = {name: rule.digest for name, rule in opened.installation.door.room.policy.services.items()}
    assert dict(DeclarationRow.objects.values_list("service", "digest")) == digests
    assert not Effect.objects.filter(kind__in=["declaration", "entries"]).exists()
    assert take_over() == 0
    events = Event.objects.filter(register="declarations")
    assert [(each.act, each.by) for each in events] == [("taken-over", None)] * 2


def test_versions_published_elsewhere_later_take_the_place_of_the_desks(opened: Opened) -> None:
    published(wider())
    opened.settle()
    opened.run(opened.installation.publisher.declare(file(), Lines(), "console"))
    take_over()
    assert [each for each in rows() if each[0] == "cloud-drive"] == [
        ("cloud-drive", 2, "superseded"), ("cloud-drive", 1, "superseded"), ("cloud-drive", 3, "published"),
    ]  # fmt: skip


def test_nothing_is_taken_over_while_something_waits_to_be_published(opened: Opened) -> None:
    published(wider())
    assert take_over() == 0
    opened.settle()
    assert take_over() > 0


def test_a_draft_of_what_was_taken_over_begins_with_it(opened: Opened) -> None:
    take_over()
    assert do(drafted(wider()), "submit", officer()).state == "submitted"
    assert opened.installation.door.room.policy.services["cloud-drive"].version == 1
