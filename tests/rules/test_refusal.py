"""Refusals: each code has its article, its status and words in both languages."""

from __future__ import annotations

import re

import pytest

from shouze.rules.refusal import CATALOGUE, Refusal, RefusedError, article_of
from tests.rules.statute_files import statutes


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_code_names_its_article_and_remedy_in_both_languages(code: str) -> None:
    kind, refusal = CATALOGUE[code], Refusal(code)
    duty = statutes().duties[kind.duty or ""]
    assert refusal.kind is kind
    assert refusal.article == duty.article or duty.article.startswith(refusal.article)
    assert 400 <= kind.status < 600
    for text in (kind.title, kind.remedy):
        assert re.search("[一-鿿]", text.zh)
        assert text.en.isascii()


@pytest.mark.parametrize(
    ("duty", "article"),
    [
        ("A09-3-necessity", "9(3)"),
        ("A08-make-rules", "8"),
        ("A10-op-secrecy", "10"),
        ("A13-6-oplog", "13(6)"),
        ("A22", "22"),
    ],
)
def test_the_article_stands_in_the_duty(duty: str, article: str) -> None:
    assert article_of(duty) == article


def test_the_error_carries_code_field_and_what_was_withheld() -> None:
    withheld = {"phone": Refusal("no-consent", "phone")}
    problem = RefusedError(Refusal("not-entitled", "name"), withheld)
    assert (problem.kind.code, problem.field, problem.withheld) == ("not-entitled", "name", withheld)
    assert "name" in problem.say("zh")
    assert RefusedError(Refusal("frozen")).withheld == {}
