"""The installation's own logs as they are submitted: after a turn, the end of the one before goes first."""

from __future__ import annotations

import pytest

from shouze.errors import NotFoundError
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof
from shouze.ledger.witnessing import Submission
from shouze.registers.dispatches.own_log import asked_for, log_of, logs, next_for, present
from shouze.sequencer.turning import planned
from shouze.store.log_shards import StoredShards
from shouze.witness.ports import Followed
from shouze.witness.succeeding import judge_hand_over
from tests.registers.dispatches.test_showing import sequenced
from tests.registers.house import Opened

pytestmark = pytest.mark.django_db(transaction=True)


async def turned(opened: Opened) -> None:
    database = opened.installation.stores.databases["log"]
    first = (await StoredShards(database).all())[0]
    await StoredShards(database).add(planned([first], first, first.begun or 0))
    await sequenced(opened)


def test_a_log_that_was_handed_over_is_submitted_to_its_end_and_then_the_next_with_the_old_keys_word(
    opened: Opened,
) -> None:
    opened.run(sequenced(opened))
    (first,) = logs()
    size = _submission(next_for("", 0)).old
    opened.run(turned(opened))
    assert [each.number for each in logs()] == [0, 1]
    assert (present(), log_of(first.origin)) == (logs()[1].origin, first)
    key = opened.installation.signer.verifier()
    end = open_checkpoint(_submission(next_for(first.origin, size)).note.encode(), [key])[0]
    then = next_for(first.origin, end.size)
    before = Followed(end.origin, key.vkey, end.size, end.root, None, 0)
    ruling, after = judge_hand_over(PortableProof.parse(then.handover.encode()), before)
    assert ruling == "accepted"
    assert isinstance(after, Verifier)
    assert open_checkpoint(_submission(then).note.encode(), [after])[0].origin == present()
    assert _submission(next_for(present(), 1)).old == 1
    assert _submission(asked_for(first.origin, 1)).origin == first.origin
    assert _submission(asked_for("", 0)).origin == present()


def test_a_log_of_another_is_none_of_ours(opened: Opened) -> None:
    opened.run(sequenced(opened))
    with pytest.raises(NotFoundError):
        log_of("another.example/log")


def _submission(said: object) -> Submission:
    return Submission.parse(said.submission.encode())  # type: ignore[attr-defined]  # what next_for returns
