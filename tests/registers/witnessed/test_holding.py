"""The authority as a witness by dispatch: it cosigns what extends what it holds; every trick with a log is found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.errors import InvalidError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.contradiction import Contradiction, Ground, shown_by
from shouze.ledger.note import COSIGNATURE, Signer, read_note
from shouze.ledger.proof import TileHashes, prove_consistency
from shouze.ledger.witnessing import Submission
from shouze.link.dispatch import unverified
from shouze.link.kinds import CheckpointRequest, CheckpointSubmitted, Cosigned
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from shouze.registers.witnessed.holding import SILENT_AFTER, STALLS_AFTER, watch
from shouze.registers.witnessed.models import WatchedLog
from tests.ledger.building import OTHER, SIGNER, WITNESS, MemoryLog, built
from tests.link.test_inspecting import ENTRIES, HELD_LOG, NOW_LOG
from tests.registers.house import do
from tests.registers.parties import Other, later
from tests.registers.reports.scene import inspector

pytestmark = pytest.mark.django_db
LOG = SIGNER.verifier()
EDITED = [each.replace(b"S-004711", b"S-004712") for each in ENTRIES]
FORK = built(EDITED)


def submitted(log: MemoryLog, old: int) -> str:
    size = Checkpoint.parse(read_note(log.note)[0]).size
    proof = (
        tuple(prove_consistency(old, size, TileHashes(size, lambda tile: log.tile(*tile)))) if 0 < old < size else ()
    )
    return Submission(old, proof, log.note.decode()).text()


class Submitting:
    """An operator that submits what the test says, in its matter's order."""

    def __init__(self, other: Other, vkey: str = LOG.vkey) -> None:
        self.other, self.place = other, 0
        self.peer = other.trusted("operator", log=vkey)

    def submit(self, text: str, matter: str = "witness", handover: str = "", **named: object) -> Cosigned:
        self.place += 1
        body = CheckpointSubmitted(submission=text, handover=handover)
        self.other.send("checkpoint", body, matter=matter, sequence=self.place, **named)
        row = DispatchRow.objects.filter(direction="out", kind="cosignature").order_by("-id")[0]
        said = unverified(row.signed)
        assert said is not None
        assert isinstance(said.body, Cosigned)
        return said.body


@pytest.fixture
def operator(other: Other) -> Submitting:
    return Submitting(other)


def the_log() -> WatchedLog:
    return WatchedLog.objects.get()


def contradiction() -> Contradiction:
    return Contradiction.read(the_log().contradiction.encode())


def owed() -> list[str]:
    return list(Clock.objects.filter(register="witnessed", met=None).values_list("title_en", flat=True))


@pytest.mark.duty("A17-1-inspect")
def test_what_extends_what_is_held_is_cosigned_with_the_bytes_of_tlog_witness(operator: Submitting) -> None:
    first = operator.submit(submitted(HELD_LOG, 0))
    then = operator.submit(submitted(NOW_LOG, 30))
    verifier = WITNESS.verifier(COSIGNATURE)
    assert (first.status, then.status, then.witness) == (200, 200, verifier.vkey)
    at, cosigned = open_checkpoint(the_log().note.encode(), [LOG, verifier])
    assert (at.size, [each.line() for each in cosigned.verified][1:]) == (40, [then.answer])
    assert (the_log().state, the_log().size, owed()) == ("followed", 40, [])


def test_the_size_that_is_held_is_told_to_whom_believes_another(operator: Submitting) -> None:
    operator.submit(submitted(HELD_LOG, 0))
    told = operator.submit(submitted(NOW_LOG, 20))
    assert (told.status, told.answer) == (409, "30\n")
    assert the_log().state == "followed"


def test_what_the_log_has_not_signed_accuses_nobody(operator: Submitting) -> None:
    operator.submit(submitted(HELD_LOG, 0))
    forged = sign_checkpoint(Checkpoint(LOG.name, 40, bytes(32)), OTHER)
    assert operator.submit(Submission(30, (), forged).text()).status == 403
    assert operator.submit(submitted(built(ENTRIES, Signer("another.example/log", SIGNER.key)), 0)).status == 404
    assert (the_log().state, the_log().size, the_log().contradiction) == ("followed", 30, "")


@pytest.mark.duty("A17-3-record")
def test_a_forked_log_of_one_size_is_a_contradiction_by_the_logs_key_alone(operator: Submitting) -> None:
    operator.submit(submitted(NOW_LOG, 0))
    assert operator.submit(submitted(FORK, 40)).status == 422
    assert (the_log().state, the_log().checkpoint.root) == ("forked", open_checkpoint(NOW_LOG.note, [LOG])[0].root)
    assert shown_by(contradiction(), LOG) == Ground.ONE_SIZE
    assert owed() == ["The log of 某局 contradicts itself"]
    assert operator.submit(submitted(NOW_LOG, 40)).status == 422, "it is cosigned no more"


def test_a_forked_log_that_has_grown_is_a_contradiction_by_the_operators_own_signature(operator: Submitting) -> None:
    operator.submit(submitted(HELD_LOG, 0))
    assert operator.submit(submitted(FORK, 30)).status == 422
    told, fingerprint = contradiction(), operator.other.key.public.fingerprint
    with pytest.raises(InvalidError):
        shown_by(told, LOG)
    with pytest.raises(InvalidError):
        shown_by(told, LOG, Other().key.public.fingerprint)
    assert shown_by(told, LOG, fingerprint) == Ground.FALSE_PROOF


def test_a_log_that_shrank_is_a_contradiction_by_the_operators_own_signature(operator: Submitting) -> None:
    operator.submit(submitted(NOW_LOG, 0))
    with later(timedelta(minutes=1)):
        told = operator.submit(submitted(HELD_LOG, 0))
    assert (told.status, told.answer, the_log().state, the_log().size) == (409, "40\n", "shrunk", 40)
    assert shown_by(contradiction(), LOG, operator.other.key.public.fingerprint) == Ground.SHRUNK
    assert owed() == ["The log of 某局 shrank"]


def test_an_older_checkpoint_that_comes_late_is_no_shrinking(operator: Submitting) -> None:
    operator.submit(submitted(NOW_LOG, 0))
    told = operator.submit(submitted(HELD_LOG, 0), time=GIVEN.now() - timedelta(hours=3))
    assert (told.status, the_log().state) == (409, "followed")


def test_a_log_that_stalls_is_a_matter_of_the_day_until_it_grows(operator: Submitting) -> None:
    operator.submit(submitted(HELD_LOG, 0))
    assert operator.submit(submitted(HELD_LOG, 30)).status == 200
    assert the_log().state == "followed"
    with later(STALLS_AFTER):
        operator.submit(submitted(HELD_LOG, 30))
        assert (the_log().state, owed()) == ("stalled", ["The log of 某局 does not grow"])
        operator.submit(submitted(NOW_LOG, 30))
    assert (the_log().state, owed()) == ("followed", [])


def test_an_operator_that_falls_silent_is_a_matter_of_the_day_until_it_is_heard(operator: Submitting) -> None:
    watch(GIVEN.now())
    assert the_log().state == "followed"
    with later(SILENT_AFTER + timedelta(minutes=1)):
        watch(GIVEN.now())
        assert (the_log().state, owed()) == ("silent", ["No checkpoint of the log of 某局 has come"])
        do(the_log(), "look", inspector(), reason="已电话催促")
        assert owed() == []
        operator.submit(submitted(HELD_LOG, 0))
    assert the_log().state == "followed"


def test_two_stories_to_two_witnesses_of_one_size(operator: Submitting) -> None:
    """Another witness was shown another history: its checkpoint, brought here, is enough."""
    operator.submit(submitted(NOW_LOG, 0))
    do(the_log(), "compare", inspector(), {"shown": NOW_LOG.note.decode()})
    assert the_log().state == "followed"
    do(the_log(), "compare", inspector(), {"shown": FORK.note.decode().replace("\n", "\r\n")})
    assert (the_log().state, shown_by(contradiction(), LOG)) == ("forked", Ground.ONE_SIZE)
    assert owed() == ["The log of 某局 contradicts itself"]


def test_two_stories_to_two_witnesses_of_two_sizes(operator: Submitting) -> None:
    """The operator has to prove that its log extends what the other witness was shown, and cannot."""
    operator.submit(submitted(NOW_LOG, 0))
    story = built(EDITED[:30])
    do(the_log(), "compare", inspector(), {"shown": story.note.decode()})
    asked = DispatchRow.objects.get(kind="checkpoint-request")
    assert CheckpointRequest(**asked.body) == CheckpointRequest(held=30, log=LOG.name)
    operator.submit(submitted(NOW_LOG, 30), in_reply_to=asked.dispatch_id)
    assert the_log().state == "forked"
    told = contradiction()
    assert (told.first, told.second) == (story.note.decode(), NOW_LOG.note.decode())
    assert shown_by(told, LOG, operator.other.key.public.fingerprint) == Ground.FALSE_PROOF


def test_one_story_to_two_witnesses_is_proved(operator: Submitting) -> None:
    operator.submit(submitted(NOW_LOG, 0))
    do(the_log(), "compare", inspector(), {"shown": HELD_LOG.note.decode()})
    asked = DispatchRow.objects.get(kind="checkpoint-request")
    operator.submit(submitted(NOW_LOG, 30), in_reply_to=asked.dispatch_id)
    assert (the_log().state, the_log().shown, the_log().contradiction) == ("followed", "", "")


def test_a_log_that_was_shown_longer_elsewhere_hides_its_end_here(operator: Submitting) -> None:
    operator.submit(submitted(HELD_LOG, 0))
    do(the_log(), "compare", inspector(), {"shown": NOW_LOG.note.decode()})
    asked = DispatchRow.objects.get(kind="checkpoint-request")
    operator.submit(Submission(40, (), HELD_LOG.note.decode()).text(), in_reply_to=asked.dispatch_id)
    assert the_log().state == "shrunk"


def test_what_is_no_checkpoint_of_the_log_is_compared_with_nothing(operator: Submitting) -> None:
    operator.submit(submitted(NOW_LOG, 0))
    for wrong in ("x", built(ENTRIES, OTHER).note.decode()):
        with pytest.raises(InvalidError) as problem:
            do(the_log(), "compare", inspector(), {"shown": wrong})
        assert problem.value.field == "shown"


def test_a_copy_that_is_brought_again_changes_nothing(operator: Submitting) -> None:
    operator.submit(submitted(NOW_LOG, 0))
    before = the_log().note
    operator.submit(submitted(NOW_LOG, 40))
    assert the_log().size == 40
    assert before.split("\n\n")[0] == the_log().note.split("\n\n")[0]
