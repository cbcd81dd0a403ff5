"""Tricks with a sample: each is found by its name, whichever way it is played; what is right is found right."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.entry import Leaf, Verdict, What, Where, Who
from shouze.ledger.note import Signer
from shouze.ledger.portable import PortableProof
from shouze.ledger.proof import TileHashes, prove_consistency, prove_inclusion
from shouze.ledger.sampling import draw
from shouze.ledger.tile import Tile
from shouze.ledger.witnessing import Submission
from shouze.link.inspecting import Fault, Found, Shown, backdated, disobeyed, examine, follow, link, names_dispatch
from shouze.link.kinds import Suspension
from tests.ledger.building import OTHER, SIGNER, START, MemoryLog, built, leaves

ENTRIES = leaves(40)
LOG = SIGNER.verifier()
HELD_LOG, NOW_LOG = built(ENTRIES[:30]), built(ENTRIES)
HELD = open_checkpoint(HELD_LOG.note, [LOG])[0]
PLACES = draw(b"a nonce chosen after", HELD.root, HELD.size, 5)


def hashes(log: MemoryLog) -> TileHashes:
    size = open_checkpoint(log.note, [LOG, OTHER.verifier()])[0].size
    return TileHashes(size, lambda tile: _tile(log, tile))


def _tile(log: MemoryLog, tile: Tile) -> bytes:
    return log.tile(*tile)


def proof(place: int, log: MemoryLog = NOW_LOG, entries: list[bytes] = ENTRIES) -> PortableProof:
    size = open_checkpoint(log.note, [LOG, OTHER.verifier()])[0].size
    return PortableProof(place, tuple(prove_inclusion(place, size, hashes(log))), log.note.decode(), entries[place])


def shown(*proofs: PortableProof, links: dict[str, tuple[str, ...]] | None = None) -> Shown:
    here = {"40": link(prove_consistency(30, 40, hashes(NOW_LOG)))} if links is None else links
    return Shown.read(Shown(tuple(each.text() for each in proofs), here).encoded())


def found(sample: Shown) -> list[Found]:
    return examine(sample, PLACES, HELD, LOG)[1]


def test_what_was_drawn_and_is_shown_holds_though_the_log_has_grown() -> None:
    records, wrong = examine(shown(*map(proof, PLACES)), PLACES, HELD, LOG)
    assert (list(records), wrong) == (PLACES, [])
    under_the_held = [proof(place, HELD_LOG, ENTRIES[:30]) for place in PLACES]
    assert found(shown(*under_the_held, links={})) == []


def test_records_withheld_from_a_sample_are_named() -> None:
    assert found(shown(*map(proof, PLACES[1:]))) == [Found(Fault.WITHHELD, PLACES[0])]
    assert found(shown()) == [Found(Fault.WITHHELD, place) for place in PLACES]


def test_another_record_in_the_place_of_the_one_drawn_is_a_withheld_one() -> None:
    other = next(place for place in range(30) if place not in PLACES)
    assert found(shown(proof(other), *map(proof, PLACES[1:]))) == [Found(Fault.WITHHELD, PLACES[0])]


def test_an_edited_record_is_not_in_the_log() -> None:
    edited = proof(PLACES[0])
    edited = PortableProof(
        edited.index, edited.hashes, edited.checkpoint, ENTRIES[PLACES[0]].replace(b"S-004711", b"S-004712")
    )
    assert found(shown(edited, *map(proof, PLACES[1:]))) == [Found(Fault.NOT_IN_LOG, PLACES[0])]


def test_a_log_that_was_forked_is_another_history() -> None:
    """Another history under the same key, in which the record was edited: it verifies, and is not the one held."""
    entries = [each.replace(b"S-004711", b"S-004712") if place == PLACES[0] else each
               for place, each in enumerate(ENTRIES)]  # fmt: skip
    fork = built(entries)
    forged = [proof(place, fork, entries) for place in PLACES]
    tried: list[dict[str, tuple[str, ...]]] = [
        {},
        {"40": link(prove_consistency(30, 40, hashes(fork)))},
        {"40": ("x",)},
    ]
    for links in tried:
        assert found(shown(*forged, links=links)) == [Found(Fault.OTHER_HISTORY, place) for place in PLACES]


def test_a_fork_of_the_very_size_of_the_log_that_is_held() -> None:
    """Two checkpoints of one size under one key, and two roots: nothing needs to be linked, and nothing can be."""
    entries = [each.replace(b"S-004711", b"S-004712") for each in ENTRIES[:30]]
    forged = [proof(place, built(entries), entries) for place in PLACES]
    assert found(shown(*forged, links={})) == [Found(Fault.OTHER_HISTORY, place) for place in PLACES]


def test_only_the_first_entry_of_a_log_may_be_the_end_of_the_one_before() -> None:
    for place, fault in ((0, []), (7, [Found(Fault.NOT_A_RECORD, 7)])):
        entries = [HELD_LOG.note if at == place else each for at, each in enumerate(ENTRIES)]
        log = built(entries)
        held = open_checkpoint(log.note, [LOG])[0]
        assert examine(shown(proof(place, log, entries), links={}), [place], held, LOG)[1] == fault


def test_what_another_key_signed_is_not_in_the_log() -> None:
    other = built(ENTRIES, OTHER)
    forged = [proof(place, other) for place in PLACES]
    assert {each.fault for each in found(shown(*forged))} == {Fault.NOT_IN_LOG}


def test_what_is_no_record() -> None:
    entries = [b"not a record" if place == PLACES[0] else each for place, each in enumerate(ENTRIES)]
    log = built(entries)
    held = open_checkpoint(log.note, [LOG])[0]
    sample = shown(*(proof(place, log, entries) for place in PLACES), links={})
    assert examine(sample, PLACES, held, LOG)[1] == [Found(Fault.NOT_A_RECORD, PLACES[0])]


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(InvalidError):
        Shown.read(b"{")
    assert found(Shown(("x",))) == [*(Found(Fault.WITHHELD, place) for place in PLACES), Found(Fault.NOT_IN_LOG, -1)]


def submitted(old: int, log: MemoryLog = NOW_LOG) -> str:
    links = tuple(prove_consistency(old, 40, hashes(log))) if 0 < old < 40 else ()
    return Submission(old, links, log.note.decode()).text()


def test_a_checkpoint_is_held_only_where_it_extends_the_one_before() -> None:
    grown = follow(submitted(30), LOG, HELD)
    assert grown is not None
    assert grown.size == 40
    assert follow(submitted(0), LOG, None) == grown
    assert follow(submitted(20), LOG, HELD) is None


@pytest.mark.parametrize("trick", ["forked", "shrunk", "same size, other root"])
def test_a_log_that_contradicts_what_is_held(trick: str) -> None:
    fork = built([each.replace(b"S-004711", b"S-004712") for each in ENTRIES])
    told = {
        "forked": (submitted(30, fork), HELD),
        "shrunk": (Submission(40, (), HELD_LOG.note.decode()).text(), open_checkpoint(NOW_LOG.note, [LOG])[0]),
        "same size, other root": (submitted(40, fork), open_checkpoint(NOW_LOG.note, [LOG])[0]),
    }[trick]
    with pytest.raises(TamperedError):
        follow(told[0], LOG, told[1])


def test_what_the_log_has_not_signed_accuses_nobody() -> None:
    stranger = Signer(SIGNER.name, OTHER.key)
    note = sign_checkpoint(Checkpoint(SIGNER.name, 40, bytes(32)), stranger)
    with pytest.raises(InvalidError):
        follow(Submission(0, (), note).text(), LOG, None)


ORDER = Suspension(order="1号", authority="某局", reason="x", since=START, services=("mobile",), agents=("kuaisu",))


def used(act: str = "read", outcome: str = "permitted", agent: str | None = "kuaisu", service: str = "mobile") -> Leaf:
    when = "2026-11-23T12:00:00.000000Z"
    what = What(act, ("customer-service",), ("name",), 1, service=service)
    return Leaf(1, when, 1, "b", 1, "", Who("agent-staff", "A-1", agent=agent), Where(), what, Verdict(outcome), ("x",),
                "sha-256")  # fmt: skip


def test_obeyed_on_paper_only() -> None:
    """A use that the order had stopped, permitted while the operator's own log said that it was in force."""
    assert disobeyed(used(), ORDER, START, None)
    assert disobeyed(used(), msgspec.structs.replace(ORDER, items=("name", "phone")), START, None)
    assert disobeyed(used("collect"), ORDER, START, None)
    assert disobeyed(used(), ORDER, used().at, None), "the order stops it from its first moment on"


@pytest.mark.parametrize(
    "leaf",
    [used("withdraw"), used(outcome="refused"), used(agent=None), used(agent="baiyun"), used(service="cloud-drive")],
)
def test_what_was_not_stopped_is_no_disobedience(leaf: Leaf) -> None:
    assert not disobeyed(leaf, ORDER, START, None)


def test_before_and_after_an_order_it_stops_nothing() -> None:
    leaf = used()
    assert not disobeyed(leaf, ORDER, leaf.at.replace(hour=13), None)
    assert not disobeyed(leaf, ORDER, START, leaf.at)
    assert not disobeyed(leaf, msgspec.structs.replace(ORDER, items=("phone",)), START, None)
    assert not disobeyed(leaf, msgspec.structs.replace(ORDER, purposes=("offers",)), START, None)
    assert not disobeyed(leaf, msgspec.structs.replace(ORDER, actions=("disclose",)), START, None)


def test_a_report_that_its_own_log_says_was_sent_later_is_backdated() -> None:
    """The operator's own log says that it was sent later than it is dated; whoever sends late is no liar."""
    leaf = sent()
    assert names_dispatch(leaf) == "5f" * 32
    assert backdated(leaf, leaf.at - timedelta(days=2))
    assert not backdated(leaf, leaf.at - timedelta(minutes=1))
    assert not backdated(leaf, leaf.at + timedelta(days=1))


def test_only_the_sending_of_a_dispatch_tells_when_it_was_sent() -> None:
    assert names_dispatch(sent("dispatches-delivered")) == ""
    assert names_dispatch(used()) == ""


def sent(act: str = "dispatches-send") -> Leaf:
    leaf = used()
    what = What(act, (), (), 0, recipient="dispatch:" + "5f" * 32)
    return msgspec.structs.replace(leaf, what=what)
