"""What is done with a code: written, adopted and published, brought into force, superseded, ended.

# Invariant: of a code one version is in force at most; what was adopted is never written again.
"""

from __future__ import annotations

from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.announcements import editions
from shouze.registers.announcements.editions import Kind, Said
from shouze.registers.announcements.models import Edition
from shouze.registers.codes.clauses import clauses_of
from shouze.registers.codes.models import Code
from shouze.registers.describing import Doing
from shouze.registers.finding import registers
from shouze.registers.ports import statutes

NAME = "codes"
DRAFT, SUBMITTED, ADOPTED, IN_FORCE = "draft", "submitted", "adopted", "in-force"
WRITING = (DRAFT, SUBMITTED, ADOPTED)
_COPIED = ("name", "title", "title_en", "body", "body_en", "text", "text_en", "clauses")


def draft(doing: Doing[Code]) -> None:
    """Begin a code, or the next version of one."""
    row = doing.entry
    others = Code.objects.filter(name=row.name)
    if others.filter(state__in=WRITING).exists():
        remedy = Text("先办完它，或撤销它", "Finish it first, or drop it")
        raise InvalidError(Text("此公约已有一版在起草", "A version is being drafted"), field="name", remedy=remedy)
    newest = others.order_by("-issue").first()
    row.issue = newest.issue + 1 if newest else 1
    write(doing)


def write(doing: Doing[Code]) -> None:
    """Read what was written into clauses."""
    row = doing.entry
    row.clauses = clauses_of(row.text, row.text_en, {each.article for each in statutes().duties.values()})


def revise(doing: Doing[Code]) -> None:
    """Begin the next version with the words of this one."""
    row = doing.entry
    if Code.objects.filter(name=row.name, state__in=WRITING).exists():
        raise InvalidError(Text("已有一版在起草", "A version is being drafted"), field=None)
    newest = Code.objects.filter(name=row.name).order_by("-issue")[0]
    copied = {each: getattr(row, each) for each in _COPIED}
    acting.enrol(registers()[NAME], Code(**copied, issue=newest.issue + 1), doing.person, DRAFT)


def adopt(doing: Doing[Code]) -> None:
    """Publish what the meeting adopted; it is in force from its day."""
    # A21-ind-rules: the association's rules are public, in the words that its meeting adopted
    row = doing.entry
    if row.adopted_on is None or row.adopted_on > doing.now.date():
        raise InvalidError(Text("通过日期在将来", "That day is ahead"), field="adopted_on")
    row.in_force_from = row.in_force_from or doing.now
    row.state = ADOPTED
    _publish(row, "adopt", "publication", doing.now)
    row.adopted_digest = row.digest
    if row.in_force_from <= doing.now:
        _enter(row, doing)


def enter(doing: Doing[Code]) -> None:
    """Bring a version into force on its day."""
    _enter(doing.entry, doing)


def _enter(row: Code, doing: Doing[Code]) -> None:
    row.state = IN_FORCE
    for other in Code.objects.filter(name=row.name, state=IN_FORCE).exclude(pk=row.pk):
        acting.followed(NAME, other, "supersede", Asked({"by": row.number}), doing.by)


def supersede(doing: Doing[Code]) -> None:
    """Say in public which version has taken its place."""
    doing.entry.superseded_by = str(doing.values["by"])
    _end(doing, "supersede")


def withdraw(doing: Doing[Code]) -> None:
    """Say in public that it ended."""
    _end(doing, "withdraw")


def _end(doing: Doing[Code], act: str) -> None:
    doing.entry.ended_at = doing.now
    _publish(doing.entry, act, "correction", doing.now)


def keep(now: datetime) -> None:
    """Bring into force what was adopted for a day that has come."""
    for row in Code.objects.filter(state=ADOPTED, in_force_from__lte=now):
        acting.followed(NAME, row, "enter")


def published(row: Code) -> str:
    """Return the text of the version as it was adopted, whose SHA-256 is ``adopted_digest``."""
    return Edition.objects.values_list("content", flat=True).get(number=row.number, digest=row.adopted_digest)


def _publish(row: Code, act: str, kind: Kind, now: datetime) -> None:
    members = {
        "association": row.body, "association_en": row.body_en, "code": row.name, "issue": row.issue,
        "title_en": row.title_en, "clauses": row.clauses, "meeting": row.meeting, "adopted_on": row.adopted_on,
        "in_force_from": row.in_force_from, "ended_at": row.ended_at, "superseded_by": row.superseded_by,
    }  # fmt: skip
    sought = f"{row.number} {row.title} {row.title_en} {row.name} {row.body} {row.body_en}"
    editions.publish(row, Said(NAME, act, kind, row.title, members, sought), now)
