"""Articles as they are cited."""

from __future__ import annotations

from shouze.rules.citing import cited


def test_each_article_is_cited_once_in_order() -> None:
    assert cited(["9(2)", "13(3)", "9(2)"]).zh.endswith("第九条第二款、第十三条第三项")
    assert cited(["9(2)", "13(3)"]).en.endswith(", Art. 9(2), Art. 13(3)")
