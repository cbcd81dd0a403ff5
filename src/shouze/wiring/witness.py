"""Opens the witness of an installation: its key, its memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from shouze.errors import ConflictError, NotFoundError
from shouze.gateway.clock import SteadyClock
from shouze.language import Text
from shouze.ledger.note import COSIGNATURE, Signer, Verifier
from shouze.sequencer.signing_key import create_signing_key, open_signing_key, vkey_path
from shouze.settings import Settings
from shouze.store.witnessing import WitnessTables
from shouze.wiring.preparing import open_stores
from shouze.witness.witness import Witness

WITNESS_KEY, FORMER_KEY, _FRESH_KEY = "witness.key", "witness.former.key", "witness.fresh.key"


class WitnessRoom(NamedTuple):
    """The witness, its public key, and its memory."""

    witness: Witness
    verifier: Verifier
    tables: WitnessTables


def create_witness_key(home: Path, name: str) -> Verifier:
    """Make the witness's key, which signs nothing but checkpoints; ConflictError when there is one."""
    return create_signing_key(home / WITNESS_KEY, name, kind=COSIGNATURE).verifier(COSIGNATURE)


def renew_witness_key(home: Path) -> Verifier:
    """Make a new key under the same name; the former one cosigns beside it until ``retire_witness_key``.

    Run again after a crash it goes on. NotFoundError without a key; ConflictError while there is a former one.
    """
    if not (home / _FRESH_KEY).exists():
        if (home / FORMER_KEY).exists():
            remedy = Text("先运行 shouze witness retire", "Run shouze witness retire first")
            raise ConflictError(Text("前一密钥仍在签名", "The former key still signs"), field=FORMER_KEY, remedy=remedy)
        name = _signer(home).name
        create_signing_key(home / _FRESH_KEY, name, kind=COSIGNATURE)
    _put_in_place(home)
    return _signer(home).verifier(COSIGNATURE)


def retire_witness_key(home: Path) -> None:
    """Destroy the former key, once every operator has the new one; nothing when there is none."""
    for path in (home / FORMER_KEY, vkey_path(home / FORMER_KEY)):
        path.unlink(missing_ok=True)


def _put_in_place(home: Path) -> None:
    for source, target in ((WITNESS_KEY, FORMER_KEY), (_FRESH_KEY, WITNESS_KEY)):
        if (home / _FRESH_KEY).exists() and (home / source).exists() and not (home / target).exists():
            (home / source).rename(home / target)
            vkey_path(home / source).unlink(missing_ok=True)  # made anew beside the key when it is next opened


def _signer(home: Path) -> Signer:
    _put_in_place(home)
    try:
        return open_signing_key(home / WITNESS_KEY, COSIGNATURE)
    except NotFoundError as problem:
        remedy = Text("先运行 shouze witness create 名称", "Run shouze witness create NAME first")
        raise NotFoundError(problem.detail, field=problem.field, remedy=remedy) from None


@asynccontextmanager
async def open_witness(home: Path, settings: Settings) -> AsyncIterator[WitnessRoom]:
    """Open the witness; NotFoundError when it has no key yet."""
    signer = _signer(home)
    former = open_signing_key(home / FORMER_KEY, COSIGNATURE) if (home / FORMER_KEY).exists() else None
    stores = open_stores(home, settings, ("log",))
    try:
        tables = WitnessTables(stores.databases["log"])
        yield WitnessRoom(Witness(tables, signer, SteadyClock().now, former), signer.verifier(COSIGNATURE), tables)
    finally:
        await stores.close()
