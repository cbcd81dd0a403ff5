"""Tells on the terminal what a scan found, what changed, and what was not read."""

from __future__ import annotations

from collections.abc import Sequence

from shouze.cli.terminal import Terminal, print_rows
from shouze.discovery.finding import told
from shouze.discovery.inventory import Change, Entry, Inventory, changes
from shouze.language import Text
from shouze.wiring.statutes import read_statutes

_MOST = 60
VERDICTS = {
    "declared": Text("已申报", "declared"),
    "undeclared-item": Text("未申报的信息", "undeclared item"),
    "undeclared-place": Text("未申报的存放处", "undeclared place"),
    "beyond-necessity": Text("超出必要", "beyond necessity"),
    "copy-outside-custody": Text("守则之外的副本", "a copy outside custody"),
    "past-retention": Text("超过保存期限", "past its retention"),
    "plain-text": Text("应加密而为明文", "must be sealed, is plain"),
    "outside": Text("不属用户", "outside the Order"),
    "organisation": Text("属于组织", "an organisation's"),
}
_CHANGES = {
    "new": Text("新增", "new"),
    "gone": Text("消失", "gone"),
    "more": Text("增多", "more"),
    "fewer": Text("减少", "fewer"),
}


def tell(terminal: Terminal, inventory: Inventory, before: Inventory | None, left: Sequence[Entry]) -> None:
    """Print the table, the changes and the sum."""
    items = read_statutes().items
    listed = sorted(inventory.entries, key=lambda each: (-_grade(each), -each.confidence, -each.count))
    if listed:
        print_rows([_row(terminal, each) for each in listed[:_MOST]])
    if len(listed) > _MOST:
        more = len(listed) - _MOST
        terminal.say(f"… 另有 {more} 处，见 --jsonl 或 --html", f"… and {more} more: see --jsonl or --html")
    if before is not None:
        _tell_changes(terminal, changes(before, inventory))
    for gap in inventory.unread[:20]:
        terminal.note(f"未读：{gap.place}：{gap.reason.zh}", f"Not read: {gap.place}: {gap.reason.en}")
    places = len({(each.source, each.place) for each in inventory.entries})
    kinds = len({each.item for each in inventory.entries})
    sensitive = len({each.item for each in inventory.entries if each.item in items and items[each.item].sensitive})
    terminal.say(
        f"{inventory.parts} 个文件或表：{places} 处、{kinds} 种个人信息（{sensitive} 种敏感），"
        f"{len(left)} 处不在基线中，{len(inventory.unread)} 处未读",
        f"{inventory.parts} files or tables: {places} places, {kinds} kinds of personal information ({sensitive} of "
        f"them sensitive), {len(left)} not in the baseline, {len(inventory.unread)} not read",
    )


def _grade(entry: Entry) -> int:
    item = read_statutes().items.get(entry.item)
    return item.grade if item else 0


def _row(terminal: Terminal, entry: Entry) -> tuple[str, ...]:
    item = read_statutes().items.get(entry.item)
    title = terminal.show(item.text) if item else entry.item
    verdict = terminal.show(VERDICTS[entry.verdict]) if entry.verdict else ""
    count = f"×{entry.count:,}"
    reason = terminal.show(entry.reason)
    if entry.known is not None:
        reason = f"{terminal.show(told(entry.known))}; {reason}"
    return (f"{entry.confidence:.2f}", title, entry.place, count, entry.sample, verdict, reason)


def _tell_changes(terminal: Terminal, found: Sequence[Change]) -> None:
    if not found:
        terminal.say("与上次相比没有变化", "Nothing changed since the last scan")
        return
    terminal.say("与上次相比：", "Since the last scan:")
    print_rows([
        (f"  {terminal.show(_CHANGES[each.kind])}", each.entry.place, each.entry.item,
         f"{each.before} → {each.entry.count}")
        for each in found[:_MOST]
    ])  # fmt: skip
