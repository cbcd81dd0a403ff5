"""The inbox: each dispatch once, in its order, with a receipt; whatever is wrong is refused, named and kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.link.dispatch import digest_of
from shouze.link.keys import PartyKey
from shouze.link.kinds import Letter, Lifting
from shouze.link.packet import Packet
from shouze.link.receipt import check
from shouze.link.refusing import Reason, RejectedError
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.taking import take
from shouze.registers.ports import GIVEN, Own
from shouze.registers.refusals.models import RefusedRow
from shouze.registers.rows import Document, Effect, Event
from tests.registers.parties import LETTER, MINE, Other, inbox, later, named

pytestmark = pytest.mark.django_db


def refused(raw: bytes) -> Reason:
    with pytest.raises(RejectedError) as problem:
        take(raw)
    kept = RefusedRow.objects.order_by("-last_at", "-id").first()
    assert kept is not None
    assert kept.reason == problem.value.reason
    return problem.value.reason


def test_what_is_taken_has_a_receipt_by_our_own_key(mine: Own, other: Other) -> None:
    other.trusted()
    signed = other.seal()
    receipt = take(Packet(signed).encoded())
    told = check(receipt, (mine.key.public,), f"{1:032x}", digest_of(signed))
    assert told.taker == MINE
    assert inbox() == [("letter", 1, "arrived")]


def test_the_log_names_every_dispatch_that_came_in(other: Other) -> None:
    other.trusted()
    signed = other.seal()
    take(Packet(signed).encoded())
    event = Event.objects.get(register="dispatches", act="arrive")
    noted = bytes(Effect.objects.get(event=event, kind="act").content).decode()
    assert f'"dispatch":"{digest_of(signed)}"' in noted


def test_a_replayed_dispatch_is_taken_once_and_answered_with_the_same_receipt(other: Other) -> None:
    other.trusted()
    raw = Packet(other.seal()).encoded()
    assert take(raw) == take(raw)
    assert DispatchRow.objects.count() == 1


@settings(max_examples=20)
@given(order=st.permutations(range(1, 6)), again=st.lists(st.integers(0, 4), max_size=4))
def test_whatever_the_order_and_however_often_nothing_is_lost_doubled_or_overtaken(
    order: list[int], again: list[int]
) -> None:
    DispatchRow.objects.all().delete()
    other = Other(party=f"shouze.localhost/{PartyKey.fresh().public.id}")
    peer = other.trusted()
    packets = [Packet(other.seal(sequence=place)).encoded() for place in range(1, 6)]
    for place in (*order, *(each + 1 for each in again)):
        take(packets[place - 1])
    arrived = Event.objects.filter(register="dispatches", act="read-on").order_by("id").values_list("entry", flat=True)
    places = [DispatchRow.objects.get(pk=each).sequence for each in arrived if DispatchRow.objects.filter(pk=each)]
    assert places == [1, 2, 3, 4, 5]
    assert {state for _, _, state in inbox()} == {"arrived"}
    DispatchRow.objects.all().delete()
    peer.delete()


def test_one_that_comes_early_waits_for_those_before_it(other: Other) -> None:
    other.trusted()
    other.send(sequence=3)
    other.send(sequence=2)
    assert inbox() == [("letter", 2, "early"), ("letter", 3, "early")]
    other.send(sequence=1)
    assert inbox() == [("letter", 1, "arrived"), ("letter", 2, "arrived"), ("letter", 3, "arrived")]


def test_matters_do_not_wait_for_one_another(other: Other) -> None:
    other.trusted()
    other.send(sequence=2)
    other.send(matter="n")
    assert inbox() == [("letter", 2, "early"), ("letter", 1, "arrived")]


def test_two_stories_in_one_place_are_refused_and_kept(other: Other) -> None:
    other.trusted()
    other.send()
    another = Packet(other.seal(body=Letter(title="另一说法", text="x"))).encoded()
    assert refused(another) == Reason.CONTRADICTED
    same_id = Packet(other.seal(id=f"{1:032x}", sequence=2)).encoded()
    assert refused(same_id) == Reason.CONTRADICTED
    assert DispatchRow.objects.count() == 1
    assert RefusedRow.objects.filter(claimed_sender=other.party).count() == 2


def test_nobody_is_heard_before_people_have_compared_fingerprints(other: Other) -> None:
    peer = other.trusted()
    for state in ("asked", "introduced"):
        peer.state = state
        peer.save()
        assert refused(Packet(other.seal()).encoded()) == Reason.UNKNOWN_SENDER
    peer.state = "ended"
    peer.save()
    assert refused(Packet(other.seal()).encoded()) == Reason.KEY_ENDED
    assert inbox() == []


def test_a_forged_one_is_refused_and_kept_as_it_came(other: Other) -> None:
    other.trusted()
    forger = Other(party=other.party)
    raw = Packet(forger.seal()).encoded()
    assert refused(raw) == Reason.ALTERED
    assert refused(raw) == Reason.ALTERED
    kept = RefusedRow.objects.get()
    assert (kept.times, kept.claimed_sender, kept.claimed_kind) == (2, other.party, "letter")
    assert kept.content == Packet.read(raw).dispatch
    assert Event.objects.filter(register="refusals", entry=kept.pk).count() == 1


@pytest.mark.parametrize(
    ("named_", "reason"),
    [
        ({"receiver": "shouze.localhost/third"}, Reason.WRONG_AUDIENCE),
        ({"time": GIVEN.now() + timedelta(days=1)}, Reason.FUTURE_DATED),
    ],
)
def test_a_misdirected_or_future_dated_one_is_refused(other: Other, named_: dict[str, Any], reason: Reason) -> None:
    other.trusted()
    assert refused(Packet(other.seal(**named_)).encoded()) == reason


def test_what_was_dated_ahead_is_taken_once_our_clock_has_come_there(other: Other) -> None:
    other.trusted()
    raw = Packet(other.seal(time=GIVEN.now() + timedelta(hours=1))).encoded()
    assert refused(raw) == Reason.FUTURE_DATED
    with later(timedelta(hours=1)):
        take(raw)
    assert inbox() == [("letter", 1, "arrived")]


def test_a_clock_that_is_moved_back_takes_nothing_twice(other: Other) -> None:
    other.trusted()
    raw = Packet(other.seal()).encoded()
    take(raw)
    with later(-timedelta(minutes=4)):
        take(raw)
    assert DispatchRow.objects.count() == 1


def test_what_is_no_packet_or_too_large_is_refused_and_kept_in_part() -> None:
    assert refused(b"\x00\xff garbage") == Reason.MALFORMED
    assert refused(b"x" * (32 * 1024 * 1024 + 1)) == Reason.OVERSIZED
    assert max(len(each.content) for each in RefusedRow.objects.all()) <= 65_536


def test_files_come_with_their_dispatch_or_it_does_not(other: Other) -> None:
    other.trusted()
    files = {"材料.txt": b"material"}
    signed = other.seal(attachments=named(files))
    assert refused(Packet(signed).encoded()) == Reason.ATTACHMENT_ALTERED
    take(Packet(signed, {each.sha256: files[each.name] for each in named(files)}).encoded())
    kept = Document.objects.get(event__register="dispatches")
    assert (kept.name, bytes(kept.content)) == ("材料.txt", b"material")


def test_what_cannot_be_applied_is_receipted_and_a_persons_to_look_at(other: Other) -> None:
    other.trusted()
    other.send("lifting", Lifting(order="9号", reason="x"))
    other.send("letter", LETTER, sequence=2)
    assert inbox() == [("lifting", 1, "stuck"), ("letter", 2, "arrived")]
