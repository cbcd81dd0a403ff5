"""The register of letters: what came, what went out, and what waits for a person to say what it is (Art. 12).

Nothing of what a letter says is in its row, history or exports: it is opened on its own page, and each look is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Act, Choices, Doing, Field, Group, Page, Register, Round, Running, State
from shouze.registers.finding import registers
from shouze.registers.letters.ending import end_unsorted
from shouze.registers.letters.models import KINDS, Letter
from shouze.registers.letters.sealing import digest_of, fresh_key, seal
from shouze.registers.letters.writing import enclose
from shouze.registers.roles import KEEPERS, Role, Roles

READERS: Roles = KEEPERS | {Role.SERVICE}
"""Who opens letters."""
DIRECTIONS: Choices = {"in": Text("收", "In"), "out": Text("发", "Out")}
CHANNELS: Choices = {
    "portal": Text("门户", "Portal"),
    "phone": Text("电话", "Telephone"),
    "e-mail": Text("电子邮件", "E-mail"),
    "letter": Text("信函", "Letter"),
    "visit": Text("到访", "Visit"),
}
_FIELDS = (
    Field(name="direction", label=Text("方向", "Way"), choices=DIRECTIONS),
    Field(name="channel", label=Text("渠道", "Channel"), choices=CHANNELS),
    Field(name="kind", label=Text("种类", "Kind"), choices=KINDS),
    Field(name="about", label=Text("关于", "About")),
    Field(name="suggested", label=Text("可能关于", "Perhaps about"), once_filled=True),
    Field(name="arrived_at", label=Text("收到或写成", "Arrived or written")),
    Field(name="template", label=Text("所用模板", "Template used"), once_filled=True),
    Field(name="edition", label=Text("模板版次", "Its edition"), once_filled=True),
    Field(name="sent_at", label=Text("邮件服务器接收", "Taken by the mail server"), once_filled=True),
    Field(name="read_at", label=Text("已阅", "Read"), once_filled=True),
    Field(name="problem", label=Text("问题", "Problem"), once_filled=True),
    Field(name="erased_at", label=Text("内容已销毁", "Content destroyed"), once_filled=True),
)
_COLUMNS = (
    "direction",
    "channel",
    "kind",
    "suggested",
    "template",
    "edition",
    "message",
    "sender",
    "sent_at",
    "next_at",
)


def _enter(doing: Doing[Letter]) -> None:
    letter, values = doing.entry, doing.values
    about, content = values.get("about"), values["content"]
    for name in _COLUMNS:
        if name in values:
            setattr(letter, name, values[name])
    letter.state, letter.title = values["state"], KINDS[letter.kind].zh
    letter.arrived_at = values.get("arrived_at") or doing.now
    if letter.direction == "in" and doing.person.pk:
        letter.read_at = doing.now  # whoever typed it in has read it
    if about is not None:
        letter.register, letter.entry, letter.about = about
    if content.message_id and not letter.message:
        letter.message = digest_of(content.message_id)
    letter.key = fresh_key()
    letter.sealed = seal(letter.key, content, "content")


def _enclose(doing: Doing[Letter], _before: object) -> None:
    enclose(doing.entry, doing.values.get("enclosures", ()))


def _filed(doing: Doing[Letter]) -> None:
    doing.entry.register, doing.entry.entry, doing.entry.about = doing.values["about"]


def _attach(doing: Doing[Letter]) -> None:
    number = str(doing.values["number"]).strip().upper()
    for name in ("complaints", "requests"):
        row = registers()[name].rows().filter(number=number).first()
        if row is not None:
            doing.entry.register, doing.entry.entry, doing.entry.about = name, row.pk, row.number
            return
    remedy = Text("核对编号，例如 CP-2026-0001", "Check it, for example CP-2026-0001")
    raise InvalidError(Text("没有这个编号", "There is no such number"), field="number", remedy=remedy)


def _accept(doing: Doing[Letter]) -> None:
    doing.entry.sent_at, doing.entry.problem = doing.now, ""


def _problem(doing: Doing[Letter]) -> None:
    doing.entry.problem = str(doing.values.get("problem", ""))[:64]


def _looked(doing: Doing[Letter]) -> None:
    if doing.entry.direction == "in":
        doing.entry.read_at = doing.entry.read_at or doing.now


def _came(doing: Doing[Letter]) -> None:
    doing.entry.read_at, doing.entry.problem = doing.now, ""


def _again(doing: Doing[Letter]) -> None:
    doing.entry.tries, doing.entry.next_at, doing.entry.problem = 0, doing.now, ""


def _clocks(letter: Letter, _now: datetime) -> Sequence[Running]:
    if letter.state == "new":
        return [_running("sort", letter, Text("判定来信：{number}", "Say what letter {number} is"))]
    if letter.state in ("bounced", "failed"):
        return [_running("resend", letter, Text("另行送达：{about}", "Deliver another way: {about}"))]
    if letter.state == "filed" and letter.kind == "matter" and letter.read_at is None:
        return [_running("read", letter, Text("阅读来信：{about}", "Read a letter about {about}"))]
    return []


def _running(kind: str, letter: Letter, title: Text) -> Running:
    words = title.fill(number=letter.number, about=letter.about or letter.number)
    return Running(kind=kind, title=words, since=letter.arrived_at, roles=READERS, duty="A12-accept")


def _notes(letter: Letter, _now: datetime) -> Sequence[Text]:
    if letter.erased_at:
        return [Text("内容的密钥已销毁，任何副本都不能再打开", "Its key is destroyed: no copy opens any more")]
    if letter.state == "new":
        return [Text("等待人工判定：归入、立为投诉，或标为垃圾邮件", "It waits for a person to say what it is")]
    if letter.state == "waiting" and letter.problem:
        return [Text(f"尚未发出：{letter.problem}，将再试", f"Not sent yet: {letter.problem}; it is tried again")]
    return []


def _fetch(now: datetime) -> None:
    from shouze.registers.letters.mailbox import fetch_mail  # noqa: PLC0415 - it acts on this register

    fetch_mail(now)


def _send(now: datetime) -> None:
    from shouze.registers.letters.sending import send_letters  # noqa: PLC0415 - it acts on this register

    send_letters(now)


def _end(now: datetime) -> None:
    end_unsorted(now)


def _follows(name: str, title: Text, does: object, to: str | None = None) -> Act[Letter]:
    return Act(name=name, title=title, by=frozenset(), follows=True, to=to, does=does, duty="A12-accept")  # type: ignore[arg-type]  # one of the functions above


FILED = _follows("filed", Text("归入", "Filed"), _filed, "filed")
ACCEPTED = _follows("accepted", Text("邮件服务器已接收", "Taken by the mail server"), _accept, "sent")
BOUNCED = _follows("bounced", Text("被退回", "Bounced"), _problem, "bounced")
FAILED = _follows("failed", Text("未能发出", "Could not be sent"), _problem, "failed")
CAME = _follows("came", Text("试信已到达", "The probe arrived"), _came, "sent")
LOOKED = _follows("looked", Text("查看内容", "Looked at"), _looked)

REGISTER: Register[Letter] = Register(
    name="letters",
    prefix="L",
    title=Text("来往信件", "Letters"),
    one=Text("信件", "Letter"),
    intro=Text(
        "投诉和请求的来信、回执与答复。内容加密保存，打开即记录；到期销毁密钥。",
        "What users write in complaints and requests, receipts and answers. What they say is sealed; each look is "
        "recorded, and in the end their keys are destroyed.",
    ),
    model=Letter,
    duties=("A12-accept", "A12-15d"),
    fields=_FIELDS,
    states={
        "new": State(label=Text("待判定", "To be sorted"), tone="waiting"),
        "filed": State(label=Text("已归入", "Filed"), tone="good"),
        "spam": State(label=Text("垃圾邮件", "Spam"), tone="over"),
        "automatic": State(label=Text("自动来信", "Automatic"), tone="over"),
        "bounce": State(label=Text("退信通知", "Bounce"), tone="over"),
        "waiting": State(label=Text("待发出", "To be sent"), tone="waiting"),
        "sent": State(label=Text("已送出", "Sent"), tone="good"),
        "given": State(label=Text("已交付", "Given"), tone="good"),
        "bounced": State(label=Text("被退回", "Bounced"), tone="bad"),
        "failed": State(label=Text("未能发出", "Not sent"), tone="bad"),
    },
    creating=Act(name="enter", title=Text("登记信件", "Enter a letter"), by=frozenset(), follows=True, does=_enter,
                 duty="A12-accept"),
    acts=(
        Act(name="complain", title=Text("立为投诉", "Make it a complaint"), by=READERS, source=frozenset({"new"}),
            proof="none", duty="A12-accept"),
        Act(name="attach", title=Text("归入已有的", "File it with another"), by=READERS, source=frozenset({"new"}),
            to="filed", does=_attach, proof="none", duty="A12-accept",
            fields=(Field(name="number", label=Text("投诉或请求的编号", "Number of the complaint or request"),
                          optional=False),)),
        Act(name="spam", title=Text("标为垃圾邮件", "It is spam"), by=READERS, source=frozenset({"new"}), to="spam",
            proof="none", duty="A12-accept", hint=Text("三十日后销毁内容。", "Its content ends after 30 days.")),
        Act(name="again", title=Text("重新发送", "Send again"), by=READERS, source=frozenset({"failed"}), to="waiting",
            does=_again, proof="none", duty="A12-15d"),
        FILED, ACCEPTED, BOUNCED, FAILED, CAME, LOOKED,
    ),
    columns=("direction", "channel", "kind", "about", "arrived_at"),
    filters=("direction", "channel", "kind"),
    search=("about",),
    seen_by=READERS | {Role.AUDITOR, Role.APPROVER},
    clocks=_clocks,
    notes=_notes,
    pages=(Page(name="letter", title=Text("打开", "Open"), by=READERS,
                shown=lambda letter, _person: letter.erased_at is None),),
    heeds={("letters", "enter"): _enclose},
    rounds=(
        Round(name="letters.send", every=timedelta(seconds=10), run=_send),
        Round(name="letters.fetch", every=timedelta(minutes=1), run=_fetch),
        Round(name="letters.end", every=timedelta(hours=6), run=_end),
    ),
    from_files=False,
    group=Group.HANDLING,
    order=48,
)  # fmt: skip
