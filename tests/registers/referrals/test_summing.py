"""What other authorities told of a year is summed: the newest of each, and what is missing is named."""

from __future__ import annotations

import pytest

from shouze.language import Text
from shouze.link.supervision import Figured, Referral
from shouze.registers.ports import GIVEN
from shouze.registers.referrals.summing import joint
from shouze.registers.roles import Role
from shouze.registers.standings.report import overview_report
from shouze.reports.report import Figures, Prose
from tests.registers.house import person, signed_in
from tests.registers.parties import Other

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
YEAR = GIVEN.now().year
OPENED = Text("立案", "Opened")


def province(number: int, **more: str) -> Other:
    other = Other(f"shouze.localhost/p{number}")
    other.trusted("authority", number=f"L-{number}", title=f"第{number}局（虚构）", **more)
    return other


def tells(other: Other, *figures: tuple[str, str, float], year: int = YEAR) -> None:
    body = Referral(number="RF-1", purpose="figures", title="年度数字", facts="数字", year=year,
                    figures=tuple(Figured(heading=a, label=b, value=float(c)) for a, b, c in figures))  # fmt: skip
    other.send("referral", body, matter=f"m{other.count}")


def test_figures_of_one_name_are_summed_and_each_authority_counts_once_by_its_newest() -> None:
    first, second = province(1), province(2)
    tells(first, ("案件", "立案", 9))
    tells(first, ("案件", "立案", 3), ("案件", "罚款合计（元）", 20_000))
    tells(second, ("案件", "立案", 4))
    tells(second, ("案件", "立案", 99), year=YEAR - 1)
    found = joint(YEAR, [OPENED])
    ((heading, lines),) = found.sections
    assert heading == Text("案件", "案件"), "no words were given for it"
    assert [(each.label.en, each.values, each.total, each.of) for each in lines] == [
        ("Opened", [3, 4], 7, 2), ("罚款合计（元）", [20_000, None], 20_000, 1),
    ]  # fmt: skip


def test_who_told_nothing_is_named_and_never_taken_for_nothing() -> None:
    tells(province(1), ("案件", "立案", 3))
    province(2)
    province(3, standing="ministry")
    found = joint(YEAR, ())
    assert [each.zh for each in found.missing] == ["第2局（虚构）"], "figures go up, not down"


def test_a_province_that_was_told_nothing_waits_for_nobody() -> None:
    province(1)
    province(2, standing="ministry")
    found = joint(YEAR, ())
    assert (found.told, found.missing, found.sections) == ([], [], [])


@pytest.mark.parametrize(("language", "words"), [("zh", "尚未报送"), ("en", "Have not told yet")])
def test_the_overview_shows_sums_and_what_is_missing_and_the_table_has_them(language: str, words: str) -> None:
    tells(province(1), ("案件", "立案", 1234))
    province(2)
    browser = signed_in(person("C-0300", Role.HEAD), language)
    page = browser.get("/overview").content.decode()
    assert words in page
    assert "第2局（虚构）" in page
    assert "1234" in page.replace(",", "")
    told = ("案件,立案,1234,1 个机关报送的合计（共 2 个）" if language == "zh"
            else "Cases,Opened,1234,sum of 1 authorities of 2")  # fmt: skip
    assert told in browser.get("/overview.csv").content.decode()


def test_the_years_report_has_the_sums_with_how_they_came_about_and_who_is_missing() -> None:
    tells(province(1), ("案件", "立案", 1234), ("案件", "平均天数", 2.5))
    province(2)
    *_, missing, of_cases = overview_report(str(YEAR), GIVEN.now()).sections
    assert missing.blocks == [Prose(Text("尚未报送：第2局（虚构）", "Have not told yet: 第2局（虚构）"))]
    assert of_cases.title == Text("其他机关报送：案件", "Told by other authorities: Cases")
    [figures] = of_cases.blocks
    assert isinstance(figures, Figures)
    assert [(each.label.en, each.value, each.how.en) for each in figures.rows] == [
        ("Opened", 1234, "sum of 1 authorities of 2"), ("平均天数", "2.5", "sum of 1 authorities of 2"),
    ]  # fmt: skip
