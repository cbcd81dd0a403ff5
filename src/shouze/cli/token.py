"""``shouze token``: issue, revoke and list the tokens of programs and people.

A token is printed once; only the hash of its secret is kept, in the policy.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click
import msgspec
from msgspec.structs import replace

from shouze.api.tokens import make_token
from shouze.cli.opening import at_work, with_stores
from shouze.cli.policy import shown_callers
from shouze.cli.terminal import Terminal, print_rows, shown_moment
from shouze.cli.words import Group, command, option
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.publication.bearing import check_bearer
from shouze.publication.publish import Publication
from shouze.rules.document import explain
from shouze.rules.entries import Caller, PolicyFile
from shouze.rules.policy import Policy
from shouze.store.opening import Stores
from shouze.wiring import Installation

KINDS = ("service", "staff", "agent-staff", "face")
_ID_BYTES = 10
_LONGEST_DAYS = 3650


@click.group(cls=Group, words=Text("签发、吊销、列出令牌。", "Issue, revoke and list tokens."))
def token() -> None:
    """Gather the commands of tokens."""


@command(
    "签发令牌。令牌只在标准输出显示这一次。", "Issue a token. It is printed on standard output this once.",
    name="issue", group=token,
)  # fmt: skip
@option("--kind", type=click.Choice(KINDS), required=True, zh="持有者种类", en="what its bearer is")
@option("--actor", required=True, zh="账号、工号或签发者编号", en="the account's, person's or face's id")
@option("--post", zh="岗位（staff 必填，除非本人另有授权）", en="the post (staff without grants of their own need one)")
@option("--agent", zh="代理人（agent-staff 必填）", en="the agent (agent-staff need one)")
@option("--days", type=click.IntRange(1, _LONGEST_DAYS), required=True, zh="有效天数", en="for how many days")
@click.pass_obj
def issue(terminal: Terminal, kind: str, actor: str, post: str | None, agent: str | None, days: int) -> None:
    """Make a token, publish its entry, print it."""

    async def act(opened: Installation) -> tuple[str, Caller]:
        policy = opened.door.room.policy
        caller = _caller(kind, actor, post, agent, opened.clock.now() + timedelta(days=days))
        with _options():
            check_bearer(policy, caller)
        return await issued(opened, caller, terminal.by)

    text, caller = at_work(terminal, act)
    until = shown_moment(caller.until)
    terminal.note(
        f"令牌 {caller.id}，有效期至 {until}，仅显示一次：", f"token {caller.id}, until {until}, shown this once:"
    )
    click.echo(text)


@command("吊销令牌，立即生效。", "Revoke a token, at once.", name="revoke", group=token)
@click.argument("id")
@click.pass_obj
def revoke(terminal: Terminal, id: str) -> None:  # noqa: A002 - the argument's name on the command line
    """Mark a token as revoked; its entry stays, so that its id is not given again."""

    async def act(opened: Installation) -> Publication:
        caller = opened.door.room.policy.callers.get(id)
        if caller is None:
            remedy = Text("用 shouze token list 查看编号", "See the ids with shouze token list")
            raise NotFoundError(Text("没有这个令牌", "There is no such token"), field="id", remedy=remedy)
        return await opened.publisher.apply(PolicyFile(callers=(replace(caller, revoked=True),)), terminal.by)

    epoch = at_work(terminal, act).epoch
    terminal.say(f"已吊销，自策略第 {epoch} 期起无效", f"revoked from policy epoch {epoch} on")


@command("列出令牌，不含密文。", "List tokens, without their hashes.", name="list", group=token)
@click.pass_obj
def listed(terminal: Terminal) -> None:
    """Print id, kind, bearer, end and standing of every token."""

    async def act(stores: Stores) -> Policy:
        return await stores.policies.latest()

    revoked = terminal.show(Text("已吊销", "revoked"))
    rows = [
        (name, each.kind, each.actor, each.post or each.agent or "—", _day(each.until), revoked if each.revoked else "")
        for name, each in shown_callers(with_stores(terminal, act)).items()
    ]
    if rows:
        print_rows(rows)


async def issued(opened: Installation, caller: Caller, by: str) -> tuple[str, Caller]:
    """Make a token for the caller and publish its entry; return the token and the entry."""
    text, hashed = make_token(caller.id, os.urandom)
    entry = replace(caller, secret_sha256=hashed)
    await opened.publisher.apply(PolicyFile(callers=(entry,)), by)
    await opened.door.refresh()
    return text, entry


@contextmanager
def _options() -> Iterator[None]:
    """Have an error name the option that the field stands for."""
    try:
        yield
    except InvalidError as problem:
        raise InvalidError(problem.detail, field=f"--{problem.field}", remedy=problem.remedy) from None


def _caller(kind: str, actor: str, post: str | None, agent: str | None, until: datetime) -> Caller:
    """Return the entry, its id chosen, its secret not made yet; InvalidError where a name is not one."""
    name = base64.b32encode(os.urandom(_ID_BYTES)).decode().lower()
    plain = {"id": name, "secret_sha256": "0" * 64, "kind": kind, "actor": actor, "until": until}
    try:
        return msgspec.convert(plain | {"post": post, "agent": agent}, Caller)
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem, Caller)
        raise InvalidError(detail, field=f"--{field}", remedy=remedy) from None


def _day(moment: datetime) -> str:
    return shown_moment(moment)[:10]
