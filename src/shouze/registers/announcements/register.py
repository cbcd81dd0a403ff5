"""The register of announcements (Arts. 20, 23): the authority has to enter violations and publish them."""

from __future__ import annotations

from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.announcements import publishing
from shouze.registers.announcements.articles import announced
from shouze.registers.announcements.facts import SPEAKS
from shouze.registers.announcements.models import Announcement
from shouze.registers.announcements.proving import ROUND
from shouze.registers.announcements.publishing import FOUND, STANDING, WHOSE, Way
from shouze.registers.describing import AUTHORITIES, Act, Choices, Doing, Field, Group, Register
from shouze.registers.roles import INSPECTING

KINDS: Choices = {
    "announcement": Text("向社会公告（第二十三条）", "Announcement to the public (Art. 23)"),
    "record": Text("记入社会信用档案并公布（第二十条）", "Entry of the credit file, published (Art. 20)"),
}
MEASURES: Choices = {
    "correct": Text("责令限期改正", "Ordered to correct"),
    "warning": Text("警告", "Warned"),
    "fine": Text("罚款", "Fined"),
}
_FIELDS = (
    Field(name="title", label=Text("标题", "Heading"), optional=True,
          hint=Text("不写即为经营者名称", "The operator's name, if left empty")),
    Field(name="kind", label=Text("公布方式", "Published as"), choices=KINDS, duty="A23"),
    *WHOSE,
    *FOUND,
    Field(name="measures", label=Text("处理", "Measures"), choices=MEASURES, several=True, optional=True),
    Field(name="fine", label=Text("罚款（元）", "Fine (RMB)"), once_filled=True),
)  # fmt: skip


def _check(doing: Doing[Announcement]) -> None:
    row = doing.entry
    # A23: only these breaches carry an announcement; every violation is entered and published (A20-credit)
    if row.kind == "announcement" and not announced(row.articles):
        remedy = Text(
            "第八条、第十二条的违法行为依第二十条公布", "Publish breaches of Articles 8 and 12 under Article 20"
        )
        raise InvalidError(Text("所列条款不适用第二十三条的公告", "Article 23 announces no breach of these articles"),
                           field="kind", remedy=remedy)  # fmt: skip
    if row.fine and "fine" not in row.measures:
        row.measures = [*row.measures, "fine"]
    if "fine" in row.measures and not row.fine:
        raise InvalidError(Text("没有写罚款数额", "The amount of the fine is missing"), field="fine")


def _members(row: Announcement) -> dict[str, Any]:
    return {"published_as": row.kind, "measures": row.measures, "fine": row.fine}


WAY = Way("announcements", _FIELDS, _check, _members)

REGISTER: Register[Announcement] = Register(
    name="announcements",
    prefix="AN",
    title=Text("公告", "Announcements"),
    one=Text("公告", "Announcement"),
    intro=Text(
        "违法行为应当记入信用档案并予公布（第二十条），依第二十三条处理的并向社会公告。一人起草，负责人审核，另一人公布。",
        "Violations have to be entered and published (Art. 20), those under Art. 23 announced. One drafts, the head "
        "approves, a third person publishes.",
    ),
    model=Announcement,
    duties=("A20-credit", "A23"),
    fields=(*_FIELDS, *STANDING),
    states=publishing.STATES,
    creating=Act(name="enter", title=Text("起草公告", "Draft an announcement"), by=INSPECTING, to=publishing.DRAFT,
                 fields=_FIELDS, does=WAY.draft, reason="none", duty="A20-credit"),
    acts=publishing.acts(WAY),
    columns=("kind", "operator_name", "articles", "decided_on", "published_at"),
    filters=("kind",),
    search=("operator_name", "credit_code", "document", "case"),
    seen_by=publishing.SEEN_BY,
    clocks=lambda row, _now: publishing.clocks(row),
    notes=publishing.notes,
    parts=(publishing.EDITIONS,),
    heeds={("cases", "end-contest"): WAY.heed},
    rounds=(ROUND,),
    rests_on=lambda row: row.digest,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    speaks=SPEAKS,
    order=55,
)  # fmt: skip
