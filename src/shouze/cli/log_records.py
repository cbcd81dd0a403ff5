"""``shouze log show|prove|check``: find records in the log, prove one, check a proof that somebody brings."""

from __future__ import annotations

import asyncio
import contextlib
import re
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from shouze import wiring
from shouze.chinatime import SHANGHAI
from shouze.cli.failing import FAILED
from shouze.cli.log import keys_of, log  # its commands and these make one group
from shouze.cli.opening import read_input, settings_of
from shouze.cli.terminal import Progress, Terminal, print_rows
from shouze.cli.words import command, option
from shouze.errors import InvalidError, NotFoundError, TamperedError
from shouze.journal.record import Receipt
from shouze.language import Text
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.moments import micros
from shouze.ledger.note import Cosignature, Note, open_note, read_note
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.shard import read_beginning
from shouze.sequencer.cosigning import accept, submission, witness_key
from shouze.sequencer.finding import Sought, follow, follow_subjects, found, prove
from shouze.settings import Settings
from shouze.vault.blind_index import subject_tag
from shouze.vault.key_file import FileKeyRing
from shouze.wiring.preparing import KEY_RING

SUFFIX = ".tlog-proof"
_PLACE = re.compile(r"(?:([A-Za-z0-9-]{1,64}):)?([0-9]{1,16})", re.ASCII)
Listed = tuple[str, int, Leaf]
"""A record with the label of its log and its place there."""
_SUBJECT = re.compile(r"[0-9a-z]{26}")
_NUMBER = re.compile(r"([0-9]{1,10})/([A-Za-z0-9-]{1,64})/([0-9]{1,16})")


@command(
    "列出记录：谁查阅了某用户，某账号查阅了谁。给出的条件须同时成立。",
    "List records: who touched this user, whom did this account touch. All conditions that are given have to hold.",
    name="show", group=log,
)  # fmt: skip
@option("--subject", zh="用户的编号（不是电话等标识）", en="a subject's id (no telephone or other identifier)")
@option("--actor", zh="行为人的编号", en="the id of whoever acted")
@option("--item", zh="信息项", en="an item")
@option(
    "--since", zh="自某时（如 2026-11-01 或 2026-11-01T08:00，北京时间）", en="from a moment on (UTC+8 without offset)"
)
@option(
    "--most", type=click.IntRange(1), default=1000, zh="最多列出的条数（1000）", en="the most records to list (1000)"
)
@option("--json", "as_json", is_flag=True, zh="每行一个 JSON 记录", en="print one JSON record a line")
@click.pass_obj
def show(
    terminal: Terminal, subject: str | None, actor: str | None, item: str | None, since: str | None, most: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Find, and print a line for each."""
    settings = settings_of(terminal)
    check_subject(subject)
    tag = subject_tag(FileKeyRing.open(terminal.home / KEY_RING), subject) if subject else None
    sought = Sought(actor, item, micros(moment_of(since)) if since else None, tag)

    async def act() -> list[Listed]:
        listed: list[Listed] = []
        async with wiring.open_log(terminal.home, settings) as opened:
            for shard in kept_logs(opened):
                await follow_index(terminal, shard, subjects=tag is not None)
                async for place, leaf in found(shard.published, shard.places, sought):
                    listed.append((shard.stored.label, place, leaf))
                    if len(listed) > most:
                        return listed
        return listed

    listed = asyncio.run(act())
    _print(terminal, listed[:most], as_json)
    if len(listed) > most:
        terminal.note("还有更多：用 --most 或 --since 调整", "There are more: use --most or --since")


def check_subject(subject: str | None) -> None:
    """Refuse a telephone and the like for a subject's id: that there are no records of it would be a wrong answer."""
    if subject and not _SUBJECT.fullmatch(subject):
        remedy = Text("写用户的编号：26 个小写字母和数字", "Give the user's id: 26 lower-case letters and digits")
        raise InvalidError(Text("不是用户的编号", "It is not a user's id"), field="--subject", remedy=remedy)


@command(
    "为一条记录写出证明文件（C2SP tlog-proof），任何人可离线核验。",
    "Write the proof of one record as a file (C2SP tlog-proof) that anybody can check offline.",
    name="prove", group=log,
)  # fmt: skip
@click.argument("record")
@option("--into", type=click.Path(path_type=Path), zh="文件名", en="the file to write")
@click.pass_obj
def prove_record(terminal: Terminal, record: str, into: Path | None) -> None:
    """RECORD is its place as show lists it (12, in a later log 2027:12), or NODE/BOOT/NUMBER as a receipt says it."""
    settings = settings_of(terminal)

    async def act() -> tuple[str, PortableProof]:
        async with wiring.open_log(terminal.home, settings) as opened:
            shard, place = await _place(terminal, opened, record)
            return shard.stored.label, await prove(shard.published, shard.verifier, place)

    label, proof = asyncio.run(act())
    path = into or Path(f"{label}-{proof.index}{SUFFIX}" if label else f"{proof.index}{SUFFIX}")
    _write(path, proof.text().encode())
    shown = _shown(label, proof.index)
    terminal.say(f"已写出 {path}（序号 {shown}）", f"{path} is written (place {shown})")
    if len(read_note(proof.checkpoint.encode())[1]) == 1:
        terminal.say("没有见证人签署过覆盖它的检查点", "no witness has cosigned a checkpoint that covers it")


@command(
    "核验证明文件，显示其中的记录。无误时退出码为 0。",
    "Check a proof file and show the record in it. Exit 0 only if it holds.",
    name="check", group=log,
)  # fmt: skip
@click.argument("proof", type=click.Path(path_type=Path))
@option("--vkey", zh="日志公钥（默认取本安装的）", en="the log's public key (this installation's)")
@option(
    "--witness", "witnesses", multiple=True, zh="见证人公钥（可重复）", en="a witness's public key (repeat for more)"
)
@click.pass_context
def check_proof(ctx: click.Context, proof: Path, vkey: str | None, witnesses: tuple[str, ...]) -> None:
    """Check with nothing but the file and the key."""
    terminal: Terminal = ctx.obj
    read = PortableProof.parse(read_input(proof))
    if read.extra is None:
        remedy = Text("用 shouze log prove 写出的文件", "Bring a file that shouze log prove wrote")
        raise InvalidError(Text("文件中没有记录", "The file holds no record"), field=str(proof), remedy=remedy)
    try:
        known = [*keys_of(terminal, vkey), *map(witness_key, witnesses)]
        checkpoint = check(read, read.extra, known)
        before = read_beginning(read.extra) if read.index == 0 else None
        leaves = [] if before else [("", read.index, parse_leaf(read.extra))]
    except TamperedError as problem:
        terminal.say(f"无效：{problem.detail.zh}", f"not valid: {problem.detail.en}")
        ctx.exit(FAILED)
    terminal.say(
        f"有效：日志 {checkpoint.origin} 的第 {read.index} 条，检查点大小 {checkpoint.size}",
        f"valid: place {read.index} of the log {checkpoint.origin}, checkpoint of size {checkpoint.size}",
    )
    _tell_witnesses(terminal, open_note(read.checkpoint.encode(), known))
    if before is not None:
        terminal.say(
            f"日志由此开始：{before.origin} 大小 {before.size} 的检查点",
            f"the log begins with it: the checkpoint of size {before.size} of {before.origin}",
        )
        return
    _print(terminal, leaves, as_json=False)


@command(
    "打印提交给见证人的文件（C2SP tlog-witness），由信使带去。",
    "Print what is submitted to a witness (C2SP tlog-witness), for a courier.",
    name="submission", group=log,
)  # fmt: skip
@option("--witness", "vkey", required=True, zh="见证人公钥", en="the witness's public key")
@option(
    "--old",
    type=click.IntRange(0),
    zh="见证人最后签署的大小（默认为所知的）",
    en="the size it cosigned last (as known here)",
)
@click.pass_obj
def print_submission(terminal: Terminal, vkey: str, old: int | None) -> None:
    """Print the proof from what the witness has cosigned last, and the newest checkpoint.

    The end of the log before comes first, where the witness follows that and has not cosigned it.
    """
    witness, settings = witness_key(vkey), settings_of(terminal)

    async def act() -> str:
        async with wiring.open_log(terminal.home, settings) as opened:
            for log, kept, _ in await wiring.to_cosign(opened.shards, witness):
                last = await kept.newest(witness.vkey)
                if last < (await log.checkpoint()).size:
                    break
            return (await submission(log, last if old is None else old)).text()

    click.echo(asyncio.run(act()), nl=False)


@command(
    "核验并保存见证人对最新检查点的答复。",
    "Verify and keep a witness's answer for the newest checkpoint.",
    name="cosigned", group=log,
)  # fmt: skip
@click.argument("answer", type=click.Path(path_type=Path))
@option("--witness", "vkey", required=True, zh="见证人公钥", en="the witness's public key")
@click.pass_obj
def take_cosignature(terminal: Terminal, answer: Path, vkey: str) -> None:
    """Keep it where it is that witness's and covers the newest checkpoint."""
    witness, settings = witness_key(vkey), settings_of(terminal)
    body = read_input(answer).decode("utf-8", "replace")

    async def act() -> None:
        async with wiring.open_log(terminal.home, settings) as opened:
            *before, present = opened.shards[-2:]
            for each in before:
                with contextlib.suppress(InvalidError):
                    await accept(each.cosignatures, witness, await each.published.checkpoint(), body)
                    return
            await accept(present.cosignatures, witness, await present.published.checkpoint(), body)

    asyncio.run(act())
    terminal.say(f"已保存 {witness.name} 的签名", f"the cosignature of {witness.name} is kept")


def _tell_witnesses(terminal: Terminal, note: Note) -> None:
    cosigned = [each for each in note.verified if isinstance(each, Cosignature)]
    for each in cosigned:
        moment = datetime.fromtimestamp(each.time, SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S")
        terminal.say(f"见证人 {each.name} 于 {moment}（北京）签名", f"cosigned by {each.name} at {moment} (UTC+8)")
    if not cosigned:
        terminal.say("没有已知见证人的签名", "no witness that is known here has signed it")


def kept_logs(opened: wiring.LogRoom) -> list[wiring.ShardRoom]:
    """Return the logs that were not deleted at the end of their retention."""
    return [each for each in opened.shards if each.stored.deleted is None]


def _shown(label: str, place: int) -> str:
    """Return how a place is written: in a later log behind its label."""
    return f"{label}:{place}" if label else str(place)


async def follow_index(terminal: Terminal, opened: wiring.ShardRoom, *, subjects: bool = False) -> None:
    """Bring the index of a log's records, with the tags of subjects where asked for, to its newest checkpoint."""
    progress = Progress(terminal, Text("编制索引", "indexing"))

    def told(done: int, size: int) -> None:
        progress.total = size
        progress.step(done - progress.done)

    size = await follow(opened.published, opened.places, told)
    if subjects:
        await follow_subjects(opened.places, size, told)
    progress.end()


async def prove_noted(terminal: Terminal, settings: Settings, receipt: Receipt) -> PortableProof:
    """Return the proof of a record that was just noted; NotFoundError until a checkpoint covers it."""
    async with wiring.open_log(terminal.home, settings) as opened:
        shard, place = await _place(terminal, opened, f"{receipt.node}/{receipt.boot}/{receipt.nseq}")
        return await prove(shard.published, shard.verifier, place)


async def _place(terminal: Terminal, opened: wiring.LogRoom, record: str) -> tuple[wiring.ShardRoom, int]:
    if placed := _PLACE.fullmatch(record):
        return _labelled(opened, placed[1] or ""), int(placed[2])
    number = _NUMBER.fullmatch(record)
    if number is None:
        remedy = Text("写序号，或 节点/启动/编号", "Write its place, or NODE/BOOT/NUMBER")
        raise InvalidError(Text("不是记录的位置", "It does not say which record"), field="record", remedy=remedy)
    for shard in reversed(kept_logs(opened)):
        await follow_index(terminal, shard)
        place = await shard.places.place_of(int(number[1]), number[2], int(number[3]))
        if place is not None:
            return shard, place
    raise NotFoundError(
        Text("检查点之内没有这条记录", "No checkpoint covers such a record"),
        field="record",
        remedy=Text("记录在一秒内入列；核对编号", "A record is covered within a second; check the number"),
    )


def _labelled(opened: wiring.LogRoom, label: str) -> wiring.ShardRoom:
    labels = {each.stored.label: each for each in opened.shards}
    if label not in labels:
        known = "、".join(filter(None, labels)) or "—"
        remedy = Text(f"日志有：{known}", f"There are: {known}")
        raise NotFoundError(Text("没有这个日志", "There is no such log"), field="record", remedy=remedy)
    if labels[label].stored.deleted is not None:
        raise NotFoundError(
            Text("该日志已到保存期限并删除", "That log was deleted at the end of its retention"),
            field="record",
            remedy=Text("此前写出的证明文件仍可核验", "Proof files that were written before still check"),
        )
    return labels[label]


def _print(terminal: Terminal, listed: list[Listed], as_json: bool) -> None:
    if as_json:
        for label, place, leaf in listed:
            where = {"log": label, "place": place} if label else {"place": place}
            click.echo(msgspec.json.encode({**where, "record": leaf}).decode())
        return
    heading = Text(
        "序号 时间（北京） 行为人 行为 结果 业务 目的 信息项",
        "place time(UTC+8) actor act outcome service purposes items",
    )
    print_rows(
        [terminal.show(heading).split(" "), *(_row(_shown(label, place), leaf) for label, place, leaf in listed)]
    )
    terminal.note(f"{len(listed)} 条记录", f"{len(listed)} records")


def _row(place: str, leaf: Leaf) -> tuple[str, ...]:
    what, verdict = leaf.what, leaf.verdict
    outcome = ":".join(filter(None, (verdict.outcome, verdict.code, verdict.purpose)))
    row = (
        place, leaf.at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S"), leaf.who.id or f"({leaf.who.kind})",
        what.act, outcome, what.service or "-", ",".join(what.purposes) or "-", ",".join(what.items) or "-",
    )  # fmt: skip
    # A proof may be of a stranger's log: what a terminal would act upon is spelled out.
    return tuple(cell if cell.isprintable() else cell.encode("unicode_escape").decode() for cell in row)


def moment_of(written: str) -> datetime:
    """Return a moment (UTC) as people write it; without an offset it is Chinese time."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        remedy = Text("如 2026-11-01 或 2026-11-01T08:00+08:00", "Such as 2026-11-01 or 2026-11-01T08:00+08:00")
        raise InvalidError(Text("不是时间", "It is no moment"), field="--since", remedy=remedy) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def _write(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as stream:
            stream.write(content)
    except FileExistsError:
        remedy = Text("用 --into 另取文件名", "Choose another name with --into")
        raise InvalidError(Text("文件已存在", "The file exists already"), field=str(path), remedy=remedy) from None
    except OSError:
        remedy = Text("核对目录和权限", "Check folder and permissions")
        raise InvalidError(Text("无法写入文件", "The file cannot be written"), field=str(path), remedy=remedy) from None
