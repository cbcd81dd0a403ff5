"""What a dispatch holds, told to people: every field of every kind has its word in both languages."""

from __future__ import annotations

import msgspec
import pytest
from django.utils import translation

from shouze.link.kinds import KINDS
from shouze.registers.dispatches.telling import _WORDS, told
from tests.link.written import BODIES


def test_every_field_that_a_dispatch_may_hold_has_its_word() -> None:
    fields = {name for kind, (body, _) in KINDS.items() if kind != "introduction" for name in body.__struct_fields__}
    assert fields - _WORDS.keys() == set()


@pytest.mark.parametrize(("language", "line"), [("zh-hans", "自：2026-11-28 16:00"), ("en", "From: 2026-11-28 16:00")])
def test_it_is_told_in_the_readers_language_and_time(language: str, line: str) -> None:
    with translation.override(language):
        said = told(msgspec.to_builtins(BODIES["suspension"]))
    assert line in said.splitlines()
    assert "items" not in said


@pytest.mark.parametrize(
    ("language", "kind", "line"),
    [
        ("zh-hans", "grievance", "投诉事由：收取费用、执法行为不当"),
        ("en", "visit-answer", "Nothing was charged: No"),
        ("en", "visit-record", "Officers: 周某 浙-1、吴某 浙-2"),
    ],
)
def test_grounds_and_what_is_so_or_not_are_told_in_words(language: str, kind: str, line: str) -> None:
    with translation.override(language):
        assert line in told(msgspec.to_builtins(BODIES[kind])).splitlines()
