"""The register of take-down orders (Arts. 17, 20): a store, its apps, served by dispatch or on paper, done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers import delivery
from shouze.registers.describing import AUTHORITIES, Act, Field, Group, Part, Printed, Register, Running, State
from shouze.registers.notices.register import REGISTER as NOTICES
from shouze.registers.removals import ordering, papers
from shouze.registers.removals.models import Removal
from shouze.registers.roles import INSPECTING, Role

DUTY = "A17-1-inspect"
_SHOWN = (
    Field(name="title", label=Text("应用商店", "Store")),
    Field(name="operator", label=Text("经营者", "Operator"), once_filled=True,
          hint=Text("编号、许可证号、备案号或名称", "Number, licence, filing or name")),
    Field(name="batch", label=Text("批次编号", "Batch"), once_filled=True),
    Field(name="because", label=Text("理由", "Why"), lines=2),
    Field(name="due", label=Text("下架期限", "To be taken down by")),
    *delivery.SHOWN,
    Field(name="found", label=Text("核实情况", "What was seen"), lines=2, once_filled=True),
    Field(name="done_at", label=Text("核实时间", "Seen"), once_filled=True),
)  # fmt: skip
_OPERATOR = Field(name="operator", label=_SHOWN[1].label, hint=_SHOWN[1].hint, optional=False)
_FOUND = Field(name="found", label=Text("核实情况", "What was seen"), lines=3, optional=False,
               hint=Text("例如：在该商店搜索不到", "Such as: a search in the store finds none of them"))  # fmt: skip


def _clocks(row: Removal, _now: datetime) -> Sequence[Running]:
    if row.state == "to-serve":
        title = Text("向{name}送达下架通知", "Serve the take-down order on {name}").fill(name=row.title)
        return [Running(kind="serve", title=title, since=row.created_at, roles=INSPECTING, duty=DUTY)]
    if row.state in ("served", "reported"):
        title = Text("核实{name}是否已下架", "See whether {name} has taken them down").fill(name=row.title)
        since = row.served_at or row.created_at
        return [Running(kind="done", title=title, since=since, due=row.due, roles=INSPECTING, duty=DUTY)]
    return ()


def _notes(row: Removal, _now: datetime) -> Sequence[Text]:
    told = [Text("不公开；该商店只看到自己的应用", "It is not public, and the store sees its own apps alone")]
    if row.state == "to-serve":
        told.append(Text("没有以公文送达：写明它是哪家经营者，或者打印后书面送达",
                         "It went by no dispatch: say which operator the store is, or serve it printed"))  # fmt: skip
    return told


REGISTER: Register[Removal] = Register(
    name=ordering.NAME,
    prefix="TD",
    title=Text("下架通知", "Take-down orders"),
    one=Text("下架通知", "Take-down order"),
    intro=Text(
        "复测未改正的应用由应用商店下架：每家商店一份，只列它自己的应用，以公文或者书面送达，不公开。",
        "What was not corrected is taken down by the stores that carry it: one order for each, with its own apps "
        "alone, by dispatch or on paper, never public.",
    ),
    model=Removal,
    duties=(DUTY,),
    fields=_SHOWN,
    states={
        "to-serve": State(label=Text("待送达", "To be served"), tone="bad"),
        "served": State(label=Text("已送达", "Served"), tone="waiting"),
        "reported": State(label=Text("商店称已下架", "Done, says the store"), tone="waiting"),
        "done": State(label=Text("已下架", "Taken down"), tone="good"),
    },
    creating=Act(name="put", title=Text("要求下架", "Ordered"), by=frozenset(), to="to-serve", duty=DUTY),
    acts=(
        Act(name="address", title=Text("以公文发给经营者", "Send it to an operator"), by=INSPECTING, to="served",
            source=frozenset({"to-serve"}), fields=(_OPERATOR,), does=ordering.address, reason="none", proof="none",
            duty=DUTY),
        Act(name="serve", title=Text("登记书面送达", "Enter service on paper"), by=INSPECTING, to="served",
            source=frozenset({"to-serve"}), fields=delivery.FIELDS, does=ordering.serve, proof="must", reason="none",
            duty=DUTY),
        Act(name="done", title=Text("核实已下架", "Note that they are gone"), by=INSPECTING, to="done",
            source=frozenset({"served", "reported"}), fields=(_FOUND,), does=ordering.done, reason="none", duty=DUTY),
        Act(name="order", title=Text("要求下架", "Ordered"), by=frozenset(), to="to-serve", follows=True, duty=DUTY),
        Act(name="sent", title=Text("以公文发出", "Sent by dispatch"), by=frozenset(), to="served", follows=True,
            does=ordering.note_sent, duty=DUTY),
        Act(name="reported", title=Text("收到下架报告", "Taken down, says the store"), by=frozenset(), to="reported",
            follows=True, duty=DUTY),
    ),
    columns=("batch", "due", "served_at", "done_at"),
    search=("batch", "operator"),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=_clocks,
    notes=_notes,
    reports=(
        Printed(name="removal", title=Text("下架通知", "The order"), make=papers.order),
        Printed(name="removal-service", title=delivery.RECORD, make=papers.service_record,
                shown=lambda row: not row.dispatch),
    ),
    parts=(
        Part(
            title=Text("应用", "Apps"),
            columns=(
                (Text("编号", "Number"), lambda app: app.number),
                (Text("应用", "App"), lambda app: app.title),
                (Text("开发者", "Developer"), lambda app: app.developer),
                (Text("状态", "State"), lambda app: NOTICES.states[app.state].label),
            ),
            rows=ordering.apps_of,
            link=lambda app: ("notices", app.number),
        ),
    ),
    heeds={("notices", "take-down"): ordering.taken_down},
    rests_on=lambda row: row.dispatch,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.HANDLING,
    order=49,
)  # fmt: skip
