"""Who may do what in the desk: roles, held by people, checked act by act (Art. 13(1), 13(3)).

# Invariant: no role opens personal information; that takes a grant at the door, and the door decides it anew each time.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from shouze.language import Text


class Role(StrEnum):
    """A role in the desk; a person may hold several."""

    OFFICER = "officer"
    SECURITY = "security"
    SERVICE = "service"
    APPROVER = "approver"
    AUDITOR = "auditor"
    AGENT = "agent"
    ADMINISTRATOR = "administrator"
    INSPECTOR = "inspector"
    HEAD = "head"
    CHAIR = "chair"
    PUBLISHER = "publisher"
    MINISTRY = "ministry"
    ASSOCIATION = "association"
    SECRETARY = "secretary"


NAMES: dict[Role, Text] = {
    Role.OFFICER: Text("个人信息保护负责人", "Privacy officer"),
    Role.SECURITY: Text("安全负责人", "Security"),
    Role.SERVICE: Text("客服", "Customer service"),
    Role.APPROVER: Text("审批人", "Approver"),
    Role.AUDITOR: Text("审计（只读）", "Auditor (reads only)"),
    Role.AGENT: Text("代理人员工", "Agent's staff"),
    Role.ADMINISTRATOR: Text("系统管理员", "Administrator"),
    Role.INSPECTOR: Text("执法人员", "Authority's officer"),
    Role.HEAD: Text("管理机构负责人", "Head at the authority"),
    Role.CHAIR: Text("听证主持人", "Chair of hearings"),
    Role.PUBLISHER: Text("公告发布人", "Publisher of announcements"),
    Role.MINISTRY: Text("上级机关（部）", "Next higher authority (Ministry)"),
    Role.ASSOCIATION: Text("行业协会", "Industry body"),
    Role.SECRETARY: Text("协会秘书处", "Association's secretariat"),
}

House = Literal["operator", "authority", "association"]
"""Whose installation this is: an operator's desk, an authority's or an association's, over one set of pages."""

Roles = frozenset[Role]
VISITING: Roles = frozenset({Role.MINISTRY, Role.ASSOCIATION})
"""Who is of another body: they see what names them, never what is open to everybody of the house (Arts. 7, 18, 21)."""
EVERYBODY: Roles = frozenset(Role) - VISITING
HOUSE: Roles = EVERYBODY - {Role.AGENT}
"""Everybody of the operator's own."""
KEEPERS: Roles = frozenset({Role.OFFICER, Role.SECURITY})
"""Who keeps the registers."""
SERVING: Roles = frozenset({Role.SERVICE, Role.AGENT, Role.OFFICER})
"""Who serves users at the counter; what they may see there the door decides."""
INSPECTING: Roles = frozenset({Role.INSPECTOR, Role.HEAD})
"""Who works on matters at the authority."""
ONLY_AT_AN_ASSOCIATION: Roles = frozenset({Role.SECRETARY})
"""Who works at an industry body's own installation; its people at an authority are visitors (``ASSOCIATION``)."""
_AT_AN_ASSOCIATION: Roles = ONLY_AT_AN_ASSOCIATION | {Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}
ONLY_AT_THE_AUTHORITY: Roles = INSPECTING | {Role.CHAIR, Role.PUBLISHER, Role.MINISTRY, Role.ASSOCIATION}
_AT_THE_AUTHORITY: Roles = ONLY_AT_THE_AUTHORITY | {Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}
OVERLOOKING: Roles = INSPECTING | {Role.AUDITOR}
"""Who sees an authority's year at a glance, with the lists behind it."""
SUPERVISING: Roles = frozenset({Role.HEAD, Role.MINISTRY})
"""Who answers for what the authority's own people do (Arts. 18, 24)."""
OVERSEEING: Roles = KEEPERS | {Role.APPROVER, Role.AUDITOR}
"""Who reads what the registers say of people and measures."""
_HELD: dict[House, Roles] = {
    "operator": EVERYBODY - ONLY_AT_THE_AUTHORITY - ONLY_AT_AN_ASSOCIATION,
    "authority": _AT_THE_AUTHORITY,
    "association": _AT_AN_ASSOCIATION,
}


def roles_in(house: House) -> dict[Role, Text]:
    """Return the roles that people of this house hold, with their words."""
    return {role: text for role, text in NAMES.items() if role in _HELD[house]}
