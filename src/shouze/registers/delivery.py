"""The record of service of a paper (送达回证): how, where, by whom, to whom, when; refusal, and who witnessed it.

The authority's papers are served as papers of courts are (Civil Procedure Law 87 to 95): the day on the record is the
day of service; what is refused is left at the place before a witness, or filmed; a public notice serves after 30 days.
The articles are cited from memory (flag M): a lawyer checks them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import models

from shouze.chinatime import day_of
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Choices, Field
from shouze.reports.report import BLANK, Cell, Facts, Report, Section, Signing

WAYS: Choices = {
    "direct": Text("直接送达", "By hand"),
    "left": Text("留置送达", "Left at the place"),
    "post": Text("邮寄送达", "By post"),
    "entrusted": Text("委托送达", "By another body"),
    "public": Text("公告送达", "By public notice"),
}
RECORD = Text("送达回证", "Record of service")
LAW = Text("《中华人民共和国民事诉讼法》第八十七条至第九十五条", "Civil Procedure Law, Arts. 87 to 95")
_PUBLISHED_FOR = timedelta(days=30)
_RECEIVED = frozenset({"direct", "post", "entrusted"})


class Served(models.Model):
    """How a paper was served; everything is empty before, and where it went by dispatch."""

    served_at = models.DateTimeField(null=True, editable=False)
    served_how = models.CharField(max_length=16, blank=True)
    served_where = models.CharField(max_length=200, blank=True)
    served_by = models.CharField(max_length=200, blank=True)
    received_by = models.CharField(max_length=200, blank=True)
    refused_because = models.CharField(max_length=500, blank=True)
    witness = models.CharField(max_length=200, blank=True)
    filmed = models.BooleanField(default=False)

    class Meta:
        """Columns of whatever is served."""

        abstract = True


FIELDS = (
    Field(name="served_at", label=Text("送达时间", "Served"), optional=False,
          hint=Text("回证上的签收日期；公告送达的，为公告满三十日之日",
                    "The day on the record; of a public notice, the day on which thirty days are over")),
    Field(name="served_how", label=Text("送达方式", "How"), choices=WAYS, optional=False),
    Field(name="served_where", label=Text("送达地点", "Where"), optional=False),
    Field(name="served_by", label=Text("送达人及证号", "Served by"), optional=False,
          hint=Text("姓名和执法证号", "Names and identification numbers")),
    Field(name="received_by", label=Text("签收人及职务", "Received by"), personal=True,
          hint=Text("法定代表人、负责收件的人等；拒收的不填", "Such as who receives mail there; empty if refused")),
    Field(name="refused_because", label=Text("拒收事由", "Why it was refused"), lines=2,
          heading=Text("拒绝签收的", "Where it was refused"),
          hint=Text("拒收的，以留置送达", "What is refused is left at the place")),
    Field(name="witness", label=Text("见证人", "Witness"), personal=True,
          hint=Text("基层组织或者所在单位的代表", "Somebody of the local community or of the addressee")),
    Field(name="filmed", label=Text("已拍照、录像", "Photographed or filmed"),
          hint=Text("没有见证人的，须拍照或者录像，并附上", "Needed where there is no witness; attach it")),
)  # fmt: skip
"""What the act asks for that enters a record of service; the signed record itself is its proof."""
SHOWN = tuple(replace(each, once_filled=True, heading=None) for each in FIELDS)
"""The same among the fields of what is served: nothing before it was."""
NAMES = tuple(each.name for each in FIELDS)


def check(row: Served, made: datetime, now: datetime) -> None:
    """Refuse a record that serves nothing: InvalidError names the field."""
    check_day(row.served_at, made, now, row.served_how)
    if row.refused_because.strip() and row.served_how != "left":
        remedy = Text("选择留置送达", "Choose “left at the place”")
        raise InvalidError(Text("拒收的没有送达", "What was refused is not served so"), field="served_how",
                           remedy=remedy)  # fmt: skip
    if row.served_how == "left":
        _check_left(row)
    if row.served_how in _RECEIVED and not row.received_by.strip():
        raise InvalidError(Text("没有写签收人", "It does not say who received it"), field="received_by")


def check_day(
    at: datetime | None, made: datetime | None, now: datetime, how: str = "", field: str = "served_at"
) -> datetime:
    """Return when a paper was served: from the day on when it was made, in China, and not in the future."""
    if at is None or made is None or at > now or day_of(at) < day_of(made):
        raise InvalidError(Text("送达时间应在制发以后、现在以前", "It is served after it was made, and before now"),
                           field=field)  # fmt: skip
    if how == "public" and day_of(at) < day_of(made + _PUBLISHED_FOR):
        raise InvalidError(Text("公告未满三十日", "The notice has not been public for thirty days"), field=field)
    return at


def _check_left(row: Served) -> None:
    if not row.refused_because.strip():
        raise InvalidError(Text("没有写拒收事由", "It does not say why it was refused"), field="refused_because")
    if not (row.witness.strip() or row.filmed):
        remedy = Text("请见证人签名，或者拍照、录像", "Have a witness sign, or photograph or film it")
        raise InvalidError(Text("留置送达没有见证", "Nobody witnessed that it was left"), field="witness",
                           remedy=remedy)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is served: what it is called, its number and digest, who made it and when, and to whom it goes."""

    title: Text
    number: str
    authority: Text
    to: str
    made: datetime
    digest: str = ""


def record(paper: Paper, row: Served, number: str, name: str) -> Report:
    """Return the record of service, to be filled in and signed by hand; or as it was entered."""
    told: list[tuple[Text, Cell]] = [
        (Text("受送达人", "To"), paper.to),
        (Text("文书名称和文号", "Paper and number"), f"{paper.title.zh} {paper.number}"),
        (Text("制发日期", "Made"), paper.made),
        *([(Text("内容摘要（SHA-256）", "SHA-256 of its content"), paper.digest)] if paper.digest else []),
        *entered(row),
    ]
    return Report(
        name=name, title=RECORD, operator=paper.authority, basis=LAW,
        made=row.served_at or paper.made, number=number,
        sections=[Section(Text("送达", "Service"), [Facts(told)]), signatures()],
    )  # fmt: skip


def signatures() -> Section:
    """Return where a record of service is signed by hand, on both sides."""
    places = [
        Text("受送达人签名或者盖章", "Signature or seal of the receiver"),
        Text("送达人签名", "Signature of who served it"),
        Text("送达人签名", "Signature of who served it"),
        Text("见证人签名（拒收的）", "Signature of the witness (where it was refused)"),
    ]
    return Section(Text("签名", "Signatures"), [Signing(places)])


def entered(row: Served) -> Sequence[tuple[Text, Cell]]:
    """Return what a record says of how it was served: blanks to be filled in by hand before it was."""
    how = WAYS.get(row.served_how) or Text("　".join(f"□ {each.zh}" for each in WAYS.values()),
                                           "  ".join(f"□ {each.en}" for each in WAYS.values()))  # fmt: skip
    filmed = Text("已拍照、录像", "photographed or filmed") if row.filmed else None
    told: list[tuple[Text, Cell]] = [
        (Text("送达方式", "How"), how),
        (Text("送达地点", "Where"), row.served_where),
        (Text("送达时间", "When"), row.served_at),
        (Text("送达人及证号", "Served by"), row.served_by),
        (Text("签收人及职务", "Received by"), row.received_by),
        (Text("拒收事由", "Why it was refused"), row.refused_because),
        (Text("见证人", "Witness"), row.witness or filmed),
    ]
    if row.served_at is None:
        return [(label, value or BLANK) for label, value in told]
    return [each for each in told if each[1]]
