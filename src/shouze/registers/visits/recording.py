"""Reads what a record of a visit says, line by line: who came, what was taken; pure.

Two officers at least carry out an inspection and show their identification (Penalty Law 42, 55).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.supervision import Officer, Taken

FEWEST, MOST_OFFICERS, MOST_TAKEN, LONGEST_LINE = 2, 20, 200, 500
_APART = re.compile(r"[\s,，、;；]+")
_DIGEST = re.compile(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{64}(?![0-9a-zA-Z])")
_COPY = re.compile(r"\s*(复制|copy\b|copies\b)", re.IGNORECASE)


def officers_of(text: str) -> tuple[Officer, ...]:
    """Return the officers of lines of name and identification number.

    InvalidError (``officers``) for a line without a number, and for fewer than two people whose numbers differ.
    """
    found = [_officer(line) for line in _lines(text)]
    # A17-2-premises: fewer than two, or one person or number twice, is no inspection
    people = min(len({each.identification.casefold() for each in found}), len({each.name.casefold() for each in found}))
    if people < max(FEWEST, len(found)):
        remedy = Text("每行一人：姓名 证号；至少两人。同名的在姓名后注明部门",
                      "A line each: name, then number; two at least. Of one name: add the department")  # fmt: skip
        raise InvalidError(Text("执法人员少于两名，或者姓名、证号重复",
                                "Fewer than two officers, or a name or number twice"),
                           field="officers", remedy=remedy)  # fmt: skip
    if len(found) > MOST_OFFICERS:
        raise InvalidError(Text("至多二十人", "Twenty at most"), field="officers")
    return tuple(found)


def _officer(line: str) -> Officer:
    *name, identification = _APART.split(normalize("NFKC", line))
    if not name or not any(map(str.isdigit, identification)):
        remedy = Text("每行一人：姓名 证号", "A line each: name, then number")
        raise InvalidError(Text("没有写执法证号", "The identification number is missing"), field="officers",
                           remedy=remedy)  # fmt: skip
    return Officer(name=" ".join(name), identification=identification)


def taken_of(text: str) -> tuple[Taken, ...]:
    """Return what was taken, of a line each; what has a SHA-256 is a copy. InvalidError names ``taken``."""
    return tuple(_taken(line) for line in _lines(text, MOST_TAKEN))


def _taken(line: str) -> Taken:
    digest = _DIGEST.search(line)
    if digest is not None:
        what = " ".join(f"{line[: digest.start()]} {line[digest.end() :]}".split()).strip(" :：,，")
        return Taken(what=what or digest[0].lower(), sha256=digest[0].lower())
    if _COPY.match(line):
        remedy = Text("写上 64 位十六进制的 SHA-256，或者附上复制件", "Give its SHA-256 in 64 hex digits, or attach it")
        raise InvalidError(Text("复制件没有摘要", "A copy has no digest"), field="taken", remedy=remedy)
    return Taken(what=line)


def written(taken: Iterable[Taken]) -> str:
    """Return lines of what was taken."""
    return "\n".join(f"{each.what} {each.sha256}" if each.sha256 else each.what for each in taken)


def named(officers: Iterable[Officer]) -> str:
    """Return lines of officers."""
    return "\n".join(f"{each.name} {each.identification}" for each in officers)


def _lines(text: str, most: int = 100) -> list[str]:
    found = [line.strip() for line in text.splitlines() if line.strip()]
    field = "officers" if most != MOST_TAKEN else "taken"
    if len(found) > most or any(len(line) > LONGEST_LINE for line in found):
        raise InvalidError(Text("行数过多，或者一行过长", "Too many lines, or one too long"), field=field)
    return found
