"""Verifies all logs of an installation, first to last: each for itself, and that each begins with the other's end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shouze.errors import ShouzeError
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.moments import micros
from shouze.ledger.note import Verifier
from shouze.ledger.verify import FAULTS, MAX_FAULTS, ChainKey, Fault, Report
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.openings import WithOpenings
from shouze.settings import Settings
from shouze.verifier.shards import VerifiedLog, linked
from shouze.wiring.log import LogRoom, open_log
from shouze.wiring.shards import ShardRoom


async def verify_shards(home: Path, settings: Settings) -> list[VerifiedLog]:
    """Verify everything that the installation keeps of its logs; where a sequencer works, up to its last checkpoint."""
    retained = datetime.now(UTC) - timedelta(days=settings.record_retention_days - 1)
    async with open_log(home, settings) as log:
        still = await log.lock.take()
        try:
            return await _verify_all(log, _kept_keys(home), micros(retained), still=still)
        finally:
            await log.lock.give_back()


async def verify(home: Path, settings: Settings) -> Report:
    """Return the present log's size and root, with the faults of all logs."""
    verified = await verify_shards(home, settings)
    return replace(verified[-1].report, faults=tuple(fault for each in verified for fault in each.report.faults))


async def _verify_all(log: LogRoom, kept: Mapping[str, str], retained: int, *, still: bool) -> list[VerifiedLog]:
    verified: list[VerifiedLog] = []
    chains: Mapping[ChainKey, Chain] | None = None
    whole = all(room.stored.deleted is None for room in log.shards)
    for room in log.shards:
        present = room.stored.number == log.shards[-1].stored.number
        deleted = room.stored.deleted is not None
        if deleted:
            report, chains = await _end_of(room), None
        else:
            rows = WithOpenings(room.rows, room.rows, retained)
            report = await verify_installation(
                rows, room.verifier, still=still or not present, chains=chains, present=present, whole=whole
            )
            report = replace(report, faults=(*report.faults, *rows.faults)[:MAX_FAULTS])
            chains = report.chains
        if kept.get(room.verifier.name, room.verifier.vkey) != room.verifier.vkey:
            fault = Fault("key", FAULTS["key"], f"shard {room.stored.number}")
            report = replace(report, faults=(*report.faults, fault))
        one = VerifiedLog(room.verifier, report, deleted=deleted)
        verified.append(linked(verified[-1], one) if verified and not deleted else one)
    return verified


async def _end_of(room: ShardRoom) -> Report:
    """Verify what is left of a log that was deleted: its last checkpoint."""
    try:
        latest = await room.published.checkpoint()
        end: Checkpoint = open_checkpoint(latest.note.encode(), [room.verifier])[0]
    except ShouzeError:
        return Report(0, b"", (Fault("checkpoint", FAULTS["checkpoint"], "checkpoint"),))
    return Report(end.size, end.root, ())


def _kept_keys(home: Path) -> dict[str, str]:
    """Return the public keys that lie as files beside the installation's, by the name of their log."""
    found = {}
    for path in (*home.glob("log*.key.vkey"), *home.glob("former-log.*.vkey")):
        key = Verifier.from_vkey(path.read_text(encoding="utf-8").strip())
        found[key.name] = key.vkey
    return found
