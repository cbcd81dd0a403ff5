"""Opens the witness of an installation: its key, its memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from shouze.errors import NotFoundError
from shouze.gateway.clock import SteadyClock
from shouze.language import Text
from shouze.ledger.note import COSIGNATURE, Verifier
from shouze.sequencer.signing_key import create_signing_key, open_signing_key
from shouze.settings import Settings
from shouze.store.witnessing import WitnessTables
from shouze.wiring.preparing import open_stores
from shouze.witness.witness import Witness

WITNESS_KEY = "witness.key"


class WitnessRoom(NamedTuple):
    """The witness, its public key, and its memory."""

    witness: Witness
    verifier: Verifier
    tables: WitnessTables


def create_witness_key(home: Path, name: str) -> Verifier:
    """Make the witness's key, which signs nothing but checkpoints; ConflictError when there is one."""
    return create_signing_key(home / WITNESS_KEY, name, kind=COSIGNATURE).verifier(COSIGNATURE)


@asynccontextmanager
async def open_witness(home: Path, settings: Settings) -> AsyncIterator[WitnessRoom]:
    """Open the witness; NotFoundError when it has no key yet."""
    try:
        signer = open_signing_key(home / WITNESS_KEY, COSIGNATURE)
    except NotFoundError as problem:
        remedy = Text("先运行 shouze witness create 名称", "Run shouze witness create NAME first")
        raise NotFoundError(problem.detail, field=problem.field, remedy=remedy) from None
    stores = open_stores(home, settings, ("log",))
    try:
        tables = WitnessTables(stores.databases["log"])
        yield WitnessRoom(Witness(tables, signer, SteadyClock().now), signer.verifier(COSIGNATURE), tables)
    finally:
        await stores.close()
