"""Declare, apply, publish: how declarations and entries become policy.

# Invariant: a published version is never changed; the policy follows from what is published and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from shouze.errors import ConflictError, InvalidError
from shouze.journal.record import Record
from shouze.language import Text
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.publication.ports import Present, Press, Recorder, Written
from shouze.rules.catalogue import Statutes
from shouze.rules.declaration import Declaration, DeclarationFile, Operator, check_file
from shouze.rules.document import Lines
from shouze.rules.entries import KINDS, Entry, PolicyFile
from shouze.rules.policy import Policy, Published, Registers, compile_policy, digest_of

TRIES = 8


class Publication(msgspec.Struct, frozen=True):
    """What came of publishing: the policy in force, and the version of each declared service (new ones named).

    ``absent`` are entries that were to be removed and were not there.
    """

    epoch: int
    digest: str
    versions: dict[str, int]
    published: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Publisher:
    """Writes registers and publishes the policy compiled from them; every publication is recorded in the log."""

    press: Press
    recorder: Recorder
    statutes: Statutes
    now: Callable[[], datetime]

    async def declare(self, document: DeclarationFile, lines: Lines, by: str) -> Publication:
        """Check and publish a declaration file; a service whose declaration has not changed keeps its version."""
        check_file(document, lines, self.statutes)

        def declared(present: Present, now: datetime) -> tuple[list[Published], list[Written]]:
            return [
                published
                for declaration in document.services
                if (published := _next_version(present.histories.get(declaration.service, []), declaration, now))
            ], []

        return await self._publish(declared, document.operator, "declare", by)

    async def declared(self) -> Present:
        """Return everything published, and the operator, as it stands now."""
        return await self.press.present()

    async def apply(self, document: PolicyFile, by: str) -> Publication:
        """Write and remove the entries of a policy file, all or none, and publish the policy."""
        entries, absent = entries_of(document), list[str]()

        def applied(present: Present, _now: datetime) -> tuple[list[Published], list[Written]]:
            there = {(each.kind, each.id) for each in (*present.entries, *entries) if each.body is not None}
            idle = [each for each in entries if (each.kind, each.id) not in there]
            absent[:] = [f"{each.kind}/{each.id}" for each in idle]
            return [], [each for each in entries if each not in idle]

        publication = await self._publish(applied, None, "apply-policy", by)
        return replace(publication, absent=tuple(absent))

    async def registers(self) -> Registers:
        """Return the entries in force, by kind and id."""
        return read_registers((await self.press.present()).entries)

    async def _publish(
        self,
        make: Callable[[Present, datetime], tuple[list[Published], list[Written]]],
        operator: Operator | None,
        act: str,
        by: str,
    ) -> Publication:
        for _ in range(TRIES):
            present, now = await self.press.present(), self.now()
            declarations, entries = make(present, now)
            policy = self._compile(present, declarations, entries)
            await self._record(act, policy, by)
            if await self.press.publish(policy, declarations, entries, operator, by, now):
                versions = {service: rule.version for service, rule in policy.services.items()}
                new = tuple(each.declaration.service for each in declarations)
                return Publication(policy.epoch, policy.digest, versions, new)
            await self._record(act, policy, by, "aborted")
        raise ConflictError(Text("其他人正在不断公布策略", "Others kept publishing meanwhile"))

    def _compile(self, present: Present, declarations: Sequence[Published], entries: Sequence[Written]) -> Policy:
        histories = {service: list(history) for service, history in present.histories.items()}
        for published in declarations:
            histories.setdefault(published.declaration.service, []).append(published)
        return compile_policy(histories, read_registers([*present.entries, *entries]), self.statutes, present.epoch + 1)

    async def _record(self, act: str, policy: Policy, by: str, outcome: str = "published") -> None:
        await self.recorder.record(publication_record(act, outcome, policy.digest, by))


def publication_record(act: str, outcome: str, digest: str, by: str) -> Record:
    """Return the record of a publication: which act, of which policy, how it ended, by whom."""
    return Record(Draft(Who("staff", by), Where(), What(act, (), (), 0), Verdict(outcome, policy=digest)))


def file_of(registers: Registers) -> PolicyFile:
    """Return the entries in force as the policy file that writes them, without tokens."""
    kinds: dict[str, Any] = {name: tuple(getattr(registers, name).values()) for name in registers.__struct_fields__}
    return PolicyFile(**(kinds | {"callers": ()}))


def entries_of(document: PolicyFile) -> list[Written]:
    """Return the rows that a policy file writes; InvalidError for an entry to remove that is not ``kind/id``."""
    rows = []
    for kind in KINDS:
        named: Sequence[Entry] = getattr(document, kind)
        rows += [Written(kind, entry.id, msgspec.json.encode(entry)) for entry in named]
    for number, name in enumerate(document.remove):
        kind, _, entry_id = name.partition("/")
        if kind not in KINDS or not entry_id:
            remedy = Text("写成 orders/编号 的形式", "Write for example orders/NUMBER")
            raise InvalidError(Text("不知道要移除什么", "It is not an entry"), field=f"remove[{number}]", remedy=remedy)
        rows.append(Written(kind, entry_id, None))
    return rows


def read_registers(rows: Sequence[Written]) -> Registers:
    """Return the registers that the rows leave, a later row replacing an earlier one of the same kind and id."""
    latest: dict[str, dict[str, Mapping[str, object]]] = {kind: {} for kind in KINDS}
    for row in rows:
        latest[row.kind].pop(row.id, None)
        if row.body is not None:
            latest[row.kind][row.id] = msgspec.json.decode(row.body)
    return msgspec.convert(latest, Registers)


def _next_version(history: Sequence[Published], declaration: Declaration, now: datetime) -> Published | None:
    digest = digest_of(declaration)
    if history and history[-1].digest == digest:
        return None
    return Published(len(history) + 1, now, digest, declaration)
