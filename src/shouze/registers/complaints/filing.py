"""The complaints of one user, as the portal files and shows them, in the user's own name alone.

# Invariant: every function takes the id of the user who asks and reaches no complaint that is not theirs: another's
# number is answered as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from shouze.errors import ConflictError, InvalidError, NotFoundError, SealedError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.complaints.doing import NAME
from shouze.registers.complaints.fields import MATTERS
from shouze.registers.complaints.models import Complaint
from shouze.registers.complaints.register import REGISTER
from shouze.registers.dooring import send_waiting
from shouze.registers.letters.models import Letter, Party
from shouze.registers.letters.sealing import read
from shouze.registers.office import Filed
from shouze.registers.ports import GIVEN

LONGEST_STORY = 20_000
MOST_OPEN = 20
"""Complaints that one user may have open at once."""
_SHOWN = frozenset({"given", "sent"})


def file(subject: str, matter: str, service: str, story: str, enclosures: Sequence[Attached] = ()) -> Filed:
    """File a complaint of a user; it has its number and its clock at once."""
    # A12-accept: whoever complains at the portal has the number in the answer
    if matter not in MATTERS or matter == "unsorted":
        raise InvalidError(Text("没有选择事项", "It does not say what it is about"), field="matter")
    if not story.strip() or len(story) > LONGEST_STORY:
        remedy = Text(f"写明情况，至多 {LONGEST_STORY} 字", f"Say what happened, in {LONGEST_STORY} characters at most")
        raise InvalidError(Text("内容为空或过长", "It is empty or too long"), field="story", remedy=remedy)
    if _own(subject).filter(state="open").count() >= MOST_OPEN:
        remedy = Text("等待已有的投诉答复", "Wait for the answers to those you have")
        raise ConflictError(Text("未答复的投诉过多", "Too many of your complaints are open"), remedy=remedy)
    values = {
        "source": "portal", "received_at": GIVEN.now(), "matter": matter, "service": service, "subject": subject,
        "story": story.strip(), "enclosures": enclosures,
    }  # fmt: skip
    made = acting.begin(REGISTER, Asked(values))
    send_waiting()
    return _shown(made)


def mine(subject: str, limit: int = 50) -> list[Filed]:
    """Return a user's complaints, newest first, without what was written; two queries."""
    return [_shown(each) for each in _own(subject).order_by("-id")[:limit]]


def look(subject: str, number: str) -> Filed:
    """Return one complaint with what was written; that its answer was read is the proof of delivery."""
    complaint = _mine(subject, number)
    if complaint.proof == "shown" and complaint.answered_at:
        complaint = acting.follow(REGISTER, REGISTER.act("read"), complaint.pk, None)
        send_waiting()
    return _shown(complaint, subject)


def reopen(subject: str, number: str, story: str) -> Filed:
    """Begin a user's complaint anew, because the answer did not settle it."""
    complaint = _mine(subject, number)
    wanted = REGISTER.act("reopen")
    if complaint.state not in wanted.source:
        raise ConflictError(Text("现在不能重开", "It cannot be reopened now"), field="state")
    if not story.strip() or len(story) > LONGEST_STORY:
        raise InvalidError(Text("请写明为何不满意", "Say what the answer did not settle"), field="story")
    values = {"story": story.strip(), "channel": "portal"}
    done = acting.follow(REGISTER, wanted, complaint.pk, None, Asked(values, reason="portal"))
    send_waiting()
    return _shown(done)


def withdraw(subject: str, number: str) -> Filed:
    """Withdraw a user's complaint."""
    complaint = _mine(subject, number)
    wanted = REGISTER.act("withdraw")
    if complaint.state not in wanted.source:
        raise ConflictError(Text("现在不能撤回", "It cannot be withdrawn now"), field="state")
    done = acting.follow(REGISTER, wanted, complaint.pk, None, Asked(reason="portal"))
    send_waiting()
    return _shown(done)


def _own(subject: str) -> QuerySet[Complaint]:
    if not subject:
        return Complaint.objects.none()
    return Complaint.objects.filter(pk__in=Party.objects.filter(register=NAME, subject=subject).values_list("entry"))


def _mine(subject: str, number: str) -> Complaint:
    found = _own(subject).filter(number=number).first()
    if found is None:
        raise NotFoundError(Text("没有这件投诉", "There is no such complaint"), field="number")
    return found


def _shown(complaint: Complaint, reader: str = "") -> Filed:
    story, said = _written(complaint, reader) if reader else ("", [])
    closed = frozenset({"answered", "resolved", "refused", "withdrawn"})
    return Filed(
        complaint.number, complaint.state, MATTERS[complaint.matter], complaint.service, complaint.received_at,
        complaint.due, complaint.answered_at, complaint.late, complaint.state in closed,
        complaint.state in ("open", "answered"), story, said,
    )  # fmt: skip


def _written(complaint: Complaint, reader: str) -> tuple[str, list[tuple[str, datetime, str]]]:
    """Return what the user wrote first, and what was told since, with what they added where they complain alone.

    Who joined a complaint reads the answers alone, and of several nobody reads what one of them added.
    """
    story, said = "", list[tuple[str, datetime, str]]()
    parties = Party.objects.filter(register=NAME, entry=complaint.pk).order_by("id")
    subjects = list(parties.values_list("subject", flat=True)[:2])
    first, alone = subjects[:1] == [reader], subjects == [reader]
    letters = (
        Letter.objects.filter(register=NAME, entry=complaint.pk, erased_at=None).select_related("key").order_by("id")
    )
    for letter in letters:
        try:
            text = read(letter).text
        except SealedError:
            continue
        if letter.direction == "in" and not story:
            story = text if first else ""
        elif letter.direction == "in":
            said += [(letter.kind, letter.arrived_at, text)] if alone and letter.channel == "portal" else []
        elif letter.state in _SHOWN and letter.kind != "receipt":
            said.append((letter.kind, letter.arrived_at, text))
    return story, said
