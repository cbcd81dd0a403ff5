"""The annual review: answers, who is drawn at random and for risk, and the result on the licence."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.authority.journeys.staging import begin, fill, made, played, session, step
from tests.desk.journeys.stage import NARROW, Stage

pytestmark = pytest.mark.lasting
OPENED = """
from datetime import UTC, datetime
from django.utils import timezone
from shouze.registers.ports import GIVEN
from shouze.registers.annualreviews import reviewing
from shouze.registers.annualreviews.models import AnnualReview
from shouze.registers.supervised.models import Supervised
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
for number, name in enumerate("乙丙丁", 1):
    told = {"title": f"年检{name}（虚构）", "licence": f"虚构 B1-90{number}"}
    acting.make(registers()["supervised"], Person.objects.get(username="C-0007"), Asked(told))
then = datetime(2026, 2, 2, 9, tzinfo=UTC)
timezone.now = GIVEN.now = lambda: then
Supervised.objects.filter(licence__startswith="虚构 B1-90").update(created_at=datetime(2025, 5, 5, tzinfo=UTC))
Supervised.objects.exclude(licence__startswith="虚构 B1-90").update(created_at=datetime(2026, 11, 1, tzinfo=UTC))
reviewing.open_year(then)
print(*(each.number for each in AnnualReview.objects.filter(year=2025).order_by("operator")))
"""
"""The first quarter of 2026, in which every operator was asked about 2025; by now its term is over."""


@pytest.fixture(scope="module")
def reviews(stage: Stage) -> list[str]:
    """Return the addresses of the reviews that were opened by themselves."""
    made(
        stage,
        "C-0007",
        "supervised",
        "annual-operator-zh",
        title="年检甲（虚构）",
        licence="虚构 B1-900",
        province="云泽",
    )
    numbers = played(stage, OPENED).split()
    assert len(numbers) == 4
    return [f"/r/annualreviews/{number}/" for number in numbers]


def test_reviews_are_answered_drawn_looked_into_and_stand_on_the_licence(stage: Stage, reviews: list[str]) -> None:
    answered(stage, reviews)
    seed, chosen = foreseen(reviews)
    draw(stage, seed)
    assert "随机抽中" in words(stage, chosen), "whoever has the seed draws the same"
    assert "因风险列入" in words(stage, reviews[2]), "it says itself that it breaches"
    assert "列入检查" not in words(stage, next(each for each in reviews[:2] if each != chosen))
    with stage.window("zh", state=session(stage, "C-0001")) as window:
        window.go(reviews[2])
        begin(window, "作出审查结果")
        fill(window, {"result": "passed"})
        window.submit("main form.sheet button.button")
        window.check("annual-unchecked-zh")
        assert "尚未检查" in window.text()
    for row in (chosen, reviews[2]):
        looked_into(stage, row)
    concluded(stage, reviews[2])


def answered(stage: Stage, reviews: list[str]) -> None:
    """Enter three answers that came on paper; one operator says itself that it breaches duties, one says nothing."""
    for place, row in enumerate(reviews[:3]):
        english, narrow = place % 2 == 1, place == 1
        values = {
            "says": "制度、人员、设备齐备（虚构）",
            "at": "2026-03-15T10:00",
            "breached": "2" if place == 2 else "0",
        }
        told = step(stage, "C-0007", row, "Enter the answer" if english else "登记答复", values,
                    shot=f"annual-answer-{place}", language="en" if english else "zh", narrow=narrow)  # fmt: skip
        assert ("Answered" if english else "已答复") in told
    assert "违反 2" in words(stage, reviews[2])


def words(stage: Stage, row: str) -> str:
    with stage.window("zh", state=session(stage, "C-0001")) as window:
        window.go(row)
        return window.text()


def foreseen(reviews: list[str]) -> tuple[str, str]:
    """Return a seed that does not draw who is in breach, and whom it draws, as anybody reckons it."""
    numbers = [each.rstrip("/").rpartition("/")[2] for each in reviews[:3]]
    for day in range(100):
        seed = f"05 11 17 22 31 33 + {day:02}"
        first = min(numbers, key=lambda number: sha256(f"{seed}:{number}".encode()).digest())
        if first != numbers[2]:
            return seed, f"/r/annualreviews/{first}/"
    raise AssertionError("no seed draws another")


def draw(stage: Stage, seed: str) -> None:
    """Draw one of three by a published seed."""
    with stage.window("en", NARROW, session(stage, "C-0001")) as window:
        window.go("/r/draws/new")
        window.check("draw-new-narrow-en")
        fill(window, {"year": "2025", "seed": seed, "source": "彩票公告 2026040", "count": "1"})
        window.submit()
        window.check("draw-narrow-en")
        assert "1 of 3 answers were drawn" in window.text()
        window.go("/r/annualreviews/?drawn=risk")
        window.check("annual-list-narrow-en")


def looked_into(stage: Stage, row: str) -> None:
    values = {"finding": "抽查十条记录，与答复相符。", "verdict": "fit"}
    told = step(stage, "C-0007", row, "Note what was found", values, shot="annual-check-narrow-en", language="en",
                narrow=True)  # fmt: skip
    assert "Looked into" in told


def concluded(stage: Stage, row: str) -> None:
    """Conclude the risky one on conditions: they stand on its operator's row."""
    told = step(stage, "C-0001", row, "作出审查结果", {"result": "conditions", "conditions": "三个月内改正两项义务"},
                shot="annual-conclude-zh")  # fmt: skip
    assert "附条件合格" in told
    with stage.window("en", NARROW, session(stage, "C-0007")) as window:
        window.go("/r/supervised/?q=年检丙")
        window.submit("main tbody a")
        window.check("annual-licence-narrow-en")
        assert "Passed on conditions" in window.text()
        assert "三个月内改正两项义务" in window.text()
        assert "2025" in window.text()
