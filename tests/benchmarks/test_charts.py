"""The charts are whole SVG that says in words what it shows, and they show what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from benchmarks.charts import Bar, draw, memory, number, write_charts

SVG = "{http://www.w3.org/2000/svg}"
BARS = [
    Bar("one <& two", 0.5, 0.4, 0.6, 0.7, at_least=True, verdict="not reached"),
    Bar("three", 1.0, 0.9, 1.2, 1.5, at_least=False, verdict="reached"),
    Bar("four", 0.3, 0.3, 0.3),
]


def rows(chart: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(chart).findall(f"{SVG}g")


def x_of(row: ElementTree.Element, name: str, attribute: str) -> float:
    found = next(each for each in row.iter() if each.get("class") == name)
    return float(found.get(attribute, "nan"))


def test_a_chart_says_in_words_what_it_shows() -> None:
    root = ElementTree.fromstring(draw("A title", BARS))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "A title"
    said = root.findtext(f"{SVG}desc") or ""
    assert "one <& two: 0.500 (0.400 to 0.600), wanted at least 0.7: not reached" in said
    assert "three: 1.00 (0.900 to 1.20), wanted at most 1.5: reached" in said
    assert "four: 0.300 (0.300 to 0.300)" in said


def test_a_chart_can_be_read_in_light_and_in_dark() -> None:
    assert "prefers-color-scheme: dark" in draw("A title", BARS)


def test_bars_and_goals_stand_in_proportion() -> None:
    one, three, four = rows(draw("A title", BARS))
    widths = [x_of(row, "bar", "width") for row in (one, three, four)]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.2)
    left = x_of(one, "bar", "x")
    assert x_of(one, "goal", "x1") - left == pytest.approx(0.7 * widths[1], abs=0.2)
    assert [each for each in four.iter() if each.get("class") == "goal"] == []


def test_numbers_far_apart_are_drawn_on_a_logarithmic_scale() -> None:
    chart = draw("A title", [Bar("small", 0.01, 0.01, 0.01), Bar("middle", 0.1, 0.1, 0.1), Bar("large", 1, 1, 1)])
    assert "logarithmic" in chart
    small, middle, large = (x_of(row, "bar", "width") for row in rows(chart))
    assert large - middle == pytest.approx(middle - small, abs=1)


def test_only_what_was_measured_is_drawn(tmp_path: Path) -> None:
    ratio: dict[str, Any] = {"median": 2.0, "min": 1.0, "max": 3.0, "goal": 1.5, "at_least": False, "verdict": "not"}
    measured = {"ratios": [{"name": "G13", "comparison": "GDPRbench, repo, customer", **ratio}], "sides": {}}
    assert [path.name for path in write_charts(measured, tmp_path)] == ["gdprbench.svg"]
    assert "G13: 2.00 (1.00 to 3.00)" in (tmp_path / "gdprbench.svg").read_text()


def test_the_memory_of_an_import_has_a_bar_for_each_part() -> None:
    [first, last] = memory({"Import of 2 subscribers": {"peaks": [[1000, 40.0], [2000, 41.5]]}, "HTTP": {}})
    assert (first.label, last.middle) == ("up to row 1,000", 41.5)


@pytest.mark.parametrize(
    ("value", "said"), [(0.01234, "0.0123"), (1.5, "1.50"), (40.9, "40.9"), (999.4, "999"), (25_000.4, "25,000")]
)
def test_numbers_have_three_digits_that_matter(value: float, said: str) -> None:
    assert number(value) == said
