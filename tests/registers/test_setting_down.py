"""What a paper says is set down once: its digest ties every print of it to the register."""

from __future__ import annotations

from shouze.registers.setting_down import annex, digest_of
from shouze.reports.report import Section


def test_the_digest_is_of_the_content_whatever_its_order() -> None:
    assert digest_of({"a": 1, "b": "二"}) == digest_of({"b": "二", "a": 1}) != digest_of({"a": 1, "b": "三"})
    assert isinstance(annex([], "ab"), Section)
