"""Reads findings as they are written: a line for each clause, with its number and how it is kept."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text

LONGEST = 2000
_LINE = re.compile(
    r"(\d{1,4})\s*[.、:：]?\s*(遵守|部分遵守|未遵守|kept|partly|not[ -]kept)(?:[\s,，:：;；]+(.*))?",
    re.IGNORECASE,
)
_KEPT = {
    "遵守": "kept", "kept": "kept", "部分遵守": "partly", "partly": "partly", "未遵守": "not-kept",
    "not kept": "not-kept", "not-kept": "not-kept",
}  # fmt: skip


def findings_of(text: str, clauses: Collection[int]) -> list[dict[str, Any]]:
    """Return ``{"clause", "kept", "words"}`` for each line, such as ``1 部分遵守 培训记录不全``.

    InvalidError names the line; ``clauses`` are those of the code, or nothing where they are not known here.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InvalidError(Text("一条意见也没有", "There is no finding"), field="findings_text")
    found = [_finding(number, line, clauses) for number, line in enumerate(lines, 1)]
    if len({each["clause"] for each in found}) != len(found):
        raise InvalidError(Text("同一条写了两次", "A clause stands there twice"), field="findings_text")
    return found


def _finding(number: int, line: str, clauses: Collection[int]) -> dict[str, Any]:
    read = _LINE.fullmatch(line)
    if read is None or len(line) > LONGEST:
        remedy = Text("每行：条号、遵守／部分遵守／未遵守、说明", "Each line: clause, kept / partly / not kept, words")
        raise InvalidError(Text(f"第 {number} 行读不出", f"Line {number} cannot be read"), field="findings_text",
                           remedy=remedy)  # fmt: skip
    clause = int(read[1])
    if clauses and clause not in clauses:
        raise InvalidError(
            Text(f"第 {number} 行：公约没有第 {clause} 条", f"Line {number}: the code has no clause {clause}"),
            field="findings_text",
        )
    return {"clause": clause, "kept": _KEPT[read[2].lower()], "words": (read[3] or "").strip()}
