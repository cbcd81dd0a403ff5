"""Tells whether a page on the web says what the published rules say, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from shouze.language import LANGUAGES, Language
from shouze.rules.declaration import Declaration, Told

_UNSEEN = frozenset({"script", "style", "template", "noscript", "head"})
_SPACE = re.compile(r"\s+")


class _Seen(HTMLParser):
    """Gathers the text that a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own
        self._unseen += tag in _UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def visible_text(page: str) -> str:
    """Return what a reader sees of an HTML page, without any white space: Chinese is broken anywhere."""
    seen = _Seen()
    seen.feed(page)
    seen.close()
    return _SPACE.sub("", "".join(seen.parts))


def sentences(declaration: Declaration, language: Language) -> list[str]:
    """Return every sentence of the rules that users have to be told, in one language."""
    return list(dict.fromkeys(each.zh if language == "zh" else each.en for each in _told(declaration)))


def missing(declaration: Declaration, page: str) -> list[str]:
    """Return the sentences that a page lacks, in the language that it lacks fewest of; none: the copy matches."""
    seen = visible_text(page)
    lacking = [
        [each for each in sentences(declaration, language) if _SPACE.sub("", each) not in seen]
        for language in LANGUAGES
    ]
    return min(lacking, key=len)


def _told(declaration: Declaration) -> Iterator[Told]:
    # A09-2-purpose, -means, -query, -refusal: what Article 9(2) has users told
    yield from (declaration.name, declaration.channels.enquiry, declaration.channels.correction)
    for purpose in declaration.purposes:
        yield from (purpose.name, purpose.how)
        for item in purpose.items:
            yield item.refusal
            if item.because is not None:
                yield item.because
    yield from (each.name for each in declaration.recipients)
    yield from (each.name for each in declaration.own_items)
    yield from declaration.also_told
