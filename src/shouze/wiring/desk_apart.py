"""The desk as a process of its own: it publishes policy itself, and for all else asks a gateway like any face.

It holds no key of anything sealed. Its role (``shouze_desk``) reads what policy is compiled from, writes policy by one
function, keeps its own tables, and reaches no table of users, keys or the log: a gateway records what it publishes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from msgspec.structs import replace

from shouze.api.administration import ID_BYTES
from shouze.api.tokens import make_token, parse_token
from shouze.client import (
    Client,
    ClientError,
    Conflict,
    Declarations,
    DeclarationShown,
    Invalid,
    Issued,
    NotFound,
    Published,
    Refused,
    ShownCaller,
    Unavailable,
)
from shouze.client.bulk import BulkRequest
from shouze.errors import ConflictError, InvalidError, NotFoundError, ShouzeError
from shouze.gateway.clock import SteadyClock
from shouze.journal.record import Record
from shouze.language import Language, Text
from shouze.publication.bearing import check_bearer
from shouze.publication.freezing import check_may_freeze, freeze_of
from shouze.publication.idle import check_target, known_names
from shouze.publication.publish import Publication, Publisher, file_of
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import Lines, read_document
from shouze.rules.entries import Approval, Caller, PolicyFile
from shouze.rules.policy import Policy
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor, Place
from shouze.settings import Settings
from shouze.store.policies import StoredPolicies
from shouze.store.press_apart import PressApart
from shouze.wiring.clocks import check_clock
from shouze.wiring.desk import KEY_FILE, LASTS, NAME, ClientDoor, DeskKeys, configure, entries_of, make_keys
from shouze.wiring.key_files import read_key_file
from shouze.wiring.preparing import open_stores
from shouze.wiring.statutes import read_statutes

if TYPE_CHECKING:
    from shouze.wiring.configured import Configured

T = TypeVar("T")
Named = dict[str, str | None]
ENTRIES_FILE = "desk-policy.json"
PATIENCE = 15.0
"""Seconds that a page waits for a publication."""
_TOLD: dict[type[ShouzeError], type[ClientError]] = {
    InvalidError: Invalid, NotFoundError: NotFound, ConflictError: Conflict, RefusedError: Refused,
}  # fmt: skip


@dataclass(frozen=True)
class GatewayRecorder:
    """Has a gateway record what is about to be published (``publication.ports.Recorder``)."""

    account: Client

    async def record(self, record: Record) -> object:
        """Make the record durable at the gateway; ClientError where it is not."""
        what, verdict = record.draft.what, record.draft.verdict
        told: dict[str, Any] = {"act": what.act, "policy": verdict.policy, "outcome": verdict.outcome}
        return await asyncio.to_thread(lambda: self.account.note_publication(**told))


@dataclass(frozen=True)
class DoorApart(ClientDoor):
    """The door as the registers see it (``registers.ports.DoorPort``): policy from here, all else at a gateway."""

    publisher: Publisher
    policies: StoredPolicies
    loop: asyncio.AbstractEventLoop

    def apply(self, document: bytes, key: str) -> Published:  # noqa: ARG002 - the port has it; once more changes nothing
        """Write entries of the policy and publish it."""
        return self._published(self.publisher.apply(_read(document, PolicyFile)[0], NAME))

    def declare(self, document: bytes, key: str) -> Published:  # noqa: ARG002 - see above
        """Publish rules for collecting and using; what has not changed keeps its version."""
        return self._published(self.publisher.declare(*_read(document, DeclarationFile), NAME))

    def policy(self) -> dict[str, Any]:
        """Return the policy in force as plain JSON, without the hashes of tokens."""
        return _plain(replace(self._latest(), callers={}))

    def entries(self) -> dict[str, Any]:
        """Return the entries in force as plain JSON, by kind."""
        return _plain(file_of(self._run(self.publisher.registers())))

    def callers(self) -> dict[str, ShownCaller]:
        """Return the tokens' entries."""
        return {
            name: ShownCaller(
                kind=each.kind, actor=each.actor, until=each.until, post=each.post, agent=each.agent,
                revoked=each.revoked,
            )
            for name, each in self._latest().callers.items()
        }  # fmt: skip

    def issue_token(self, asked: dict[str, Any]) -> Issued:
        """Make a token and publish its entry; the token is in this answer and nowhere else."""
        name = os.urandom(ID_BYTES).hex()
        token, hashed = make_token(name, os.urandom)
        caller = Caller(id=name, secret_sha256=hashed, **asked)
        with _said():
            check_bearer(self._latest(), caller)
        published = self._write(PolicyFile(callers=(caller,)))
        return Issued(id=name, token=token, until=asked["until"], epoch=published.epoch)

    def revoke_token(self, token: str, key: str) -> Published:  # noqa: ARG002 - see above
        """Revoke a token; its entry stays, so that its id is not given again."""
        caller = self._latest().callers.get(token)
        if caller is None:
            raise NotFound(Text("没有这个令牌", "There is no such token"), field="id")
        return self._write(PolicyFile(callers=(replace(caller, revoked=True),)))

    def measure(
        self, verb: Literal["freeze", "unfreeze"], fields: dict[str, Any], person: Named, key: str
    ) -> None:  # fmt: skip
        """Have a measure taken: of an account by a gateway, of anything else by an entry of the policy."""
        if fields.get("target", "account") == "account":
            super().measure(verb, fields, person, key)
            return
        policy, now, target, name = self._latest(), self.publisher.now(), fields["target"], fields["name"]
        actor = msgspec.convert({k: v for k, v in person.items() if k != "sign_in"}, Actor)
        with _said():
            services = [name] if target == "service" else policy.services
            check_may_freeze(policy, actor, Place(), services, now)
            if verb == "freeze":
                check_target(known_names(policy, self.publisher.statutes), target, name)
        entry = freeze_of(target, name, fields["incident"], now)
        if verb == "freeze":
            self._write(PolicyFile(freezes=(entry,)))
        elif any(each.id == entry.id for each in policy.freezes):
            self._write(PolicyFile(remove=(f"freezes/{entry.id}",)))

    def approve_bulk(self, person: Named, language: Language, request: str) -> BulkRequest:
        """Approve a bulk request in a person's name at a gateway, and publish what follows from it."""
        told = super().approve_bulk(person, language, request)
        if told.decided_by and told.decided_at and told.until and told.id not in self._latest().approvals:
            approval = Approval(
                id=told.id, requested_by=told.asked_by, approved_by=told.decided_by, reason=f"bulk request {told.id}",
                action=told.action, service=told.service, purpose=told.purpose, items=frozenset(told.items),
                volume=told.volume, since=told.decided_at, until=told.until, run_only=True,
            )  # fmt: skip
            self._write(PolicyFile(approvals=(approval,)))
        return told

    def versions(self, service: str) -> Declarations:
        """Return every published version of one service's rules, oldest first."""
        present = self._run(self.publisher.declared())
        if not (history := present.histories.get(service)):
            raise NotFound(Text("没有这项业务的规则", "No rules of such a service are published"), field="id")
        shown = tuple(
            DeclarationShown(service=service, version=each.version, at=each.at, digest=each.digest,
                             declaration=_plain(each.declaration))
            for each in history
        )  # fmt: skip
        return Declarations(operator=_plain(present.operator) if present.operator else None, declarations=shown)

    def _latest(self) -> Policy:
        return self._run(self.policies.latest())

    def _write(self, document: PolicyFile) -> Published:
        return self._published(self.publisher.apply(document, NAME))

    def _published(self, act: Coroutine[Any, Any, Publication]) -> Published:
        done = self._run(act)
        return Published(epoch=done.epoch, digest=done.digest, versions=done.versions, published=done.published,
                         absent=done.absent)  # fmt: skip

    def _run(self, act: Coroutine[Any, Any, T]) -> T:
        """Run it on the loop of this process, and say its errors as a door over HTTP says them."""
        with _said():
            return asyncio.run_coroutine_threadsafe(act, self.loop).result(PATIENCE)


@asynccontextmanager
async def desk_apart(home: Path, settings: Settings) -> AsyncIterator[tuple[DeskKeys, DoorApart, Configured]]:
    """Open the desk alone: its keys, its door over the gateway of the settings, and Django set up.

    ConflictError where the policy does not know the desk yet, or its tables are not there; each names the remedy.
    """
    path, clock = home / KEY_FILE, SteadyClock()
    keys = read_key_file(path, DeskKeys) if path.exists() else make_keys(path)
    stores = open_stores(home, settings, ("custody",))
    try:
        await check_clock(stores.databases["custody"])
        if not _enrolled(keys, await stores.policies.latest()):
            raise _unknown(home, entries_of(keys, clock.now() + LASTS))
        reached = ClientDoor.at(settings.door_url, keys)
        press = PressApart(stores.databases["custody"])
        publisher = Publisher(press, GatewayRecorder(reached.account), read_statutes(), clock.now)
        door = DoorApart(
            **vars(reached), publisher=publisher, policies=stores.policies, loop=asyncio.get_running_loop()
        )
        configured = configure(home, settings, keys, door, apart=True)
        await asyncio.to_thread(configured.check)
        await asyncio.to_thread(configured.give_sealer, home)
        yield keys, door, configured
        reached.close()
    finally:
        await stores.close()


def _enrolled(keys: DeskKeys, policy: Policy) -> bool:
    """Tell whether the policy has both tokens of these keys."""
    shown = [parse_token(each) for each in (keys.administering, keys.face)]
    known = policy.callers
    return all(
        each and each.id in known and known[each.id].secret_sha256 == each.secret_sha256 for each in shown
    )  # fmt: skip


def _unknown(home: Path, entries: PolicyFile) -> ConflictError:
    (home / ENTRIES_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(entries)))
    path = home / ENTRIES_FILE
    return ConflictError(
        Text("现行策略还不认识这个桌面", "The policy in force does not know this desk yet"),
        field=KEY_FILE,
        remedy=Text(
            f"以表的所有者身份运行 shouze policy apply {path}（文件中没有秘密），然后再次启动",
            f"As the tables' owner, run shouze policy apply {path} (no secret is in it), then start again",
        ),
    )


def _plain(content: object) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(content))
    return plain


def _read(document: bytes, kind: type[T]) -> tuple[T, Lines]:
    with _said():
        return read_document(document, kind)


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except ClientError:
        raise
    except ShouzeError as problem:
        told = next((told for kind, told in _TOLD.items() if isinstance(problem, kind)), Unavailable)
        raise told(problem.detail, field=problem.field, remedy=problem.remedy, kind=problem.kind) from problem
    except TimeoutError as problem:
        raise Unavailable from problem
