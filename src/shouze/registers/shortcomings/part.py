"""The shortcomings that a row found, as a part of its page; and the words for where shortcomings come from."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers.describing import Choices, Part
from shouze.registers.rows import Kept
from shouze.registers.shortcomings.models import Shortcoming

MOST = 200
SOURCE: Choices = {
    "": Text("人工登记", "Raised by hand"),
    "selfinspections": Text("自查", "Self-inspection"),
    "agents": Text("监督代理人", "Supervising an agent"),
    "watching": Text("异常处理", "Unusual handling"),
    "systems": Text("系统防护", "Protecting systems"),
    "findings": Text("扫描发现", "The scanner"),
    "campaigns": Text("权限复核", "Access review"),
    "stocktakes": Text("介质盘点", "Stock-taking of media"),
}
STATES = {
    "open": Text("待整改", "To be mended"),
    "mended": Text("待复查", "To be looked at again"),
    "closed": Text("已消除", "Gone"),
    "dismissed": Text("不属隐患", "No shortcoming"),
}


def part_of(source: str) -> Part:
    """Return the part of a page that lists what a row of this register found wrong."""

    def rows(entry: Kept) -> list[Shortcoming]:
        found = Shortcoming.objects.filter(source=source, source_number=entry.number)
        return list(found.select_related("owner").order_by("-pk")[:MOST])

    return Part(
        title=Text("隐患", "Shortcomings"),
        columns=(
            (Text("编号", "Number"), lambda each: each.number),
            (Text("隐患", "What is wrong"), lambda each: each.title),
            (Text("责任人", "Owner"), lambda each: each.owner.name if each.owner else None),
            (Text("期限", "By"), lambda each: each.due),
            (Text("状态", "State"), lambda each: STATES[each.state]),
        ),
        rows=rows,
        link=lambda each: ("shortcomings", each.number),
    )
