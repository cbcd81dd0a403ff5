"""Composes a notice: lists taken in whole or not at all, the private order, the naming of what was not corrected."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from shouze.errors import ConflictError, InvalidError
from shouze.language import Text
from shouze.link.kinds import Correction, Letter
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.announcements import editions
from shouze.registers.announcements.editions import Said
from shouze.registers.batches.models import Batch
from shouze.registers.describing import Choices, Doing
from shouze.registers.notices import importing, ladder, reading
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.problems import default
from shouze.registers.ports import working_days
from shouze.registers.supervised.reaching import tell

MOST = 5000
LAWS: Choices = {
    "order24": Text("电信和互联网用户个人信息保护规定", "MIIT Order No. 24 (2013)"),
    "pipl": Text("个人信息保护法", "Personal Information Protection Law"),
    "csl": Text("网络安全法", "Cybersecurity Law"),
    "telecom": Text("电信条例", "Telecommunications Regulations"),
    "necessary": Text(
        "常见类型移动互联网应用程序必要个人信息范围规定", "Rules on necessary personal information of apps"
    ),
    "miit-2023-26": Text("工信部信管函〔2023〕26号", "MIIT notice 2023/26"),
}


def compose(doing: Doing[Batch]) -> None:
    """Check a new batch: a notice has its title once."""
    if Batch.objects.filter(title=doing.entry.title).exclude(pk=doing.entry.pk).exists():
        raise InvalidError(Text("已有同名的通报", "There is a notice of this title"), field="title")
    if not doing.entry.laws:
        raise InvalidError(Text("没有选择依据", "No legal basis is chosen"), field="laws")


def add(doing: Doing[Batch]) -> None:
    """Take in what testing found, from a file or pasted lines; where one line cannot be read, nothing is entered."""
    files = [(each.content, each.name) for each in doing.documents]
    pasted = str(doing.values.get("lines") or "")
    if pasted.strip():
        files.append((_separated(pasted).encode(), "lines"))
    if not files:
        remedy = Text("附上文件或粘贴带表头的行", "Attach a file, or paste lines with their heading")
        raise InvalidError(Text("没有名单", "There is no list"), field="lines", remedy=remedy)
    for raw, name in files:
        _add(doing, reading.read(raw, name))


def _separated(pasted: str) -> str:
    """Return pasted lines as CSV: what comes out of a spreadsheet has tabs between its cells."""
    if "\t" not in pasted:
        return pasted
    out = io.StringIO()
    csv.writer(out).writerows(line.split("\t") for line in pasted.splitlines())
    return out.getvalue()


def _add(doing: Doing[Batch], read: reading.Read) -> None:
    batch = doing.entry
    if read.unread:
        lines = "、".join(str(line) for line, _ in read.unread[:20])
        words = Text("第 {lines} 行读不出，什么也没有登记", "Lines {lines} cannot be read; nothing was entered")
        raise InvalidError(words.fill(lines=lines), field="lines")
    if apps(batch).count() + len(read.named) > MOST:
        raise InvalidError(Text("一批至多 5000 个应用", "A batch has 5000 apps at most"), field="lines")
    for named in read.named:
        row = importing.row_of(named, {"notice": batch.title, "authority": batch.body, "date": ""}, default())
        row.notice, row.batch, row.dated = batch.title, batch.number, None
        if importing.is_there(row):
            words = Text("第 {line} 行的应用已在本批中", "The app of line {line} is in this batch already")
            raise InvalidError(words.fill(line=named.line), field="lines")
        acting.entered("notices", row, "test", Asked(), doing.by)
    batch.apps_found = apps(batch).count()


def apps(batch: Batch) -> QuerySet[NamedApp]:
    """Return the apps of a batch in their order."""
    return NamedApp.objects.filter(batch=batch.number).order_by("id")


def order(doing: Doing[Batch]) -> None:
    """Order the developers of what was tested privately to correct, until a time."""
    batch = doing.entry
    batch.order_due = ladder.due(doing.now, doing.values.get("order_due"), working_days())
    batch.ordered_at = doing.now
    _move(doing, ladder.TESTED, "order", due=batch.order_due)
    for operator, lines in _by_operator(batch, ladder.ORDERED):
        # A17-1-inspect: the private order reaches whoever is reached by dispatch, each with its own apps alone
        body = Correction(order=batch.number, authority=batch.body[:500], demand=lines[:20_000], due=batch.order_due)
        tell(operator, "correction", batch.number, body, doing.person)


def prepare(doing: Doing[Batch]) -> None:
    """Prepare the notice of what was not corrected in time: nothing is named before its private time is over."""
    batch = doing.entry
    if batch.order_due is None or doing.now <= batch.order_due:
        raise InvalidError(Text("责令整改的期限未到", "The time of the private order is not over"), field="due")
    if not apps(batch).filter(state=ladder.ORDERED).exists():
        raise ConflictError(Text("没有逾期未改的应用", "Every app was corrected in time"))
    batch.due = ladder.due(doing.now, doing.values.get("due"), working_days())


def publish(doing: Doing[Batch]) -> None:
    """Publish the notice: what is still not corrected is named, in one text that the log names."""
    batch = doing.entry
    # The notice's own time is counted from its publication: one that is over by now is no time at all.
    batch.due = ladder.due(doing.now, batch.due, working_days())
    dated = timezone.localtime(doing.now).date()
    batch.apps_named = _move(doing, ladder.ORDERED, "name", due=batch.due, dated=dated)
    batch.published_at = doing.now
    named = [_line(place, each) for place, each in enumerate(apps(batch).filter(state=ladder.NAMED), 1)]
    members = {
        "authority": batch.body, "batch": batch.batch_no, "total": batch.total_no, "laws": batch.laws,
        "tested_by": batch.tested_by, "due": batch.due.isoformat(timespec="seconds"), "contact": batch.contact,
        "apps": named,
    }  # fmt: skip
    sought = " ".join([batch.title, batch.number, *(f"{each['app']} {each.get('developer', '')}" for each in named)])
    editions.publish(batch, Said("batches", "publish", "publication", batch.title, members, sought), doing.now)
    for operator, lines in _by_operator(batch, ladder.NAMED):
        text = f"{lines}\n\n{editions.address(batch.number)}"
        letter = Letter(title=batch.title[:500], text=text[:20_000], document=batch.batch_no, due=batch.due)
        tell(operator, "announcement", batch.number, letter, doing.person)


def _by_operator(batch: Batch, state: str) -> list[tuple[str, str]]:
    """Return the operators on the register that have apps in a state, each with a line for every app."""
    lines: dict[str, list[str]] = {}
    for app in apps(batch).filter(state=state).exclude(operator=""):
        version = f"（{app.app_version}）" if app.app_version else ""
        lines.setdefault(app.operator, []).append(f"{app.title}{version}：{'、'.join(app.problems)}")
    return [(operator, "\n".join(said)) for operator, said in lines.items()]


def _line(place: int, app: NamedApp) -> dict[str, Any]:
    told = {
        "seq": place, "app": app.title, "filing_no": app.filing_no, "developer": app.developer, "source": app.source,
        "version": app.app_version, "problems": app.problems, "articles": app.articles, "region": app.region,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value not in ("", [])}


def _move(doing: Doing[Batch], source: str, act: str, **values: Any) -> int:
    moved = 0
    for app in apps(doing.entry).filter(state=source):
        NamedApp.objects.filter(pk=app.pk).update(**values)
        acting.followed("notices", app, act, by=doing.by)
        moved += 1
    if not moved:
        raise ConflictError(Text("本批没有这样的应用", "There is no such app in this batch"))
    return moved


def close(doing: Doing[Batch]) -> None:
    """Close a batch once nothing has to follow for any of its apps."""
    if apps(doing.entry).filter(state__in=(ladder.TESTED, ladder.ORDERED, ladder.NAMED, ladder.FAILED)).exists():
        raise ConflictError(Text("还有应用须复测或处置", "Some apps have still to be checked or dealt with"))
