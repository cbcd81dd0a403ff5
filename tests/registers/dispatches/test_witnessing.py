"""The operator has its log cosigned by dispatch: every day, by wire or courier; the answer is kept beside HTTP's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import COSIGNATURE, Signer
from shouze.ledger.witnessing import Submission
from shouze.link.dispatch import unverified
from shouze.link.kinds import CheckpointSubmitted, Cosigned
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import WAITING
from shouze.registers.dispatches.witnessing import EVERY, keep_cosigned, submit_due
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN
from tests.installation import PERSON, subscribe
from tests.ledger.building import WITNESS
from tests.registers.dispatches.test_showing import sequenced
from tests.registers.house import Opened, do, officer
from tests.registers.parties import Other, later

pytestmark = pytest.mark.django_db(transaction=True)
KEY = WITNESS.verifier(COSIGNATURE)


def submissions() -> list[DispatchRow]:
    return list(DispatchRow.objects.filter(kind="checkpoint", direction="out").order_by("id"))


def said(row: DispatchRow) -> Submission:
    dispatch = unverified(row.signed)
    assert dispatch is not None
    assert isinstance(dispatch.body, CheckpointSubmitted)
    return Submission.parse(dispatch.body.submission.encode())


def answer(other: Other, row: DispatchRow, place: int, status: int = 200, text: str = "", by: Signer = WITNESS) -> None:
    """Answer as the authority's witness does, and take the answer in."""
    DispatchRow.objects.filter(pk=row.pk).update(state="delivered")
    line = by.cosign(said(row).note.partition("\n\n")[0] + "\n", int(GIVEN.now().timestamp())).line()
    body = Cosigned(status=status, answer=text or line, witness=KEY.vkey)
    other.send("cosignature", body, matter=row.matter, sequence=place, in_reply_to=row.dispatch_id)
    keep_cosigned(GIVEN.now())


def states() -> list[str]:
    return list(DispatchRow.objects.filter(kind="cosignature").order_by("id").values_list("state", flat=True))


@pytest.mark.duty("A17-2-cooperate")
def test_the_log_is_cosigned_every_day_and_shows_it(opened: Opened, other: Other) -> None:
    peer = other.trusted()
    opened.run(sequenced(opened))
    submit_due(GIVEN.now())
    submit_due(GIVEN.now())
    (first,) = submissions()
    assert (said(first).old, first.matter.partition("/")[0]) == (0, "witness")
    answer(other, first, 1)
    peer.refresh_from_db()
    assert (states(), peer.witnessed_size > 0, peer.witnessed_log) == (
        ["settled"], True, opened.installation.signer.name,
    )  # fmt: skip
    key = opened.installation.signer.verifier()
    assert GIVEN.door is not None
    note = GIVEN.door.published("checkpoint")
    assert [each.name for each in open_checkpoint(note, [key, KEY])[1].verified] == [key.name, KEY.name]

    opened.run(subscribe(opened.installation, PERSON))
    opened.run(sequenced(opened))
    with later(EVERY):
        submit_due(GIVEN.now())
    second = said(submissions()[-1])
    assert (second.old, len(submissions()), bool(second.proof)) == (peer.witnessed_size, 2, True)


def test_one_that_waits_to_go_out_is_enough_and_each_is_a_matter_of_its_own(opened: Opened, other: Other) -> None:
    """So a side that was put back to a copy of itself contradicts nothing that it sent after that copy."""
    other.trusted()
    opened.run(sequenced(opened))
    submit_due(GIVEN.now())
    with later(timedelta(days=30)):
        submit_due(GIVEN.now())
    assert [each.state for each in submissions()] == [WAITING]
    for days in (31, 32):
        DispatchRow.objects.update(state="delivered")
        with later(timedelta(days=days)):
            submit_due(GIVEN.now())
    assert len({row.matter for row in submissions()}) == len(submissions()) == 3


def test_a_person_has_it_cosigned_at_once(opened: Opened, other: Other) -> None:
    peer = other.trusted()
    opened.run(sequenced(opened))
    submit_due(GIVEN.now())
    answer(other, submissions()[0], 1)
    peer.refresh_from_db()
    do(peer, "submit", officer())
    submit_due(GIVEN.now())
    assert len(submissions()) == 2


def test_what_the_witness_holds_of_us_is_where_the_next_proof_begins(opened: Opened, other: Other) -> None:
    other.trusted()
    opened.run(sequenced(opened))
    submit_due(GIVEN.now())
    answer(other, submissions()[0], 1, 409, "1\n")
    submit_due(GIVEN.now())
    assert [said(each).old for each in submissions()] == [0, 1]
    assert states() == ["settled"]


STRANGE = (
    (409, "999999\n", "put-back"), (409, "0\n", "put-back"), (422, "x\n", "status-422"), (403, "x\n", "status-403"),
    (404, "unknown log\n", "status-404"), (200, "not a line\n", "Invalid"),
)  # fmt: skip


def test_what_is_no_matter_of_course_is_left_to_people(opened: Opened, other: Other) -> None:
    peer = other.trusted()
    opened.run(sequenced(opened))
    for day, (status, text, _) in enumerate(STRANGE):
        with later(EVERY * day):
            submit_due(GIVEN.now())
            answer(other, submissions()[-1], 1, status, text)
    answer(other, submissions()[-1], 2, by=Signer(WITNESS.name, opened.installation.signer.key))
    rows = DispatchRow.objects.filter(kind="cosignature").order_by("id").values_list("state", "problem")
    assert list(rows) == [*(("arrived", problem) for _, _, problem in STRANGE), ("arrived", "Invalid")]
    assert Peer.objects.get(pk=peer.pk).witnessed_size == 0


def test_nothing_is_submitted_to_whom_nobody_has_confirmed_nor_to_an_operator(opened: Opened, other: Other) -> None:
    other.trusted(state="introduced")
    Other(party="shouze.localhost/third").trusted("operator", number="L-2")
    opened.run(sequenced(opened))
    submit_due(GIVEN.now())
    assert submissions() == []
