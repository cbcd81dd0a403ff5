"""A log that its own key hands over to another is followed on without people; no other word does that."""

from __future__ import annotations

import pytest

from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.contradiction import Contradiction, Ground, shown_by
from shouze.ledger.note import Signer
from shouze.ledger.witnessing import Submission
from shouze.registers.peers.models import Peer
from shouze.registers.witnessed.models import WatchedLog
from tests.ledger.building import OTHER, SIGNER, leaves
from tests.registers.parties import Other
from tests.registers.witnessed.test_holding import Submitting
from tests.witness.test_succeeding import NEXT, Log, turned

pytestmark = pytest.mark.django_db
LOG = Log()
END = len(LOG.entries)


@pytest.fixture
def operator(other: Other) -> Submitting:
    return Submitting(other)


def states() -> dict[str, str]:
    return {each.origin: each.state for each in WatchedLog.objects.order_by("id")}


def beginning(signer: Signer = NEXT) -> str:
    return Submission(0, (), sign_checkpoint(Checkpoint(signer.name, 1, bytes(32)), signer)).text()


def handed(log: Log = LOG) -> str:
    return log.hand_over().decode()


@pytest.mark.duty("A17-3-record")
def test_the_next_log_is_followed_by_the_old_keys_word_and_the_old_one_kept(operator: Submitting) -> None:
    assert operator.submit(LOG.submission(0, END).decode()).status == 200
    assert operator.submit(beginning(), handover=handed()).status == 200
    assert states() == {SIGNER.name: "left", NEXT.name: "followed"}
    assert WatchedLog.objects.get(state="left").size == END
    assert Peer.objects.get().log == NEXT.verifier().vkey
    assert operator.submit(LOG.submission(END, END).decode()).status == 404, "it grows no more"


def test_its_end_has_to_be_held_first(operator: Submitting) -> None:
    operator.submit(LOG.submission(0, END - 1).decode())
    assert operator.submit(beginning(), handover=handed()).status == 404
    assert states() == {SIGNER.name: "followed"}
    operator.submit(LOG.submission(END - 1, END).decode())
    assert operator.submit(beginning(), handover=handed()).status == 200


@pytest.mark.parametrize("why", ["none", "no proof", "another record's", "of another log", "for another log"])
def test_no_other_word_puts_another_log_in_its_place(operator: Submitting, why: str) -> None:
    operator.submit(LOG.submission(0, END).decode())
    told = {
        "none": "",
        "no proof": "x",
        "another record's": LOG.hand_over(1).decode(),
        "of another log": handed(Log(signer=Signer("another.example/log", SIGNER.key))),
        "for another log": handed(),
    }[why]
    stranger = Signer("another.example/log", OTHER.key) if why == "for another log" else NEXT
    assert operator.submit(beginning(stranger), handover=told).status == 404
    assert states() == {SIGNER.name: "followed"}


def test_a_log_that_was_handed_over_at_another_end_contradicts_itself(operator: Submitting) -> None:
    operator.submit(LOG.submission(0, END).decode())
    other_end = Log([*leaves(5, node=2), turned()])
    assert operator.submit(beginning(), handover=handed(other_end)).status == 404
    assert states() == {SIGNER.name: "forked"}
    told = Contradiction.read(WatchedLog.objects.get().contradiction.encode())
    assert shown_by(told, SIGNER.verifier()) == Ground.ONE_SIZE
    assert operator.submit(beginning(), handover=handed()).status == 404, "nothing follows a log that forked"
