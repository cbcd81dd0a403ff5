"""An association's people, its code, and its members."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from shouze.link.industry import Pledge
from shouze.registers.codes.models import Code
from shouze.registers.people.models import Person
from shouze.registers.pledges.models import Pledge as PledgeRow
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from tests.registers.house import do, make, person
from tests.registers.parties import Other

TOLD: dict[str, Any] = {
    "name": "personal-information", "title": "用户个人信息保护自律公约（虚构）",
    "title_en": "Code on users' personal information (invented)", "body": "云泽省互联网协会（虚构）",
    "body_en": "Internet Association of Yunze (invented)",
    "text": "[9(1), 9(2)] 会员未经用户同意不收集信息。\n\n[12] 会员在十日内答复投诉。",
    "text_en": "Members collect nothing without consent.\nMembers answer complaints within ten days.",
}  # fmt: skip


def secretary() -> Person:
    return Person.objects.filter(username="B-0001").first() or person("B-0001", Role.SECRETARY)


def chair() -> Person:
    return Person.objects.filter(username="B-0002").first() or person("B-0002", Role.APPROVER)


def drafted(**more: Any) -> Code:
    row: Code = make("codes", secretary(), TOLD | more)
    return row


def adoption(**more: Any) -> dict[str, Any]:
    told = {"meeting": "会员大会", "adopted_on": GIVEN.now().date() - timedelta(days=1), "in_force_from": None}
    return told | more


def adopted(row: Code | None = None, **more: Any) -> Code:
    row = do(row or drafted(), "submit", secretary())
    done: Code = do(row, "adopt", chair(), adoption(**more))
    return done


def member(name: str, number: int = 1) -> Other:
    """Return another party that is a member here."""
    other = Other(party=f"shouze.localhost/{name}")
    other.trusted("operator", number=f"L-{number}", title=f"{name}（虚构）")
    return other


def members(count: int) -> list[Other]:
    return [member(f"m{number}", number) for number in range(1, count + 1)]


def asked_of(other: Other) -> PledgeRow:
    return PledgeRow.objects.filter(peer__party=other.party).order_by("-id")[0]


def answers(other: Other, says: Any = "pledged", sequence: int = 1, **more: Any) -> PledgeRow:
    """Let a member answer what it was asked last."""
    row = asked_of(other)
    told = {
        "code": row.name,
        "issue": row.issue,
        "digest": row.digest,
        "says": says,
        "signed_by": "某总",
        "post": "总经理",
    }
    other.send("pledge", Pledge(**told | more), matter=row.number, sequence=sequence)
    row.refresh_from_db()
    return row


LONG_AGO = date(2013, 9, 1)
