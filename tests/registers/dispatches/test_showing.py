"""The operator shows its log: checkpoints by themselves, records drawn by a person whom the door lets look."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.errors import InvalidError
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.entry import parse_leaf
from shouze.ledger.sampling import draw
from shouze.link.dispatch import unverified
from shouze.link.inspecting import Shown, examine, follow
from shouze.link.kinds import CheckpointRequest, CheckpointSubmitted, Sample, SampleRequest
from shouze.link.opening import compared, fresh_identity, unsealed
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import packet_of
from shouze.registers.dispatches.showing import show_checkpoints
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from tests.gateway.test_passage import raw_leaves
from tests.installation import CLERK, PERSON, subscribe
from tests.registers.grants.scene import looks
from tests.registers.house import Opened, do, person
from tests.registers.parties import Other

pytestmark = pytest.mark.django_db(transaction=True)
NONCE = "5a" * 32


async def sequenced(opened: Opened) -> None:
    while await opened.installation.sequencer.step():
        pass


def answered(kind: str) -> Any:
    row = DispatchRow.objects.filter(direction="out", kind=kind).latest("id")
    found = unverified(row.signed)
    assert found is not None
    return row, found.body


@pytest.mark.duty("A17-2-materials")
def test_what_is_drawn_is_shown_and_verifies_with_nothing_but_the_logs_key(opened: Opened, other: Other) -> None:
    subject, log = opened.run(subscribe(opened.installation, PERSON)).subject, opened.installation.signer.verifier()
    other.trusted()
    opened.run(sequenced(opened))
    other.send("checkpoint-request", CheckpointRequest())
    show_checkpoints(GIVEN.now())
    show_checkpoints(GIVEN.now())
    _, said = answered("checkpoint")
    assert isinstance(said, CheckpointSubmitted)
    held = follow(said.submission, log, None)
    assert held is not None

    looks(opened, subject, CLERK, "phone", purpose="customer-service")  # the log grows meanwhile
    opened.run(sequenced(opened))
    note = said.submission.partition("\n\n")[2]
    other.send("sample-request", SampleRequest(checkpoint=note, nonce=NONCE, count=3), sequence=2)
    row = DispatchRow.objects.get(kind="sample-request")
    do(row, "deliver", person("S-1", Role.SECURITY, post="security-officer"))
    sent, sample = answered("sample")
    assert isinstance(sample, Sample)
    shown = Shown.read(packet_of(sent).attachments[sample.attachment])
    places = draw(bytes.fromhex(NONCE), held.root, held.size, 3)
    records, found = examine(shown, places, open_checkpoint(note.encode(), [log])[0], log)
    assert (list(records), found, list(sample.places)) == (places, [], places)

    other.send("checkpoint-request", CheckpointRequest(held=held.size), sequence=3)
    show_checkpoints(GIVEN.now())
    grown = follow(answered("checkpoint")[1].submission, log, held)
    assert grown is not None
    assert grown.size > held.size


def test_whom_the_door_lets_see_no_records_shows_none(opened: Opened, other: Other) -> None:
    other.trusted()
    opened.run(sequenced(opened))
    other.send("checkpoint-request", CheckpointRequest())
    show_checkpoints(GIVEN.now())
    note = answered("checkpoint")[1].submission.partition("\n\n")[2]
    other.send("sample-request", SampleRequest(checkpoint=note, nonce=NONCE, count=3), sequence=2)
    row = DispatchRow.objects.get(kind="sample-request")
    with pytest.raises(InvalidError):
        do(row, "deliver", person("S-1", Role.SECURITY, post="marketing"))
    row.refresh_from_db()
    assert row.state == "arrived"


@pytest.mark.duty("A17-2-materials")
def test_private_fields_are_opened_for_the_authority_alone_and_the_look_is_recorded(
    opened: Opened, other: Other
) -> None:
    opened.run(subscribe(opened.installation, PERSON))
    log, (identity, recipient) = opened.installation.signer.verifier(), fresh_identity()
    other.trusted()
    opened.run(sequenced(opened))
    other.send("checkpoint-request", CheckpointRequest())
    show_checkpoints(GIVEN.now())
    note = answered("checkpoint")[1].submission.partition("\n\n")[2]
    at = open_checkpoint(note.encode(), [log])[0]
    asked = SampleRequest(
        checkpoint=note, nonce=NONCE, count=at.size, fields=("subject", "reason"), recipient=recipient
    )
    other.send("sample-request", asked, sequence=2)
    do(DispatchRow.objects.get(kind="sample-request"), "deliver", person("S-1", Role.SECURITY, post="security-officer"))
    sent, sample = answered("sample")
    assert isinstance(sample, Sample)
    files = packet_of(sent).attachments
    records, found = examine(Shown.read(files[sample.attachment]), list(sample.places), at, log)
    shown = unsealed(files[sample.openings], identity)
    assert (found, compared(records, shown, asked.fields, GIVEN.now())) == ([], [])
    assert [place for place, each in shown.items() if each.texts], "some record names its subject"
    opened.run(sequenced(opened))
    looks = opened.run(opened_looks(opened))
    assert looks[-1] == ("prove-records", "permitted")


async def opened_looks(opened: Opened) -> list[tuple[str, str]]:
    leaves = [parse_leaf(each) for each in await raw_leaves(opened.installation)]
    return [(each.what.act, each.verdict.outcome) for each in leaves if each.what.act == "prove-records"]
