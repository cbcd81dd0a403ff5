"""``shouze report``: what the registers keep, as a PDF or as data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import msgspec

from shouze.cli.opening import settings_of
from shouze.cli.terminal import Terminal, print_json, print_rows
from shouze.cli.words import command, option
from shouze.errors import InvalidError, NotFoundError
from shouze.language import LANGUAGES, Language, Text
from shouze.reports.report import said
from shouze.reports.typesetting import set_pdf
from shouze.settings import Settings
from shouze.wiring import reporting

ROWS = 30


@command(
    "制作报告（PDF 或数据）。不写名称则列出全部报告；不写编号则列出最近的条目。年度报告以年度为编号。",
    "Make a report, as a PDF or as data. Without a name the reports are listed; without a number the newest rows. The "
    "number of the annual report is its year.",
)
@click.argument("name", required=False)
@click.argument("number", required=False)
@option("--lang", "tongue", type=click.Choice(LANGUAGES), zh="报告的语言（默认：终端的语言）",
        en="the report's language (the terminal's by default)")  # fmt: skip
@option("--out", type=click.Path(path_type=Path), zh="写入此文件（默认：编号-名称.pdf）",
        en="write it to this file (number-name.pdf by default)")  # fmt: skip
@option("--json", "as_json", is_flag=True, zh="以 JSON 输出数据", en="print it as JSON")
@click.pass_obj
def report(terminal: Terminal, /, name: str | None, number: str | None, **given: Any) -> None:
    """List reports, list rows, or make one."""
    settings = settings_of(terminal)
    known = reporting.known_reports(terminal.home, settings)
    if name is None:
        titles = {each: title for each, (_, title) in known.items()} | dict(reporting.OSCAL)
        print_rows([(each, terminal.show(title)) for each, title in sorted(titles.items())])
        return
    if name in reporting.OSCAL:
        made = reporting.make_oscal(terminal.home, settings, name, given["tongue"] or terminal.language)
        _put(terminal, made, given["out"], as_json=True)
        return
    if name not in known:
        names = ", ".join(sorted((*known, *reporting.OSCAL)))
        raise NotFoundError(Text("没有这个报告", "There is no such report"), field=name,
                            remedy=Text(f"可用：{names}", f"Use one of: {names}"))  # fmt: skip
    if number is None and known[name][0]:
        print_rows(reporting.rows_of(terminal.home, settings, name, ROWS))
        return
    told = _told(terminal, settings, name, number or "", given["tongue"])
    named = "-".join(filter(None, (told["number"], name)))
    out = given["out"] or (None if given["as_json"] else Path(f"{named}.pdf"))
    _put(terminal, told, out, as_json=given["as_json"])


def _put(terminal: Terminal, told: dict[str, Any], out: Path | None, *, as_json: bool) -> None:
    """Write a report to a file, or print it where none is named."""
    if out is None:
        print_json(told)
        return
    _write(out, _json(told) if as_json else set_pdf(told))
    terminal.say(f"已写出 {out}", f"{out} is written")


def _told(terminal: Terminal, settings: Settings, name: str, number: str, tongue: Language | None) -> dict[str, Any]:
    made = reporting.make_report(terminal.home, settings, name, number)
    if made is None:
        remedy = Text(f"运行 shouze report {name} 查看编号", f"Run shouze report {name} for the numbers")
        raise NotFoundError(Text("没有此编号", "There is no row of this number"), field=number, remedy=remedy)
    return said(made, tongue or terminal.language)


def _json(told: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def _write(out: Path, body: bytes) -> None:
    """Write the file whole or not at all."""
    fresh = out.with_name(out.name + ".part")
    try:
        with fresh.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(out)
    except OSError:
        fresh.unlink(missing_ok=True)
        remedy = Text("核对目录和权限", "Check its folder and permissions")
        raise InvalidError(Text("无法写入", "It cannot be written"), field=str(out), remedy=remedy) from None
