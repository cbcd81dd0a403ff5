"""The words of what the door names by id: services, purposes, items, recipients, posts, agents, acts, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shouze.client import RecordOfOwn
from shouze.language import Text
from shouze.portal.ports import GIVEN
from shouze.registers.declarations import comparing
from shouze.registers.ports import statutes
from shouze.registers.vocabulary import ACTION_WORDS
from shouze.rules.declaration import Declaration, Purpose
from shouze.rules.refusal import CATALOGUE
from shouze.rules.use import SUBJECT_RIGHTS

_ACTS = {
    "recognise": Text("登录时识别", "Recognised at sign-in"),
    "read-standing": Text("查看留存和授权情况", "Looked at what is held and agreed"),
    "read-own-records": Text("查看操作记录", "Looked at the records"),
    "prove-own-records": Text("下载记录的证明", "Fetched a proof of a record"),
    "read-consents": Text("查看同意情况", "Looked at what was agreed"),
    "inspect-records": Text("查阅操作记录", "Looked at the handling records"),
    "tally-records": Text("统计操作记录", "Counted the handling records"),
    "prove-records": Text("出具记录的证明", "Proved a record"),
    "read-usage": Text("查看使用记录", "Read records of use"),
    "append-usage": Text("记录使用情况", "Recorded use of the service"),
    "evaluate": Text("检查是否允许", "Checked whether it is permitted"),
    "take-in": Text("从旧系统接收", "Taken over from another system"),
}
_OUTCOMES = {
    "permitted": Text("允许", "Permitted"), "refused": Text("拒绝", "Refused"), "failed": Text("未完成", "Failed"),
    "fewer": Text("只开启一部分", "Fewer were opened"), "aborted": Text("中止", "Aborted"),
    "due": Text("到期删除", "Erased when due"),
}  # fmt: skip
_KINDS = {
    "subject": Text("您本人", "You"), "staff": Text("工作人员", "Staff"), "agent-staff": Text("代理人", "An agent"),
    "service": Text("系统", "A program"), "system": Text("系统自动", "The system"),
}  # fmt: skip
_OWN = {"account:portal": Text("本门户", "This portal")}
PURPOSES = {
    SUBJECT_RIGHTS: Text("您行使权利", "Your own rights"),
    "investigation": Text("安全核查", "Investigation"), "supervision": Text("监督检查", "Supervision"),
    "user-request": Text("用户请求", "A user's request"), "order": Text("主管机关要求", "An authority's demand"),
    "watch": Text("异常监测", "Watching for what is unusual"),
}  # fmt: skip


@dataclass
class Words:
    """The words for one page; what they come from is read once, when first asked for."""

    declared: dict[str, Declaration] = field(default_factory=dict)
    holders: dict[str, Text] = field(default_factory=dict)

    @classmethod
    def read(cls, *, actors: bool = False) -> Words:
        """Read the rules in force, and with ``actors`` the names of posts, accounts and agents."""
        declared = {row.service: row.declaration for row in GIVEN.public.in_force()}
        return cls(declared, dict(GIVEN.public.holders()) if actors else {})

    def service(self, name: str | None) -> Text:
        """Return a service."""
        known = self.declared.get(name or "")
        return Text(known.name.zh, known.name.en) if known else Text(name or "—", name or "—")

    def purpose(self, service: str | None, name: str) -> Text:
        """Return a purpose of a service, or one of looking at records."""
        known = self.rule(service or "", name)
        return Text(known.name.zh, known.name.en) if known else PURPOSES.get(name, Text(name, name))

    def rule(self, service: str, purpose: str) -> Purpose | None:
        """Return a purpose as it is declared now."""
        known = self.declared.get(service)
        return next((each for each in known.purposes if each.id == purpose), None) if known else None

    def item(self, name: str) -> Text:
        """Return an item: the catalogue's, or one of the operator's own."""
        if (known := statutes().items.get(name)) is not None:
            return known.text
        own = [each for whole in self.declared.values() for each in whole.own_items if each.id == name]
        return Text(own[0].name.zh, own[0].name.en) if own else Text(name, name)

    def recipient(self, service: str | None, name: str) -> Text:
        """Return a recipient."""
        known = self.declared.get(service or "")
        found = [each for each in known.recipients if each.id == name] if known else []
        return Text(found[0].name.zh, found[0].name.en) if found else Text(name, name)

    def actor(self, record: RecordOfOwn) -> Text:
        """Return who acted: the post, the agent, the program; never a person by name or number."""
        key = (
            f"agent:{record.agent}" if record.agent else f"post:{record.post}" if record.post
            else f"account:{record.account}" if record.account else ""
        )  # fmt: skip
        if not key:
            return _KINDS.get(record.kind, Text(record.kind, record.kind))
        bare = key.partition(":")[2]
        return self.holders.get(key) or _OWN.get(key, Text(bare, bare))


def operator_name() -> Text:
    """Return the operator's name as it declared itself; a dash before it did."""
    found = GIVEN.public.operator()
    return Text(found.name.zh, found.name.en) if found else Text("—", "—")


def act(name: str) -> Text:
    """Return an act in words; a check says so."""
    if name.startswith("check-"):
        checked = act(name.removeprefix("check-"))
        return Text(f"检查可否{checked.zh}", f"Checked: {checked.en.lower()}")
    return _ACTS.get(name) or ACTION_WORDS.get(name) or Text(name, name)


def outcome(name: str) -> Text:
    """Return an outcome in words."""
    return _OUTCOMES.get(name, Text(name, name))


def refusal(code: str | None) -> Text | None:
    """Return why something was refused; a code that a newer door has, as it stands."""
    return None if code is None else CATALOGUE[code].title if code in CATALOGUE else Text(code, code)


def law(purpose: Purpose | None) -> Text | None:
    """Return the law that a purpose rests on."""
    return comparing.ground(purpose.ground) if purpose and not isinstance(purpose.ground, str) else None


def listed(texts: Mapping[str, Text]) -> Text:
    """Return words one after another."""
    return Text.listed(texts.values())
