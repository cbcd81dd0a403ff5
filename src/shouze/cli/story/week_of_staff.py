"""Who answers for what at the invented operator, what they signed, learned and keep, which systems there are.

Articles 10, 13(1), 13(2), 13(4), 13(5) and 15: done mostly, and here and there still owed, as in any house.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.cli.story.week import APPROVER, AUDITOR, CLERK, MARKETER, OFFICER, SECURITY, ago, do, make, person
from shouze.registers import vocabulary
from shouze.registers.acting import Attached
from shouze.registers.courses.content import read
from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN
from shouze.registers.trainings.models import Training
from shouze.registers.undertakings.models import Undertaking

_SIGNED = Attached("保密承诺（虚构）.txt", "text/plain", "承诺书扫描件的替代文字：姓名、日期、签名。".encode())
_REVIEWED = Attached("审查报告（虚构）.txt", "text/plain", "接入审查：口令、日志、补丁三项，结论见正文。".encode())
_RULE = (
    "# 一、目的\n\n规范批量导出用户个人信息。\n\n# 二、步骤\n\n- 申请人写明事由、范围和数量\n- 另一人审批\n- 到期销毁\n"
)
_COURSE = """\
# 为什么要记录

每次查看、导出、更正都会留下记录：何人、何时、何地、做了什么（第十三条第六项）。

? 用户来电查询，可以顺便看看他的其他资料吗？
- [ ] 可以，反正有权限
- [x] 不可以，只看办理所需的

? 发现同事用手机拍摄屏幕，怎么办？
- [x] 立即报告安全负责人
- [ ] 提醒一下就好
"""


def play() -> None:
    """Play it; who joined gets an undertaking and a training by the registers' own rules."""
    _departments()
    _undertakings()
    _house_rule()
    _training()
    _media()
    _systems()


def _departments() -> None:
    with ago(39):
        for name, zh, en, head, duties in (
            (
                "privacy-office",
                "个人信息保护办公室",
                "Privacy office",
                OFFICER,
                ["A13-1-roles", "A12-15d", "A16-annual"],
            ),
            ("customer-care", "客户服务部", "Customer care", APPROVER, ["A09-2-query", "A10-op-secrecy"]),
            ("security", "网络安全部", "Network security", SECURITY, ["A13-5-intrusion", "A14-1-remedy"]),
        ):
            make("departments", OFFICER, {
                "kind": "department", "name": name, "title": zh, "title_en": en, "parent": "", "head": person(head),
                "duties": duties,
            })  # fmt: skip
    vocabulary.forget()
    with ago(38):
        for post, department in (("customer-service", "customer-care"), ("security-officer", "security")):
            make("posts", OFFICER, {
                "name": post, "department": department, "duties": ["A10-op-secrecy"],
                "words": "只为办理所需查看，不外传",
            })  # fmt: skip


def _undertakings() -> None:
    with ago(39):
        for each in registers()["undertakings"].rounds:
            each.run(GIVEN.now())
    with ago(37):
        for number in (OFFICER, SECURITY, CLERK, AUDITOR):
            signed = {"signed_at": GIVEN.now(), "wording": "2026 版", "until": GIVEN.now() + timedelta(days=365)}
            do("undertakings", Undertaking.objects.get(person=person(number)), "sign", OFFICER, signed, _SIGNED)


def _house_rule() -> None:
    with ago(36):
        rule = make("procedures", OFFICER, {
            "name": "bulk-export", "title": "批量导出管理办法", "title_en": "Bulk exports", "kind": "workflow",
            "owner": person(OFFICER), "posts": ["customer-service", "marketing"], "agents": [], "read_days": 14,
            "review_months": 12, "text": _RULE,
        })  # fmt: skip
        do("procedures", rule, "submit", OFFICER)
    with ago(35, 15):
        do("procedures", rule, "approve", APPROVER, {"in_force_from": None})


def _training() -> None:
    with ago(34):
        course = make("courses", OFFICER, {
            "name": "handling", "title": "经手用户信息", "title_en": "Handling users' information",
            "topics": ["knowledge", "skills", "responsibility"], "posts": ["customer-service", "marketing"],
            "agents": [], "days": 30, "pass_percent": 80, "attempts": 3, "valid_months": 12, "guards": False,
            "text": _COURSE, "text_en": "",
        })  # fmt: skip
    with ago(33, 11):
        do("courses", course, "publish", APPROVER)
    with ago(31, 14):
        _takes(CLERK, right=True)
    with ago(3, 14):
        _takes(MARKETER, right=False)


def _takes(number: str, *, right: bool) -> None:
    """Let somebody answer the questions, rightly or each with the wrong choice."""
    questions = read(_COURSE).questions
    answers = {at: asked.right if right else frozenset(range(len(asked.choices))) - asked.right
               for at, asked in enumerate(questions)}  # fmt: skip
    do("trainings", Training.objects.get(person=person(number)), "take", number, {"answers": answers})


def _media() -> None:
    with ago(29):
        tapes = make("media", SECURITY, _medium("magnetic", "计费备份磁带（虚构）", "B-2-07", 200_000))
        papers = make("media", SECURITY, _medium("paper", "开户单第 14 箱（虚构）", "A-1-14", 850))
    with ago(8):
        issued = {"issued_to": person(CLERK), "due_back": GIVEN.now() + timedelta(days=5)}
        do("media", papers, "issue", SECURITY, issued, reason="核对实名登记（虚构）")
    with ago(4, 16):
        gone = {"method": next(iter(_methods())), "destroyed_at": GIVEN.now(), "witness": person(APPROVER)}
        do("media", tapes, "destroy", SECURITY, gone, reason="超过保存期限（虚构）")
        do("media", tapes, "attest", APPROVER)


def _methods() -> list[str]:
    from shouze.registers.media.register import METHODS  # noqa: PLC0415 - the register loads once Django is set up

    return list(METHODS)


def _medium(kind: str, title: str, place: str, subjects: int) -> dict[str, Any]:
    return {
        "mark": "", "title": title, "kind": kind, "service": "mobile", "items": ["name", "phone"], "subjects": subjects,
        "protection": ["locked"], "keeper": person(SECURITY), "place": place, "keep_until": None,
    }  # fmt: skip


def _systems() -> None:
    with ago(28):
        crm = make("systems", SECURITY, _system("relations", "客户关系系统", "Customer relations", "asking", 0))
        fit = {"verdict": "fit", "reviewed_until": GIVEN.now() + timedelta(days=360)}
        do("systems", crm, "review", SECURITY, fit, _REVIEWED)
    with ago(27, 15):
        do("systems", crm, "connect", APPROVER)
        for measure, tool in (("intrusion", "某入侵检测（虚构）"), ("virus", "某防病毒（虚构）")):
            seen = {"measures": [measure], "tool": tool, "checked_at": GIVEN.now(), "result": "passed"}
            do("systems", crm, "protect", SECURITY, seen, _REVIEWED)
    with ago(27):
        make("systems", SECURITY, _system("old-billing", "旧账务系统", "Old billing", "outside", 200_000))


def _system(name: str, zh: str, en: str, kind: str, subjects: int) -> dict[str, Any]:
    return {
        "name": name, "title": zh, "title_en": en, "kind": kind, "place": "一号机房（虚构）", "services": ["mobile"],
        "items": ["name", "phone"], "subjects_count": subjects, "owner": person(SECURITY), "agent": "", "account": "",
        "network": False, "protection_days": 90, "records_days": 31,
    }  # fmt: skip
