"""The certificate of a destruction: what was destroyed for whose request, and where the log says so.

Whoever has the log finds each leaf by (node, boot, number), compares its hash, and reads in it action, service,
purpose, items, count and who approved. ``root`` is the Merkle root (RFC 6962) over the leaf hashes in their order.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Literal

import msgspec

from shouze.errors import ConflictError
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.request import Counts, Form, Job, Leaf
from shouze.language import Language, Text
from shouze.ledger.tree import root_of

PAGE = 500


class Certificate(msgspec.Struct, frozen=True):
    """A destruction as anyone with the log can check it; times are UTC, hashes base64."""

    format: Literal["shouze-certificate/1"]
    request: str
    form: Form
    requested_by: str
    requested_at: datetime
    approved_by: str
    approved_at: datetime
    begun_at: datetime
    ended_at: datetime
    counts: Counts
    policies: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    root: str


async def certify(means: Means, request: str) -> Certificate:
    """Return the certificate of a destruction that is done; ConflictError for anything else."""
    job = (await means.find(request)).job
    if job.form.action != "destroy" or job.state != "done" or not (job.decided_at and job.begun_at and job.ended_at):
        raise ConflictError(
            Text("只有已完成的销毁有证明", "Only a destruction that is done has a certificate"),
            field="state",
            remedy=Text("等待执行完成", "Wait until its run is done"),
        )
    leaves = await _leaves(means, job)
    policies = tuple(dict.fromkeys(leaf.policy for leaf in leaves if leaf.policy))
    return Certificate(
        "shouze-certificate/1", job.id, job.form, job.asked_by.id, job.asked_at, job.decided_by or "", job.decided_at,
        job.begun_at, job.ended_at, job.counts, policies, leaves, root_over(leaves),
    )  # fmt: skip


def root_over(leaves: Sequence[Leaf]) -> str:
    """Return the Merkle root over the leaves' hashes, in base64."""
    return base64.b64encode(root_of([leaf.leaf for leaf in leaves])).decode()


async def _leaves(means: Means, job: Job) -> tuple[Leaf, ...]:
    """Return the request's own records and those of its chunks: asked, approved, run, destroyed, ended."""
    of_chunks: list[Leaf] = []
    after = 0
    while page := await means.requests.chunks(job.id, after, PAGE):
        of_chunks += [leaf for chunk in page for leaf in chunk.leaves]
        after = page[-1].number
    return (*job.leaves[:-1], *of_chunks, *job.leaves[-1:])


_TITLE = Text("个人信息销毁证明", "Certificate of destruction")
_ROWS = (
    (Text("申请编号", "Request"), lambda c: c.request),
    (Text("业务和目的", "Service and purpose"), lambda c: f"{c.form.service} / {c.form.purpose}"),
    (Text("信息项", "Items"), lambda c: ", ".join(c.form.items)),
    (Text("范围", "Scope"), lambda c: c.form.scope.reach),
    (Text("申请人、时间", "Requested by, at"), lambda c: f"{c.requested_by}, {_moment(c.requested_at)}"),
    (Text("批准人、时间", "Approved by, at"), lambda c: f"{c.approved_by}, {_moment(c.approved_at)}"),
    (Text("开始、结束", "Begun, ended"), lambda c: f"{_moment(c.begun_at)} – {_moment(c.ended_at)}"),
    (Text("已销毁（用户数）", "Destroyed (subjects)"), lambda c: str(c.counts.rows)),
    (Text("依法保留", "Kept by a named law"), lambda c: str(c.counts.kept)),
    (Text("本无内容", "Nothing held"), lambda c: str(c.counts.not_held)),
    (Text("被拒绝", "Refused"), lambda c: ", ".join(f"{k} {v}" for k, v in sorted(c.counts.refused.items())) or "0"),
    (Text("策略摘要", "Policy digests"), lambda c: "<br>".join(c.policies)),
    (Text("日志叶根", "Root over the leaves"), lambda c: c.root),
)
_STYLE = (
    "body{font:14px/1.6 sans-serif;margin:2em}table{border-collapse:collapse}"
    "td,th{border:1px solid;padding:.3em .6em;text-align:left}code{word-break:break-all}"
)
_VERIFY = Text(
    "核验：在操作日志中按节点、启动、序号找到各叶，比对哈希；按上列次序计算 RFC 6962 根。",
    "To verify: find each leaf in the log by node, boot and number and compare its hash; then compute the root "
    "(RFC 6962) over them in this order.",
)


def page(certificate: Certificate, language: Language) -> str:
    """Return the certificate as a page to print."""
    rows = "".join(
        f"<tr><th>{label.to(language)}</th><td>{_cell(value(certificate))}</td></tr>" for label, value in _ROWS
    )
    leaves = "".join(map(_leaf_row, certificate.leaves))
    title = _TITLE.to(language)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1><table>{rows}</table>"
        f"<p>{_VERIFY.to(language)}</p><table>{leaves}</table></body></html>\n"
    )


def _leaf_row(leaf: Leaf) -> str:
    hashed = base64.b64encode(leaf.leaf).decode()
    cells = (leaf.node, leaf.boot, leaf.nseq, f"{leaf.act} {leaf.outcome}", leaf.rows, hashed)
    return f"<tr>{''.join(f'<td><code>{escape(str(cell))}</code></td>' for cell in cells)}</tr>"


def _cell(text: str) -> str:
    return "<br>".join(escape(part) for part in text.split("<br>"))


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
