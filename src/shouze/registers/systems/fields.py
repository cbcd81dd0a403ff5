"""The fields of a system and of its acts' forms."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import Choices, Field
from shouze.registers.holders.models import Holder
from shouze.registers.peers.trusted import authorities
from shouze.registers.systems import filing
from shouze.rules.network_protection import GRADES

KINDS: Choices = {
    "inside": Text("闸门之内：信息由本系统保管", "Behind the door: the information lies in custody here"),
    "asking": Text("经闸门取用信息的业务系统", "A system that asks at the door"),
    "outside": Text("闸门之外：自行保存信息（旧系统等）", "Outside the door: it keeps information itself (legacy …)"),
    "agent": Text("代理人的系统", "An agent's system"),
}
MEASURES: Choices = {"intrusion": Text("防入侵", "Against intrusion"), "virus": Text("防病毒", "Against viruses")}
TESTS: Choices = {
    "test": Text("符合性评测", "Conformity test"),
    "risks": Text("安全风险评估", "Risk assessment"),
}
VERDICTS: Choices = {"fit": Text("准予接入", "It may connect"), "unfit": Text("不准接入", "It may not connect")}
RESULTS: Choices = {
    "passed": Text("未发现问题", "Nothing wrong was found"),
    "wrong": Text("发现问题", "Something wrong was found"),
}
_GRADES: Choices = {str(each): Text(f"第 {each} 级", f"Grade {each}") for each in GRADES}


def accounts() -> Choices:
    """Return the service accounts at the door."""
    rows = Holder.objects.filter(kind="account", state="present").order_by("name")
    return {each.name: Text(each.title, each.title_en) for each in rows}


IDENTITY = (
    Field(name="name", label=Text("代号", "Id"),
          hint=Text("小写字母、数字和连字符", "Lower-case letters, digits, hyphens")),
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(name="kind", label=Text("信息在哪里", "Where the information is"), choices=KINDS, duty="A13-6-oplog"),
    Field(name="place", label=Text("所在地", "Where it stands"), hint=Text("机房、云区域等", "Machine room, cloud …")),
    Field(name="owner", label=Text("负责人", "Who answers for it"), duty="A13-1-roles"),
    Field(name="agent", label=Text("代理人", "Agent"), choices=vocabulary.agents),
    Field(name="account", label=Text("在闸门使用的服务账号", "Its service account at the door"), choices=accounts,
          hint=Text("要求审查的账号，只在系统审查有效期内放行",
                    "An account that asks for it is let in only while its system's review lasts")),
)  # fmt: skip
HOLDS = (
    Field(name="services", label=Text("涉及的服务", "For services"), choices=vocabulary.services, several=True,
          heading=Text("保存什么", "What it holds")),
    Field(name="items", label=Text("信息项", "Items"), choices=vocabulary.items, several=True),
    Field(name="subjects_count", label=Text("用户数（约）", "Users, about")),
)  # fmt: skip
CYCLES = (
    Field(name="network", label=Text("属于通信网络单元", "Part of a communication network unit"), asks="yes-no",
          hint=Text("须定级、备案、评测（第十三条第七项）", "Graded, filed and tested (Art. 13(7))"),
          heading=Text("周期", "Cycles")),
    Field(name="protection_days", label=Text("防护证据有效期（天）", "Evidence of protection is fresh for (days)")),
    Field(name="records_days", label=Text("操作记录报送周期（天）", "Records are attested every (days)"),
          hint=Text("闸门之外的系统", "Of systems outside the door")),
)  # fmt: skip
STANDING = (
    Field(name="reviewed_at", label=Text("审查时间", "Reviewed at"), duty="A13-5-access"),
    Field(name="reviewed_until", label=Text("审查有效至", "Review in force until"), duty="A13-5-access"),
    Field(name="refused_because", label=Text("不准接入的原因", "Why it may not connect"), once_filled=True),
    Field(name="connected_at", label=Text("接入时间", "Connected")),
    Field(name="intrusion_tool", label=Text("防入侵措施", "Protection against intrusion"), duty="A13-5-intrusion"),
    Field(name="intrusion_at", label=Text("防入侵证据截至", "Its evidence is of")),
    Field(name="virus_tool", label=Text("防病毒措施", "Protection against viruses"), duty="A13-5-intrusion"),
    Field(name="virus_at", label=Text("防病毒证据截至", "Its evidence is of")),
    Field(name="grade", label=Text("网络单元级别", "Grade of the network unit"), duty="A13-7-network"),
    Field(name="graded_at", label=Text("定级时间", "Graded")),
    Field(name="filing", label=Text("备案编号", "Filing number")),
    Field(name="filed_at", label=Text("备案时间", "Filed")),
    Field(name="filing_sent_at", label=Text("备案报送时间", "Filing sent"), once_filled=True),
    Field(
        name="filing_verdict",
        label=Text("管理机构的答复", "The authority's answer"),
        choices=filing.VERDICTS,
        once_filled=True,
    ),
    Field(name="filing_answer", label=Text("答复内容", "What it says"), once_filled=True),
    Field(name="tested_at", label=Text("上次符合性评测", "Conformity tested last")),
    Field(name="risks_at", label=Text("上次安全风险评估", "Risks assessed last")),
    Field(
        name="fed_at", label=Text("最近一条证明的记录", "Latest attested record"), once_filled=True, duty="A13-6-oplog"
    ),
)
REVIEW = (
    Field(name="verdict", label=Text("审查结论", "Verdict"), choices=VERDICTS, optional=False, duty="A13-5-access"),
    Field(
        name="reviewed_until",
        label=Text("结论有效至", "Valid until"),
        optional=True,
        hint=Text("至多两年", "Two years at most"),
    ),
    Field(name="refused_because", label=Text("不准接入的原因", "Why it may not connect"), lines=3, optional=True),
)
_WRONG = Field(name="wrong", label=Text("问题", "What is wrong"), lines=3, optional=True,
               hint=Text("发现问题的，登记为隐患", "It becomes a shortcoming"))  # fmt: skip
PROTECT = (
    Field(name="measures", label=Text("核实了哪些措施", "Which protection was checked"), choices=MEASURES, several=True,
          optional=False, duty="A13-5-intrusion"),
    Field(name="tool", label=Text("产品或措施", "Product or measure"), optional=False),
    Field(name="checked_at", label=Text("证据截至", "The evidence is of"), asks="moment", optional=True,
          hint=Text("不填为现在", "Empty: now")),
    Field(name="result", label=Text("结果", "Result"), choices=RESULTS, optional=False),
    _WRONG,
)  # fmt: skip
GRADE = (
    Field(name="unit_grade", label=Text("级别", "Grade"), choices=_GRADES, optional=False, duty="A13-7-network"),
    Field(name="graded_at", label=Text("定级时间", "Graded"), optional=False),
)
FILE = (
    Field(name="filing", label=Text("备案编号", "Filing number"), optional=False, duty="A13-7-network"),
    Field(name="filed_at", label=Text("备案时间", "Filed"), optional=False),
)
SEND = (Field(name="to", label=Text("报送给", "To"), choices=authorities, optional=False),)
TEST = (
    Field(name="what", label=Text("做了什么", "What was done"), choices=TESTS, optional=False, duty="A13-7-network"),
    Field(name="done_at", label=Text("完成时间", "Done"), asks="moment", optional=False),
    Field(name="result", label=Text("结果", "Result"), choices=RESULTS, optional=False),
    _WRONG,
)
