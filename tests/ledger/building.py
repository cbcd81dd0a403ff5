"""Logs made for tests: leaves, signed checkpoints, tiles in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256, shake_256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shouze.errors import NotFoundError
from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.disclosure import commit, digests
from shouze.ledger.entry import Draft, Verdict, What, Where, Who, seal_leaf
from shouze.ledger.integrate import Edge, integrate
from shouze.ledger.note import Signer
from shouze.ledger.strict import base64_of
from shouze.ledger.tree import Frontier, leaf_hash, node_hash

ORIGIN = "telco.example/handling"
BOOT = "0b6e1c1e-0000-4000-8000-000000000001"
START = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
OTHER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
WITNESS = Signer("witness.example/w1", Ed25519PrivateKey.from_private_bytes(b"\x03" * 32))


def entropy_from(seed: int) -> Callable[[int], bytes]:
    """Return a source of bytes that repeats for the same seed."""
    count = 0

    def next_bytes(length: int) -> bytes:
        nonlocal count
        count += 1
        return shake_256(f"{seed}/{count}".encode()).digest(length)

    return next_bytes


def draft() -> Draft:
    """Return an ordinary draft with two private fields."""
    return Draft(
        Who("staff", id="S-004711", post="clerk"),
        Where(site="SH-02", term="T-88", ip="192.0.2.7"),
        What("release", ("complaint",), ("name", "phone"), 1, service="mobile"),
        Verdict("permitted", policy="sha256:ab", declaration="mobile@3"),
        {"subject": "a subject", "query": "number 42"},
    )


_SD = digests(commit(draft().private, entropy_from(1)), entropy_from(2))


def leaves(count: int, *, node: int = 1, boot: str = BOOT) -> list[bytes]:
    """Return that many chained leaves of one boot."""
    prev, made = "", []
    for index in range(count):
        time = START + timedelta(milliseconds=index)
        raw = seal_leaf(draft(), node=node, boot=boot, nseq=index + 1, prev=prev, time=time, sd=_SD)
        prev = base64_of(leaf_hash(raw))
        made.append(raw)
    return made


@dataclass(frozen=True)
class MemoryLog:
    """A published log in dictionaries; a key includes the width, as a path does."""

    note: bytes
    bundles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    tiles: dict[tuple[int, int, int], bytes] = field(default_factory=dict)

    def checkpoint(self) -> bytes | None:
        return self.note

    def bundle(self, n: int, width: int) -> bytes:
        if (n, width) not in self.bundles:
            raise NotFoundError
        return self.bundles[n, width]

    def tile(self, level: int, n: int, width: int) -> bytes:
        if (level, n, width) not in self.tiles:
            raise NotFoundError
        return self.tiles[level, n, width]

    def copy(self, note: bytes | None = None) -> MemoryLog:
        return replace(self, note=note or self.note, bundles=dict(self.bundles), tiles=dict(self.tiles))


def built(entries: Sequence[bytes], signer: Signer = SIGNER) -> MemoryLog:
    """Return the published log of these entries."""
    made = integrate(Frontier(), Edge(), entries)
    note = sign_checkpoint(Checkpoint(signer.name, len(entries), made.root), signer)
    bundles = {(n, width): body for n, (width, body) in made.bundles.items()}
    tiles = {(level, n, width): body for (level, n), (width, body) in made.tiles.items()}
    return MemoryLog(note.encode(), bundles, tiles)


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """Return MTH as RFC 6962, section 2.1 writes it, over leaf hashes."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def naive_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Return PATH as RFC 6962, section 2.1.1 writes it, over leaf hashes."""
    if len(hashes) == 1:
        return []
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if index < split:
        return [*naive_path(index, hashes[:split]), naive_root(hashes[split:])]
    return [*naive_path(index - split, hashes[split:]), naive_root(hashes[:split])]


def naive_consistency(old: int, hashes: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """Return SUBPROOF as RFC 6962, section 2.1.2 writes it, over leaf hashes."""
    if old == len(hashes):
        return [] if whole else [naive_root(hashes)]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if old <= split:
        return [*naive_consistency(old, hashes[:split], whole), naive_root(hashes[split:])]
    return [*naive_consistency(old - split, hashes[split:], False), naive_root(hashes[:split])]
