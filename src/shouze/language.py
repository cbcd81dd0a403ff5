"""Words in both languages: Chinese first, English complete."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Text(NamedTuple):
    """One sentence or name in both languages."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        """Return the words in the reader's language."""
        return self.zh if language == "zh" else self.en

    def fill(self, **words: object) -> Text:
        """Return the text with its named places filled; a text among the words is said in each language."""
        said: dict[Language, dict[str, object]] = {
            language: {name: word.to(language) if isinstance(word, Text) else word for name, word in words.items()}
            for language in LANGUAGES
        }
        return Text(self.zh.format(**said["zh"]), self.en.format(**said["en"]))

    @staticmethod
    def listed(texts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
        """Return texts one after another, with what stands between them in each language."""
        several = list(texts)
        return Text(zh.join(each.zh for each in several), en.join(each.en for each in several))


def preferred(header: str | None, default: Language = "zh") -> Language:
    """Choose the language that an ``Accept-Language`` header or a locale name asks for first (RFC 9110, 12.5.4)."""
    weighted: list[tuple[float, int, Language]] = []
    for position, part in enumerate((header or "").replace("_", "-").split(",")[:16]):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.strip().lower()[:2]
        if language in LANGUAGES and _quality(quality) > 0:
            weighted.append((-_quality(quality), position, "zh" if language == "zh" else "en"))
    return min(weighted)[2] if weighted else default


def _quality(text: str) -> float:
    found = re.fullmatch(r"[01](\.[0-9]{0,3})?", text.strip())
    return float(found[0]) if found else (0.0 if text else 1.0)
