"""What people wrote: shown as they meant it, and nothing of theirs runs, loads or styles anything."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.web.writing import written

ELEMENTS = {
    "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "em", "strong", "a", "code", "pre", "blockquote", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"href", "rel", "title", "class", "start"}
PIECES = st.sampled_from(
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![p](https://x/y.png)",
     "[b](data:text/html,x)", "<a href='javascript:x'>", "[c](https://example.invalid \"t\")", "# h", "\n\n",
     "|a|b|\n|:-|-:|\n|1|2|", "```js\nx\n```", "<style>*{}</style>", "> q", "- l", "1. n", "**b**", "`c`", "&lt;",
     "<!-- c -->", "javascript:alert(1)", "[d]: javascript:x\n\n[d]", "<http://e.invalid/?a=b>",
     "<javascript:alert(1)>", "\u202e", "[e](\tjava\nscript:x)"]
)  # fmt: skip


class Reader(HTMLParser):
    """Collects elements, attributes and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def tried(text: str) -> None:
    reader = Reader()
    reader.feed(written(text))
    assert reader.elements <= ELEMENTS
    assert reader.attributes <= ATTRIBUTES
    assert all(each.lower().startswith(("http://", "https://", "mailto:")) for each in reader.addresses)


@given(st.lists(PIECES | st.text(max_size=12), max_size=12))
def test_whatever_was_written_only_known_elements_and_addresses_come_out(pieces: list[str]) -> None:
    tried("".join(pieces))
    tried("\n".join(pieces))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# 目的", "<h2>目的</h2>\n"),
        ("###### 深", "<h6>深</h6>\n"),
        ("**严格**", "<p><strong>严格</strong></p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        (
            "[看](https://example.invalid/)",
            '<p><a href="https://example.invalid/" rel="noreferrer noopener">看</a></p>\n',
        ),
        ("[看](javascript:x)", "<p>[看](javascript:x)</p>\n"),
    ],
)
def test_it_is_shown_as_meant(text: str, shown: str) -> None:
    assert written(text) == shown


def test_a_table_has_no_style_of_its_own() -> None:
    html = written("|甲|乙|\n|:-|-:|\n|1|2|")
    assert "<th>甲</th>" in html
    assert "style" not in html
