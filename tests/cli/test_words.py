"""Words in the reader's language."""

from __future__ import annotations

import pytest

from shouze.rules.citing import article_words


@pytest.mark.parametrize(
    ("article", "chinese"),
    [
        ("8", "第八条"), ("9(3)", "第九条第三款"), ("10", "第十条"), ("13(3)", "第十三条第三项"),
        ("20", "第二十条"), ("25", "第二十五条"),
    ],
)  # fmt: skip
def test_articles_are_written_as_each_language_writes_them(article: str, chinese: str) -> None:
    assert article_words(article).zh == chinese
    assert article_words(article).en == f"Art. {article}"
