"""Shows the operator's log to the authority: checkpoints by themselves, records that were drawn by a person's act.

Checkpoints and hashes tell nothing of anybody, and are public. Records name staff: the door gives them to whom it may,
in the person's name, and records that look.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from shouze.client import ClientError, Invalid
from shouze.client.records import Proved
from shouze.errors import InvalidError, ShouzeError
from shouze.language import Text
from shouze.ledger.portable import PortableProof
from shouze.ledger.sampling import draw
from shouze.link.inspecting import Shown, link
from shouze.link.kinds import Sample
from shouze.link.opening import Opening, sealed
from shouze.registers import acting
from shouze.registers.asking import asked_of_door, blamed
from shouze.registers.describing import Attached, Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.own_log import asked_for, checkpoint_of, consistency, log_of
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.dooring import door
from shouze.registers.people.models import Person

_AGE = b"age-encryption.org/v1\n"
PAGE = 100
"""Records that the door proves in one call."""


def show_checkpoints(_now: datetime) -> None:
    """Answer the authority's requests for a checkpoint."""
    reached = door()
    if reached is None:
        return
    for row in DispatchRow.objects.filter(state="arrived", direction="in", kind="checkpoint-request").order_by("id")[
        :20
    ]:
        try:
            said = asked_for(str(row.body.get("log", "")), int(row.body.get("held", 0)))
        except (ClientError, ShouzeError):
            return
        post(Written("checkpoint", row.peer, row.matter, said, in_reply_to=row.dispatch_id, about=row.number))
        acting.followed("dispatches", row, "settle")


def show(row: DispatchRow, person: Person, _values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask the door, in the person's name, for the proofs of the records that were drawn."""
    held = checkpoint_of(str(row.body["checkpoint"]))
    places = draw(bytes.fromhex(str(row.body["nonce"])), held.root, held.size, int(row.body["count"]))
    fields, apart = tuple(map(str, row.body.get("fields", ()))), False
    why: dict[str, Any] = {"purpose": "order", "reason": row.number}
    try:
        first = _first(person, why)
        proofs: list[str] = []
        openings: dict[int, Opening] = {}
        for start in range(0, len(places), PAGE):
            page = places[start : start + PAGE]
            asked = {**why, "records": [first + place for place in page]}
            try:
                proved = _proved(person, asked if apart else {**asked, "openings": fields})
            except Invalid as problem:
                if apart or not fields or problem.field != "openings":
                    raise
                apart, proved = True, _proved(person, asked)
            proofs += proved.proofs
            told = [Opening(each.state, each.texts) for each in proved.openings]
            openings.update(zip(page, told, strict=False))
    except ClientError as problem:
        raise blamed(problem) from None
    here = log_of(held.origin)
    sizes = {checkpoint_of(PortableProof.parse(each.encode()).checkpoint).size for each in proofs}
    links = {str(size): link(consistency(here, *sorted((size, held.size)))) for size in sizes - {held.size}}
    private = sealed(openings, str(row.body.get("recipient", ""))) if fields and not apart else b""
    return {"places": places, "shown": Shown(tuple(proofs), links).encoded(), "private": private, "apart": apart}


def _proved(person: Person, asked: dict[str, Any]) -> Proved:
    return asked_of_door(person, lambda reached: reached.prove_records(**asked))


def _first(person: Person, why: dict[str, Any]) -> int:
    """Return where the present log begins on the line of all logs, as records are numbered."""
    newest = asked_of_door(person, lambda reached: reached.search_records(**why, order="newest", limit=1)).records
    if not newest:
        raise InvalidError(Text("日志中没有记录", "The log has no record"))
    (proof,) = _proved(person, {**why, "records": [newest[0].index]}).proofs
    return newest[0].index - PortableProof.parse(proof.encode()).index


def _brought(doing: Doing[DispatchRow]) -> bytes:
    """Return the openings that the owner took out, which a gateway of its own reads none of."""
    # Invariant: what opens records and what reads their openings meet in the owner's hands alone.
    files = [each for each in doing.documents if each.content.startswith(_AGE)]
    if len(files) == 1 == len(doing.documents):
        return files[0].content
    number = doing.entry.number
    remedy = Text(f"请所有者运行 shouze link openings {number} 文件，附上所得文件",
                  f"Have the owner run shouze link openings {number} FILE, and attach that file")  # fmt: skip
    raise InvalidError(Text("闸门独立运行，不读取披露内容", "Gateways are processes of their own and read no openings"),
                       field="documents", remedy=remedy)  # fmt: skip


def deliver(doing: Doing[DispatchRow]) -> None:
    """Send what was shown."""
    row, values = doing.entry, doing.values
    shown: bytes = values["shown"]
    private: bytes = _brought(doing) if values["apart"] else values["private"]
    files = [Attached("sample.json", "application/json", shown)]
    files += [Attached("openings.age", "application/octet-stream", private)] if private else []
    said = Sample(
        nonce=str(row.body["nonce"]), places=tuple(values["places"]), attachment=sha256(shown).hexdigest(),
        openings=sha256(private).hexdigest() if private else "",
    )  # fmt: skip
    written = Written("sample", row.peer, row.matter, said, in_reply_to=row.dispatch_id, files=files, about=row.number)
    post(written, doing.person)
