"""Writes the rows of a chunk, marked, into a part that only the recipient's key opens.

A result is a row of parts, each an age file of its own (X25519): opened and put one after another they are one CSV or
NDJSON file. A part is a chunk, so that a run goes on after a crash without a gap and without a half-written file.

# Invariant: no plaintext reaches a disk; what a chunk holds is in memory until it is sealed.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from shouze.errors import InvalidError
from shouze.gateway.bulk.marking import COLUMN, Marker
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.noting import Noted, note
from shouze.gateway.bulk.request import Chunk, Form, Job
from shouze.gateway.bulk.sorting import Sorted, Wanted
from shouze.gateway.ports import KeyQuery
from shouze.gateway.sealing import opened_with
from shouze.language import Text
from shouze.rules.use import ground_of

HEAD = "part-000000"
AT_A_TIME = 32
"""Subjects opened before others on the loop get their turn."""
_NOTICE = (
    "请勿转发 · Do not pass on",
    "申请 request: {id}",
    "导出人 exporter: {exporter}",
    "批准人 approver: {approver}",
    "接收方 recipient: {recipient}",
    "业务和目的 service and purpose: {ground}",
    "生成 made: {at}",
    "到期 expires: {until}",
)


def check_recipient(key: str) -> None:
    """Raise InvalidError unless the key is an age recipient."""
    from pyrage import RecipientError, x25519  # noqa: PLC0415 - only exports need it

    try:
        x25519.Recipient.from_str(key)
    except RecipientError:
        remedy = Text("用 age-keygen 生成，以 age1 开头", "Make it with age-keygen; it begins with age1")
        raise InvalidError(Text("不是 age 公钥", "It is no age key"), field="recipient_key", remedy=remedy) from None


async def write_head(means: Means, job: Job) -> None:
    """Write the part that stands first: who may do what with the file, and the names of the columns."""
    kept = await means.find(job.id)
    words = {
        "id": job.id, "exporter": job.asked_by.id, "approver": job.decided_by or "",
        "recipient": means.remarks(kept).recipient or "", "ground": f"{job.form.service}/{job.form.purpose}",
        "at": means.now.isoformat(timespec="seconds"),
        "until": job.until.isoformat(timespec="seconds") if job.until else "",
    }  # fmt: skip
    notice = [" ".join(line.format(**words).split()) for line in _NOTICE]
    if job.form.format == "ndjson":
        text = json.dumps({"notice": notice}, ensure_ascii=False) + "\n"
    else:
        titles = {name: name for name in columns(job.form)}
        text = "".join(f"# {line}\n" for line in notice) + _csv([titles], job.form)
    await _keep(means, job, name_of(job.form, HEAD), text)


async def write_chunk(means: Means, job: Job, found: Sorted, chunk: Chunk) -> Chunk:
    """Open the values of a chunk that is recorded, and write its part; return the chunk with what was written."""
    rows = await _opened(means, job, found.wanted)
    if len(rows) < len(found.wanted):  # a key was destroyed since the subjects were read
        leaf = await note(means.room, job.id, job.form, Noted(job.form.action, "fewer", None, len(rows)))
        counts = replace(found.counts, rows=len(rows), not_held=found.counts.not_held + len(found.wanted) - len(rows))
        chunk = replace(chunk, counts=counts, leaves=(*chunk.leaves, leaf))
    if not rows:
        return chunk
    part = name_of(job.form, f"part-{chunk.number:06d}-{(job.runner or '')[:8]}")
    await _keep(means, job, part, _written(Marker(means.room.ring, job.id), job, rows))
    return replace(chunk, part=part)


def columns(form: Form) -> tuple[str, ...]:
    """Return the columns of a result; the first item leads the order of the rows."""
    return ("subject", *form.items, COLUMN)


def name_of(form: Form, part: str) -> str:
    """Return the file name of a part."""
    return f"{part}.{form.format}.age"


async def _opened(means: Means, job: Job, wanted: Sequence[Wanted]) -> list[dict[str, str]]:
    """Return the rows of the subjects; the keys of all of them are fetched with one statement."""
    room, ground = means.room, ground_of(job.form.service, job.form.purpose)
    queries = [KeyQuery(each.found.subject, (ground,)) for each in wanted]
    keys = await room.keys.fetch_many(queries) if queries else []
    rows = []
    for number, (each, living) in enumerate(zip(wanted, keys, strict=True)):
        if number % AT_A_TIME == 0:
            await asyncio.sleep(0)
        held = opened_with(room, each.found.subject, each.found.values, living).get(ground, {})
        values = {item: held[item].text for item in each.items if item in held}
        if values:
            rows.append({"subject": each.found.subject, **values})
    return rows


def _written(marker: Marker, job: Job, rows: Sequence[Mapping[str, str]]) -> str:
    """Return the rows as text: in their order, numbered on from the chunk before, marked."""
    lead = job.form.items[0]
    marked = [
        {**{name: marker.hidden_in(value) for name, value in row.items()}, COLUMN: marker.row(job.counts.rows + number)}
        for number, row in enumerate(marker.in_order(rows, lead), 1)
    ]
    if job.form.format == "ndjson":
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in marked)
    return _csv(marked, job.form)


def _csv(rows: Sequence[Mapping[str, str]], form: Form) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns(form), restval="", lineterminator="\n")
    writer.writerows(rows)
    return text.getvalue()


async def _keep(means: Means, job: Job, part: str, text: str) -> None:
    sealed = await asyncio.to_thread(_seal, text.encode(), job.form.recipient_key or "")
    await means.results.keep(job.id, part, sealed)


def _seal(content: bytes, key: str) -> bytes:
    from pyrage import encrypt, x25519  # noqa: PLC0415 - only exports need it

    sealed: bytes = encrypt(content, [x25519.Recipient.from_str(key)])
    return sealed
