"""Tells in the reader's language where a bulk request stands."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec

from shouze.cli.terminal import Terminal, print_rows, shown_moment
from shouze.gateway.bulk.request import Job, Remarks, State
from shouze.gateway.bulk.tracing import Sign, Traced
from shouze.language import Text

STATES: dict[State, Text] = {
    "requested": Text("待审查", "requested"),
    "approved": Text("已批准", "approved"),
    "refused": Text("已拒绝", "refused"),
    "lapsed": Text("逾期未审", "lapsed"),
    "running": Text("执行中", "running"),
    "done": Text("已完成", "done"),
    "stopped": Text("已停止，可续", "stopped, may go on"),
    "failed": Text("失败", "failed"),
    "expired": Text("已到期", "expired"),
}
SIGNS: dict[Sign, Text] = {
    "mark": Text("标记列", "mark column"),
    "hidden": Text("零宽字符", "zero-width characters"),
    "order": Text("行序", "order of rows"),
}


def tell(terminal: Terminal, job: Job, remarks: Remarks | None = None) -> None:
    """Print a request as rows of label and content."""
    form, counts = job.form, job.counts
    refused = ", ".join(f"{code} {count}" for code, count in sorted(counts.refused.items()))
    rows: list[tuple[Text, str | None]] = [
        (Text("申请", "request"), job.id),
        (Text("状态", "state"), state_of(terminal, job)),
        (Text("内容", "what"), f"{form.action} {form.service}/{form.purpose}: {', '.join(form.items)}"),
        (Text("范围", "scope"), f"{form.scope.reach}, ≤ {form.volume:,}"),
        (Text("名单", "list"), f"{job.listed:,} (+{job.unknown:,} ?)" if form.scope.reach == "listed" else None),
        (Text("申请人", "asked by"), f"{job.asked_by.id}, {_moment(job.asked_at)}"),
        (Text("理由", "reason"), remarks.reason if remarks else None),
        (Text("工单", "ticket"), remarks.ticket if remarks else None),
        (Text("提供给", "provided to"), form.provided_to),
        (Text("接收方", "recipient"), remarks.recipient if remarks else None),
        (Text("须在此前审查", "to be decided by"), _moment(job.decide_by) if job.state == "requested" else None),
        (Text("审查人", "decided by"), job.decided_by and f"{job.decided_by}, {_moment(job.decided_at)}"),
        (Text("到期", "until"), _moment(job.until) if job.until else None),
        (Text("已处理", "done"), f"{counts.rows:,} / {counts.seen:,}" if job.begun_at else None),
        (Text("本无内容", "nothing held"), f"{counts.not_held:,}" if counts.not_held else None),
        (Text("依法保留", "kept by a law"), f"{counts.kept:,}" if counts.kept else None),
        (Text("被拒绝", "refused"), refused or None),
    ]
    print_rows([(terminal.show(label), content) for label, content in rows if content])


def tell_all(terminal: Terminal, jobs: list[Job]) -> None:
    """Print one row for each request."""
    print_rows(
        (job.id, state_of(terminal, job), job.form.action, f"{job.form.service}/{job.form.purpose}", job.asked_by.id)
        for job in jobs
    )


def tell_traced(terminal: Terminal, traced: list[Traced]) -> None:
    """Print which request a piece comes from, and by which marks."""
    for each in traced:
        signs = ", ".join(terminal.show(SIGNS[sign]) for sign in each.by)
        job = each.job
        made = _moment(job.begun_at)
        terminal.say(
            f"申请 {each.request}：导出人 {job.asked_by.id}，批准人 {job.decided_by}，{made}（依据：{signs}）",
            f"request {each.request}: exporter {job.asked_by.id}, approver {job.decided_by}, {made} (by {signs})",
        )


def state_of(terminal: Terminal, job: Job) -> str:
    """Return the state in words, with the code of what stopped it."""
    return terminal.show(STATES[job.state]) + (f" ({job.why})" if job.why else "")


def plain(content: object) -> Any:
    """Return any of the structures as plain JSON."""
    return json.loads(msgspec.json.encode(content))


def _moment(moment: datetime | None) -> str:
    return shown_moment(moment) if moment else ""
