"""The first chapters: rules published, users taken in, one use permitted, many refused."""

from __future__ import annotations

import asyncio
import time

from shouze.cli import story
from shouze.cli.story.cast import CLERK, CRM, MARKETING, SHOP, about, subscribe
from shouze.cli.story.people import person
from shouze.cli.story.telling import Teller
from shouze.cli.terminal import Progress
from shouze.language import Text
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.entries import PolicyFile
from shouze.wiring import Installation

BY = "demo"
AT_ONCE = 256
"""Users taken in at once: they share commits."""


async def publish(opened: Installation, teller: Teller) -> None:
    """Declare the two services, and who may do what."""
    teller.chapter("先立规矩", "Rules first")
    teller.line(
        "经营者：星桥通信（虚构），两项业务：移动电话、云盘。",
        "The operator: Starbridge Telecom (fictional); telephony and a drive.",
    )
    document, lines = read_document(story.read("declaration.yaml"), DeclarationFile)
    declared = await opened.publisher.declare(document, lines, BY)
    for service, version in declared.versions.items():
        teller.line(f"公布收集使用规则：{service} 第 {version} 版", f"rules published: {service}, version {version}")
    policy, _ = read_document(story.read("policy.yaml"), PolicyFile)
    applied = await opened.publisher.apply(policy, BY)
    await opened.door.refresh()
    teller.line(
        "岗位、代理人、服务账号各得其权，写入策略。",
        "Posts, an agent and service accounts get their grants: the policy.",
    )
    teller.line(
        f"策略第 {applied.epoch} 期，摘要 {applied.digest[:16]}…",
        f"policy epoch {applied.epoch}, digest {applied.digest[:16]}…",
    )


async def take_in(opened: Installation, teller: Teller, users: int) -> list[str]:
    """Take in so many invented users, many at once; return the ids of the first ten."""
    teller.chapter("用户入网", "Users join")
    teller.line(
        "每人的每一项信息都逐人加密，并先写操作记录。", "Each item is sealed per user, and recorded before it is kept."
    )
    progress, began = Progress(teller.terminal, Text("已收集", "taken in"), users), time.monotonic()
    numbers, subjects = iter(range(users)), dict[int, str]()

    async def work() -> None:
        for number in numbers:
            subject = await subscribe(opened.door, number)
            if number < len(_ROLES):
                subjects[number] = subject
            progress.step()

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    progress.end()
    seconds = max(time.monotonic() - began, 0.001)
    teller.line(
        f"{users:,} 名虚构用户，用时 {seconds:.1f} 秒（每秒 {users / seconds:,.0f} 名）。",
        f"{users:,} invented users in {seconds:.1f} s ({users / seconds:,.0f} a second).",
    )
    return [subjects[number] for number in range(len(_ROLES))]


_ROLES = range(10)
"""The users whom later chapters name."""


async def permit(opened: Installation, teller: Teller, subjects: list[str]) -> None:
    """Open what customer service needs."""
    teller.chapter("门为正当的用途打开", "The door opens for what is right")
    released = await teller.permitted(
        "客服 S-0042 接到来电，查看来电人的姓名和电话：",
        "Customer service S-0042 answers a call and looks up name and number:",
        opened.door.release(CLERK, about({"phone": person(0).phone}, "name", "phone")),
    )
    teller.code("  ".join(released.items.values()))
    if released.receipt is not None:
        number, leaf = released.receipt.nseq, released.receipt.leaf_hash.hex()[:16]
        teller.line(
            f"开启之前，第 {number:,} 号记录已落盘（{leaf}…）。",
            f"Record {number:,} was on disk before it opened ({leaf}…).",
        )
    await teller.permitted(
        "青山营业厅（代理人）的店员在 QS-01 店查看姓名",
        "Qingshan Stores, an agent: its staff read a name in shop QS-01",
        opened.door.release(SHOP, about(subjects[0], "name")),
    )


async def refuse(opened: Installation, teller: Teller, subjects: list[str]) -> None:
    """Ask for what nobody may have."""
    teller.chapter("其余一律拒绝，且说明依据", "And stays shut for the rest, saying why")
    door, one, other = opened.door, subjects[0], subjects[1]
    await teller.refused(
        "not-entitled", "市场专员想看用户姓名", "Marketing wants to read a name",
        door.release(MARKETING, about(one, "name")),
    )  # fmt: skip
    await teller.refused(
        "beyond-necessary", "客户关系系统为客服目的取身份证号", "The CRM asks for the identity number to answer a call",
        door.release(CRM, about(one, "id-number")),
    )  # fmt: skip
    await teller.refused(
        "purpose-not-declared", "客户关系系统想给用户信用打分", "The CRM wants to score the user's credit",
        door.release(CRM, about(one, "phone", purpose="credit-scoring")),
    )  # fmt: skip
    await teller.refused(
        "means-not-declared", "客户关系系统想对外提供客服资料", "The CRM wants to disclose customer service's numbers",
        door.release(CRM, about(one, "phone", action="disclose", recipient="courier")),
    )  # fmt: skip
    await teller.refused(
        "item-not-declared", "客户关系系统想读未声明的电子邮箱", "The CRM wants the e-mail address, not declared",
        door.release(CRM, about(one, "email")),
    )  # fmt: skip
    await teller.refused(
        "no-consent", "市场专员给没有同意的用户发优惠短信", "Marketing texts offers to a user who never agreed",
        door.release(MARKETING, about(other, "phone", purpose="offers", action="use")),
    )  # fmt: skip
    await teller.refused(
        "recipient-not-declared", "客户关系系统想把地址交给数据商", "The CRM wants to hand an address to a data broker",
        door.release(CRM, about(one, "address", purpose="deliver-card", action="disclose", recipient="data-broker")),
    )  # fmt: skip
    await teller.refused(
        "needs-approval", "市场专员批量导出，无人复核", "Marketing exports numbers that nobody else approved",
        door.release(MARKETING, about(one, "phone", purpose="offers", action="export")),
    )  # fmt: skip
