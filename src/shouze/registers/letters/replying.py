"""How a complaint or request is answered: which way, proved by what, in time or late (Art. 12).

An answer by mail counts when the mail server took it; when it comes back it was none, and the clock runs again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shouze.client import ClientError, Place, Subject
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.acting import Attached
from shouze.registers.asking import asked_of_door, blamed
from shouze.registers.describing import Asks, Choices, Doing, Field, Heed
from shouze.registers.letters.models import Answered, Letter, Party
from shouze.registers.letters.sealing import Content, Reach, reach_of, read
from shouze.registers.letters.writing import About, fresh_message_id, keep
from shouze.registers.people.models import Person
from shouze.rules.deadline import in_time

WAYS: Choices = {
    "e-mail": Text("电子邮件（来信人留的地址）", "E-mail, to the address they gave"),
    "held": Text("电子邮件（信息闸门内的地址）", "E-mail, to the address that the door holds"),
    "portal": Text("用户门户", "The portal"),
    "letter": Text("信函", "Letter"),
    "phone": Text("电话告知", "By telephone"),
    "visit": Text("当面交付", "Handed over"),
}
PROOFS: Choices = {
    "waiting": Text("等待邮件服务器接收", "Waiting for the mail server"),
    "accepted": Text("邮件服务器已接收", "Taken by the mail server"),
    "bounced": Text("被退回", "Came back"),
    "shown": Text("已放入门户", "Stands in the portal"),
    "read": Text("已在门户阅读", "Read at the portal"),
    "posted": Text("已交寄（邮件号码）", "Posted (with its number)"),
    "told": Text("已告知（见记录）", "Told (see the record)"),
}
_MAILED = frozenset({"e-mail", "held"})
_PROOF_OF = {"portal": "shown", "letter": "posted", "phone": "told", "visit": "told"}
FIELDS = (
    Field(name="way", label=Text("送达方式", "Way"), choices=WAYS, optional=False),
    Field(name="text", label=Text("内容", "Text"), lines=10, optional=False,
          hint=Text("加密保存；不会出现在列表、导出或日志中", "Sealed; it is in no list, export or log")),
    Field(name="posted_number", label=Text("邮件号码", "Number of the posted letter"), optional=True,
          hint=Text("信函方式必填，如挂号号码", "Needed for a letter, such as its registration")),
    Field(name="given_at", label=Text("交寄或告知的时间", "Posted or told at"), asks="moment", optional=True,
          hint=Text("不填即现在", "Empty: now")),
    Field(name="purpose", label=Text("取用地址的目的", "Purpose for using the address"), choices=vocabulary.purposes,
          optional=True, hint=Text("仅用信息闸门内的地址时填写", "For the address that the door holds alone")),
)  # fmt: skip
SHOWN = (
    Field(name="way", label=Text("送达方式", "Answered by"), choices=WAYS, once_filled=True),
    Field(name="proof", label=Text("送达证明", "Proof of delivery"), choices=PROOFS, once_filled=True, duty="A12-15d"),
    Field(name="posted_number", label=Text("邮件号码", "Posted letter"), once_filled=True),
    Field(name="answered_at", label=Text("答复时间", "Answered at"), once_filled=True, duty="A12-15d"),
    Field(name="late", label=Text("逾期", "Late"), duty="A12-15d"),
    Field(name="ended_at", label=Text("结束时间", "Ended at"), once_filled=True),
    Field(name="erased_at", label=Text("来往内容已销毁", "Letters destroyed"), once_filled=True),
)


def ask_address(register: str) -> Asks[Any]:
    """Return the question that an answer asks first: to which address, of the row's letters or of the door."""

    def ask(row: Answered, person: Person, values: Mapping[str, Any]) -> Mapping[str, Any]:
        way = values.get("way")
        if way == "e-mail":
            return {"address": _given_address(register, row)}
        if way == "held":
            return {"address": _held_address(register, row, person, str(values.get("purpose") or ""))}
        return {}

    return ask


def _given_address(register: str, row: Answered) -> str:
    for party in Party.objects.filter(register=register, entry=row.pk).select_related("key").order_by("id"):
        if address := reach_of(party).email:
            return address
    detail = Text("来信人没有留电子邮件", "They left no address for mail")
    raise InvalidError(detail, field="way", remedy=Text("选其他方式", "Choose another way"))


def _held_address(register: str, row: Answered, person: Person, purpose: str) -> str:
    """Return the address that the door holds, opened in the person's name; it passes through and stays sealed."""
    parties = Party.objects.filter(register=register, entry=row.pk).exclude(subject="").order_by("id")
    subject = parties.values_list("subject", flat=True).first()
    service = getattr(row, "service", "")
    if not (subject and service and purpose):
        remedy = Text("须有用户编号、业务和目的", "It takes a user's id, the service and a purpose")
        raise InvalidError(Text("不能从信息闸门取得地址", "The door cannot be asked"), field="purpose", remedy=remedy)
    try:
        released = asked_of_door(
            person,
            lambda door: door.release(
                service=service, subject=Subject(id=subject), purposes=[purpose], items=["email"], action="use",
                place=Place(site=person.site or None), ticket=row.number,
            ),
        )  # fmt: skip
    except ClientError as problem:
        raise blamed(problem, "way") from None
    if "email" not in released.items:
        raise InvalidError(Text("信息闸门内没有电子邮件", "The door holds no address for mail"), field="way")
    return str(released.items["email"])


def reply(doing: Doing[Any], state: str) -> None:
    """Note how a row is answered; by mail it is answered only once the server took it."""
    row, values = doing.entry, doing.values
    row.way, row.posted_number = values["way"], values.get("posted_number") or ""
    if row.way == "letter" and not row.posted_number:
        remedy = Text("填写挂号或快递号码", "Give its registration or courier number")
        raise InvalidError(
            Text("没有邮件号码", "The posted letter's number is missing"), field="posted_number", remedy=remedy
        )
    if row.way in _MAILED:
        row.proof, row.answered_at = "waiting", None
        return
    given_at = values.get("given_at") or doing.now
    if not row.received_at <= given_at <= doing.now:
        remedy = Text("应在收到之后、现在之前", "After receipt, and not ahead")
        raise InvalidError(Text("时间不对", "The time cannot be"), field="given_at", remedy=remedy)
    answered(row, given_at, _PROOF_OF[row.way], state)


def answered(row: Answered, at: datetime, proof: str, state: str) -> None:
    """Note that a row is answered, in time or late."""
    # A12-15d: what counts is when the answer left the house, against the last moment of the last day
    row.answered_at, row.proof, row.state = at, proof, state
    row.late = row.due is not None and not in_time(row.due, at)
    row.breached_at = row.due if row.late else None


def came_back(row: Answered, state: str) -> None:
    """Note that the answer did not arrive: it is owed again."""
    row.answered_at, row.proof, row.state, row.late = None, "bounced", state, False


def send_reply(doing: Doing[Any], register: str, kind: str) -> Letter:
    """Keep the letter that an act sends, or that was given otherwise."""
    row, values = doing.entry, doing.values
    mailed = values["way"] in _MAILED
    first = (
        Letter.objects.filter(register=register, entry=row.pk, direction="in", erased_at=None).order_by("id").first()
    )
    before = read(first) if first is not None and mailed else Content()
    content = Content(
        text=values["text"], subject=_SUBJECTS[kind], to=values.get("address", ""),
        message_id=fresh_message_id() if mailed else "", answers=before.message_id, names=names_of(doing.documents),
    )  # fmt: skip
    return keep(
        content, enclosures=doing.documents, by=doing.person, about=About.of(register, row), direction="out", kind=kind,
        channel="e-mail" if mailed else values["way"], state="waiting" if mailed else "given",
        next_at=doing.now if mailed else None, template=values.get("template", ""), edition=values.get("edition"),
    )  # fmt: skip


def keep_proof(register: str) -> Heed:
    """Return what keeps sealed whatever was attached to an act."""

    def follow(doing: Doing[Any], _before: object) -> None:
        if doing.documents:
            keep(
                Content(names=names_of(doing.documents)), enclosures=doing.documents,
                about=About.of(register, doing.entry),
                by=doing.by, direction="in", kind="proof", channel="letter",
                state="filed",
            )  # fmt: skip

    return follow


def names_of(documents: Sequence[Attached]) -> tuple[tuple[str, str], ...]:
    """Return names and media types of what was attached."""
    return tuple((each.name, each.media) for each in documents)


def send_receipt(row: Answered, register: str, reach: Reach, text: str, template: tuple[str, int | None]) -> None:
    """Mail the receipt to whoever left an address; others see or are given it."""
    if not reach.email:
        return
    content = Content(text=text, subject=_SUBJECTS["receipt"], to=reach.email, message_id=fresh_message_id(),
                      answers=_asked(register, row))  # fmt: skip
    keep(content, about=About.of(register, row), direction="out", kind="receipt", channel="e-mail", state="waiting",
         next_at=row.changed_at, template=template[0], edition=template[1])  # fmt: skip


def _asked(register: str, row: Answered) -> str:
    first = Letter.objects.filter(register=register, entry=row.pk, direction="in").order_by("id").first()
    return read(first).message_id if first is not None else ""


_SUBJECTS = {
    "receipt": "受理回执 · Receipt", "answer": "答复 · Answer", "refusal": "不予受理告知 · Refusal",
    "interim": "进展告知 · Progress",
}  # fmt: skip
