"""Reads what people write one after another in a single field, whichever commas they use; each is taken once."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[\s,，、;；]+")
_PHRASES = re.compile(r"[,，、;；\n]+")


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a list: names and codes, which have no spaces in them."""
    return tuple(dict.fromkeys(filter(None, _WORDS.split(text.strip()))))


def phrases_in(text: str) -> list[str]:
    """Return the phrases of a list: what is said in people's words, spaces and all."""
    return list(dict.fromkeys(each.strip() for each in _PHRASES.split(text) if each.strip()))
