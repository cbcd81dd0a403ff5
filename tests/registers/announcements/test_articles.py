"""Which breaches are announced (Art. 23), and which are entered and published alone (Arts. 20, 22)."""

from __future__ import annotations

import pytest

from shouze.registers.announcements.articles import ANNOUNCED, RECORDED, announced, articles


@pytest.mark.duty("A22", "A23")
def test_each_article_is_in_one_band() -> None:
    assert set(articles()) == {*RECORDED, *ANNOUNCED}
    assert [each for each in articles() if announced([each])] == list(ANNOUNCED)
    assert not announced(RECORDED)
