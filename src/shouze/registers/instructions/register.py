"""The register of instructions (Arts. 13(7), 13(8)): one drafts, another signs, every operator it is for has a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Case, Count, QuerySet, Value, When

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Alert, Choices, Field, Group, Part, Register, Round, Running
from shouze.registers.describing import State as Stage
from shouze.registers.instructed.models import Instructed
from shouze.registers.instructed.states import STATES as STANDINGS
from shouze.registers.instructions import prescribing
from shouze.registers.instructions.models import Instruction
from shouze.registers.roles import INSPECTING, Role, Roles
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.register import SECTORS

HEAD: Roles = frozenset({Role.HEAD})
SEEN = INSPECTING | {Role.AUDITOR, Role.MINISTRY}
SHOWN = 200
ARTICLES: Choices = {
    "13(7)": Text("第十三条第七项：通信网络安全防护", "Art. 13(7): network security protection"),
    "13(8)": Text("第十三条第八项：其他必要措施", "Art. 13(8): other necessary measures"),
}
REACH: Choices = {"all": Text("全部经营者", "All operators"), "some": Text("部分经营者", "Some of them")}


def provinces() -> Choices:
    """Return the provinces of the operators on the register."""
    rows = Supervised.objects.filter(state="supervised").exclude(province="").order_by("province")
    return {each: Text(each, each) for each in rows.values_list("province", flat=True).distinct()}


_DRAFT = (
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(
        name="document",
        label=Text("文号", "Document number"),
        hint=Text("例如 浙通管安〔2026〕1号", "The operators know it by this number"),
    ),
    Field(name="body", label=Text("本机关名称", "Authority")),
    Field(name="body_en", label=Text("本机关英文名称", "Authority, in English")),
    Field(name="article", label=Text("条款", "Article"), choices=ARTICLES, optional=False),
    Field(
        name="ground",
        label=Text("依据", "Ground"),
        lines=2,
        hint=Text("文件名称和条款，例如 通信网络安全防护管理办法第十条", "Instrument and article"),
    ),
    Field(
        name="measure",
        label=Text("措施", "What is prescribed, in Chinese"),
        lines=6,
        longest=20_000,
        hint=Text("不写用户姓名、号码", "No user's name or number"),
    ),
    Field(name="measure_en", label=Text("措施（英文）", "What is prescribed, in English"), lines=6, longest=20_000),
    Field(
        name="reach",
        heading=Text("适用于", "For whom"),
        label=Text("范围", "Scope"),
        choices=REACH,
        optional=False,
        hint=Text(
            "签发时在册的经营者；部分的，下列各项同时满足",
            "Those on the register when it is signed; of some, all that is given has to hold",
        ),
    ),
    Field(name="sector", label=Text("行业", "Sector"), choices=SECTORS, once_filled=True),
    Field(name="province", label=Text("省份", "Province"), choices=provinces, once_filled=True),
    Field(
        name="listed",
        label=Text("指定的经营者", "These operators"),
        lines=4,
        once_filled=True,
        hint=Text("每行一个：编号、许可证号、备案号或名称", "One a line: number, licence, filing or name"),
    ),
    Field(name="acknowledge_by", heading=Text("期限", "Terms"), label=Text("签收期限", "To be acknowledged by")),
    Field(name="due", label=Text("落实期限", "To be fulfilled by")),
)
_DONE = (
    Field(name="signed_at", label=Text("签发时间", "Signed"), once_filled=True),
    Field(name="addressed_at", label=Text("全部发出时间", "All of it sent"), once_filled=True),
)


def _clocks(row: Instruction, _now: datetime) -> Sequence[Running]:
    if row.state != "draft":
        return ()
    title = Text("签发{name}", "Sign {name}").fill(name=row.document)
    return [Running(kind="sign", title=title, since=row.created_at, roles=HEAD)]


def _notes(row: Instruction, _now: datetime) -> Sequence[Text]:
    if row.state == "draft":
        count = prescribing.addressed(row).count()
        return [Text("签发后发给 {n} 家经营者", "Once signed it goes to {n} operators").fill(n=count)]
    rows = Instructed.objects.filter(instruction=row).order_by()
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    told = [stage.label.fill() for stage in STANDINGS.values()]
    parts = [(label, counts[name]) for label, name in zip(told, STANDINGS, strict=True) if name in counts]
    words = Text("；".join(f"{label.zh} {n}" for label, n in parts), "; ".join(f"{label.en} {n}" for label, n in parts))
    found: list[Text] = [words] if parts else []
    if counts.get("overdue") or counts.get("unserved"):
        bad = Text("有经营者逾期或者尚未送达，排在最前", "Some are overdue or not served yet; they stand in front")
        found.append(Alert(bad.zh, bad.en))
    return found


def _standings(row: Instruction) -> QuerySet[Instructed]:
    """Return the rows of its operators, what is overdue in front."""
    place = Case(*(When(state=name, then=Value(n)) for n, name in enumerate(STANDINGS)), default=Value(99))
    return Instructed.objects.filter(instruction=row).order_by(place, "due", "pk")[:SHOWN]


def _under_way(row: Instruction) -> tuple[int, int] | None:
    if row.state != "in-force" or row.addressed_at is not None:
        return None
    return Instructed.objects.filter(instruction=row).count(), prescribing.addressed(row).count()


REGISTER: Register[Instruction] = Register(
    name="instructions",
    prefix="MI",
    title=Text("规定的措施", "Instructions"),
    one=Text("规定的措施", "Instruction"),
    intro=Text(
        "对全部或者部分经营者规定网络安全防护要求和其他必要措施（第十三条第七项、第八项）。一人起草，另一人签发；每家经营者单独签收、落实、核查。",
        "Network protection and other necessary measures prescribed to all or some operators (Arts. 13(7), 13(8)). One "
        "drafts, another signs; each operator acknowledges, fulfils, and is checked, by itself.",
    ),
    model=Instruction,
    duties=("A13-7-network", "A13-8-other"),
    fields=(*_DRAFT, *_DONE),
    states={
        "draft": Stage(label=Text("待签发", "To be signed"), tone="waiting"),
        "in-force": Stage(label=Text("已签发", "In force"), tone="good"),
        "withdrawn": Stage(label=Text("已撤回", "Withdrawn"), tone="over"),
    },
    creating=Act(name="prepare", title=Text("起草措施", "Draft an instruction"), by=INSPECTING, to="draft",
                 fields=_DRAFT, does=prescribing.draft, reason="none", duty="A13-8-other"),
    acts=(
        Act(name="write", title=Text("修改草稿", "Change the draft"), by=INSPECTING, source=frozenset({"draft"}),
            fields=_DRAFT, does=prescribing.draft, reason="none", duty="A13-8-other"),
        Act(name="sign", title=Text("签发", "Sign"), by=HEAD, source=frozenset({"draft"}), to="in-force",
            does=prescribing.sign, apart_from=("prepare", "write"), grave=True, duty="A13-8-other",
            hint=Text("签发后自动发给范围内的每家经营者。", "It goes to every operator within its scope by itself.")),
        Act(name="withdraw", title=Text("撤回", "Withdraw"), by=HEAD, source=frozenset({"draft", "in-force"}),
            to="withdrawn", does=prescribing.withdraw, reason="must", duty="A13-8-other"),
    ),
    columns=("document", "article", "reach", "acknowledge_by", "due"),
    filters=("article", "reach"),
    search=("document", "title_en", "ground"),
    seen_by=SEEN,
    clocks=_clocks,
    notes=_notes,
    under_way=_under_way,
    parts=(
        Part(
            title=Text("各经营者", "Operators"),
            columns=(
                (Text("编号", "Number"), lambda row: row.number),
                (Text("经营者", "Operator"), lambda row: row.title),
                (Text("状态", "State"), lambda row: STANDINGS[row.state].label),
                (Text("签收", "Acknowledged"), lambda row: row.acknowledged_at),
                (Text("期限", "Due"), lambda row: row.due),
                (Text("报告落实", "Reported"), lambda row: row.reported_at),
            ),
            rows=_standings,
            link=lambda row: ("instructed", row.number),
        ),
    ),
    rounds=(
        Round(name="instructions.address", every=timedelta(seconds=2), run=prescribing.address),
        Round(name="instructions.lift", every=timedelta(seconds=10), run=prescribing.lift),
    ),
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=57,
)  # fmt: skip
