"""How the Order's articles are cited: by number in English, by their Chinese names in Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from shouze.language import Text

ORDER = Text(
    "《电信和互联网用户个人信息保护规定》（工业和信息化部令第24号）",
    "MIIT Order No. 24 (2013), Protection of Personal Information of Telecommunications and Internet Users",
)
_NUMERALS = "〇一二三四五六七八九"
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


def numeral(number: str) -> str:
    """Return a number below one hundred in Chinese: 13 gives 十三."""
    tens, ones = divmod(int(number), 10)
    return (
        (_NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "") + (_NUMERALS[ones] if ones or not tens else "")
    )
