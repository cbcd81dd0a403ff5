"""The port that the journal waits for: durable staging of leaves."""

from __future__ import annotations

from typing import NamedTuple, Protocol

FIELDS, ROLL = 0, 1
"""What an opening opens: the leaf's private fields, or the roll of the subjects that it concerns."""


class Opening(NamedTuple):
    """What opens a leaf's private fields, or its roll, sealed: the texts of their disclosures, one a line.

    ``day`` names the key of the day that sealed it. Version 0.1.0 wrote one opening a field, under a subject's record
    key where ``day`` is None: whoever reads joins the lines of all openings of a leaf; those whose digests are in the
    leaf are its private fields, the others its roll.
    """

    nseq: int
    field: int
    sealed: bytes
    day: str | None


class LookUp(NamedTuple):
    """That a leaf concerns the subject with this keyed tag."""

    nseq: int
    tag: bytes


class Batch(NamedTuple):
    """Consecutive leaves of one boot of one node, ``nseq`` that of the first, with their openings and look-ups.

    ``at`` is the moment of the batch in microseconds since 1970 (UTC).
    """

    node: int
    boot: str
    nseq: int
    leaves: tuple[bytes, ...]
    openings: tuple[Opening, ...]
    look_ups: tuple[LookUp, ...]
    at: int


class Staging(Protocol):
    """Where batches wait for the sequencer."""

    async def stage(self, batch: Batch) -> None:
        """Write the batch in one transaction, keyed (node, boot, nseq).

        # Invariant: when ``stage`` returns, the batch survives a power cut.

        Raises UnavailableError when it is known or possible that nothing was written; a batch whose fate is unknown
        is found again with ``find``. A second batch under the same key is an error and changes nothing.
        """
        ...

    async def find(self, node: int, boot: str, nseq: int) -> tuple[bytes, ...] | None:
        """Return the leaves staged or already sequenced under this key, or None when there are none."""
        ...
