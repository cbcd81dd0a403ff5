"""Numbers of licences, filings and credit codes, written one way: as they are compared, whoever typed them."""

from __future__ import annotations

from unicodedata import normalize


def plain(number: str) -> str:
    """Return a number with full-width signs made narrow, except for brackets, and with single spaces alone."""
    return " ".join("".join(each if each in "（）" else normalize("NFKC", each) for each in number).split())
