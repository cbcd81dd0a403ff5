"""The later chapters: agents, orders and incidents; leaving; a number that changes hands."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.cli.story.beginning import BY
from shouze.cli.story.cast import CLERK, CRM, LEGAL, MARKETING, SECURITY, SHOP, about, herself, subscribe
from shouze.cli.story.people import person
from shouze.cli.story.telling import Teller
from shouze.gateway.ports import Query
from shouze.language import Text
from shouze.rules.declaration import Told
from shouze.rules.entries import Order, PolicyFile
from shouze.wiring import Installation

AGENT, ORDER = "qingshan-stores", "云通管令〔2026〕7号"


async def measures(opened: Installation, teller: Teller, subjects: list[str]) -> None:
    """Let the agent fail its review, the authority order a suspension, and an incident freeze an account."""
    teller.chapter("代理人、监管命令、安全事件", "An agent, an order, an incident")
    door, agent = opened.door, (await opened.door.refresh()).agents[AGENT]
    teller.line(
        "青山营业厅年度审查不合格，策略随即更新。", "Qingshan Stores fails its review; the policy says so at once."
    )
    await opened.publisher.apply(PolicyFile(agents=(replace(agent, fit=False),)), BY)
    await teller.refused(
        "agent-unfit",
        "店员再次查看姓名",
        "Its staff ask for the name again",
        door.release(SHOP, about(subjects[0], "name")),
    )
    await opened.publisher.apply(PolicyFile(agents=(agent,)), BY)
    teller.line(f"通信管理局责令暂停优惠推荐（{ORDER}）。", "The authority orders offers to be suspended.")
    await opened.publisher.apply(PolicyFile(orders=(_order(opened),)), BY)
    texting = about(subjects[3], "phone", purpose="offers", action="use")
    await teller.refused(
        "suspended-by-order",
        "市场专员给已同意的用户发短信",
        "Marketing texts a user who did agree",
        door.release(MARKETING, texting),
    )
    await opened.publisher.apply(PolicyFile(remove=(f"orders/{ORDER}",)), BY)
    await teller.permitted("命令解除后，同一操作", "The order lifted, the same again", door.release(MARKETING, texting))
    teller.line("疑似盗号，安全负责人先冻结账号。", "An account may be stolen: the security officer freezes it first.")
    await door.freeze(SECURITY, about(subjects[4], action="freeze"), "SIM-swap 2026-11")
    await teller.refused(
        "frozen",
        "客服查看该账号",
        "Customer service looks at that account",
        door.release(CLERK, about(subjects[4], "name")),
    )
    await door.freeze(SECURITY, about(subjects[4], action="freeze"), None)


async def withdraw(opened: Installation, teller: Teller, subjects: list[str]) -> None:
    """Let a user withdraw her consent."""
    teller.chapter("撤回同意，立即生效", "Withdrawing works at once")
    door, subject = opened.door, subjects[6]
    texting = about(subject, "phone", purpose="offers", action="use")
    await teller.permitted(
        "她同意过接收优惠，短信可以发", "She agreed to offers: a text may go out", door.release(MARKETING, texting)
    )
    await door.withdraw(herself(subject), about(subject, purpose="offers", action="withdraw"))
    teller.line(
        "她本人撤回同意；此目的的密钥随即销毁。", "She withdraws it herself; the key of that purpose is destroyed."
    )
    await teller.refused("no-consent", "再发一次", "The same text again", door.release(MARKETING, texting))


async def leave(opened: Installation, teller: Teller, subjects: list[str]) -> None:
    """Let a user leave, and show what a named law still keeps."""
    teller.chapter("用户销户，法律要求的另存", "A user leaves; what the law keeps")
    door, subject = opened.door, subjects[2]
    await door.terminate(herself(subject), about(subject, action="terminate"))
    teller.line(f"{person(2).name}终止移动电话业务，号码收回。", "A user ends the service; the number goes back.")
    await teller.refused(
        "service-ended",
        "客服再看姓名",
        "Customer service asks for the name",
        door.release(CLERK, about(subject, "name")),
    )
    await teller.permitted(
        "法务依《网络安全法》第二十四条查看实名登记", "Legal reads the real-name record (Cybersecurity Law, Art. 24)",
        door.release(LEGAL, about(subject, "name", "id-number", "phone", purpose="real-name-record")),
    )  # fmt: skip
    answer = await door.room.look_up(Query(subject, (), None))
    held = answer.found[0].standing.held
    until = max(each.due for items in held.values() for each in items.values() if each.due)
    words = [opened.statutes.items[item].text for item in sorted({item for items in held.values() for item in items})]
    kept = Text.listed(words)
    teller.line(
        f"仅存{kept.zh}，至 {until:%Y-%m-%d}；地址等已无密钥可开。",
        f"Kept: {kept.en}, until {until:%Y-%m-%d}. The rest has no key any more.",
    )


async def reissue(opened: Installation, teller: Teller, subjects: list[str], newcomer: int) -> None:
    """Give a number back and issue it to somebody else."""
    teller.chapter("号码易主，信息不随号走", "A number changes hands, the information does not")
    door, number = opened.door, person(7).phone
    await door.give_back(CRM, about(subjects[7], action="bind"), ["phone"])
    teller.line(f"{person(7).name}换号，交回 {number}。", f"A user gives {number} back.")
    await subscribe(door, newcomer, phone=number)
    teller.line(f"同一号码发给新用户{person(newcomer).name}。", "The same number goes to a new user.")
    released = await teller.permitted(
        "客服按该号码查找，只见新用户", "Customer service looks the number up and finds the new user only",
        door.release(CLERK, about({"phone": number}, "name")),
    )  # fmt: skip
    teller.code(" ".join(released.items.values()))


def _order(opened: Installation) -> Order:
    return Order(
        id=ORDER,
        authority=Told("云泽省通信管理局（虚构）", "Yunze Communications Administration (fictional)"),
        reason=Told("用户投诉集中，先行暂停", "Many complaints"),
        since=opened.clock.now(),
        services=frozenset({"mobile"}),
        purposes=frozenset({"offers"}),
    )
