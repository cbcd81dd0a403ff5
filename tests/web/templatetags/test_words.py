"""Words, moments and spans in templates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from shouze.language import Text
from shouze.web.templatetags import words


@pytest.mark.parametrize(("code", "said"), [("zh-hans", "共 3 条"), ("en", "3 in all")])
def test_a_template_speaks_the_language_of_the_page(code: str, said: str) -> None:
    with translation.override(code):
        assert Template('{% say "共 {n} 条" "{n} in all" n=3 %}').render(Context()) == said
        assert words.words(Text("共 3 条", "3 in all")) == said


@pytest.mark.parametrize(("code", "said"), [("zh-hans", "第十三条第三项"), ("en", "Art. 13(3)")])
def test_an_article_is_cited_as_the_pages_language_cites_it(code: str, said: str) -> None:
    with translation.override(code):
        assert words.cited("13(3)") == said


def test_several_articles_are_listed_as_each_language_lists_them() -> None:
    for code, mark in (("zh-hans", "、"), ("en", ", ")):
        with translation.override(code):
            assert words.cited_together(["13(3)", "22"]) == mark.join(map(words.cited, ["13(3)", "22"]))


def test_what_stands_in_a_place_is_escaped_unless_it_is_markup_of_ours() -> None:
    text = '{% say "甲 {name}" "A {name}" name=name %}'
    assert "&lt;b&gt;" in Template(text).render(Context({"name": "<b>"}))
    moment = words.moment(timezone.now())
    assert "<time" in Template(text).render(Context({"name": moment}))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(10, "less than a minute"), (60, "1 min"), (3600, "60 min"), (7200, "2 h"), (86400, "24 h"), (172800, "2 days"),
     (86400 * 180.5, "180 days")],
)  # fmt: skip
def test_a_span_is_told_in_the_largest_unit_that_tells_something(seconds: float, said: str) -> None:
    with translation.override("en"):
        assert words.span(seconds) == said


def test_a_deadline_says_how_long_is_left_or_by_how_much_it_passed() -> None:
    with translation.override("en"):
        assert words.left(timezone.now() + timedelta(days=5, seconds=30)) == "5 days left"
        assert words.left(timezone.now() - timedelta(hours=3, seconds=30)) == "3 h overdue"
        assert words.left(None) == "at once"


@pytest.mark.parametrize(("code", "said"), [("zh-hans", "甲、&lt;乙"), ("en", "A, &lt;B")])
def test_texts_are_listed_as_the_language_lists_them(code: str, said: str) -> None:
    with translation.override(code):
        listed = Template("{{ texts|listed }}").render(Context({"texts": [Text("甲", "A"), Text("<乙", "<B")]}))
        assert listed == said


def test_a_cell_has_the_room_that_its_words_want() -> None:
    assert [words.extent(each) for each in ("G-2026-0001", "x" * 21, "x" * 41, None)] == [
        "short", "usual", "long", "short",
    ]  # fmt: skip
