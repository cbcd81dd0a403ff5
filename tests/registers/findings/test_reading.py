"""Reading what ``shouze scan`` wrote: both files, and nothing else."""

from __future__ import annotations

import json

import msgspec
import pytest

from shouze.discovery.finding import Finding, Span
from shouze.discovery.inventory import Collecting, write_inventory
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.findings import reading
from shouze.registers.ports import GIVEN
from tests.registers.findings.scene import entry, inventory


def found(place: str, confidence: float = 0.9, **more: object) -> Finding:
    return Finding(
        source="crm", place=place, item="phone", kind="mobile", count=2, confidence=confidence,
        reason=Text("像", "Looks so"), sample="138****5678", **more,  # type: ignore[arg-type]  # the struct's own fields
    )  # fmt: skip


def test_an_inventory_is_read_as_the_scanner_writes_it() -> None:
    collecting = Collecting()
    collecting.add(found("users.phone"))
    now = GIVEN.now()
    read = reading.read(write_inventory(collecting.inventory(now)))
    assert (read.whole, read.at, [each.mark for each in read.found]) == (True, now, [found("users.phone").mark])
    assert read.found[0].words == Text("像", "Looks so")


def test_findings_one_a_line_are_brought_together_by_their_place() -> None:
    rows = [found("a.log:1", 0.5, spans=(Span(0, 11),)), found("a.log:9", 0.8, spans=(Span(3, 14),))]
    lines = "\n".join(msgspec.json.encode(each.row("en")).decode() for each in rows) + "\n"
    read = reading.read(lines.encode())
    (one,) = read.found
    assert (read.whole, one.location, one.count, one.confidence) == (False, "a.log", 4, 0.8)


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"", 1), (b"{}", 1), (b"\xff\xfe", 1), (b"not json", 1), (inventory().replace(b"/1", b"/2"), 1),
     (json.dumps(entry()).encode() + b"\n[1]\n", 2)],
)  # fmt: skip
def test_anything_else_is_told_by_its_line(content: bytes, line: int) -> None:
    with pytest.raises(InvalidError) as caught:
        reading.read(content)
    assert (caught.value.field, caught.value.line) == ("file", line)


def test_a_file_of_too_many_places_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 1)
    rows = [entry("a.b"), entry("a.c")]
    for content in (inventory(*rows), b"\n".join(json.dumps(each).encode() for each in rows)):
        with pytest.raises(InvalidError) as caught:
            reading.read(content)
        assert "more than 1 places" in caught.value.detail.en
