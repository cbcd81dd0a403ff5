"""What is done with a complaint to the authority.

# Invariant: who complains, how they are reached and what they wrote stand in no table in clear, in no history, list or
log; they go to the operator only where the complainant has agreed to that.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import msgspec

from shouze.chinatime import SHANGHAI
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.appeals.models import Appeal
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.finding import registers
from shouze.registers.letters.models import SealKey
from shouze.registers.letters.sealing import destroy, fresh_key, seal, unseal
from shouze.registers.peers.trusted import trusted_peer
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN, working_days
from shouze.registers.supervised.models import Supervised
from shouze.rules.deadline import COUNTINGS, deadline

REGISTER = "appeals"
LONGEST = 10_000
PAGE = 200
_PLACE = "appeal"


class Told(msgspec.Struct, frozen=True):
    """Who complains, how they are reached, what they wrote, what the operator answered. It is never shown as it is."""

    name: str = ""
    reach: str = ""
    story: str = ""
    answers: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return that something was told, and nothing of it."""
        return "Told(…)"


def take_in(doing: Doing[Appeal]) -> None:
    """Seal what was told, and say whose users' complaint it is."""
    # A17-1-inspect: whoever turns to the authority is heard; what they write is nobody's to browse
    row, values = doing.entry, doing.values
    name, reach, story = (str(values.get(each) or "").strip() for each in ("name", "reach", "story"))
    told = Told(name, reach, story)
    if not told.story or len(told.story) > LONGEST:
        remedy = Text("写明情况，至多一万字", "Say what happened, in 10,000 characters at most")
        raise InvalidError(Text("内容为空或过长", "It is empty or too long"), field="story", remedy=remedy)
    if row.received_at > doing.now:
        raise InvalidError(Text("收到时间在将来", "It was received in the future"), field="received_at")
    known = Supervised.objects.filter(number=row.operator).first() if row.operator else None
    known = known or Supervised.objects.filter(title=row.operator_name, state="supervised").first()
    if known is not None:
        row.operator, row.operator_name = known.number, known.title
    if not row.operator_name:
        raise InvalidError(Text("没有写经营者", "It does not say against whom"), field="operator_name")
    row.title = row.operator_name
    row.key = fresh_key()
    row.sealed = seal(row.key, told, _PLACE)


def read(row: Appeal) -> Told:
    """Return what was told; SealedError once its key is destroyed."""
    return msgspec.json.decode(unseal(row.key, row.sealed, _PLACE), type=Told)


def look(row: Appeal, person: Person) -> Told:
    """Return what was told to somebody who works on it; the look is an act, and the log has it."""
    found = read(row)
    acting.followed(REGISTER, row, "look", by=person)
    return found


def transfer(doing: Doing[Appeal]) -> None:
    """Pass it on to the operator: a summary without the user, or, as they agreed, what they wrote."""
    row, to = doing.entry, doing.values.get("to") or ""
    peer = trusted_peer("operator", to)
    if not to and not doing.documents:
        raise InvalidError(
            Text("没有选择经营者，也没有附上转办的文件", "Neither an operator nor the paper is given"), field="to"
        )
    if to and peer is None:
        raise InvalidError(Text("与此经营者没有公文往来", "No dispatches go to this operator"), field="to",
                           remedy=Text("以其他方式转交并登记", "Pass it on by other means, and note that"))  # fmt: skip
    row.peer, row.transferred_at = peer, doing.now
    row.due = doing.values.get("answer_by") or deadline(COUNTINGS["calendar-15"], doing.now, working_days()).ends_at
    if row.due <= doing.now:
        raise InvalidError(Text("答复期限已过", "The time for answering is over already"), field="answer_by")
    if peer is None:
        return
    text = row.summary
    if row.agreed:
        told = read(row)
        text = "\n\n".join(filter(None, (text, told.story, f"{told.name} {told.reach}".strip())))
    title = f"转办投诉 {row.number} {row.operator_number}".strip()
    letter = Letter(title=title[:500], text=text[:20_000], document=row.number, due=row.due)
    row.dispatch = post(Written("demand", peer, row.number, letter, about=row.number), doing.person).sha256


def take(arrived: Arrived) -> Appeal:
    """Take what an operator sends of a complaint: its answer to one that was passed on, or a late answer of its own.

    An operator sends a user's complaint by itself only with the user's agreement, which its dispatch states.
    """
    body = arrived.saying(Letter)
    of_peer = Appeal.objects.filter(peer=arrived.peer)
    row = of_peer.filter(number__in=filter(None, (body.document, arrived.dispatch.matter))).first()
    if row is None:
        return _own(arrived, body)
    if row.state in ("closed", "refused"):
        raise NotFoundError(Text("此投诉已办结", "This complaint is settled"), field="document")
    return _answered(row, body.text, arrived.now)


def _own(arrived: Arrived, body: Letter) -> Appeal:
    name = arrived.peer.title
    row = Appeal(channel="operator", operator_name=name, operator_number=body.document[:60], matter="late", title=name,
                 received_at=arrived.now, peer=arrived.peer, agreed=True)  # fmt: skip
    row.key = fresh_key()
    row.sealed = seal(row.key, Told(story=f"{body.title}\n{body.text}"[:LONGEST]), _PLACE)
    known = Supervised.objects.filter(title=row.operator_name, state="supervised").first()
    row.operator = known.number if known else ""
    return acting.entered(REGISTER, row, "arrive")


def _answered(row: Appeal, text: str, now: datetime) -> Appeal:
    answer(row, text, now)
    row.save()
    return acting.followed(REGISTER, row, "answered")


def answer(row: Appeal, text: str, now: datetime) -> None:
    """Keep an operator's answer with what was told, and whether it came in time."""
    told = read(row)
    row.sealed = seal(row.key, msgspec.structs.replace(told, answers=(*told.answers, text)), _PLACE)
    row.answered_at, row.late = now, row.due is not None and now > row.due


def note_answer(doing: Doing[Appeal]) -> None:
    """Keep an answer that came by other means."""
    answer(doing.entry, str(doing.values["answer"]), doing.now)


def close(doing: Doing[Appeal]) -> None:
    """Settle it, once the complainant was told."""
    row = doing.entry
    if row.outcome == "case" and not row.case:
        raise InvalidError(Text("没有写案件编号", "The case is not named"), field="case")
    if row.told_on is None or datetime.combine(row.told_on, time(), SHANGHAI) > doing.now:
        raise InvalidError(Text("没有告知投诉人，或日期在将来", "The complainant was not told, or in the future"),
                           field="told_on")  # fmt: skip
    row.closed_at = doing.now


def refuse(doing: Doing[Appeal]) -> None:
    """Refuse it, with the reason."""
    doing.entry.closed_at, doing.entry.outcome = doing.now, "refused"


def end(now: datetime) -> None:
    """Destroy the keys of what was settled long enough ago: then nobody reads who complained."""
    before = now - timedelta(days=GIVEN.post.retention_days)
    over = Appeal.objects.filter(closed_at__lt=before, key__destroyed_at=None)[:PAGE]
    names = list(over.values_list("key", flat=True))
    destroy(names, now)
    Appeal.objects.filter(key__in=SealKey.objects.filter(name__in=names)).update(sealed=b"")


def filed(values: dict[str, object]) -> Appeal:
    """File a complaint that somebody writes on the public page; nobody is signed in."""
    register = registers()[REGISTER]
    row: Appeal = acting.begin(register, Asked({**values, "channel": "page", "received_at": GIVEN.now()}))
    return row
