"""A contradiction that stands alone: what shows it, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.contradiction import Contradiction, Ground, shown_by
from shouze.ledger.witnessing import Submission
from shouze.link.dispatch import Dispatch, seal
from shouze.link.keys import PartyKey
from shouze.link.kinds import CheckpointSubmitted
from tests.ledger.building import OTHER, SIGNER

LOG = SIGNER.verifier()
KEY, THIEF = PartyKey.fresh(), PartyKey.fresh()
NAMED = KEY.public.fingerprint


def note(size: int, root: int = 1) -> str:
    return sign_checkpoint(Checkpoint(LOG.name, size, bytes([root]) * 32), SIGNER)


def said(shown: str, minute: int, old: int = 0, proof: tuple[bytes, ...] = (), key: PartyKey = KEY) -> str:
    """Return the dispatch by which a party submits a checkpoint."""
    body = CheckpointSubmitted(submission=Submission(old, proof, shown).text())
    at = datetime(2026, 11, 29, 1, minute, tzinfo=UTC)
    dispatch = Dispatch(
        v=1, id=f"{minute:032x}", kind="checkpoint", sender="telco.example/party", receiver="authority.example/p",
        matter="witness", sequence=1, time=at, body=body,
    )  # fmt: skip
    return seal(dispatch, key)


def told(first: str, second: str, **more: str) -> Contradiction:
    made = Contradiction(format="shouze-contradiction/1", log=LOG.vkey, first=first, second=second, **more)
    return Contradiction.read(made.encoded())


def test_two_roots_of_one_size_need_no_more_than_the_logs_key() -> None:
    assert shown_by(told(note(5), note(5, 2)), LOG) == Ground.ONE_SIZE


@pytest.mark.parametrize(("first", "second"), [(note(5), note(5)), (note(5), note(6)), (note(6), note(5))])
def test_what_may_be_one_history_shows_nothing_by_itself(first: str, second: str) -> None:
    with pytest.raises(InvalidError):
        shown_by(told(first, second), LOG)


def test_a_checkpoint_of_another_key_accuses_nobody() -> None:
    forged = sign_checkpoint(Checkpoint(LOG.name, 5, bytes(32)), OTHER)
    for pair in ((note(5), forged), (forged, note(5))):
        with pytest.raises(TamperedError):
            shown_by(told(*pair), LOG)


def test_a_proof_that_leads_nowhere_is_the_partys_own_word() -> None:
    lie = said(note(6), 2, 5, (bytes(32),))
    assert shown_by(told(note(5), note(6), second_said=lie, key=KEY.public.text), LOG, NAMED) == Ground.FALSE_PROOF


def test_a_smaller_log_shown_later_is_the_partys_own_word() -> None:
    pair = {"first_said": said(note(6), 1), "second_said": said(note(5), 2), "key": KEY.public.text}
    assert shown_by(told(note(6), note(5), **pair), LOG, NAMED.upper()) == Ground.SHRUNK


HONEST = {
    "nobody's fingerprint": ({}, ""),
    "a short fingerprint": ({}, NAMED[:-1]),
    "another's fingerprint": ({}, THIEF.public.fingerprint),
    "signed by another": ({"second_said": said(note(5), 2, key=THIEF)}, NAMED),
    "the smaller one came first": ({"second_said": said(note(5), 0)}, NAMED),
    "of another checkpoint": ({"second_said": said(note(4), 2)}, NAMED),
    "no dispatch": ({"second_said": "x"}, NAMED),
    "altered": ({"second_said": said(note(5), 2)[:-6] + "AAAAAA"}, NAMED),
}


@pytest.mark.parametrize("why", HONEST)
def test_what_a_party_has_not_signed_accuses_it_of_nothing(why: str) -> None:
    changed, fingerprint = HONEST[why]
    pair = {"first_said": said(note(6), 1), "second_said": said(note(5), 2), "key": KEY.public.text} | changed
    with pytest.raises(InvalidError):
        shown_by(told(note(6), note(5), **pair), LOG, fingerprint)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[" * 5000, b'{"format":"shouze-contradiction/2"}'])
def test_what_is_no_such_file_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidError):
        Contradiction.read(raw)
