"""Having checkpoints cosigned: by a witness that follows, is behind, is away, or lies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from shouze.errors import InvalidError, ShouzeError, TamperedError, UnavailableError
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import COSIGNATURE
from shouze.ledger.portable import check
from shouze.sequencer import cosigning
from shouze.sequencer.cosigning import (
    Answered,
    ToCosign,
    accept,
    compare,
    keep_cosigned,
    submission,
    submit,
    witness_key,
)
from shouze.sequencer.finding import entry_at, prove
from shouze.sequencer.published import PublishedLog
from shouze.store.cosignatures import CosignatureTable
from shouze.store.log_reading import LogRows
from shouze.store.witnessing import WitnessTables
from shouze.witness.witness import Witness
from tests.ledger.building import OTHER, SIGNER, WITNESS
from tests.sequencer.places import Clock, KeptNote, StoredPlace, batches, sqlite_log
from tests.sequencer.turns import checkpoint_after

KEY = WITNESS.verifier(COSIGNATURE)


class Between(NamedTuple):
    """A log with the sizes it grew by, and a witness of it in another place."""

    place: StoredPlace
    log: PublishedLog
    kept: CosignatureTable
    witness: Witness
    memory: KeptNote

    async def send(self, text: str) -> Answered:
        reply = await self.witness.add_checkpoint(text.encode())
        return Answered(reply.status, reply.body)

    async def grow(self, *widths: int) -> None:
        """Grow the log to the sum of all widths so far."""
        await checkpoint_after(self.place, [batches(*widths)[-1]], self.memory)


@pytest.fixture
async def between(tmp_path: Path) -> AsyncIterator[Between]:
    async with sqlite_log(tmp_path / "operator") as place, sqlite_log(tmp_path / "authority") as other:
        kept = CosignatureTable(place.database)
        witness = Witness(WitnessTables(other.database), WITNESS, Clock().now)
        await witness.follow(SIGNER.verifier().vkey)
        yield Between(place, PublishedLog(LogRows(place.database), kept), kept, witness, KeptNote())


async def test_each_new_checkpoint_is_cosigned_and_shown_so(between: Between) -> None:
    widths: list[int] = []
    for width in (1, 255, 44, 300):
        widths.append(width)
        await between.grow(*widths)
        await submit(between.log, between.kept, KEY, between.send)
        shown = await between.log.cosigned()
        checkpoint, note = open_checkpoint(shown.note.encode(), [SIGNER.verifier(), KEY])
        assert (checkpoint.size, len(note.verified)) == (sum(widths), 2)
    assert await between.kept.newest(KEY.vkey) == 600


async def test_a_proof_leads_to_the_newest_cosigned_checkpoint_that_covers_the_record(between: Between) -> None:
    await between.grow(300)
    await submit(between.log, between.kept, KEY, between.send)
    await between.grow(300, 50)
    for at, size, signatures in ((7, 300, 2), (299, 300, 2), (300, 350, 1), (349, 350, 1)):
        proof = await prove(between.log, SIGNER.verifier(), at)
        checkpoint = check(proof, await entry_at(between.log, at), [SIGNER.verifier(), KEY])
        _, note = open_checkpoint(proof.checkpoint.encode(), [SIGNER.verifier(), KEY])
        assert (checkpoint.size, len(note.verified)) == (size, signatures)


async def test_a_witness_that_knows_more_than_was_remembered_here_is_gone_on_with(between: Between) -> None:
    await between.grow(10)
    await submit(between.log, between.kept, KEY, between.send)
    await between.place.database.execute("DELETE FROM log.cosignature")
    await between.grow(10, 20)
    assert (await submit(between.log, between.kept, KEY, between.send)).name == KEY.name
    assert await between.kept.newest(KEY.vkey) == 30


async def test_a_log_that_was_put_back_is_known_by_what_the_witness_has(between: Between) -> None:
    await between.grow(10)

    async def says(_: str) -> Answered:
        return Answered(409, "4711\n")

    with pytest.raises(TamperedError) as caught:
        await submit(between.log, between.kept, KEY, says)
    assert caught.value.field == "log.size"


async def test_a_cosignature_that_cannot_be_kept_is_the_store_s_fault_and_not_the_witness_s(between: Between) -> None:
    class Full(CosignatureTable):
        async def keep(self, size: int, vkey: str, line: str, at: int) -> None:
            raise UnavailableError

    await between.grow(10)
    with pytest.raises(UnavailableError):
        await submit(between.log, Full(between.place.database), KEY, between.send)
    await submit(between.log, between.kept, KEY, between.send)
    assert await between.kept.newest(KEY.vkey) == 10


@pytest.mark.parametrize(
    "answer", [Answered(404, "unknown log\n"), Answered(500, ""), Answered(409, "0\n"), Answered(422, "")]
)
async def test_a_witness_that_does_not_cosign_is_told_of_with_the_remedy(between: Between, answer: Answered) -> None:
    await between.grow(10)

    async def says(_: str) -> Answered:
        return answer

    with pytest.raises(UnavailableError) as caught:
        await submit(between.log, between.kept, KEY, says)
    assert "vkey" in caught.value.remedy.en
    assert await between.kept.newest(KEY.vkey) == 0


async def test_no_line_is_kept_but_the_witness_s_own_for_this_very_checkpoint(between: Between) -> None:
    await between.grow(10)
    checkpoint = await between.log.checkpoint()
    asked = (await submission(between.log, 0)).text()
    line = (await between.send(asked)).body
    stranger = OTHER.cosign(checkpoint.note.partition("\n\n")[0] + "\n", 1).line()
    for body in ("", "nonsense", stranger, line.replace(KEY.name, "other.example/w"), line[:-9] + "AAAAAAA=\n"):
        with pytest.raises(InvalidError):
            await accept(between.kept, KEY, checkpoint, body)
    await between.grow(10, 5)
    with pytest.raises(InvalidError):
        await accept(between.kept, KEY, await between.log.checkpoint(), line)
    assert await between.kept.newest(KEY.vkey) == 0
    await accept(between.kept, KEY, checkpoint, stranger + line)
    assert await between.kept.newest(KEY.vkey) == 10


async def test_a_witness_that_is_away_holds_nothing_up_and_gets_the_newest_when_it_is_back(
    between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosigning, "PACE", 0.01)
    stop, heard, away, since = asyncio.Event(), list[ShouzeError](), True, list[int | None]()

    async def send(text: str) -> Answered:
        if away:
            raise UnavailableError
        return await between.send(text)

    async def introduce() -> bool:
        return False

    async def logs() -> list[ToCosign]:
        return [ToCosign(between.log, between.kept, introduce)]

    keeping = asyncio.create_task(keep_cosigned(logs, KEY, send, stop, heard.append, since.append))
    await between.grow(10)
    await between.grow(10, 20)
    async with asyncio.timeout(30):
        while len(heard) < 3:  # noqa: ASYNC110 - what is heard is a list
            await asyncio.sleep(0.01)
        away = False
        while await between.kept.newest(KEY.vkey) < 30:  # noqa: ASYNC110 - a table tells nobody
            await asyncio.sleep(0.01)
        stop.set()
        await keeping
    assert await between.kept.newest(KEY.vkey) == 30
    assert {*since} == {0, None}
    assert since[-1] is None


async def test_what_a_witness_shows_of_this_log_is_compared_with_it(between: Between, tmp_path: Path) -> None:
    await between.grow(10)
    old = (await between.log.checkpoint()).note.encode()
    await compare(between.log, SIGNER.verifier(), old)
    await between.grow(10, 20)
    new = (await between.log.checkpoint()).note.encode()
    for seen in (old, new):
        await compare(between.log, SIGNER.verifier(), seen)
    async with sqlite_log(tmp_path / "older") as place:
        older = PublishedLog(LogRows(place.database))
        with pytest.raises(TamperedError):
            await compare(older, SIGNER.verifier(), old)
        await checkpoint_after(place, batches(10), KeptNote())
        await compare(older, SIGNER.verifier(), old)
        with pytest.raises(TamperedError) as caught:
            await compare(older, SIGNER.verifier(), new)
        assert caught.value.field == "log.size"
    async with sqlite_log(tmp_path / "other") as place:
        await checkpoint_after(place, batches(30, node=2), KeptNote())
        for seen in (old, new):
            with pytest.raises(TamperedError) as caught:
                await compare(PublishedLog(LogRows(place.database)), SIGNER.verifier(), seen)
            assert caught.value.field == "log.checkpoint"


async def test_what_the_log_has_not_signed_proves_nothing_against_it(between: Between) -> None:
    await between.grow(10)
    note = (await between.log.checkpoint()).note
    for wrong in (note.replace("\n10\n", "\n4711\n"), "nonsense", ""):
        with pytest.raises(InvalidError):
            await compare(between.log, SIGNER.verifier(), wrong.encode())


def test_a_log_s_key_is_no_witness_s() -> None:
    assert witness_key(f"{KEY.vkey}\n") == KEY
    with pytest.raises(InvalidError) as caught:
        witness_key(SIGNER.verifier().vkey)
    assert caught.value.field == "witness_vkey"
