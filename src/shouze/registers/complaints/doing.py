"""What the acts upon a complaint do: to the row, its terms and its letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.acting import Asked
from shouze.registers.answers.filling import receipt
from shouze.registers.complaints.fields import MATTERS
from shouze.registers.complaints.models import Complaint, Term
from shouze.registers.describing import Doing, Heed
from shouze.registers.finding import registers
from shouze.registers.letters import replying
from shouze.registers.letters.intake import is_unasked
from shouze.registers.letters.models import Letter
from shouze.registers.letters.register import FILED
from shouze.registers.letters.register import REGISTER as LETTERS
from shouze.registers.letters.sealing import Content, Reach, read
from shouze.registers.letters.writing import About, add_party, keep
from shouze.registers.naming import check_subject
from shouze.registers.ports import GIVEN
from shouze.registers.timings.choosing import timed

NAME = "complaints"
MOST_A_DAY = 10
"""Complaints that one address of mail makes by itself in a day; what comes beyond waits for a person, unanswered."""
_BELOW = Text(
    "用户编号为 26 位小写字母和数字；姓名、号码请填在下面",
    "An id has 26 lower-case letters and digits; a name or number goes into the fields below",
)
_DIGITS = re.compile(r"[0-9]{1,15}")
_MOST_RECORDS = 200


def file(doing: Doing[Complaint]) -> None:
    """Take a complaint on: whatever it is about, its clock runs from its receipt."""
    # A12-accept: every complaint gets its number at once; A12-15d: its clock runs from receipt
    complaint, values = doing.entry, doing.values
    if complaint.received_at > doing.now:
        raise InvalidError(Text("接到时间在将来", "It was received in the future"), field="received_at")
    subject = str(values.get("subject") or "").strip()
    if subject:
        check_subject(subject, "subject", _BELOW)
    complaint.call_number = str(values.get("call_number") or "")
    _sort(complaint, values)
    _begin_term(complaint)


def sort(doing: Doing[Complaint]) -> None:
    """Say what it is about."""
    _sort(doing.entry, doing.values)


def _sort(complaint: Complaint, values: Mapping[str, Any]) -> None:
    words = str(values.get("records_told") or "").replace(",", " ").replace("，", " ").split()
    if len(words) > _MOST_RECORDS or any(not _DIGITS.fullmatch(each) for each in words):
        remedy = Text("只写日志序号，用空格隔开", "Give places in the log alone, separated by spaces")
        raise InvalidError(Text("不是日志序号", "That is no place in the log"), field="records_told", remedy=remedy)
    if "records_told" in values:
        complaint.records = [int(each) for each in words]
    complaint.call(vocabulary.of_service(MATTERS[complaint.matter], complaint.service))


def _begin_term(complaint: Complaint) -> None:
    first = timed("complaint-answer", complaint.received_at)
    complaint.counting, complaint.due, complaint.warn_at, complaint.escalate_at = first
    complaint.warned_at = complaint.escalated_at = complaint.breached_at = None
    complaint.answered_at, complaint.late, complaint.way, complaint.proof = None, False, "", ""
    complaint.posted_number = ""
    handled = timed("complaint-handle", complaint.received_at)
    complaint.handle_counting, complaint.handle_due = handled.counting, handled.due


def filed(doing: Doing[Complaint], _before: object) -> None:
    """Keep what was written, who wrote it and the term, and send the receipt."""
    complaint, values = doing.entry, doing.values
    _keep_term(complaint)
    about = About.of(NAME, complaint)
    reach = values.get("reach") or Reach.given(values)
    add_party(about, str(values.get("subject") or "").strip(), reach)
    letter, enclosures = values.get("letter"), (*values.get("enclosures", ()), *doing.documents)
    if letter is not None:
        acting.follow(LETTERS, FILED, letter.pk, None, Asked({"about": about}))
    else:
        keep(
            Content(text=str(values["story"]), names=replying.names_of(enclosures)), about=about, direction="in",
            kind="matter", channel=complaint.source, state="filed", by=doing.by,
            enclosures=enclosures, arrived_at=complaint.received_at,
        )  # fmt: skip
    text, template, edition = receipt(complaint)
    replying.send_receipt(complaint, NAME, reach, text, (template, edition))


def from_mail(doing: Doing[Letter], _before: object) -> None:
    """Take a mail that begins something on as a complaint, at once; a flood from one address waits for a person."""
    letter = doing.entry
    if letter.direction != "in" or letter.channel != "e-mail" or not is_unasked(letter):
        return
    today = Letter.objects.filter(sender=letter.sender, direction="in", arrived_at__date=letter.arrived_at.date())
    if letter.sender and today.exclude(pk=letter.pk).count() < MOST_A_DAY:
        _from_letter(letter, doing.values["content"])


def from_letter(doing: Doing[Letter], _before: object) -> None:
    """Take a letter on as a complaint because a person said so."""
    _from_letter(doing.entry, read(doing.entry))


def _from_letter(letter: Letter, content: Content) -> None:
    received = min(letter.arrived_at, GIVEN.now())
    values = {
        "source": "e-mail", "received_at": received, "matter": "unsorted", "service": "", "letter": letter,
        "reach": Reach(email=content.sender),
    }  # fmt: skip
    acting.begin(registers()[NAME], Asked(values))


def answer(doing: Doing[Complaint]) -> None:
    """Answer it."""
    replying.reply(doing, "answered")


def refuse(doing: Doing[Complaint]) -> None:
    """Refuse it with reasons, which is an answer too."""
    replying.reply(doing, "refused")
    if doing.entry.state == "refused":
        doing.entry.ended_at = doing.now


def note_progress(doing: Doing[Complaint]) -> None:
    """Check how an interim notice goes; it answers nothing."""
    kept = Complaint.objects.values_list("way", "proof", "posted_number").get(pk=doing.entry.pk)
    if doing.values["way"] == "letter" and not doing.values.get("posted_number"):
        raise InvalidError(Text("没有邮件号码", "The posted letter's number is missing"), field="posted_number")
    doing.entry.way, doing.entry.proof, doing.entry.posted_number = kept


def sent(kind: str) -> Heed:
    """Return what follows from an answer, refusal or notice: its letter, and its term's end where it was given."""

    def follow(doing: Doing[Complaint], _before: object) -> None:
        replying.send_reply(doing, NAME, kind)
        if kind != "interim":
            _keep_term(doing.entry)

    return follow


def delivered(doing: Doing[Letter], _before: object) -> None:
    """The mail server took an answer: the complaint is answered."""
    _told(doing.entry, "arrived")


def not_delivered(doing: Doing[Letter], _before: object) -> None:
    """An answer came back, or could not be sent: the complaint is not answered."""
    _told(doing.entry, "came-back")


def _told(letter: Letter, act: str) -> None:
    if letter.register != NAME or letter.kind not in ("answer", "refusal"):
        return
    row = Complaint.objects.filter(pk=letter.entry or 0).first()
    last = Letter.objects.filter(register=NAME, entry=letter.entry, kind__in=("answer", "refusal")).order_by("-id")
    if row is not None and last.values_list("pk", flat=True).first() == letter.pk:
        acting.followed(NAME, row, act, Asked({"kind": letter.kind, "at": letter.sent_at}))


def arrived(doing: Doing[Complaint]) -> None:
    """Note that the answer was taken by the mail server."""
    complaint = doing.entry
    if complaint.state not in ("open", "answered", "refused"):
        return
    state = "refused" if doing.values["kind"] == "refusal" else "answered"
    replying.answered(complaint, doing.values["at"] or doing.now, "accepted", state)
    complaint.ended_at = doing.now if state == "refused" else None
    _keep_term(complaint)


def came_back(doing: Doing[Complaint]) -> None:
    """Note that the answer did not arrive."""
    if doing.entry.state in ("open", "answered", "refused"):
        replying.came_back(doing.entry, "open")
        doing.entry.ended_at = None
        _keep_term(doing.entry)


def read_at_portal(doing: Doing[Complaint]) -> None:
    """Note that the complainant read the answer."""
    if doing.entry.proof == "shown":
        doing.entry.proof = "read"


def resolve(doing: Doing[Complaint]) -> None:
    """Note that it is resolved."""
    doing.entry.resolved_at = doing.entry.ended_at = doing.now


def withdraw(doing: Doing[Complaint]) -> None:
    """Note that it was withdrawn: nothing more is owed."""
    doing.entry.withdrawn_at = doing.entry.ended_at = doing.now
    _keep_term(doing.entry, ended_at=doing.now)


def void(doing: Doing[Complaint]) -> None:
    """Note that it never was a complaint."""
    doing.entry.ended_at = doing.now
    _keep_term(doing.entry, ended_at=doing.now)


def reopen(doing: Doing[Complaint]) -> None:
    """Begin a new term; the terms before stay as they were."""
    complaint = doing.entry
    complaint.received_at, complaint.reopened = doing.now, complaint.reopened + 1
    complaint.ended_at = complaint.resolved_at = complaint.withdrawn_at = None
    complaint.resolution = complaint.refused_because = ""
    _begin_term(complaint)
    _keep_term(complaint)
    if story := str(doing.values.get("story") or "").strip():
        keep(
            Content(text=story), about=About.of(NAME, complaint), direction="in", kind="matter",
            channel=str(doing.values.get("channel") or complaint.source), state="filed",
            by=doing.by,
        )  # fmt: skip


def join(doing: Doing[Complaint]) -> None:
    """Note somebody who complains of the same."""
    values = doing.values
    subject = str(values.get("subject") or "").strip()
    reach = Reach.given(values)
    if not subject and reach == Reach():
        raise InvalidError(Text("没有写投诉人", "It does not say who"), field="subject")
    if subject:
        check_subject(subject, "subject", _BELOW)
    add_party(About.of(NAME, doing.entry), subject, reach)


def _keep_term(complaint: Complaint, ended_at: datetime | None = None) -> None:
    answered_at, taken = complaint.answered_at, None
    if answered_at is not None:
        taken = max(int((answered_at - complaint.received_at).total_seconds()), 0)
    Term.objects.update_or_create(
        complaint=complaint, place=complaint.reopened,
        defaults={
            "received_at": complaint.received_at, "counting": complaint.counting,
            "due": complaint.due or complaint.received_at,
            "answered_at": complaint.answered_at, "late": complaint.late, "took": taken, "ended_at": ended_at,
        },
    )  # fmt: skip
