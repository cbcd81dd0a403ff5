"""``shouze pack make|verify``: papers, records and proofs in one folder, for whoever has to be shown them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from shouze.cli.failing import FAILED
from shouze.cli.log import keys_of
from shouze.cli.log_export import exported
from shouze.cli.log_records import moment_of, prove_noted
from shouze.cli.opening import at_work, settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import Group, command, option
from shouze.errors import ConflictError, InvalidError, NotFoundError, ShouzeError
from shouze.gateway.log_export import LogExport, note_export, open_fields
from shouze.gateway.pack import Packed, note_pack
from shouze.journal.record import Receipt
from shouze.language import LANGUAGES, Text
from shouze.ledger.entry import Who, parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof
from shouze.ledger.tree import leaf_hash
from shouze.reports.report import said
from shouze.reports.typesetting import set_pdf
from shouze.sequencer.cosigning import witness_key
from shouze.sequencer.exporting import Order
from shouze.store.opening_reading import StoredOpenings
from shouze.verifier.export import Asked
from shouze.verifier.pack import CONTENTS, FIELD, OPENING, PAPERS, PROOF, RECORDS, Contents, digests, told, verify_pack
from shouze.wiring import Installation, reporting

WAIT_SECONDS = 0.5
TRIES = 20


@click.group(cls=Group, words=Text("证据包：文件、记录、证明和核验程序。", "Evidence packs: papers, records, proofs."))
def pack() -> None:
    """Make and verify evidence packs."""


@command(
    "制作证据包：指定的报告（中英文）、其附件、操作记录及其证明、核验程序。制作本身记入日志，日志为清单作证。",
    "Make a pack: the reports that are named (in both languages), their documents, records with proofs, the verifier. "
    "Making it is recorded, and the log vouches for what is in it.",
    name="make", group=pack,
)  # fmt: skip
@click.argument("folder", type=click.Path(path_type=Path))
@option("--for", "recipient", required=True, zh="交给谁（机关、人员）", en="who is given it (body, officer)")
@option("--reason", required=True, zh="依据（如检查通知书文号）", en="on what ground (the inspection's notice)")
@option("--report", "reports", multiple=True, zh="报告及编号，如 incident:I-2026-0001（可重复）",
        en="a report and its row, such as incident:I-2026-0001 (repeat for more)")  # fmt: skip
@option("--since", zh="操作记录自某时（北京时间）", en="records from a moment on (UTC+8 without offset)")
@option("--until", zh="至某时之前", en="up to, not including, a moment")
@option("--actor", zh="行为人的编号", en="the id of whoever acted")
@option("--entries", is_flag=True, zh="附全部条目，可核验有无遗漏（条目载有员工）",
        en="with all entries, so that omissions show (they name staff)")  # fmt: skip
@click.pass_obj
def make_pack(terminal: Terminal, /, folder: Path, recipient: str, reason: str, **given: Any) -> None:
    """Write papers and records, note the list of contents in the log, and put its proof beside it."""
    settings = settings_of(terminal)
    if folder.exists():
        remedy = Text("换一个名称", "Choose another name")
        raise ConflictError(Text("目录已存在", "The folder is there already"), field=str(folder), remedy=remedy)
    named = [_named(each) for each in given["reports"]]
    since, until = (moment_of(given[name]) if given[name] else None for name in ("since", "until"))
    names = tuple(name for name in ("since", "until", "actor") if given[name])
    with _beside(folder) as part:
        for name, number in named:
            _write_papers(terminal, settings, part / PAPERS, name, number)

        async def act(opened: Installation) -> tuple[Receipt, str]:
            who = Who("staff", terminal.by)
            noted = await note_export(opened.door.room, who, LogExport(recipient, reason, names))
            order = Order(Asked(given["actor"], None, since, until), opened.clock.now(),
                          f"{noted.node}/{noted.boot}/{noted.nseq}", entries=given["entries"])  # fmt: skip
            made = await exported(terminal, opened, part / RECORDS, order)
            listed = Contents("shouze-pack/1", made[-1].vkey, opened.clock.now(), digests(part))
            body = msgspec.json.format(msgspec.json.encode(listed), indent=1) + b"\n"
            (part / CONTENTS).write_bytes(body)
            packed = Packed(recipient, reason, hashlib.sha256(body).hexdigest())
            return await note_pack(opened.door.room, who, packed), made[-1].vkey

        receipt, vkey = at_work(terminal, act)
        _vouch(terminal, part, receipt)
        os.sync()
        part.rename(folder)
    terminal.say(
        f"已写出 {folder}；用日志公钥核验：{vkey}", f"{folder} is written; verify it with the log's key {vkey}"
    )


@command(
    "核验证据包。全部相符时退出码为 0。", "Verify a pack. Exit 0 only if everything holds.", name="verify", group=pack
)
@click.argument("folder", type=click.Path(path_type=Path))
@option("--vkey", zh="日志公钥（默认取本安装的）", en="the log's public key (this installation's)")
@option(
    "--witness", "witnesses", multiple=True, zh="见证人公钥（可重复）", en="a witness's public key (repeat for more)"
)
@click.pass_context
def verify(ctx: click.Context, folder: Path, vkey: str | None, witnesses: tuple[str, ...]) -> None:
    """Verify with nothing but the folder and the key."""
    terminal: Terminal = ctx.obj
    if not folder.is_dir():
        remedy = Text("给出证据包的目录", "Name the pack's folder")
        raise NotFoundError(Text("没有此目录", "There is no such folder"), field=str(folder), remedy=remedy)
    keys = [_log_of(folder, keys_of(terminal, vkey)), *map(witness_key, witnesses)]
    examined = verify_pack(folder, keys, jobs=os.cpu_count() or 1)
    for text in told(examined):
        terminal.say(*text)
    faults = [*examined.faults, *(examined.records.faults if examined.records else ())]
    for each in faults:
        terminal.say(f"  {each.where}：{each.text.zh}", f"  {each.where}: {each.text.en}")
    terminal.say(f"问题 {len(faults)} 处", f"faults: {len(faults)}")
    if faults:
        ctx.exit(FAILED)


def _log_of(folder: Path, keys: list[Verifier]) -> Verifier:
    """Return the key among these of the log that vouches for the pack, else the last: then nothing will hold."""
    try:
        origin = PortableProof.parse((folder / PROOF).read_bytes()).checkpoint.partition("\n")[0]
    except (OSError, ShouzeError):
        return keys[-1]
    return next((each for each in keys if each.name == origin), keys[-1])


def _named(written: str) -> tuple[str, str]:
    name, colon, number = written.partition(":")
    if not colon or not number:
        remedy = Text("写成 报告:编号；运行 shouze report 查看", "Write REPORT:NUMBER; shouze report lists them")
        raise InvalidError(Text("没有写编号", "It names no row"), field="--report", remedy=remedy)
    return name, number


def _write_papers(terminal: Terminal, settings: Any, into: Path, name: str, number: str) -> None:
    """Write a report in both languages, as PDF and as data, and the documents that belong to it."""
    if name not in reporting.known_reports(terminal.home, settings):
        remedy = Text("运行 shouze report 查看", "Run shouze report for the names")
        raise NotFoundError(Text("没有这个报告", "There is no such report"), field=name, remedy=remedy)
    report = reporting.make_report(terminal.home, settings, name, number)
    if report is None:
        remedy = Text(f"运行 shouze report {name} 查看编号", f"Run shouze report {name} for the numbers")
        raise NotFoundError(Text("没有此编号", "There is no row of this number"), field=number, remedy=remedy)
    (into / "documents").mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        content = said(report, language)
        stem = f"{number}-{name}-{language}"
        (into / f"{stem}.pdf").write_bytes(set_pdf(content))
        (into / f"{stem}.json").write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    for digest, body in reporting.documents_of(terminal.home, settings, [each for _, each in report.documents]):
        (into / "documents" / digest).write_bytes(body)


def _vouch(terminal: Terminal, part: Path, receipt: Receipt) -> None:
    """Put the proof of the pack's record, and the opening of its commitment, beside the list of contents."""

    async def opened(installation: Installation) -> tuple[str, str]:
        proof = await prove_noted(terminal, installation.settings, receipt)
        entry = proof.extra or b""
        openings = StoredOpenings(installation.stores.databases["log"])
        told = await open_fields(installation.door.room, openings, parse_leaf(entry), leaf_hash(entry), (FIELD,))
        return proof.text(), told.texts[0]

    for left in reversed(range(TRIES)):
        try:
            proof, opening = at_work(terminal, opened)
            break
        except NotFoundError:  # the sequencer of a server beside covers it within a second
            if not left:
                raise
            asyncio.run(asyncio.sleep(WAIT_SECONDS))
    (part / PROOF).write_text(proof, encoding="utf-8")
    (part / OPENING).write_text(opening + "\n", encoding="utf-8")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Yield a fresh folder beside the one that is made; it goes away where making fails."""
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(mode=0o700, parents=True)
    except OSError:
        remedy = Text("核对目录和权限", "Check its folder and permissions")
        raise InvalidError(Text("无法写入", "It cannot be written"), field=str(folder), remedy=remedy) from None
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
