"""The witness: the conversation of another implementation's tests, races, and the evidence that is kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from shouze.errors import ConflictError, InvalidError, UnavailableError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.note import COSIGNATURE, ED25519, Cosignature, Signer, Verifier, read_signature
from shouze.ledger.tree import leaf_hash
from shouze.ledger.witnessing import Submission
from shouze.store.postgres import PostgresDatabase
from shouze.store.sqlite import SqliteDatabase
from shouze.store.witnessing import WitnessTables
from shouze.witness.ports import Followed
from shouze.witness.witness import Reply, Witness
from tests import postgres
from tests.installation import furnish
from tests.ledger.building import ORIGIN, OTHER, SIGNER, WITNESS, naive_consistency, naive_root
from tests.sequencer.places import Clock

HASHES = [leaf_hash(b"%d" % number) for number in range(40)]
EVERYTHING = 1000


@pytest.fixture(params=["sqlite", "postgres"])
async def tables(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[WitnessTables]:
    if request.param == "sqlite":
        furnish(tmp_path)
        database = SqliteDatabase(tmp_path / "log.db", "log")
        yield WitnessTables(database)
        await database.close()
        return
    with postgres.database(prepared=True) as url:
        server = PostgresDatabase(url, patience=20)
        yield WitnessTables(server)
        await server.close()


@pytest.fixture
async def witness(tables: WitnessTables) -> Witness:
    made = Witness(tables, WITNESS, Clock().now)
    await made.follow(SIGNER.verifier().vkey)
    return made


def submitted(old: int, size: int, *, signer: Signer = SIGNER, hashes: list[bytes] = HASHES) -> bytes:
    proof = naive_consistency(old, hashes[:size]) if 0 < old < size else []
    note = sign_checkpoint(Checkpoint(ORIGIN, size, naive_root(hashes[:size])), signer)
    return Submission(old, tuple(proof), note).text().encode()


def conversation(vectors: Path) -> tuple[str, Ed25519PrivateKey, str, list[tuple[bytes, int, str]]]:
    """Return the log's key in hex, the witness's key and name, and request, status and expected words of each turn."""
    text = (vectors / "torchwood" / "litewitness.txt").read_text(encoding="utf-8")
    log = re.search(r"add-sigsum-log -key=([0-9a-f]{64})", text)
    pem = re.search(r"-- witness_key.pem --\n(.*?END OPENSSH PRIVATE KEY-----\n)", text, re.DOTALL)
    name = re.search(r"litewitness .*-name=(\S+)", text)
    assert log is not None
    assert pem is not None
    assert name is not None
    key = load_ssh_private_key(pem[1].encode(), None)
    assert isinstance(key, Ed25519PrivateKey)
    turns = re.findall(r"add-checkpoint\n```\n(.*?)```\nHTTP (\d+)\n\[Asserts\]\nbody (.*?)\n", text, re.DOTALL)
    return log[1], key, name[1], [(body.encode(), int(status), words) for body, status, words in turns]


async def test_the_conversation_of_another_witness_goes_the_same_way(tables: WitnessTables, vectors: Path) -> None:
    key, private, name, turns = conversation(vectors)
    origin = f"sigsum.org/v1/tree/{sha256(bytes.fromhex(key)).hexdigest()}"
    witness = Witness(tables, Signer(name, private), Clock().now)
    await witness.follow(Verifier(origin, ED25519, bytes.fromhex(key)).vkey)
    assert len(turns) == 9
    for request, status, words in turns:
        reply = await witness.add_checkpoint(request)
        # That program answers 403 to an unknown log, where the specification has 404 since.
        assert reply.status == (404 if "unknown log" in words else status)
        if status == 409:
            assert (f'"{reply.body!r}"'.replace("'", ""), reply.media) == (
                words.removeprefix("body ")[3:],
                "text/x.tlog.size",
            )
        if status == 200:
            line = read_signature(reply.body.removesuffix("\n"))
            text = Submission.parse(request).note.partition("\n\n")[0] + "\n"
            assert isinstance(
                Verifier(name, COSIGNATURE, private.public_key().public_bytes_raw()).verify(text, line), Cosignature
            )


async def test_what_was_cosigned_is_shown_with_both_signatures(witness: Witness) -> None:
    name = sha256(ORIGIN.encode()).hexdigest()
    assert await witness.latest(name) is None
    for old, size in ((0, 5), (5, 5), (5, 40)):
        assert (await witness.add_checkpoint(submitted(old, size))).status == 200
    note = await witness.latest(name)
    assert note is not None
    checkpoint, opened = open_checkpoint(note.encode(), [SIGNER.verifier(), WITNESS.verifier(COSIGNATURE)])
    assert (checkpoint.size, len(opened.verified)) == (40, 2)
    assert await witness.latest("0" * 64) is None


async def test_of_two_that_come_at_once_one_is_cosigned_and_the_size_never_falls(
    witness: Witness, tables: WitnessTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    await witness.add_checkpoint(submitted(0, 5))
    both = asyncio.Barrier(2)
    advance = WitnessTables.advance

    async def together(self: WitnessTables, before: Followed, after: Followed) -> bool:
        await both.wait()  # both have judged by the same size
        return await advance(self, before, after)

    monkeypatch.setattr(WitnessTables, "advance", together)
    replies = await asyncio.gather(*(witness.add_checkpoint(submitted(5, size)) for size in (9, 30)))
    assert sorted(reply.status for reply in replies) == [200, 409]
    [loser] = [reply for reply in replies if reply.status == 409]
    followed = await tables.followed(ORIGIN)
    assert followed is not None
    assert loser == Reply(409, f"{followed.size}\n", "text/x.tlog.size")


async def test_nothing_leaves_when_it_could_not_be_kept(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> bool:
        raise UnavailableError

    monkeypatch.setattr(WitnessTables, "advance", away)
    with pytest.raises(UnavailableError):
        await witness.add_checkpoint(submitted(0, 5))


async def test_contradictions_that_the_log_signed_are_kept_once_and_nothing_else_is(
    witness: Witness, tables: WitnessTables
) -> None:
    await witness.add_checkpoint(submitted(0, 5))
    forked = [leaf_hash(b"other"), *HASHES[1:]]
    contradictions = [submitted(5, 5, hashes=forked), submitted(5, 9, hashes=forked)]
    for raw in (*contradictions, *contradictions):
        assert (await witness.add_checkpoint(raw)).status == 422
    for raw, status in ((submitted(5, 9, signer=OTHER), 403), (submitted(3, 9), 409), (b"old x", 400)):
        assert (await witness.add_checkpoint(raw)).status == status
    kept = await tables.evidence(b"", EVERYTHING)
    assert sorted(each.submission for each in kept) == sorted(contradictions)
    for each in kept:
        held, _ = open_checkpoint((each.held or "").encode(), [SIGNER.verifier(), WITNESS.verifier(COSIGNATURE)])
        said, _ = open_checkpoint(Submission.parse(each.submission).note.encode(), [SIGNER.verifier()])
        assert (held.size, held.root) != (said.size, said.root)
    assert (await witness.add_checkpoint(submitted(5, 9))).status == 200


async def test_a_log_is_followed_under_one_key(witness: Witness) -> None:
    assert await witness.follow(SIGNER.verifier().vkey) == ORIGIN
    with pytest.raises(ConflictError):
        await witness.follow(OTHER.verifier().vkey)
    with pytest.raises(InvalidError):
        await witness.follow(WITNESS.verifier(COSIGNATURE).vkey)


async def test_a_log_that_nobody_registered_is_unknown(tables: WitnessTables) -> None:
    assert (await Witness(tables, WITNESS, Clock().now).add_checkpoint(submitted(0, 5))).status == 404
