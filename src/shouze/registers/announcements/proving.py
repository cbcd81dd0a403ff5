"""Fetches the log's proof of each edition once a checkpoint covers it, and keeps it beside the edition for everybody.

# Invariant: a proof is kept only where its record names the edition's own digest.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from shouze.client import ClientError
from shouze.errors import ShouzeError
from shouze.ledger.entry import parse_leaf
from shouze.ledger.portable import PortableProof
from shouze.registers.announcements.models import Edition
from shouze.registers.describing import Round
from shouze.registers.dooring import door

PAGE, LOOKED_THROUGH = 100, 500
NAMED = "dispatch:"
"""The leaf names the paper that an act rests on after this word, be it a dispatch or a published text."""
_WHY: dict[str, Any] = {"purpose": "supervision", "reason": "公布内容的公开证明 proofs of what is published"}


def prove(_now: datetime) -> None:
    """Keep the proofs that there are by now."""
    waiting = list(Edition.objects.filter(proof="").order_by("register", "act", "id")[:PAGE])
    for (register, act), several in groupby(waiting, lambda each: (each.register, each.act)):
        for edition, proof in _proofs(f"{register}-{act}", list(several)):
            if named_in(proof) == edition.digest:
                Edition.objects.filter(pk=edition.pk).update(proof=proof)


def named_in(proof: str) -> str | None:
    """Return the digest that the record within a proof names; None where there is none."""
    try:
        extra = PortableProof.parse(proof.encode()).extra
        recipient = parse_leaf(extra).what.recipient if extra else None
    except ShouzeError:
        return None
    return recipient.removeprefix(NAMED) if recipient and recipient.startswith(NAMED) else None


def _proofs(act: str, editions: list[Edition]) -> list[tuple[Edition, str]]:
    reached = door()
    if reached is None:
        return []
    client, wanted = reached.watching(), {f"{NAMED}{each.digest}": each for each in editions}
    since = min(each.at for each in editions) - timedelta(minutes=1)
    try:
        found = client.search_records(**_WHY, act=act, since=since, limit=LOOKED_THROUGH)
        places = {each.index: wanted[each.recipient] for each in found.records if each.recipient in wanted}
        told = client.prove_records(**_WHY, records=list(places)).proofs if places else ()
    except ClientError:
        return []
    return list(zip(places.values(), told, strict=True))


ROUND = Round(name="prove", every=timedelta(seconds=10), run=prove)
