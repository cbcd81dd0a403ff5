"""An operator that declares a purpose of finding copies, and a scanner that may match for it."""

from __future__ import annotations

from collections.abc import Sequence

from shouze.gateway.asking import Request, Visitor
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.use import Actor
from shouze.wiring import Installation
from tests.installation import apply

SCANNER = Visitor(Actor("service", "scanner"))
DECLARATION = """
format: shouze-declaration/1
operator:
  name: {zh: 星桥通信有限公司（虚构）, en: Starbridge Telecom Ltd (fictional)}
  authority: {zh: 云泽省通信管理局（虚构）, en: Yunze Communications Administration (fictional)}
  contact: {zh: 个人信息保护热线 10099, en: Privacy line 10099}
  licence: B1-20260001
services:
  - service: house
    name: {zh: 内部管理, en: Internal management}
    channels: {enquiry: {zh: 热线 10099, en: Line 10099}, correction: {zh: 热线 10099, en: Line 10099}}
    purposes:
      - id: find-copies
        name: {zh: 查找存放在别处的副本, en: Finding copies that lie elsewhere}
        means: [match]
        how: {zh: 只统计数量, en: Counted only}
        ground: {instrument: cybersecurity-law, article: "42"}
        necessary: true
        retention: {counted_from: service-end}
        items:
          - {item: phone, need: necessary, because: {zh: 防止泄露, en: To prevent leaks},
             refusal: {zh: 依法进行, en: The law asks for it}}
"""
POLICY = """
accounts:
  - id: scanner
    name: {zh: 扫描程序, en: The scanner}
    grants: [{services: [house], purposes: [find-copies], actions: [match], items: [phone]}]
  - id: crm
    name: {zh: 客户关系系统, en: Customer relations system}
    grants:
      - {services: [mobile], actions: [collect, bind]}
      - {services: [house], purposes: [find-copies], actions: [match]}
"""


async def declare_copies(opened: Installation) -> None:
    """Declare the purpose, and grant it to the scanner."""
    document, lines = read_document(DECLARATION.encode(), DeclarationFile)
    await opened.publisher.declare(document, lines, "test")
    await apply(opened, POLICY)
    await opened.door.refresh()


def asked(item: str = "phone", purpose: str = "find-copies") -> Request:
    """Return what the scanner asks."""
    return Request(service="house", purposes=(purpose,), items=(item,), action="match", reason="季度扫描")


def phones(count: int, start: int = 0) -> list[str]:
    """Return different mobile numbers."""
    return [f"138{number:08}" for number in range(start, start + count)]


def spelt(values: Sequence[str]) -> list[str]:
    """Return the same numbers in another order and spelling."""
    return [f"+86 {each[:3]}-{each[3:7]}-{each[7:]}" for each in reversed(values)]
