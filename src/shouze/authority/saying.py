"""How editions are told: each member's words, in both languages; members that nobody knows here are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from shouze.chinatime import SHANGHAI
from shouze.language import Text
from shouze.registers.announcements.publishing import GROUNDS
from shouze.registers.announcements.register import KINDS, MEASURES
from shouze.registers.batches.composing import LAWS
from shouze.registers.credit.register import GROUNDS as LISTED_FOR
from shouze.registers.credit.terms import terms
from shouze.rules.citing import cited

REGISTERS: Mapping[str, Text] = {
    "announcements": Text("公告", "Announcement"),
    "credit": Text("不良与失信名单", "Credit list"),
    "batches": Text("通报", "Notice"),
}
EDITIONS: Mapping[str, Text] = {
    "publication": Text("公布", "Published"),
    "correction": Text("更正", "Corrected"),
    "removal": Text("撤下", "Removed"),
}
_Told = Callable[[Any], Text]


def _plain(value: Any) -> Text:
    return Text(str(value), str(value))


def _moment(value: Any) -> Text:
    return _plain(f"{datetime.fromisoformat(str(value)).astimezone(SHANGHAI):%Y-%m-%d %H:%M}")


def _of(known: Mapping[str, Text]) -> _Told:
    return lambda value: known.get(str(value)) or _plain(value)


def _each(known: Mapping[str, Text]) -> _Told:
    return lambda values: Text.listed(known.get(str(each)) or _plain(each) for each in values)


MEMBERS: Mapping[str, tuple[Text, _Told]] = {
    "operator": (Text("经营者", "Operator"), _plain),
    "credit_code": (Text("统一社会信用代码", "Credit code"), _plain),
    "licence": (Text("许可证或备案号", "Licence or filing"), _plain),
    "published_as": (Text("公布方式", "Published as"), _of(KINDS)),
    "list": (Text("名单", "List"), lambda name: terms()[name].name if name in terms() else _plain(name)),
    "ground": (Text("列入事由", "Ground"), _of(LISTED_FOR)),
    "listed_on": (Text("列入日期", "Listed on"), _plain),
    "until": (Text("公布至", "Until"), _plain),
    "articles": (Text("违反的条款", "Articles breached"), cited),
    "facts": (Text("违法事实", "What was done"), _plain),
    "measures": (Text("处理", "Measures"), _each(MEASURES)),
    "fine": (Text("罚款（元）", "Fine (RMB)"), lambda value: _plain(f"{value:,}")),
    "decision": (Text("决定书文号", "Decision"), _plain),
    "decided_on": (Text("决定日期", "Decided on"), _plain),
    "because": (Text("撤下理由", "Removed because"), _of(GROUNDS)),
    "batch": (Text("批次", "Batch"), _plain),
    "total": (Text("总第几批", "Batch in all"), _plain),
    "laws": (Text("依据", "Legal basis"), _each(LAWS)),
    "tested_by": (Text("检测机构", "Tested by"), _plain),
    "due": (Text("改正期限", "To be corrected by"), _moment),
    "contact": (Text("联系方式", "Contact"), _plain),
    "authority": (Text("公布机关", "Published by"), _plain),
}


def facts(members: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """Return what an edition says, member by member, in the order of this module."""
    return [(label, say(members[name])) for name, (label, say) in MEMBERS.items() if name in members]
