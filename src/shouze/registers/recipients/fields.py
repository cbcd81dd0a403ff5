"""The fields of a recipient and of its acts' forms."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import Choices, Field
from shouze.registers.ports import statutes

GROUNDS: Choices = {
    "consent": Text("用户同意（单独同意）", "The user's consent, given for this recipient"),
    "law": Text("法律、行政法规的规定", "A law or administrative regulation"),
}
ABROAD: Choices = {
    "contract": Text("个人信息出境标准合同（已备案）", "Standard contract, filed"),
    "assessment": Text("通过数据出境安全评估", "Security assessment passed"),
    "certification": Text("个人信息保护认证", "Certification"),
    "exempt": Text("依规定免予申报（写明条款）", "Exempt (name the clause)"),
    "treaty": Text("国际条约、协定", "A treaty"),
}


def laws() -> Choices:
    """Return the laws and administrative regulations that may stand in for consent (Art. 9(5))."""
    # A09-5-carveout: nothing below them is offered
    return {name: each.name for name, each in statutes().instruments.items() if each.may_except}


IDENTITY = (
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="recipient", label=Text("接收方代号", "Id"),
          hint=Text("与收集使用规则中声明的代号相同", "The id by which the rules declare it")),
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
)  # fmt: skip
WHAT = (
    Field(name="purposes", label=Text("目的", "Purposes"), choices=vocabulary.purposes, several=True,
          heading=Text("提供什么", "What is provided"), duty="A10-no-illegal-supply"),
    Field(name="items", label=Text("信息项", "Items"), choices=vocabulary.items, several=True,
          duty="A10-no-illegal-supply"),
    Field(name="ground", label=Text("依据", "Ground"), choices=GROUNDS, duty="A10-no-illegal-supply"),
    Field(name="instrument", label=Text("法律、行政法规", "Law or regulation"), choices=laws),
    Field(name="article", label=Text("条款", "Article")),
    Field(name="since", label=Text("自", "From")),
    Field(name="until", label=Text("至", "Until"), hint=Text("到期后闸门自动拒绝", "The door refuses it from then on")),
)  # fmt: skip
PAPERS = (
    Field(name="contract", label=Text("合同或协议编号", "Contract"), heading=Text("约定", "What was agreed")),
    Field(name="manner", label=Text("提供方式", "How it is provided"), lines=2,
          hint=Text("接口、文件、频次等", "Interface, file, how often …")),
    Field(name="contact", label=Text("接收方联系人", "Whom to reach there"), personal=True),
    Field(name="abroad", label=Text("向境外提供", "Provided abroad"), asks="yes-no", heading=Text("出境", "Abroad")),
    Field(name="country", label=Text("国家或地区", "Country or region")),
    Field(name="abroad_ground", label=Text("出境的依据", "Ground for providing abroad"), choices=ABROAD),
    Field(name="abroad_reference", label=Text("备案、评估或认证编号", "Its number")),
)  # fmt: skip
NARROW = (
    Field(name="purposes", label=Text("保留的目的", "Purposes kept"), choices=vocabulary.purposes, several=True),
    Field(name="items", label=Text("保留的信息项", "Items kept"), choices=vocabulary.items, several=True),
    Field(name="until", label=Text("至", "Until")),
)
STANDING = (
    Field(name="approved_at", label=Text("批准时间", "Approved")),
    Field(name="ended_at", label=Text("终止时间", "Ended"), once_filled=True),
)
