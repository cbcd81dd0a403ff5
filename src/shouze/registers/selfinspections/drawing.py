"""Draws handling records from the log by lot, through the door, in the name of the person who asks; each proved.

The plan's own record commits to the nonce; the checkpoint that proves it, signed later, is what the lot is drawn from.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from shouze.client import Client, ClientError
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.drawing import drawn, seed_of
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.tree import leaf_hash
from shouze.registers.asking import asked_of_door, blamed
from shouze.registers.people.models import Person
from shouze.registers.rows import Event
from shouze.registers.selfinspections.models import SelfInspection
from shouze.rules.use import ACTIONS

AT_ONCE = 100
"""Records that the door proves in one answer."""
MOST = 5_000
"""Leaves drawn at most, however few of them are handling records."""
PLAN = "plan"
_EARLIER = timedelta(minutes=5)
_HANDLING = frozenset({*ACTIONS, *(f"check-{each}" for each in ACTIONS)})


class Drawn(NamedTuple):
    """The checkpoint, the sample as it is kept, how many leaves were passed over, and the proofs as a zip file."""

    checkpoint: Checkpoint
    sample: list[dict[str, Any]]
    passed_over: int
    proofs: bytes


class _Proved(NamedTuple):
    text: str
    proof: PortableProof
    checkpoint: Checkpoint


def draw(row: SelfInspection, person: Person) -> Drawn:
    """Draw the sample; InvalidError with the door's words where it refuses, UnavailableError where it is too early."""
    try:
        return asked_of_door(person, lambda door: _Draw(row, door).run())
    except ClientError as problem:
        raise blamed(problem) from None


class _Draw:
    """One draw under way: the door as it answers the person, and the proofs collected."""

    def __init__(self, row: SelfInspection, door: Client) -> None:
        self._row, self._door = row, door
        self._why: dict[str, Any] = {"purpose": "supervision", "reason": row.number}
        self._vkeys: tuple[str, ...] = ()

    def run(self) -> Drawn:
        place = self._place_of_plan()
        (planned,) = self._proved([place])
        first, checkpoint = place - planned.proof.index, planned.checkpoint
        lot = islice(drawn(seed_of(checkpoint, self._row.nonce), checkpoint.size), MOST)
        sample, proofs, passed_over = [], {"plan": planned.text}, 0
        for each in self._leaves(first, lot):
            leaf = parse_leaf(each.proof.extra or b"")
            if not self._handles(leaf):
                passed_over += 1
                continue
            sample.append(_kept(leaf, each))
            proofs[f"{each.proof.index}"] = each.text
            if len(sample) == self._row.wanted:
                break
        return Drawn(checkpoint, sample, passed_over, _packed(proofs, self._vkeys, checkpoint, self._row.nonce))

    def _leaves(self, first: int, lot: Iterator[int]) -> Iterator[_Proved]:
        while batch := list(islice(lot, AT_ONCE)):
            yield from self._proved([first + index for index in batch])

    def _place_of_plan(self) -> int:
        """Return where the log has the act that fixed the nonce."""
        event = Event.objects.filter(register="selfinspections", entry=self._row.pk, act=PLAN).order_by("-pk").first()
        receipt = (event.receipt if event else None) or {}
        cursor: int | None = None
        while event is not None and receipt:
            page = self._door.search_records(
                **self._why, act=f"selfinspections-{PLAN}", since=event.at - _EARLIER, limit=500, cursor=cursor
            )
            for each in page.records:
                if (each.node, each.boot, each.nseq) == (receipt["node"], receipt["boot"], receipt["nseq"]):
                    return each.index
            cursor = page.cursor
            if cursor is None:
                break
        remedy = Text("几秒后再试", "Try again in a few seconds")
        raise UnavailableError(
            Text("计划的操作记录尚未进入检查点", "No checkpoint covers the record of the plan yet"), remedy=remedy
        )

    def _proved(self, places: list[int]) -> list[_Proved]:
        # Invariant: no record is in a sample that was not proved under the log's key when it was drawn.
        told = self._door.prove_records(**self._why, records=places)
        self._vkeys = tuple(dict.fromkeys((*self._vkeys, *told.vkeys)))
        verifiers = [Verifier.from_vkey(each) for each in self._vkeys]
        found = []
        for text in told.proofs:
            proof = PortableProof.parse(text.encode())
            found.append(_Proved(text, proof, check(proof, proof.extra or b"", verifiers)))
        return found

    def _handles(self, leaf: Leaf) -> bool:
        since, until = self._row.since, self._row.until
        in_time = (since is None or since <= leaf.at) and (until is None or leaf.at < until)
        return in_time and leaf.what.act in _HANDLING


def _kept(leaf: Leaf, proved: _Proved) -> dict[str, Any]:
    who, what = leaf.who, leaf.what
    return {
        "index": proved.proof.index, "at": _moment(leaf.at), "kind": who.kind, "actor": who.id or "",
        "post": who.post or "", "agent": who.agent or "", "site": leaf.where.site or "", "act": what.act,
        "service": what.service or "", "purposes": list(what.purposes), "items": list(what.items),
        "outcome": leaf.verdict.outcome,
        "leaf": base64.b64encode(leaf_hash(proved.proof.extra or b"")).decode(),
        "result": "", "note": "", "by": "", "judged_at": "", "shortcoming": "",
    }  # fmt: skip


def _moment(at: datetime) -> str:
    return at.isoformat()


def _packed(proofs: dict[str, str], vkeys: tuple[str, ...], checkpoint: Checkpoint, nonce: str) -> bytes:
    """Return a zip file: a proof of the plan and of each record drawn, the log's keys, what the draw is made of."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in proofs.items():
            packed.writestr(f"proofs/{name}.tlog-proof", text)
        packed.writestr("vkey", "".join(f"{each}\n" for each in vkeys))
        packed.writestr("draw.txt", f"{checkpoint.text()}{nonce}\n")
    return out.getvalue()
