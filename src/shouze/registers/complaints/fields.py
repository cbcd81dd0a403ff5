"""The fields of a complaint and of its acts' forms."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import Choices, Field
from shouze.registers.letters.register import CHANNELS
from shouze.registers.letters.replying import SHOWN
from shouze.rules.deadline import COUNTINGS

MATTERS: Choices = {
    "collected": Text("违规收集", "Collected unlawfully"),
    "beyond": Text("超范围收集、使用", "Collected or used beyond what is needed"),
    "unasked": Text("未经同意使用或提供", "Used or given away without consent"),
    "leaked": Text("泄露、出售", "Leaked or sold"),
    "wrong": Text("信息有误、不予更正", "Wrong, and not corrected"),
    "kept": Text("不予删除、注销", "Not erased, not cancelled"),
    "disturbed": Text("营销骚扰", "Unwanted marketing"),
    "rules": Text("规则不明、不告知", "Rules unclear or not told"),
    "agent": Text("代理人、营业厅的行为", "What an agent or shop did"),
    "other": Text("其他", "Other"),
    "unsorted": Text("待归类", "Not sorted yet"),
}
RESOLUTIONS: Choices = {
    "upheld": Text("属实，已纠正", "Right, and put right"),
    "partly": Text("部分属实，已纠正", "Partly right, and put right"),
    "unfounded": Text("不属实", "Unfounded"),
    "settled": Text("已协商解决", "Settled"),
}
REFUSALS: Choices = {
    "not-personal": Text("与个人信息保护无关", "Not about personal information"),
    "not-ours": Text("不是本单位的业务", "Not about our services"),
    "repeated": Text("同一事项已答复", "Answered already"),
    "unknown": Text("无法确定来信人或事项", "Neither who nor what can be told"),
    "other": Text("其他（见告知内容）", "Other (see the notice)"),
}


def countings() -> Choices:
    """Return the ways of counting by their names."""
    return {name: each.name for name, each in COUNTINGS.items()}


REACH = (
    Field(name="subject", label=Text("用户编号", "The user's id"), optional=True,
          heading=Text("投诉人", "Who complains"),
          hint=Text("本单位用户只写编号，不写姓名、号码", "A user of ours by the id alone")),
    Field(name="reach_name", label=Text("称呼", "Name"), optional=True,
          hint=Text("非本单位用户填写；加密保存", "For somebody who is no user of ours; sealed")),
    Field(name="reach_email", label=Text("电子邮件", "E-mail"), optional=True),
    Field(name="reach_phone", label=Text("联系电话", "Telephone"), optional=True),
    Field(name="reach_address", label=Text("通信地址", "Address"), optional=True),
)  # fmt: skip
FILE = (
    Field(name="source", label=Text("来源", "From"), choices=CHANNELS, duty="A12-accept"),
    Field(name="received_at", label=Text("接到时间", "Received at"), duty="A12-15d",
          hint=Text("信函以送达之时为准", "Of a letter: when it was delivered")),
    Field(name="matter", label=Text("事项", "About"), choices=MATTERS, duty="A12-accept"),
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="records_told", label=Text("涉及的操作记录", "Handling records it is about"), optional=True,
          hint=Text("日志序号，用空格隔开", "Their places in the log, separated by spaces")),
    Field(name="story", label=Text("投诉内容", "What they complain about"), lines=6, optional=False,
          hint=Text("加密保存；不会出现在列表、导出或日志中", "Sealed; it is in no list, export or log")),
    *REACH,
)  # fmt: skip
SORT = (
    Field(name="matter", label=Text("事项", "About"), choices=MATTERS),
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="records_told", label=Text("涉及的操作记录", "Handling records it is about"), optional=True),
)
ASSIGN = (Field(name="assigned", label=Text("承办人", "With whom"), optional=False),)
REFUSED = Field(name="refused_because", label=Text("不予受理的理由", "Why it is refused"), choices=REFUSALS,
                optional=False, duty="A12-accept")  # fmt: skip
RESOLVE = (Field(name="resolution", label=Text("处理结果", "Outcome"), choices=RESOLUTIONS, optional=False),)
EVERY = (
    *FILE[:4],
    Field(name="records", label=Text("涉及的操作记录", "Handling records it is about"), once_filled=True),
    Field(name="assigned", label=Text("承办人", "With whom")),
    Field(name="counting", label=Text("计算方式", "Way of counting"), choices=countings, duty="A12-15d"),
    Field(name="due", label=Text("答复期限", "Answer due"), duty="A12-15d"),
    *SHOWN,
    Field(name="breached_at", label=Text("逾期自", "Overdue since"), once_filled=True, duty="A12-15d"),
    Field(
        name="refused_because", label=Text("不予受理的理由", "Why it was refused"), choices=REFUSALS, once_filled=True
    ),
    Field(name="resolution", label=Text("处理结果", "Outcome"), choices=RESOLUTIONS, once_filled=True),
    Field(name="resolved_at", label=Text("办结时间", "Resolved at"), once_filled=True),
    Field(name="withdrawn_at", label=Text("撤回时间", "Withdrawn at"), once_filled=True),
    Field(name="reopened", label=Text("重开次数", "Times reopened"), once_filled=True),
    Field(name="call_number", label=Text("来电编号", "The call"), once_filled=True),
)
