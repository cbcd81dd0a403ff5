"""What training tells of Article 15, topic by topic, driven from nothing to a breach and back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shouze.registers.people.models import Person
from shouze.registers.trainings.models import Training
from tests.registers.house import officer, person
from tests.registers.standings.driving import fact_of, states_of
from tests.registers.trainings.scene import of, takes, taught

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A15-train-know/skill/resp")]


def alone(somebody: Person) -> None:
    """Let nobody else work here."""
    Training.objects.exclude(person=somebody).delete()
    Person.objects.exclude(pk=somebody.pk).update(is_active=False)


@pytest.mark.parametrize("topic", ["knowledge", "skills", "responsibility"])
def test_each_topic_is_passed_by_its_day_and_again_before_its_certificate_is_over(topic: str) -> None:
    matter = f"trainings.{topic}"
    assert states_of(matter, always=True) == ["not-evidenced"]
    somebody = officer()
    taught(topics=[topic])
    alone(somebody)
    assert states_of(matter, 29, 31, always=True) == ["due", "due", "not-evidenced"]
    takes(somebody)
    assert states_of(matter, 340, 370, always=True) == ["met", "due", "not-evidenced"]
    others = {"knowledge", "skills", "responsibility"} - {topic}
    assert {fact_of(f"trainings.{each}").shown for each in others} == {0}


def test_who_failed_was_trained_as_far_as_anything_shows_only_once_they_pass() -> None:
    somebody = officer()
    taught()
    alone(somebody)
    row = of(somebody)
    Training.objects.filter(pk=row.pk).update(state="failed")
    assert (states_of("trainings.knowledge", always=True), fact_of("trainings.knowledge").row) == (
        ["not-evidenced"], row.number,
    )  # fmt: skip


def test_a_course_for_one_post_shows_nothing_of_those_whom_no_course_asks_for() -> None:
    somebody = officer()
    taught()
    alone(somebody)
    takes(somebody)
    assert states_of("trainings.knowledge", always=True) == ["met"]
    other = person("S-0031")
    assert states_of("trainings.knowledge", always=True) == ["not-evidenced"]
    Training.objects.create(
        number="TR-9", course="order-24", person=other, title="要点", state="waived", due=timezone.now()
    )
    assert states_of("trainings.knowledge", always=True) == ["met"]
    Person.objects.filter(pk=other.pk).update(agent="agent-1")
    Training.objects.filter(number="TR-9").delete()
    assert states_of("trainings.knowledge", always=True) == ["met"], "an agent's people are not the operator's staff"
