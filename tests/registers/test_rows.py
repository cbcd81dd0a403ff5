"""What rows that nobody names by hand are called: in English nothing of it is left in Chinese."""

from __future__ import annotations

import re

import pytest

from shouze.registers.letters.models import KINDS, Letter
from shouze.registers.rows import Clock
from shouze.registers.selfinspections.models import NAMED, SelfInspection
from shouze.registers.undertakings.models import Undertaking
from shouze.registers.yardsticks.models import RULES, Yardstick
from tests.registers.house import officer, person, signed_in
from tests.registers.procedures.scene import in_force
from tests.registers.staffed import clerk, department
from tests.registers.systems.scene import registered
from tests.registers.trainings.scene import taught

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
ROWS = [
    *(Letter(kind=kind, title=words.zh) for kind, words in KINDS.items()),
    *(Yardstick(rule=rule, title=words.zh) for rule, words in RULES.items()),
    SelfInspection(year=2026, title=NAMED.fill(year=2026).zh),
    Undertaking(title="Li Ming（S-0042）"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{type(row).__name__}-{row.title}")
def test_a_row_that_nobody_names_has_a_name_in_each_language(row: Letter) -> None:
    assert row.called.zh == row.title
    assert not CHINESE.search(row.called.en)


def test_a_self_inspection_named_by_hand_keeps_its_name() -> None:
    named = SelfInspection(year=2026, title="Autumn")
    assert named.called.en == "Autumn"


def test_the_clocks_of_what_has_an_english_name_say_it_and_whose_they_are() -> None:
    clerk()
    in_force(posts=["shop"])
    taught(posts=["shop"])
    registered()
    department()
    named = {"readings", "trainings", "systems", "procedures", "departments"}
    said = {each.register: each for each in Clock.objects.filter(register__in=named)}
    assert set(said) == named
    for each in said.values():
        assert not CHINESE.search(each.title_en.replace("某S-0100", "")), each.title_en
    assert "某S-0100" in said["readings"].title_zh


def test_people_stand_in_lists_and_choices_with_the_brackets_of_the_pages_language() -> None:
    somebody = person("S-0077")
    for language, shown in (("zh", f"{somebody.name}（S-0077）"), ("en", f"{somebody.name} (S-0077)")):
        page = signed_in(officer(), language).get("/r/absences/new").content.decode()
        assert shown in page
