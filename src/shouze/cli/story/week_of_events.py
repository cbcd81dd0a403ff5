"""What happened in the week: two incidents, calls at the counter, handling outside the door, what was found unusual."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.cli.story import people
from shouze.cli.story.week import CLERK, OFFICER, SECURITY, ago, do, make, person
from shouze.client import Place, Subject
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.asking import asked_of_door
from shouze.registers.counter.register import REGISTER as COUNTER
from shouze.registers.grants.models import Grant
from shouze.registers.ports import GIVEN
from shouze.registers.records.counting import count
from shouze.registers.reviews.models import Review
from shouze.registers.rows import Kept
from shouze.registers.watching.models import Unusual
from shouze.registers.watching.watch import note

_PAGE = Attached("登记簿（虚构）.txt", "text/plain", "某日第 14 页：时间、人员、事项，签名两处。".encode())
SHOP_CLERK, GONE = "A-0007", "S-0031"


def play() -> None:
    """Play it; what the door permitted and refused is counted at the end."""
    _contained()
    _begun_today()
    _elsewhere()
    _calls()
    _unusual()
    _review_goes_on()
    _token()
    count(GIVEN.now())


def _contained() -> None:
    with ago(4, 19) as found:
        incident = make("incidents", SECURITY, {
            "title": "代理网点员工拍摄受理屏幕（虚构）", "kind": "leak", "certainty": "real", "found_by": "user",
            "detected_at": found, "happened_since": found - timedelta(hours=8), "happened_until": found,
            "story": "用户反映店员用个人手机拍摄受理屏幕；网点确认，照片已当场删除。", "items": ["name"],
            "house_hours": 24,
        })  # fmt: skip
        do("incidents", incident, "freeze", SECURITY, {"target": "actor", "frozen_actor": SHOP_CLERK})
    with ago(4, 21):
        do("incidents", incident, "measure", SECURITY, {"measure": "收回网点终端，查看照片删除情况"})
        do("incidents", incident, "contain", SECURITY, {"contained_at": None})
    with ago(3, 10):
        do("incidents", incident, "count", SECURITY, {
            "by_agent": "qingshan-stores", "handled_since": GIVEN.now() - timedelta(days=2), "handled_until": None,
        })  # fmt: skip
        do("incidents", incident, "grade", SECURITY, {
            "criteria": [], "grade": "ordinary", "grade_because": "仅涉及个别用户的姓名，照片已删除，未见外传",
        })  # fmt: skip
    with ago(2, 11):
        do("incidents", incident, "cause", SECURITY, {"cause": "网点未落实受理区禁用手机的规定"})
        do("incidents", incident, "learn", SECURITY, {
            "lesson": "受理区安装手机柜，代理合同写明禁止拍摄", "lesson_owner": OFFICER,
            "lesson_due": GIVEN.now() + timedelta(days=9),
        })  # fmt: skip


def _begun_today() -> None:
    with ago(0, 9) as found:
        incident = make("incidents", SECURITY, {
            "title": "账单邮件误发给其他用户（虚构）", "kind": "leak", "certainty": "suspected", "found_by": "staff",
            "detected_at": found - timedelta(minutes=20), "happened_since": None, "happened_until": None,
            "story": "邮件平台模板变量错位，个别用户收到他人账单摘要；正在核对发送清单。", "items": ["name", "phone"],
            "house_hours": 24,
        })  # fmt: skip
        do("incidents", incident, "measure", SECURITY, {"measure": "停发账单邮件，封存发送清单"})


def _elsewhere() -> None:
    with ago(5, 17):
        make("records", CLERK, _record("paper", "核对纸质开户单与实名登记", "解放路营业厅（虚构）", 3), _PAGE)
        wrong = make("records", CLERK, _record("legacy", "在旧账务系统中查询欠费", "客服中心（虚构）", 1))
    with ago(4, 9):
        do("records", wrong, "void", OFFICER, reason="与前一条重复（虚构）")
        agents = _record("agent", "派送新卡时核对收件人", "星桥速递解放路站（虚构）", 12)
        make("records", OFFICER, agents | {"actor": "XQ-118", "agent": "qingshan-stores"})


def _record(system: str, title: str, place: str, users: int) -> dict[str, Any]:
    return {
        "system": system, "actor": CLERK, "agent": "", "at": GIVEN.now() - timedelta(hours=2), "place": place,
        "title": title, "act": "read", "service": "mobile", "items": ["name", "phone"], "subject_ids": "",
        "subjects_count": users, "source": "登记簿第 14 页（虚构）",
    }  # fmt: skip


def _calls() -> None:
    """Serve one user of the drive three times: verified and answered, never verified, and still to be verified."""
    caller = people.person(0)
    with ago(1, 10):
        call = _begun("phone", caller)
        door = _about(caller)
        matches = asked_of_door(person(CLERK), lambda at: at.compare(**door, item="email", value=caller.email)).matches
        _follow(call, "verify" if matches else "fail", verified_with="email")
        seen = asked_of_door(person(CLERK), lambda at: at.release(**door, items=["email"])).items
        _follow(call, "look", items=list(seen))
        do("counter", call, "end", CLERK)
    with ago(1, 15):
        call = _begun("online", caller)
        for _ in range(3):
            _follow(call, "fail")
    with ago(0, 9):
        _begun("visit", caller)


def _about(caller: people.Person) -> dict[str, Any]:
    subject = Subject(identifiers={"phone": caller.phone})
    return {"service": "cloud-drive", "subject": subject, "purposes": ["provide-drive"], "place": Place()}


def _begun(channel: str, caller: people.Person) -> Kept:
    door = _about(caller)
    found = asked_of_door(person(CLERK), lambda at: at.compare(**door, item="phone", value=caller.phone))
    return make("counter", CLERK, {
        "channel": channel, "service": "cloud-drive", "purpose": "provide-drive", "subject": found.subject,
        "found_with": "phone",
    })  # fmt: skip


def _follow(call: Kept, act: str, **values: Any) -> None:
    acting.follow(COUNTER, COUNTER.act(act), call.pk, person(CLERK), Asked(values))


def _unusual() -> None:
    with ago(3, 8) as now:
        note("volume", GONE, (now - timedelta(days=1)).date(), 812, 500)
    with ago(2, 17):
        do("watching", Unusual.objects.get(actor=GONE), "explain", SECURITY,
           reason="离岗前按批准的清单逐户回访，清单已核对（虚构）")  # fmt: skip
    with ago(1, 8) as now:
        note("hours", CLERK, (now - timedelta(days=1)).date(), 9, 5)


def _review_goes_on() -> None:
    """Let more of the access review be decided; the rest is owed."""
    with ago(1, 11):
        for holder in ("post:security-officer", "person:S-0003"):
            grant = Grant.objects.get(holder=holder, state="granted")
            do("reviews", Review.objects.get(grant=grant.number), "keep", SECURITY, reason="职责需要（虚构）")


def _token() -> None:
    with ago(0, 9):
        values = {"bearer": "account:crm", "until": GIVEN.now() + timedelta(days=300), "why": "联调环境（虚构）"}
        token = make("tokens", OFFICER, values)
        do("tokens", token, "issue", OFFICER)
