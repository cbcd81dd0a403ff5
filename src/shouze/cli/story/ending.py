"""The last chapters: the same door over HTTP, the log verified, and what to try next."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import click
import httpx

from shouze.api.tokens import make_token
from shouze.cli.serving import ROOMS
from shouze.cli.story.beginning import BY
from shouze.cli.story.people import person
from shouze.cli.story.telling import Teller
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.ledger.verify import Report
from shouze.rules.entries import Caller, PolicyFile
from shouze.settings import PORTAL_HOST
from shouze.wiring import Installation
from shouze.wiring.desk import DESK_HOST

if TYPE_CHECKING:
    from shouze.portal.ports import Sending

_LIFE = timedelta(days=7)
_BEARERS: dict[str, tuple[Text, dict[str, str]]] = {
    "clerk": (Text("客服专员", "customer service"), {"kind": "staff", "actor": "S-0042", "post": "customer-service"}),
    "marketing": (Text("市场专员", "marketing"), {"kind": "staff", "actor": "S-0077", "post": "marketing"}),
    "legal": (Text("法务", "legal"), {"kind": "staff", "actor": "S-0099", "post": "legal"}),
    "security": (
        Text("安全负责人", "security officer"),
        {"kind": "staff", "actor": "S-0001", "post": "security-officer"},
    ),
    "agent": (
        Text("代理人店员", "the agent's staff"),
        {"kind": "agent-staff", "actor": "A-0007", "agent": "qingshan-stores"},
    ),
    "crm": (Text("客户关系系统", "the CRM"), {"kind": "service", "actor": "crm"}),
    "administrator": (Text("策略管理", "policy administration"), {"kind": "service", "actor": "administrator"}),
}
"""Who gets a token to try with: the words for the role, and the entry's fields."""

Tokens = dict[str, str]


async def hand_out(opened: Installation) -> Tokens:
    """Make one token for each role; return them by role."""
    tokens, entries, until = {}, [], opened.clock.now() + _LIFE
    for role, (_, fields) in _BEARERS.items():
        tokens[role], hashed = make_token(f"demo-{role}", os.urandom)
        entries.append(Caller(id=f"demo-{role}", secret_sha256=hashed, until=until, **fields))  # type: ignore[arg-type]  # fields of the table above
    await opened.publisher.apply(PolicyFile(callers=tuple(entries)), BY)
    return tokens


async def over_http(teller: Teller, url: str, tokens: Tokens) -> None:
    """Ask the same door over HTTP, once as who may and once as who may not."""
    teller.chapter("同一扇门，经由 HTTP", "The same door over HTTP")
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        for role in ("clerk", "marketing"):
            headers = {"authorization": f"Bearer {tokens[role]}", "accept-language": teller.terminal.language}
            answer = await client.post("/v1/release", json=_question(), headers=headers)
            told = answer.json()
            shown = told["items"] if answer.is_success else {key: told.get(key) for key in ("code", "article", "title")}
            words = teller.terminal.show(_BEARERS[role][0])
            teller.line(
                f"POST /v1/release，{words} → {answer.status_code}",
                f"POST /v1/release as {words} → {answer.status_code}",
            )
            teller.code(json.dumps(shown, ensure_ascii=False))
            if answer.is_success != (role == "clerk"):
                raise UnavailableError(field="http")


async def at_the_desk(teller: Teller, url: str, inventory: bytes | None) -> None:
    """Play a week at the desk and say where to look at it."""
    from shouze.cli.story import week  # noqa: PLC0415 - Django's models load once it is set up

    teller.chapter("桌面上的一周", "A week at the desk")
    played = await asyncio.to_thread(week.play, inventory)
    teller.line(
        "人员入职离职、代理人评估与停用：每一步都立刻作用于门，并写入日志。",
        "People join and leave, agents are assessed and shut out: each act reaches the door at once, and the log.",
    )
    desk = url.replace("127.0.0.1", DESK_HOST)
    teller.line(f"浏览器打开 {desk}", f"In a browser: {desk}")
    numbers = ", ".join(played.people)
    teller.line(f"工号 {numbers}；密码 {played.password}", f"Work numbers {numbers}; password {played.password}")


def codes_shown(teller: Teller) -> Mapping[str, Sending]:
    """Return ways to send codes that show them here: what is invented has no telephone."""

    def show(address: str, code: str) -> None:
        teller.line(f"给 {address} 的验证码：{code}", f"The code for {address}: {code}")

    return {"phone": show, "email": show}


def at_the_portal(teller: Teller, url: str) -> None:
    """Say where users look at what is theirs, and as whom to sign in."""
    teller.chapter("用户自己看", "What the user sees")
    at = url.replace("127.0.0.1", PORTAL_HOST)
    teller.line(
        "留存了什么、谁用过、同意过什么：用户自己查看、更正、撤回、注销。",
        "What is held, who used it, what was agreed: users see it, correct it, withdraw, leave.",
    )
    teller.line(f"浏览器打开 {at}", f"In a browser: {at}")
    one = person(0)
    teller.line(
        f"以用户 {one.name} 登录：手机号码 {one.phone}，验证码显示在这里。",
        f"Sign in as a user: number {one.phone}; the code is shown here.",
    )


def verified(teller: Teller, report: Report) -> None:
    """Tell what the verification of the whole log found."""
    teller.chapter("核验全部记录", "The whole log verified")
    teller.line(
        f"{report.size:,} 条记录，根哈希 {report.root.hex()[:16]}…，问题 {len(report.faults)} 处。",
        f"{report.size:,} records, root {report.root.hex()[:16]}…, {len(report.faults)} faults.",
    )
    for fault in report.faults[:5]:
        teller.line(f"{fault.code}  {fault.where}", f"{fault.code}  {fault.where}")
    teller.line(
        "日志采用公开格式（RFC 6962、C2SP），由公钥核验；允许与拒绝都在其中。",
        "The log is in public formats (RFC 6962, C2SP), checked with the public key; refusals are in it too.",
    )


def counted(teller: Teller) -> None:
    """Say how many kinds of refusal there were."""
    kinds = len(set(teller.refusals))
    teller.line(
        f"共演示 {kinds} 种拒绝；全部代码见 shouze errors。",
        f"{kinds} kinds of refusal were shown; see all with: shouze errors",
    )


def invite(teller: Teller, url: str, tokens: Tokens) -> None:
    """Print where it is served, the tokens, and lines to try."""
    teller.chapter("请您试试", "Now you")
    teller.line(*ROOMS)
    teller.line(f"服务地址 {url}，Ctrl-C 结束。", f"Serving at {url}; Ctrl-C ends it.")
    for role, (words, _) in _BEARERS.items():
        click.echo(f"  {teller.terminal.show(words)}\n    {tokens[role]}")
    teller.line("查看姓名和电话（允许）：", "Read name and number (permitted):")
    click.echo(_curl(url, tokens["clerk"], _question()))
    teller.line("市场专员作同样的请求（拒绝）：", "The same as marketing (refused):")
    click.echo(_curl(url, tokens["marketing"], _question()))
    teller.line("现行策略：", "The policy in force:")
    click.echo(f"curl -s {url}/v1/policy -H 'Authorization: Bearer {tokens['administrator']}'")


def _question() -> dict[str, object]:
    subject = {"identifiers": {"phone": person(0).phone}}
    return {"service": "mobile", "subject": subject, "purposes": ["customer-service"], "items": ["name", "phone"]}


def _curl(url: str, token: str, question: dict[str, object]) -> str:
    return (
        f"curl -s {url}/v1/release -H 'Authorization: Bearer {token}' "
        f"-H 'Content-Type: application/json' -d '{json.dumps(question)}'"
    )
