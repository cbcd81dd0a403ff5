"""The first days: what a new house still lacks until its door opens for somebody, one step after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from shouze.language import Text
from shouze.registers.finding import registers
from shouze.registers.peers.trusted import trusted
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.vocabulary import policy

GUIDED = frozenset({Role.OFFICER, Role.ADMINISTRATOR})


class Step(NamedTuple):
    """One step: what to do and why, in which register, and how it shows that it was done."""

    title: Text
    why: Text
    register: str
    done: Callable[[], bool]


def steps_for(person: Person) -> list[tuple[Step, bool]]:
    """Return the steps with whether each is done; none for whom they are not, nor once all are done."""
    if not GUIDED & person.roles:
        return []
    steps = AT_AN_ASSOCIATION if GIVEN.house == "association" else STEPS
    found = [(step, step.done()) for step in steps if step.register in registers()]
    return [] if all(done for _, done in found) else found


def _rows(register: str) -> Callable[[], bool]:
    """Return the question whether a register has a row."""

    def asked() -> bool:
        found: bool = registers()[register].rows().exists()
        return found

    return asked


def _declared() -> bool:
    return bool(policy().get("services"))


def _granted() -> bool:
    return any(policy().get("grants", {}).values())


COLLEAGUES = Step(
    Text("登记同事", "Register your colleagues"),
    Text("审批须由另一人办理", "Approving takes another person"),
    "people",
    lambda: Person.objects.count() > 1,
)
STEPS = (
    Step(
        Text("填写经营者", "Say who the operator is"),
        Text("许可证或备案号、主管机关，写在公布的规则里", "Licence or filing, and the authority, for the rules"),
        "operator",
        _rows("operator"),
    ),
    Step(
        Text("声明一项服务并公布规则", "Declare a service and publish its rules"),
        Text("没有声明的目的和信息项，闸门一律不开", "The door opens for declared purposes and items alone"),
        "declarations",
        _declared,
    ),
    Step(
        Text("给岗位或服务账号授权", "Grant a post or a service account what it may do"),
        Text("谁、对哪些信息、可以做什么、到何时", "Who may do what, with which items, until when"),
        "grants",
        _granted,
    ),
    Step(
        Text("签发令牌", "Issue a token"),
        Text("程序凭令牌来到闸门前", "Programs come to the door with a token"),
        "tokens",
        _rows("tokens"),
    ),
    COLLEAGUES,
)
AT_AN_ASSOCIATION = (
    Step(
        Text("登记本单位名称", "Say who you are"),
        Text("会员在往来单位、承诺和比较中看到的名称", "The name that members see you by"),
        "bodies",
        _rows("bodies"),
    ),
    COLLEAGUES,
    Step(
        Text("与会员核对密钥指纹", "Compare fingerprints with members"),
        Text("会员登记协会的地址，双方核对后公文才往来",
             "A member names your address; dispatches go once both have compared"),
        "peers",
        lambda: trusted("operator").exists(),
    ),
    Step(
        Text("起草自律公约", "Draft a code of self-discipline"),
        Text("每条写明服务于规定的哪一条", "Each clause says which article of the Order it serves"),
        "codes",
        _rows("codes"),
    ),
)  # fmt: skip
"""An association holds no users' information: its door opens for nobody."""
