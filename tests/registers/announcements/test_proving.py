"""What is published has a proof that anybody checks with the log's public key: end to end, over a real door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.link.proving import proved
from shouze.registers.announcements.models import Edition
from shouze.registers.announcements.proving import NAMED, named_in, prove
from shouze.registers.ports import GIVEN
from tests.registers.announcements.scene import published
from tests.registers.house import Opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("shouze.authority.urls")]


@pytest.mark.duty("A20-credit")
def test_the_log_proves_what_was_published_to_whoever_holds_its_key(opened: Opened) -> None:
    rows = [published(), published("credit"), published()]
    opened.settle()
    opened.run(opened.installation.sequencer.step())
    prove(GIVEN.now() + timedelta(seconds=1))
    log = opened.installation.signer.verifier().vkey
    for row in rows:
        edition = Edition.objects.get(number=row.number)
        leaf = proved(edition.proof, log)
        assert leaf.what.act == f"{edition.register}-publish"
        assert leaf.what.recipient == f"{NAMED}{row.digest}"


def test_a_proof_of_something_else_names_nothing() -> None:
    assert named_in("") is None
    assert named_in("c2sp.org/tlog-proof@v1\n") is None
