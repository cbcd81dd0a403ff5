"""What users wrote in these weeks: complaints in time, late, refused and open; requests (Arts. 9(2), 12).

Who complains is invented and no user of the house; what they wrote is sealed as anybody's is.
"""

from __future__ import annotations

from typing import Any

from shouze.cli.story import people
from shouze.cli.story.week import CLERK, OFFICER, ago, do, make, person
from shouze.client import Place, Subject
from shouze.registers.asking import asked_of_door
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Kept


def play() -> None:
    """Play it: one resolved, one answered late, one refused, two that still wait; a request done and one open."""
    _resolved()
    _late()
    _refused()
    _waiting()
    _requests()


def _resolved() -> None:
    with ago(26):
        complaint = _complaint("phone", "disturbed", "每周都接到你们的推销电话，我没有同意过（虚构）", "李女士（虚构）")
    with ago(25, 14):
        do("complaints", complaint, "assign", OFFICER, {"assigned": person(CLERK)})
    with ago(21):
        do("complaints", complaint, "answer", CLERK, _told("核实后已停止营销外呼，并撤回了对该号码的使用（虚构）。"))
    with ago(20, 16):
        do("complaints", complaint, "resolve", OFFICER, {"resolution": "upheld"}, reason="用户表示满意（虚构）")


def _late() -> None:
    with ago(22, 9):
        complaint = _complaint("letter", "agent", "营业厅要复印我的户口本才肯补卡（虚构）", "孙先生（虚构）")
    with ago(5, 11):
        told = _told("补卡无需户口本；已要求该网点改正并销毁复印件（虚构）。")
        do("complaints", complaint, "answer", CLERK, told | {"way": "letter", "posted_number": "XA-0000-CN"})


def _refused() -> None:
    with ago(12):
        complaint = _complaint("phone", "other", "你们的套餐太贵（虚构）", "匿名（虚构）")
        do("complaints", complaint, "refuse", OFFICER,
           _told("资费不属于个人信息保护，已转客服（虚构）。") | {"refused_because": "not-personal"})  # fmt: skip


def _waiting() -> None:
    with ago(13, 15):
        complaint = _complaint("phone", "leaked", "刚办完卡就有人知道我的住址（虚构）", "吴先生（虚构）")
    with ago(12, 9):
        do("complaints", complaint, "assign", OFFICER, {"assigned": person(CLERK)})
    with ago(2, 10):
        _complaint("visit", "wrong", "证件号码录错一位，柜台说改不了（虚构）", "郭女士（虚构）")


def _requests() -> None:
    """Let a user of the drive ask twice: made sure who asks and answered; still open."""
    subject = _subject(people.person(0).phone)
    with ago(9):
        asked = _request("enquiry", "想知道去年谁查过我的资料（虚构）", subject)
    with ago(9, 15):
        do("requests", asked, "identify", CLERK, {"identity": "document", "identity_note": "柜台查验原件（虚构）"})
    with ago(7, 14):
        told = _told("已说明用途和岗位，并告知可在门户查看（虚构）。")
        do("requests", asked, "answer", CLERK, told | {"outcome": "granted"})
    with ago(1, 16):
        _request("correction", "姓名中的“㐂”显示为方框，请更正（虚构）", subject)


def _subject(phone: str) -> str:
    """Return the id of the user of the drive who has this number, as the counter finds it."""
    door: dict[str, Any] = {"service": "cloud-drive", "purposes": ["provide-drive"], "place": Place()}
    door["subject"] = Subject(identifiers={"phone": phone})
    return asked_of_door(person(CLERK), lambda at: at.compare(**door, item="phone", value=phone)).subject


def _complaint(source: str, matter: str, story: str, name: str) -> Kept:
    return make("complaints", CLERK, {
        "source": source, "received_at": GIVEN.now(), "matter": matter, "service": "mobile", "records_told": "",
        "story": story, "subject": "", "reach_name": name, "reach_email": "", "reach_phone": "",
        "reach_address": "某路（虚构）",
    })  # fmt: skip


def _request(kind: str, story: str, subject: str) -> Kept:
    return make("requests", CLERK, {
        "source": "visit", "received_at": GIVEN.now(), "kind": kind, "service": "cloud-drive",
        "purpose": "provide-drive", "subject": subject, "story": story, "reach_email": "",
    })  # fmt: skip


def _told(text: str) -> dict[str, Any]:
    return {"way": "phone", "text": text, "posted_number": "", "given_at": None, "purpose": ""}
