"""The register of scans: who took in which file, when; the log commits to the file's digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.describing import Act, Doing, Field, Group, Page, Register, State
from shouze.registers.findings.reading import Read, read
from shouze.registers.findings.taking_in import take_in
from shouze.registers.people.models import Person
from shouze.registers.roles import KEEPERS, OVERSEEING
from shouze.registers.scans.models import Scan

NAME_LENGTH = 200
MEDIA = "application/json"


def taken_in(name: str, content: bytes, person: Person | None) -> Scan:
    """Take a file in, in a person's name, or (None) by command; InvalidError where it is no result of a scan."""
    values = {"title": name[:NAME_LENGTH], "read": read(content)}
    asked = Asked(values, documents=[Attached(name, MEDIA, content)])
    if person is not None:
        return acting.make(REGISTER, person, asked)
    made = acting.enrol(REGISTER, Scan(title=name[:NAME_LENGTH]), None)
    return acting.follow(REGISTER, BY_COMMAND, made.pk, None, asked)


def _take_in(doing: Doing[Scan]) -> None:
    row, told = doing.entry, doing.values["read"]
    result: Read = told
    row.title = doing.values["title"]
    row.whole, row.made_at, row.places = result.whole, result.at, len(result.found)
    row.fresh, row.known, row.again, row.gone = take_in(result, doing.now)


def _notes(row: Scan, _now: datetime) -> Sequence[Text]:
    words = Text("新发现 {fresh} 处，已知 {known} 处，须重新判断 {again} 处，已不存在 {gone} 处",
                 "{fresh} new places, {known} known, {again} to be judged anew, {gone} gone")  # fmt: skip
    return [words.fill(fresh=row.fresh, known=row.known, again=row.again, gone=row.gone)]


BY_COMMAND: Act[Scan] = Act(
    name="by-command", title=Text("命令导入", "Taken in by command"), by=frozenset(), does=_take_in, follows=True,
    duty="A09-2-scope",
)  # fmt: skip

REGISTER: Register[Scan] = Register(
    name="scans",
    prefix="SC",
    title=Text("扫描记录", "Scans"),
    one=Text("扫描", "Scan"),
    intro=Text(
        "shouze scan 的每一份结果：清单（--inventory）说明来源中的全部发现，逐行发现（--jsonl）只增不减。",
        "Each result of shouze scan that was taken in: an inventory tells all that lies in its sources, findings one a "
        "line only add.",
    ),
    model=Scan,
    duties=("A09-2-scope",),
    fields=(
        Field(name="whole", label=Text("完整清单", "A whole inventory")),
        Field(name="made_at", label=Text("扫描时间", "Scanned"), once_filled=True),
        Field(name="places", label=Text("位置数", "Places")),
        Field(name="fresh", label=Text("新发现", "New")),
        Field(name="known", label=Text("已知", "Known")),
        Field(name="again", label=Text("须重新判断", "To be judged anew")),
        Field(name="gone", label=Text("已不存在", "Gone")),
    ),
    states={"taken-in": State(label=Text("已导入", "Taken in"), tone="good")},
    creating=Act(name="take-in", title=Text("导入扫描结果", "Take in a scan"), by=KEEPERS, to="taken-in", does=_take_in,
                 page="scan-import", proof="must", duty="A09-2-scope"),
    acts=(BY_COMMAND,),
    columns=("places", "fresh", "again", "gone"),
    seen_by=OVERSEEING,
    notes=_notes,
    pages=(Page(title=Text("导入扫描结果", "Take in a scan"), name="scan-import", of_row=False, by=KEEPERS),),
    from_files=False,
    group=Group.HANDLING,
    order=89,
)  # fmt: skip
