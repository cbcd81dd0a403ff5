"""The register of posts and responsibilities (Art. 13(1)): which post answers for which duty, in which department.

A post is what grants are held by (``registers.holders``); here stands what it answers for. Who holds it is told by the
register of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.departments.register import MATRIX, YEAR
from shouze.registers.departments.tree import departments, duties
from shouze.registers.describing import Act, Doing, Field, Page, Part, Register, Running, State
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.posts.facts import SPEAKS
from shouze.registers.posts.models import Post
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.registers.spans import months_after
from shouze.registers.undertakings.models import STATES, Undertaking

BY: Roles = KEEPERS | {Role.ADMINISTRATOR}
PRESENT = frozenset({"present"})
MOST = 200

_NAME = Field(name="name", label=Text("岗位", "Post"), choices=vocabulary.held_posts,
              hint=Text("先在“岗位与账号”中登记", "Registered under “Posts and accounts” first"))  # fmt: skip
_FIELDS = (
    Field(name="department", label=Text("部门", "Department"), choices=departments),
    Field(name="duties", label=Text("承担的义务", "Answers for"), choices=duties, several=True, duty="A13-1-roles"),
    Field(name="words", label=Text("责任说明", "What that means here"), lines=4),
)


def _fix(doing: Doing[Post]) -> None:
    # A13-1-roles: what a post answers for is fixed and dated, and fixed anew when it changes
    row = doing.entry
    if Post.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        raise InvalidError(Text("此岗位已登记", "This post is registered already"), field="name")
    holder = Holder.objects.filter(key=f"post:{row.name}").first()
    if holder is None:
        remedy = Text("先在“岗位与账号”中登记", "Register it under “Posts and accounts” first")
        raise InvalidError(Text("没有这个岗位", "There is no such post"), field="name", remedy=remedy)
    row.title, row.title_en = holder.title, holder.title_en
    row.confirmed_at = doing.now


def _confirm(doing: Doing[Post]) -> None:
    doing.entry.confirmed_at = doing.now


def is_fixed(row: Post) -> bool:
    """Tell whether it is said what the post answers for, and where it belongs."""
    return bool(row.duties) and bool(row.department)


def holding(row: Post) -> list[Person]:
    """Return who holds the post now."""
    people = Person.objects.filter(is_active=True, post=row.name).select_related("undertaking")
    return list(people.order_by("username")[:MOST])


def _clocks(row: Post, _now: datetime) -> Sequence[Running]:
    if row.state != "present":
        return ()
    since = row.confirmed_at or row.created_at
    if not is_fixed(row):
        title = Text("确定岗位“{name}”的责任", "Fix what the post “{name}” answers for").fill(name=row.called)
        return [Running(kind="fix", title=title, since=since, roles=KEEPERS, duty="A13-1-roles")]
    title = Text("确认岗位“{name}”的责任仍然正确", "Confirm that what “{name}” answers for is still right")
    return [
        Running(kind="confirm", title=title.fill(name=row.called), since=since, due=months_after(since, YEAR),
                roles=KEEPERS, duty="A13-1-roles")
    ]  # fmt: skip


def _notes(row: Post, _now: datetime) -> Sequence[Text]:
    if row.state != "present" or Person.objects.filter(is_active=True, post=row.name).exists():
        return ()
    return [Text("目前无人在岗", "Nobody holds it at present")]


def _undertaken(person: Person) -> Text:
    found: Undertaking | None = getattr(person, "undertaking", None)
    return STATES[found.state if found else "wanted"]


REGISTER: Register[Post] = Register(
    name="posts",
    prefix="PO",
    title=Text("岗位责任", "Posts and responsibilities"),
    one=Text("岗位", "Post"),
    intro=Text(
        "每一项义务由哪个岗位承担，每个岗位承担什么，由谁在岗（第十三条第一项）。",
        "Which post answers for which duty, what each post answers for, and who holds it (Art. 13(1)).",
    ),
    model=Post,
    duties=("A13-1-roles", "A10-op-secrecy"),
    fields=(
        _NAME, *_FIELDS, Field(name="confirmed_at", label=Text("责任确定于", "Fixed on")),
    ),
    states={
        "present": State(label=Text("在用", "In use"), tone="good"),
        "closed": State(label=Text("已停用", "Closed"), tone="over"),
    },
    creating=Act(name="fix", title=Text("确定岗位责任", "Fix a post's responsibility"), by=BY, to="present",
                 fields=(_NAME, *_FIELDS), does=_fix, duty="A13-1-roles"),
    acts=(
        Act(name="change", title=Text("变更", "Change"), by=BY, source=PRESENT, fields=_FIELDS, does=_fix,
            duty="A13-1-roles"),
        Act(name="confirm", title=Text("确认责任仍然正确", "Confirm"), by=KEEPERS, source=PRESENT, does=_confirm,
            possible=lambda row, _now: is_fixed(row), duty="A13-1-roles"),
        Act(name="close", title=Text("停用", "Close"), by=BY, source=PRESENT, to="closed", reason="must", grave=True,
            possible=lambda row, _now: not holding(row), duty="A13-1-roles"),
    ),
    columns=("name", "department", "confirmed_at"),
    filters=("department",),
    search=("name", "title_en", "words"),
    seen_by=HOUSE,
    clocks=_clocks,
    notes=_notes,
    pages=(
        Page(name="responsibilities", title=MATRIX, of_row=False),
        Page(name="responsibilities-file", title=Text("责任表（CSV）", "The same as CSV"), of_row=False),
    ),
    parts=(
        Part(
            title=Text("在岗人员", "Who holds it"),
            columns=(
                (Text("编号", "Number"), lambda each: each.number),
                (Text("姓名", "Name"), lambda each: each.name),
                (Text("保密承诺", "Undertaking"), _undertaken),
            ),
            rows=holding,
            link=lambda each: ("people", each.number),
        ),
        Part(
            title=Text("在信息闸门的授权", "What it may do at the door"),
            columns=(
                (Text("编号", "Number"), lambda each: each.number),
                (Text("岗位", "Post"), lambda each: Text(each.title, each.title_en)),
            ),
            rows=lambda row: Holder.objects.filter(key=f"post:{row.name}"),
            link=lambda each: ("holders", each.number),
        ),
    ),
    speaks=SPEAKS,
    order=75,
)  # fmt: skip
