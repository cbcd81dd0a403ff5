"""The register of courses (Art. 15): knowledge, skills and responsibility; written, published by another, revised.

# Invariant: of a course one version is taught at most; a published version is never written again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.agents.models import Agent
from shouze.registers.courses import content
from shouze.registers.courses.models import Course
from shouze.registers.describing import Act, Choices, Doing, Field, Page, Part, Register, Running, State
from shouze.registers.grants.models import GRANTED, Grant
from shouze.registers.roles import HOUSE, KEEPERS, OVERSEEING, Role, Roles
from shouze.registers.trainings.models import STATES, Training

PUBLISHING: Roles = frozenset({Role.APPROVER, Role.OFFICER, Role.SECURITY})
TAUGHT = frozenset({"published"})
WRITTEN = ("draft", "write", "revise", "take")
LONGEST = 100_000
MOST = 200
TOPICS = {
    "knowledge": Text("知识", "Knowledge"),
    "skills": Text("技能", "Skills"),
    "responsibility": Text("安全责任", "Responsibility"),
}
_COPIED = ("name", "title", "title_en", "topics", "text", "text_en", "digest", "pass_percent", "attempts", "days",
           "valid_months", "guards", "posts", "agents")  # fmt: skip

_NAME = Field(name="name", label=Text("代号", "Id"),
              hint=Text("小写字母、数字和连字符；各版本相同",
                         "Lower-case letters, digits, hyphens; the same for every version"))  # fmt: skip
_FIELDS = (
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(name="topics", label=Text("内容", "Topics"), choices=TOPICS, several=True,
          duty="A15-train-know/skill/resp"),
    Field(name="posts", label=Text("须参加的岗位", "Posts that take it"), choices=vocabulary.held_posts, several=True,
          hint=Text("岗位和代理人都不选，则为本单位全体", "No post and no agent chosen: all of our own people")),
    Field(name="agents", label=Text("须参加的代理人员工", "Agents whose staff take it"), choices=vocabulary.agents,
          several=True),
    Field(name="days", label=Text("完成期限（天）", "To be passed within (days)")),
    Field(name="pass_percent", label=Text("合格线（%）", "Passed from (%)")),
    Field(name="attempts", label=Text("可考次数", "Attempts")),
    Field(name="valid_months", label=Text("证书有效期（月）", "Certificate counts for (months)")),
    Field(name="guards", label=Text("授权可要求本证书", "Grants may need its certificate"),
          hint=Text("证书到期时信息闸门自动关闭相应授权", "The door shuts such grants when the certificate ends")),
)  # fmt: skip
_TEXTS = (
    Field(name="text", label=Text("正文与试题（中文）", "Pages and questions in Chinese"), lines=24, longest=LONGEST,
          hint=Text("“# ”开始一页；“? ”提问，其下“- [x] 对”“- [ ] 错”，“> ”说明理由",
                    "“# ” begins a page; “? ” asks, with “- [x] right” and “- [ ] wrong” below, “> ” says why")),
    Field(name="text_en", label=Text("正文与试题（英文）", "The same in English"), lines=12, longest=LONGEST),
)  # fmt: skip
_STANDING = (
    Field(name="edition", label=Text("版本", "Version")),
    Field(name="published_at", label=Text("发布时间", "Published")),
    Field(name="digest", label=Text("内容摘要（SHA-256）", "SHA-256 of the content"), once_filled=True),
)


def current(name: str) -> Course | None:
    """Return the version that is taught of a course."""
    return Course.objects.filter(name=name, state="published").first()


def guarding() -> Choices:
    """Return the courses whose certificates grants may need."""
    rows = Course.objects.filter(state="published", guards=True).order_by("name")
    return {each.name: Text(each.title, each.title_en) for each in rows}


def _draft(doing: Doing[Course]) -> None:
    row = doing.entry
    others = Course.objects.filter(name=row.name)
    if others.filter(state="draft").exists():
        remedy = Text("先办完它，或撤销它", "Finish it first, or drop it")
        raise InvalidError(Text("此课程已有一版在编写", "A version is being written"), field="name", remedy=remedy)
    newest = others.order_by("-edition").first()
    row.edition = newest.edition + 1 if newest else 1
    _write(doing)


def _write(doing: Doing[Course]) -> None:
    row = doing.entry
    for name, least, most in (("pass_percent", 1, 100), ("attempts", 1, 20), ("valid_months", 1, 60)):
        if not least <= getattr(row, name) <= most:
            remedy = Text("填写 {least} 至 {most}", "Give {least} to {most}").fill(least=least, most=most)
            raise InvalidError(Text("数值不对", "That number does not fit"), field=name, remedy=remedy)
    row.digest = sha256(f"{row.text}\0{row.text_en}".encode()).hexdigest() if row.text else ""


def _publish(doing: Doing[Course]) -> None:
    # A15-train-know/skill/resp: a course that is taught says something and asks about it
    row = doing.entry
    _checked(row)
    if not row.guards:
        _not_needed(row)
    row.published_at = doing.now
    for other in Course.objects.filter(name=row.name, state="published").exclude(pk=row.pk):
        acting.follow(REGISTER, SUPERSEDE, other.pk, doing.person)


def _withdraw(doing: Doing[Course]) -> None:
    _not_needed(doing.entry)


def _not_needed(row: Course) -> None:
    """Check that the door's being shut is nobody's surprise: no grant needs a certificate that nobody could get."""
    granted = Grant.objects.filter(course=row.name, state=GRANTED).exists()
    if granted or Agent.objects.filter(course=row.name, state="engaged").exists():
        remedy = Text("先撤回或改动这些授权和代理人", "Withdraw or change those grants and agents first")
        detail = Text("仍有授权或代理人要求本课程的证书", "Grants or agents still need its certificate")
        raise InvalidError(detail, field=None, remedy=remedy)


def _checked(row: Course) -> None:
    try:
        whole = content.read(row.text)
        if row.text_en.strip():
            content.alike(whole, content.read(row.text_en, "text_en"))
    except InvalidError as problem:
        raise InvalidError(told(problem), field=None, remedy=problem.remedy) from None


def told(problem: InvalidError) -> Text:
    """Return what is wrong with a course's text, with the language and line."""
    language = Text("英文正文", "English text") if problem.field == "text_en" else Text("中文正文", "Chinese text")
    line = Text("第 {n} 行", "line {n}").fill(n=problem.line) if problem.line else Text("", "")
    return Text(
        f"{language.zh}{line.zh}：{problem.detail.zh}",
        f"{language.en}{', ' if problem.line else ''}{line.en}: {problem.detail.en}",
    )


def _revise(doing: Doing[Course]) -> None:
    row = doing.entry
    if Course.objects.filter(name=row.name, state="draft").exists():
        raise InvalidError(Text("已有一版在编写", "A version is being written"), field=None)
    newest = Course.objects.filter(name=row.name).order_by("-edition")[0]
    copied = {each: getattr(row, each) for each in _COPIED}
    acting.enrol(REGISTER, Course(**copied, edition=newest.edition + 1), doing.person, "draft")


def _clocks(row: Course, _now: datetime) -> Sequence[Running]:
    if row.state != "draft":
        return ()
    title = Text("发布课程“{name}”", "Publish the course “{name}”").fill(name=row.called)
    return [Running(kind="publish", title=title, since=row.changed_at, roles=KEEPERS, duty="A15-train-know/skill/resp")]


def _notes(row: Course, _now: datetime) -> Sequence[Text]:
    if row.state == "draft":
        try:
            _checked(row)
        except InvalidError as problem:
            return [problem.detail]
        return ()
    if row.state != "published":
        return ()
    passed = Training.objects.filter(course=row.name)
    words = Text("须参加 {all} 人，证书有效 {n} 人", "{all} people take it, {n} hold a valid certificate")
    there = passed.exclude(state__in=("ended", "waived"))
    return [words.fill(all=there.count(), n=passed.filter(state="passed").count())]


def _gaps(row: Course) -> QuerySet[Training]:
    open_ones = Training.objects.filter(course=row.name, state__in=("assigned", "failed", "expired"))
    return open_ones.select_related("person").order_by("due")[:MOST]


_STATES: Mapping[str, Any] = {
    "draft": State(label=Text("编写中", "Being written"), tone="waiting"),
    "published": State(label=Text("在用", "Taught"), tone="good"),
    "superseded": State(label=Text("已被取代", "Replaced"), tone="over"),
    "withdrawn": State(label=Text("已停用", "Withdrawn"), tone="over"),
    "dropped": State(label=Text("已撤销", "Dropped"), tone="over"),
}
SUPERSEDE: Act[Course] = Act(
    name="supersede", title=Text("被新版本取代", "Replaced by a newer version"), by=frozenset(), to="superseded",
    source=TAUGHT, follows=True, duty="A15-train-know/skill/resp",
)  # fmt: skip

REGISTER: Register[Course] = Register(
    name="courses",
    prefix="CR",
    title=Text("培训课程", "Courses"),
    one=Text("课程", "Course"),
    intro=Text(
        "对工作人员进行用户个人信息保护的知识、技能和安全责任培训（第十五条）。",
        "Staff are trained in the knowledge, the skills and the responsibility of protecting personal information "
        "(Art. 15).",
    ),
    model=Course,
    duties=("A15-train-know/skill/resp",),
    fields=(_NAME, *_FIELDS, *_STANDING),
    states=_STATES,
    creating=Act(name="draft", title=Text("编写课程", "Write a course"), by=KEEPERS, to="draft",
                 fields=(_NAME, *_FIELDS, *_TEXTS), does=_draft, reason="none", duty="A15-train-know/skill/resp"),
    acts=(
        Act(name="write", title=Text("编辑", "Edit"), by=KEEPERS, source=frozenset({"draft"}),
            fields=(*_FIELDS, *_TEXTS), does=_write, reason="none", duty="A15-train-know/skill/resp"),
        Act(name="publish", title=Text("发布", "Publish"), by=PUBLISHING, source=frozenset({"draft"}), to="published",
            does=_publish, apart_from=WRITTEN, alone=True, duty="A15-train-know/skill/resp",
            hint=Text("请先预览内容和试题。", "Look at the pages and questions first.")),
        Act(name="revise", title=Text("编写新版本", "Write a new version"), by=KEEPERS, source=TAUGHT, does=_revise,
            reason="none", proof="none", duty="A15-train-know/skill/resp",
            hint=Text("已取得的证书在其有效期内继续有效。", "Certificates go on until their own ends.")),
        Act(name="withdraw", title=Text("停用", "Withdraw"), by=KEEPERS, source=TAUGHT, to="withdrawn", reason="must",
            does=_withdraw, grave=True, duty="A15-train-know/skill/resp"),
        Act(name="drop", title=Text("撤销", "Drop"), by=KEEPERS, source=frozenset({"draft"}), to="dropped",
            duty="A15-train-know/skill/resp"),
        SUPERSEDE,
    ),
    columns=("topics", "edition", "valid_months", "guards"),
    filters=(),
    search=("name", "title_en", "text"),
    seen_by=HOUSE,
    clocks=_clocks,
    notes=_notes,
    pages=(
        Page(name="course-preview", title=Text("预览", "Preview"), by=HOUSE),
        Page(name="courses-ready", title=Text("现成课程", "Ready courses"), of_row=False, by=KEEPERS),
        Page(name="training-gaps", title=Text("培训缺口", "Who still lacks training"), of_row=False,
             by=OVERSEEING),
    ),
    parts=(
        Part(
            title=Text("尚缺有效证书", "Who lacks a valid certificate"),
            columns=((Text("编号", "Number"), lambda each: each.number),
                     (Text("人员", "Person"), lambda each: str(each.person)),
                     (Text("状态", "State"), lambda each: STATES[each.state]),
                     (Text("期限", "By"), lambda each: each.due)),
            rows=_gaps,
            link=lambda each: ("trainings", each.number),
        ),
    ),
    order=79,
)  # fmt: skip
