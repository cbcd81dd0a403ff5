"""``shouze link openings``: what a gateway of its own may not read, opened by the owner for one inspection."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shouze.cli.link import joined, link
from shouze.cli.opening import at_work
from shouze.cli.terminal import Terminal
from shouze.cli.words import command
from shouze.errors import ConflictError, InvalidError, NotFoundError
from shouze.gateway.log_export import LogExport, note_export, open_fields
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.entry import Who, parse_leaf
from shouze.ledger.note import read_note
from shouze.ledger.sampling import draw
from shouze.ledger.shard import read_beginning
from shouze.ledger.tree import leaf_hash
from shouze.link.kinds import SampleRequest
from shouze.link.opening import Opening, sealed
from shouze.store.log_shards import Span
from shouze.store.opening_reading import StoredOpenings
from shouze.wiring import Installation
from shouze.wiring.shards import searched_logs, shard_rooms

if TYPE_CHECKING:
    from shouze.wiring.party import Party

__all__ = ["link"]


@command(
    "为一次远程抽查开启被抽中记录的私密字段，写成只有该机关能开启的文件，在桌面“出示抽中的记录”时附上。开启本身记入日志。",
    "Open the private fields of the records that an authority drew, into a file that it alone opens; attach it at the "
    "desk to “Show the records that were drawn”. The opening is itself recorded.", name="openings", group=link,
)  # fmt: skip
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def openings(terminal: Terminal, number: str, file: Path) -> None:
    """NUMBER is the dispatch that asks for the records, as the desk has it."""
    if file.exists():
        raise ConflictError(Text("文件已存在", "The file is there already"), field=str(file))
    with joined(terminal) as mine:
        asked, authority = _request(mine, number)

    async def act(opened: Installation) -> dict[int, Opening]:
        noted = LogExport(authority, number, ("records",), asked.fields)
        await note_export(opened.door.room, Who("staff", terminal.by), noted)
        return await _opened(opened, asked)

    raw = sealed(at_work(terminal, act), asked.recipient)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(raw)
    terminal.say(f"已写出 {file}；在桌面办理 {number} 时附上", f"{file} is written; attach it to {number} at the desk")


def _request(mine: Party, number: str) -> tuple[SampleRequest, str]:
    asked, authority = mine.asked_for(number)
    if asked is None:
        raise NotFoundError(Text("没有待出示的抽查", "No draw of that number waits"), field=number)
    if not asked.fields:
        raise InvalidError(Text("该抽查没有要求开启字段", "That draw asks for no field to be opened"), field=number)
    return asked, authority


async def _opened(opened: Installation, asked: SampleRequest) -> dict[int, Opening]:
    """Return what is opened of each record drawn, by its place in its log."""
    at = Checkpoint.parse(read_note(asked.checkpoint.encode())[0])
    database, first = opened.stores.databases["log"], opened.signer.verifier()
    shard = next((each for each in await shard_rooms(database, first) if each.verifier.name == at.origin), None)
    if shard is None:
        raise NotFoundError(Text("没有此日志", "There is no such log"), field="checkpoint")
    begins, records = Span(shard.stored.number).first, searched_logs(database, first)
    stored, found = StoredOpenings(database), dict[int, Opening]()
    for place in draw(bytes.fromhex(asked.nonce), at.root, at.size, asked.count):
        [(proof, _)] = await records.prove([begins + place])
        entry = proof.extra or b""
        if read_beginning(entry) is not None:
            found[place] = Opening("none")
            continue
        told = await open_fields(opened.door.room, stored, parse_leaf(entry), leaf_hash(entry), asked.fields)
        found[place] = Opening(told.state, told.texts)
    return found
