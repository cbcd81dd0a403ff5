"""How the Order's articles are cited: by number in English, by their Chinese names in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shouze.language import Text

ORDER = Text(
    "《电信和互联网用户个人信息保护规定》（工业和信息化部令第24号）",
    "MIIT Order No. 24 (2013), Protection of Personal Information of Telecommunications and Internet Users",
)
_NUMERALS = "〇一二三四五六七八九"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
_ARTICLE = re.compile(r"[1-9][0-9]{0,4}(\([1-9][0-9]?\))?", re.ASCII)
_BETWEEN = re.compile(r"\s*[、，,]\s*")
_OF_ITEMS = "13"
"""The article whose numbered parts are items (项); those of the others are paragraphs (款)."""


def cited(articles: Iterable[str]) -> Text:
    """Return the words for a document's legal basis: the Order and these articles of it, each once, in order."""
    listed = [article_words(each) for each in dict.fromkeys(articles)]
    return Text(
        f"{ORDER.zh}{'、'.join(each.zh for each in listed)}",
        f"{ORDER.en}, {', '.join(each.en for each in listed)}" if listed else ORDER.en,
    )


def article_words(article: str) -> Text:
    """Return the words for an article written ``9(3)``: 第九条第三款, Art. 9(3)."""
    number, _, part = article.rstrip(")").partition("(")
    chinese = f"第{numeral(number)}条"
    if part:
        chinese += f"第{numeral(part)}{'项' if number == _OF_ITEMS else '款'}"
    return Text(chinese, f"Art. {article}")


def article_as_written(written: str) -> Text:
    """Return the words for articles that somebody wrote in a declaration: 105 gives 第一百零五条, Article 105.

    Several may stand there (``31、32``); what is no number stays as it was written.
    """
    each = _BETWEEN.split(written.strip())
    numbered = all(_ARTICLE.fullmatch(article) for article in each)
    return Text("、".join(article_words(article).zh for article in each) if numbered else written, f"Article {written}")


def numeral(number: str) -> str:
    """Return a number in Chinese: 13 gives 十三, 105 一百零五."""
    return _spoken(int(number)).removeprefix("一") if 10 <= int(number) < 20 else _spoken(int(number)) or _NUMERALS[0]


def _spoken(number: int) -> str:
    """Return a number by its largest unit, and 零 where the units below that begin with a gap."""
    if number < 10:
        return _NUMERALS[number] if number else ""
    size, unit = next(each for each in _UNITS if each[0] <= number)
    ahead, rest = divmod(number, size)
    gap = "零" if 0 < rest < size // 10 else ""
    return _spoken(ahead) + unit + gap + _spoken(rest)
