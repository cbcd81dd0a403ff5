"""Files keep the names that their dispatch gives them; what a dispatch says is of the type of its kind."""

from __future__ import annotations

from hashlib import sha256

import pytest

from shouze.link.dispatch import Dispatch
from shouze.link.kinds import Letter, Lifting
from shouze.registers.acting import Attached
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN
from tests.registers.parties import LETTER, named


def dispatch(**files: bytes) -> Dispatch:
    return Dispatch(
        v=1, id="0" * 32, kind="letter", sender="a/b", receiver="c/d", matter="m", sequence=1, time=GIVEN.now(),
        body=LETTER, attachments=named(files),
    )  # fmt: skip


def test_each_file_has_the_name_and_type_that_the_dispatch_gives_it() -> None:
    contents = {sha256(raw).hexdigest(): raw for raw in (b"2", b"1")}
    assert attached(dispatch(one=b"1", two=b"2"), contents) == [
        Attached("two", "text/plain", b"2"), Attached("one", "text/plain", b"1"),
    ]  # fmt: skip


def test_what_it_says_is_of_the_type_of_its_kind() -> None:
    arrived = Arrived(dispatch(), Peer(), "0" * 64, "DI-1", GIVEN.now())
    assert arrived.saying(Letter) is arrived.dispatch.body
    with pytest.raises(TypeError):
        arrived.saying(Lifting)
