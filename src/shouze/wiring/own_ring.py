"""Makes sure that a key ring and the tables belong together, before anything is opened or written under it.

Two gateways under two rings would not find each other's users, would give one number to two of them, and could not open
what the other has wrapped. A few wrapped keys tell: where the ring opens none, it is another's, or a copy that was left
behind. Keys under epochs before the ring's oldest tell nothing: of a backup that is too old, whoever has the right ring
opens none either.
"""

from __future__ import annotations

from shouze.errors import ConflictError, SealedError, TamperedError
from shouze.language import Text
from shouze.store.driver import Database
from shouze.vault.key_file import FileKeyRing
from shouze.vault.keys import WrappedKey, unwrap_subject_key
from shouze.wiring.preparing import KEY_RING

_SOME = "SELECT subject, ground, epoch, suite, blob FROM keys.subject_key ORDER BY subject, ground, version LIMIT 8"


async def check_ring(ring: FileKeyRing, keys: Database) -> None:
    """Refuse a ring that opens none of the keys it should; ConflictError says what to do."""
    oldest, told = min(ring.epochs()), set()
    for subject, ground, epoch, suite, blob in await keys.fetch(_SOME):
        if epoch >= oldest:
            told.add(_opens(ring, WrappedKey(epoch, suite, bytes(blob)), subject, ground))
    if told == {False}:
        raise ConflictError(
            Text("密钥环不属于这些表", "The key ring is not the one of these tables"),
            field=KEY_RING,
            remedy=Text(
                "换成该安装的 keyring.json：各网关用同一个密钥环",
                "Put the installation's own keyring.json there: all gateways have one ring",
            ),
        )


def _opens(ring: FileKeyRing, wrapped: WrappedKey, subject: str, ground: str) -> bool:
    try:
        unwrap_subject_key(ring, wrapped, subject, ground)
    except (SealedError, TamperedError):
        return False
    return True
