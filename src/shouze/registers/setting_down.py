"""Sets papers down: what a paper says as data, the digest that ties its prints to the log, the annex that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.people.models import Person
from shouze.registers.reporting import pdfs
from shouze.registers.rows import Kept
from shouze.reports.report import Cell, Facts, Prose, Report, Section

ACT = "set-down"
"""The act that follows where a paper was made: the register has it among its own."""


def set_down(register: str, row: Kept, says: Mapping[str, Any], papers: Sequence[Report], by: Person) -> None:
    """Keep papers with their row: what they say as data, and each as PDF."""
    data = Attached(f"{row.number}.json", "application/json", _encoded(says))
    printed = [pdf for each in papers for pdf in pdfs(each)]
    acting.followed(register, row, ACT, Asked(documents=[data, *printed]), by)


def digest_of(says: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a paper says, in hex."""
    return sha256(_encoded(says)).hexdigest()


def _encoded(says: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(says, order="sorted")


def annex(rows: Sequence[tuple[Text, Cell]], digest: str) -> Section:
    """Return the annex of a letter: its numbers, the digest of its content, and how it is checked by them."""
    words = Text("本文书的内容在制发时以上列摘要登记，记入本机关只增不改的日志；核对时说明编号和摘要。送达另有回证。",
                 "What this paper says was registered with its making under the digest above, in this authority's "
                 "append-only log. Whoever checks it names number and digest; its service has a record of its own. "
                 "The Chinese text is the paper; this is a translation.")  # fmt: skip
    tied = (Text("内容摘要（SHA-256）", "SHA-256 of its content"), digest)
    return Section(Text("附页：登记与核对", "Annex: register and check"), [Facts([*rows, tied]), Prose(words)])
