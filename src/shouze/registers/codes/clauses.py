"""Reads a code's clauses as they are written: a line for each, in Chinese with its articles, and in English."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text

MOST, LONGEST = 200, 2000
_LINE = re.compile(r"\[([^\]]*)\]\s*(\S.*)")
_SEPARATORS = re.compile(r"[,，、;；\s]+")


def clauses_of(text: str, text_en: str, known: Collection[str]) -> list[dict[str, Any]]:
    """Return the clauses, numbered from 1: ``{"number", "zh", "en", "articles"}``.

    A Chinese line is ``[9(1), 10] 会员……``; the English one in the same place has the words alone. InvalidError names
    field and line; ``known`` are the articles that the Order has.
    """
    chinese, english = _lines(text), _lines(text_en)
    if not chinese:
        raise InvalidError(Text("一条也没有", "There is no clause"), field="text")
    if len(chinese) > MOST:
        raise InvalidError(Text(f"超过 {MOST} 条", f"There are more than {MOST} clauses"), field="text")
    if len(chinese) != len(english):
        remedy = Text(f"中文 {len(chinese)} 行，英文 {len(english)} 行", f"{len(chinese)} lines in Chinese, "
                      f"{len(english)} in English")  # fmt: skip
        raise InvalidError(
            Text("两种语言的条数不同", "The languages differ in their number of clauses"),
            field="text_en",
            remedy=remedy,
        )
    return [_clause(n, *both, known) for n, both in enumerate(zip(chinese, english, strict=True), 1)]


def written(clauses: list[dict[str, Any]]) -> tuple[str, str]:
    """Return clauses as they would be written, in Chinese and in English."""
    chinese = [f"[{', '.join(each['articles'])}] {each['zh']}" for each in clauses]
    return "\n".join(chinese), "\n".join(str(each["en"]) for each in clauses)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _clause(number: int, chinese: str, english: str, known: Collection[str]) -> dict[str, Any]:
    found = _LINE.fullmatch(chinese)
    articles = [each for each in _SEPARATORS.split(found[1]) if each] if found else []
    if found is None or not articles:
        remedy = Text("以方括号开头，例如 [9(1), 10]", "Begin it with the articles in brackets, such as [9(1), 10]")
        raise InvalidError(
            Text(f"第 {number} 条没有写服务于哪一条", f"Clause {number} names no article"), field="text", remedy=remedy
        )
    for each in articles:
        if each not in known:
            raise InvalidError(
                Text(f"第 {number} 条：规定中没有 {each}", f"Clause {number}: the Order has no {each}"), field="text"
            )
    if max(len(found[2]), len(english)) > LONGEST:
        raise InvalidError(Text(f"第 {number} 条过长", f"Clause {number} is too long"), field="text")
    return {"number": number, "zh": found[2], "en": english, "articles": list(dict.fromkeys(articles))}
