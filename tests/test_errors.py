"""Errors: a stable code, a status, and words in both languages that name where and what to do."""

from __future__ import annotations

import re

import pytest

from shouze import errors
from shouze.errors import InvalidError, ShouzeError
from shouze.language import Text

KINDS = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, ShouzeError)]


@pytest.mark.parametrize("error", KINDS)
def test_every_kind_has_code_status_words_and_remedy(error: type[ShouzeError]) -> None:
    kind = error.kind
    assert re.fullmatch("[a-z-]+", kind.code)
    assert 400 <= kind.status < 600
    for text in (kind.title, kind.remedy):
        assert re.search("[一-鿿]", text.zh)
        assert text.en.isascii()
    assert error().detail == kind.title
    assert error().remedy == kind.remedy


def test_codes_are_told_apart() -> None:
    assert len({each.kind.code for each in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("field", "line", "zh", "en"),
    [
        (None, None, "缺。补。", "Missing. Add."),
        ("items", None, "items：缺。补。", "items: Missing. Add."),
        (None, 3, "第 3 行：缺。补。", "line 3: Missing. Add."),
        ("items", 3, "第 3 行, items：缺。补。", "line 3, items: Missing. Add."),
    ],
)
def test_an_error_says_where_what_and_the_remedy(field: str | None, line: int | None, zh: str, en: str) -> None:
    problem = InvalidError(Text("缺", "Missing"), field=field, line=line, remedy=Text("补。", "Add."))
    assert (problem.say("zh"), problem.say("en")) == (zh, en)
    assert str(problem) == en
