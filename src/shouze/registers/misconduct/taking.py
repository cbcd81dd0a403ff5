"""Takes reports of misconduct in: from anybody inside, the public page, an operator's dispatch; opens them, ends them.

# Invariant: who reports and what they wrote stand in no table in clear, in no history, list or log.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils.crypto import constant_time_compare, salted_hmac

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.describing import Choices, Doing
from shouze.registers.finding import registers
from shouze.registers.letters.models import SealKey
from shouze.registers.letters.sealing import destroy, fresh_key, seal, unseal
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.misconduct.seeing import concern, mentioned
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN

REGISTER, LONGEST, PAGE = "misconduct", 10_000, 200
_PLACE = "misconduct"
KINDS: Choices = {
    "neglect": Text("玩忽职守", "Neglect of duty"),
    "abuse": Text("滥用职权", "Abuse of power"),
    "favouritism": Text("徇私舞弊", "Favouritism"),
    "disclosure": Text("泄露、出售或者非法提供信息", "Disclosing, selling or passing on information"),
    "other": Text("收费、妨碍经营或者其他", "A fee, hindrance, or something else"),
}


class Told(msgspec.Struct, frozen=True):
    """Whom it names, what happened, who reports and how they are reached. It is never shown as it is."""

    named: str = ""
    story: str = ""
    name: str = ""
    reach: str = ""

    def __repr__(self) -> str:
        """Return that something was told, and nothing of it."""
        return "Told(…)"


def file(values: dict[str, Any], channel: str) -> tuple[Misconduct, str]:
    """File a report in nobody's name; return its row, and the code by which its reporter hears what came of it."""
    code = secrets.token_urlsafe(9)
    row: Misconduct = acting.begin(registers()[REGISTER], Asked({**values, "channel": channel, "code": code}))
    return row, code


def take(arrived: Arrived) -> Misconduct:
    """Take in what an operator reports; it hears what came of it by dispatch."""
    body = arrived.saying(Letter)
    values = {"kind": "other", "story": f"{body.title}\n{body.text}"[:LONGEST], "channel": "dispatch", "code": "",
              "arrived": arrived}  # fmt: skip
    files = attached(arrived.dispatch, arrived.attachments)
    row: Misconduct = acting.begin(registers()[REGISTER], Asked(values, documents=files))
    return row


def take_in(doing: Doing[Misconduct]) -> None:
    """Seal what was told, keep whom it is about from it, and find who works on it."""
    # A24: neglect, abuse and favouritism are heard of, by those whom they are not about
    row, values = doing.entry, doing.values
    told = Told(*(str(values.get(each) or "").strip() for each in ("named", "story", "name", "reach")))
    if not told.story or len(told.story) > LONGEST:
        remedy = Text("写明情况，至多一万字", "Say what happened, in 10,000 characters at most")
        raise InvalidError(Text("内容为空或过长", "It is empty or too long"), field="story", remedy=remedy)
    row.channel, row.received_at = values["channel"], doing.now
    row.call(KINDS[row.kind])
    chosen = [row.person] if isinstance(row.person, Person) else []
    named = [*chosen, *(mentioned(told.named) if told.named else [])]
    _arrived(row, values.get("arrived"))
    # Of a dispatch, whose title and text are one, whoever is mentioned is taken for named.
    everybody = [*named, *mentioned(told.story)]
    concern(row, everybody, everybody if row.channel == "dispatch" else named)
    if row.keeper is None and row.channel != "dispatch":
        remedy = Text(
            "请直接向上级机关或者监察机关反映", "Turn to the next higher authority, or to the supervisory commission"
        )
        raise InvalidError(
            Text("本机关没有可以办理此事的人", "Nobody here may work on it"), field="named", remedy=remedy
        )
    row.key, row.tag = fresh_key(), _tag(str(values.get("code") or ""))
    row.sealed = seal(row.key, told, _PLACE)


def _arrived(row: Misconduct, arrived: Arrived | None) -> None:
    if arrived is not None:
        row.peer, row.matter, row.dispatch = arrived.peer, arrived.dispatch.matter, arrived.digest


def _tag(code: str) -> str:
    return salted_hmac(_PLACE, code, algorithm="sha256").hexdigest() if code else ""


def asked_after(number: str, code: str) -> Misconduct | None:
    """Return the report that a number and its code name; None alike where either is wrong."""
    row = Misconduct.objects.filter(number=number.strip().upper()).first()
    right = row is not None and bool(row.tag) and constant_time_compare(row.tag, _tag(code.strip()))
    return row if right else None


def read(row: Misconduct) -> Told:
    """Return what was told; SealedError once its key is destroyed."""
    return msgspec.json.decode(unseal(row.key, row.sealed, _PLACE), type=Told)


def look(row: Misconduct, person: Person) -> Told:
    """Return what was told to somebody who works on it; the look is an act, and the log has it."""
    found = read(row)
    acting.followed(REGISTER, row, "look", by=person)
    return found


def end(now: datetime) -> None:
    """Destroy the keys of what was settled long enough ago: then nobody reads who reported."""
    before = now - timedelta(days=GIVEN.post.retention_days)
    over = Misconduct.objects.filter(closed_at__lt=before, key__destroyed_at=None)[:PAGE]
    names = list(over.values_list("key", flat=True))
    destroy(names, now)
    Misconduct.objects.filter(key__in=SealKey.objects.filter(name__in=names)).update(sealed=b"")
