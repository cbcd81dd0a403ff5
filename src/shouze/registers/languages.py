"""The language that words are in: that of the page being made, or the one that was asked for."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.utils import translation

from shouze.language import Language

DJANGO: dict[Language, str] = {"zh": "zh-hans", "en": "en"}
"""What Django calls each language."""
TAGS: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}
"""What pages and headers call it (RFC 5646)."""


def current() -> Language:
    """Return the language of the page being made."""
    return "en" if (translation.get_language() or "zh").startswith("en") else "zh"


def chosen(asked: str | None) -> Language:
    """Return the language that an address asks for by ``zh`` or ``en``; that of the page where it asks for neither."""
    return "zh" if asked == "zh" else "en" if asked == "en" else current()


def speaking(language: Language) -> AbstractContextManager[None]:
    """Make pages in this language meanwhile."""
    return translation.override(DJANGO[language])
