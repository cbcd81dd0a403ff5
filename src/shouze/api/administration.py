"""Declarations, policy and tokens: what accounts that administer may write and read.

# Invariant: an administrator opens nothing here; these operations never touch custody or keys.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from msgspec.structs import replace

from shouze.api.answers import (
    DeclarationsAnswer,
    IssuedAnswer,
    PolicyAnswer,
    PublicationAnswer,
    ShownCaller,
    ShownDeclaration,
)
from shouze.api.bodies import IssueBody
from shouze.api.calls import JSON, YAML
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.reading import read_file
from shouze.api.tokens import make_token
from shouze.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from shouze.language import Text
from shouze.publication.bearing import check_bearer
from shouze.publication.publish import Publication, Publisher, file_of
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import Lines
from shouze.rules.entries import Caller, PolicyFile
from shouze.rules.policy import Published
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.use import Actor

ID_BYTES = 10


class EntriesAnswer(msgspec.Struct, frozen=True):
    """The entries in force."""

    entries: PolicyFile


def administers(parts: Parts, actor: Actor) -> None:
    """Refuse whoever is not an account that administers."""
    # A13-3-permissions: policy is written by those entitled to it
    if actor.kind != "service" or actor.id not in parts.door.room.policy.administrators:
        raise RefusedError(Refusal("not-entitled"))


def publisher_of(parts: Parts) -> Publisher:
    """Return the publisher; UnavailableError where this gateway may not write policy."""
    if parts.publisher is None:
        raise UnavailableError(
            Text("此网关不公布策略", "This gateway publishes no policy"),
            remedy=Text("向公布策略的服务提出", "Ask the server that publishes policy"),
        )
    return parts.publisher


async def declare(parts: Parts, asked: Asked[tuple[DeclarationFile, Lines]]) -> PublicationAnswer:
    """Check and publish a declaration file."""
    administers(parts, asked.actor)
    document, lines = asked.body
    return await _published(parts, await publisher_of(parts).declare(document, lines, asked.actor.id))


async def declarations(parts: Parts, asked: Asked[None]) -> DeclarationsAnswer:
    """Return the operator, and the rules of each service in the version that was published last."""
    administers(parts, asked.actor)
    present = await publisher_of(parts).declared()
    return DeclarationsAnswer(present.operator, tuple(_shown(each[-1]) for each in present.histories.values() if each))


async def versions(parts: Parts, asked: Asked[None]) -> DeclarationsAnswer:
    """Return every published version of one service's rules, oldest first."""
    administers(parts, asked.actor)
    present = await publisher_of(parts).declared()
    history = present.histories.get(asked.path["id"])
    if not history:
        raise NotFoundError(Text("没有这项业务的规则", "No rules of such a service are published"), field="id")
    return DeclarationsAnswer(present.operator, tuple(map(_shown, history)))


def _shown(each: Published) -> ShownDeclaration:
    return ShownDeclaration(each.declaration.service, each.version, each.at, each.digest, each.declaration)


async def apply(parts: Parts, asked: Asked[tuple[PolicyFile, Lines]]) -> PublicationAnswer:
    """Write and remove the entries of a policy file, all or none."""
    administers(parts, asked.actor)
    return await _published(parts, await publisher_of(parts).apply(asked.body[0], asked.actor.id))


async def show(parts: Parts, asked: Asked[None]) -> PolicyAnswer:
    """Return the compiled policy without the hashes of tokens."""
    administers(parts, asked.actor)
    policy = parts.door.room.policy
    shown = {
        name: ShownCaller(each.kind, each.actor, each.until, each.post, each.agent, each.revoked)
        for name, each in policy.callers.items()
    }
    return PolicyAnswer(replace(policy, callers={}), shown)


async def entries(parts: Parts, asked: Asked[None]) -> EntriesAnswer:
    """Return the entries in force as a policy file, without tokens."""
    administers(parts, asked.actor)
    return EntriesAnswer(file_of(await publisher_of(parts).registers()))


async def issue(parts: Parts, asked: Asked[IssueBody]) -> IssuedAnswer:
    """Make a token and publish its entry; the token is in this answer and nowhere else."""
    administers(parts, asked.actor)
    body = asked.body
    name = body.id or base64.b32encode(parts.entropy(ID_BYTES)).decode().lower()
    if name in parts.door.room.policy.callers:
        raise ConflictError(Text("该编号的令牌已存在", "A token of this id exists"), field="id")
    if body.until <= parts.door.room.clock.now():
        raise InvalidError(Text("该时间已过", "The time is past"), field="until")
    token, hashed = make_token(name, parts.entropy)
    caller = Caller(
        id=name, secret_sha256=hashed, kind=body.kind, actor=body.actor, until=body.until, post=body.post,
        agent=body.agent,
    )  # fmt: skip
    check_bearer(parts.door.room.policy, caller)
    published = await _published(parts, await publisher_of(parts).apply(PolicyFile(callers=(caller,)), asked.actor.id))
    return IssuedAnswer(name, token, body.until, published.epoch)


async def revoke(parts: Parts, asked: Asked[None]) -> PublicationAnswer:
    """Revoke a token; its entry stays, so that its id is not given again."""
    administers(parts, asked.actor)
    caller = parts.door.room.policy.callers.get(asked.path["id"])
    if caller is None:
        raise NotFoundError(Text("没有这个令牌", "There is no such token"), field="id")
    revoked = PolicyFile(callers=(replace(caller, revoked=True),))
    return await _published(parts, await publisher_of(parts).apply(revoked, asked.actor.id))


async def _published(parts: Parts, publication: Publication) -> PublicationAnswer:
    await parts.door.refresh()
    return PublicationAnswer(
        publication.epoch, publication.digest, publication.versions, publication.published, publication.absent
    )


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="PUT", path="/v1/declarations", id="declare", body=DeclarationFile, answer=PublicationAnswer,
        act=declare, latest=True, repeatable=True, media=(YAML, JSON), read=read_file(DeclarationFile),
        summary=Text("声明并公布收集使用规则", "Declare and publish the rules for collecting and using"),
    ),
    Operation(
        method="GET", path="/v1/declarations", id="show-declarations", body=None, answer=DeclarationsAnswer,
        act=declarations, summary=Text("查看已公布的规则", "Show the published rules"),
    ),
    Operation(
        method="GET", path="/v1/declarations/{id}", id="show-versions", body=None, answer=DeclarationsAnswer,
        act=versions, summary=Text("查看一项业务各版本的规则", "Show every version of a service's rules"),
    ),
    Operation(
        method="POST", path="/v1/policy", id="apply-policy", body=PolicyFile, answer=PublicationAnswer, act=apply,
        latest=True, repeatable=True, media=(YAML, JSON), read=read_file(PolicyFile),
        summary=Text("写入并公布策略", "Write entries and publish the policy"),
    ),
    Operation(
        method="GET", path="/v1/policy", id="show-policy", body=None, answer=PolicyAnswer, act=show, latest=True,
        summary=Text("查看现行策略", "Show the policy in force"),
    ),
    Operation(
        method="GET", path="/v1/policy/entries", id="show-entries", body=None, answer=EntriesAnswer, act=entries,
        latest=True, summary=Text("查看现行策略的各项条目", "Show the entries in force as a policy file"),
    ),
    Operation(
        method="POST", path="/v1/tokens", id="issue-token", body=IssueBody, answer=IssuedAnswer, act=issue,
        status=201, latest=True, once=True, summary=Text("签发令牌", "Issue a token"),
    ),
    Operation(
        method="DELETE", path="/v1/tokens/{id}", id="revoke-token", body=None, answer=PublicationAnswer, act=revoke,
        latest=True, repeatable=True, summary=Text("吊销令牌", "Revoke a token"),
    ),
)  # fmt: skip
