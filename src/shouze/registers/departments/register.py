"""The register of departments and branches (Art. 13(1)): each has somebody in charge and what it answers for.

What is reorganised is fixed anew; what stands is confirmed once a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.departments.models import Department
from shouze.registers.departments.tree import ancestors, departments, duties
from shouze.registers.describing import Act, Doing, Field, Page, Part, Register, Running, State
from shouze.registers.posts.models import Post
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.registers.spans import months_after

BY: Roles = KEEPERS | {Role.ADMINISTRATOR}
PRESENT = frozenset({"present"})
YEAR = 12
"""Months until what is fixed is confirmed."""
KINDS = {"department": Text("部门", "Department"), "branch": Text("分支机构", "Branch")}
MATRIX = Text("责任表", "Who answers for what")

_FIELDS = (
    Field(name="kind", label=Text("类别", "Kind"), choices=KINDS),
    Field(name="name", label=Text("代号", "Id"),
          hint=Text("小写字母、数字和连字符", "Lower-case letters, digits, hyphens")),
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(name="parent", label=Text("上级", "Part of"), choices=departments,
          hint=Text("最上一级不填", "Empty at the top")),
    Field(name="head", label=Text("负责人", "In charge"), duty="A13-1-roles"),
    Field(name="duties", label=Text("承担的义务", "Answers for"), choices=duties, several=True, duty="A13-1-roles"),
)  # fmt: skip


def _check(doing: Doing[Department]) -> None:
    row = doing.entry
    if Department.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        raise InvalidError(Text("已有此代号", "There is one of this id"), field="name")
    if row.name in ancestors(row.parent):
        remedy = Text("改选不在其下的上级", "Choose one that is not below it")
        raise InvalidError(Text("不能隶属于自己的下级", "It cannot be below itself"), field="parent", remedy=remedy)
    # A13-1-roles: what a reorganisation changes is fixed with it, and dated
    row.confirmed_at = doing.now


def _confirm(doing: Doing[Department]) -> None:
    doing.entry.confirmed_at = doing.now


def _close(doing: Doing[Department]) -> None:
    name = doing.entry.name
    below = Department.objects.filter(parent=name, state="present").exists()
    if below or Post.objects.filter(department=name, state="present").exists():
        remedy = Text("先把下级部门和岗位改到别处", "Put what is below it elsewhere first")
        raise InvalidError(
            Text("其下仍有部门或岗位", "There are departments or posts below it"), field=None, remedy=remedy
        )


def is_fixed(row: Department) -> bool:
    """Tell whether somebody is in charge and what it answers for is said."""
    return row.head_id is not None and bool(row.duties)


def _clocks(row: Department, _now: datetime) -> Sequence[Running]:
    if row.state != "present":
        return ()
    since = row.confirmed_at or row.created_at
    if not is_fixed(row):
        title = Text("确定{name}的负责人和责任", "Fix who is in charge of {name}, and what it answers for")
        return [_running("fix", title.fill(name=row.called), since)]
    title = Text("确认{name}的责任仍然正确", "Confirm that what {name} answers for is still right")
    return [_running("confirm", title.fill(name=row.called), since, months_after(since, YEAR))]


def _running(kind: str, title: Text, since: datetime, due: datetime | None = None) -> Running:
    return Running(kind=kind, title=title, since=since, due=due, roles=KEEPERS, duty="A13-1-roles")


REGISTER: Register[Department] = Register(
    name="departments",
    prefix="DP",
    title=Text("部门和分支机构", "Departments and branches"),
    one=Text("部门或分支机构", "Department or branch"),
    intro=Text(
        "应当确定各部门、岗位和分支机构的用户个人信息安全管理责任（第十三条第一项）。",
        "The responsibility of each department, post and branch for the security of personal information is fixed "
        "(Art. 13(1)).",
    ),
    model=Department,
    duties=("A13-1-roles",),
    fields=(*_FIELDS, Field(name="confirmed_at", label=Text("责任确定于", "Fixed on"))),
    states={
        "present": State(label=Text("在用", "In use"), tone="good"),
        "closed": State(label=Text("已撤销", "Dissolved"), tone="over"),
    },
    creating=Act(name="register", title=Text("登记部门或分支机构", "Register a department or branch"), by=BY,
                 to="present", fields=_FIELDS, does=_check, duty="A13-1-roles"),
    acts=(
        Act(name="change", title=Text("变更", "Change"), by=BY, source=PRESENT, fields=(_FIELDS[0], *_FIELDS[2:]),
            does=_check, duty="A13-1-roles"),
        Act(name="confirm", title=Text("确认责任仍然正确", "Confirm"), by=KEEPERS, source=PRESENT, does=_confirm,
            possible=lambda row, _now: is_fixed(row), duty="A13-1-roles"),
        Act(name="close", title=Text("撤销", "Dissolve"), by=BY, source=PRESENT, to="closed", does=_close,
            reason="must", grave=True, duty="A13-1-roles"),
    ),
    columns=("kind", "parent", "head", "confirmed_at"),
    filters=("kind", "parent"),
    search=("name", "title_en"),
    seen_by=HOUSE,
    clocks=_clocks,
    pages=(Page(name="responsibilities", title=MATRIX, of_row=False),),
    parts=(
        Part(
            title=Text("下级", "Below it"),
            columns=((Text("编号", "Number"), lambda each: each.number),
                     (Text("名称", "Name"), lambda each: Text(each.title, each.title_en)),
                     (Text("负责人", "In charge"), lambda each: each.head.name if each.head else None)),
            rows=lambda row: Department.objects.filter(parent=row.name, state="present").select_related("head")[:200],
            link=lambda each: ("departments", each.number),
        ),
        Part(
            title=Text("岗位", "Posts"),
            columns=((Text("编号", "Number"), lambda each: each.number),
                     (Text("名称", "Name"), lambda each: Text(each.title, each.title_en)),
                     (Text("承担的义务", "Answers for"), lambda each: len(each.duties))),
            rows=lambda row: Post.objects.filter(department=row.name, state="present")[:200],
            link=lambda each: ("posts", each.number),
        ),
    ),
    order=75,
)  # fmt: skip
