"""What peer reviews tell of what the Order encourages (Art. 21); none has to be made, so nothing of it is ever late."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.peerreviews.models import PeerReview
from shouze.registers.speaking import of_rows
from shouze.rules.duty import Fact


def _closed() -> Fact:
    waiting = PeerReview.objects.exclude(state__in=("closed", "dropped"))
    first = waiting.order_by("due", "pk").values_list("number", flat=True).first() or ""
    return replace(of_rows(PeerReview.objects.filter(state="closed"), "closed_at"), open=waiting.count(), row=first)


SPEAKS = (Speaks(matter="peerreviews.closed", fact=_closed),)
