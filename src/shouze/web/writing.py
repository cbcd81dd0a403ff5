"""Shows what people wrote in CommonMark as HTML of ours: no markup, address or style of theirs gets through.

# Invariant: whatever the text, the answer has elements and attributes of a fixed list alone: no script, no style, no
# picture, and links that lead to http, https or mailto.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

LOWEST_HEADING = 6
_LEADING = ("http://", "https://", "mailto:")


def written(text: str, below: int = 1) -> SafeString:
    """Return the text as HTML; its headings come below a heading of the page of level ``below``."""
    writer = _writer()
    tokens = writer.parse(text)
    for token in tokens:
        _tame(token, below)
    html: str = writer.renderer.render(tokens, writer.options, {})
    return mark_safe(html)  # noqa: S308 - raw HTML is off, so it is escaped


@cache
def _writer() -> MarkdownIt:
    """Return what reads the text: CommonMark and tables, without raw HTML and pictures."""
    writer = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["html_block", "html_inline", "image"])
    writer.validateLink = lambda url: url.strip().lower().startswith(_LEADING)  # type: ignore[method-assign]  # as its documentation has it
    return writer


def _tame(token: Token, below: int) -> None:
    """Take what the page's policy forbids, and put headings where the page has room for them."""
    token.attrs.pop("style", None)
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + below, LOWEST_HEADING)}"
    if token.type == "link_open":
        token.attrs["rel"] = "noreferrer noopener"
    _tame_all(token.children or (), below)


def _tame_all(tokens: Sequence[Token], below: int) -> None:
    for token in tokens:
        _tame(token, below)
