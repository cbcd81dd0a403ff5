"""The register of undertakings of confidentiality (Art. 10): everybody who works here has a row, from the first day.

# Invariant: a row is never without its person's signature unseen: until it is signed it is a shortcoming, and it
# outlives the person's leaving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import EVERY_HOUSE, Act, Doing, Field, Register, Round, Running, State
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.roles import KEEPERS, OVERSEEING, Role, Roles
from shouze.registers.spans import months_after
from shouze.registers.undertakings.facts import SPEAKS
from shouze.registers.undertakings.models import STATES, Undertaking

BY: Roles = KEEPERS | {Role.ADMINISTRATOR}
AT_ONCE = 500
"""Rows made in one round."""
WARNING = timedelta(days=30)
USUAL, LONGEST = 12, 36
"""Months until an undertaking is renewed: where nothing is said, and at most."""
PRESENT = ("wanted", "signed", "lapsed")

_SIGNED = (
    Field(name="signed_at", label=Text("签署时间", "Signed at"), optional=False, duty="A10-staff-secrecy"),
    Field(name="wording", label=Text("文本版本", "Wording"), hint=Text("例如：2026 版", "For example: of 2026")),
    Field(name="until", label=Text("续签期限", "To be renewed by"),
          hint=Text("不填为一年；至多三年。承诺本身在离岗后继续有效",
                    "Empty: in a year; three at most. The promise itself outlives leaving")),
)  # fmt: skip


def _sign(doing: Doing[Undertaking]) -> None:
    # A10-staff-secrecy: staff owe confidentiality in person; what they signed is kept, and its digest is in the log
    row = doing.entry
    if row.signed_at is None or row.signed_at > doing.now:
        remedy = Text("填写已签署的时间", "Give the time at which it was signed")
        raise InvalidError(Text("签署时间不对", "It cannot have been signed then"), field="signed_at", remedy=remedy)
    row.until = doing.values.get("until") or months_after(row.signed_at, USUAL)
    if not doing.now < row.until <= months_after(row.signed_at, LONGEST):
        remedy = Text("填写将来的日期，自签署起至多三年", "Give a date ahead, three years from signing at most")
        raise InvalidError(Text("续签期限不对", "The term is not right"), field="until", remedy=remedy)


def _joined(doing: Doing[Person], _before: Mapping[str, Any]) -> None:
    """Open the row of somebody who has come, or come back."""
    row = Undertaking.objects.filter(person=doing.entry).first()
    if row is None:
        _open(doing.entry)
        return
    row.state = _present_state(row, doing.now)
    acting.moved_on(REGISTER, row)


def _present_state(row: Undertaking, now: datetime) -> str:
    if row.signed_at is None:
        return "wanted"
    return "signed" if row.until is None or row.until > now else "lapsed"


def _left(doing: Doing[Person], _before: Mapping[str, Any]) -> None:
    """Keep the undertaking of whoever leaves: it goes on, and nobody renews it."""
    for row in Undertaking.objects.filter(person=doing.entry, state__in=PRESENT):
        row.state = "missing" if row.signed_at is None else "outlives"
        acting.moved_on(REGISTER, row)


def _open(person: Person) -> None:
    row = Undertaking(person=person, title=f"{person.name}（{person.username}）"[:200], state="wanted")
    acting.enrol(registers()["undertakings"], row, None)


def _keep(now: datetime) -> None:
    """Open the rows of people who came otherwise than by an act, and note what was not renewed."""
    for person in Person.objects.filter(is_active=True, undertaking=None).order_by("pk")[:AT_ONCE]:
        _open(person)
    for row in Undertaking.objects.filter(state="signed", until__lte=now)[:AT_ONCE]:
        row.state = "lapsed"
        acting.moved_on(REGISTER, row)


def _clocks(row: Undertaking, _now: datetime) -> Sequence[Running]:
    if row.state == "wanted":
        title = Text("{name}签署保密承诺", "{name} signs the undertaking").fill(name=row.called)
        return [Running(kind="sign", title=title, since=row.created_at, roles=BY, duty="A10-staff-secrecy")]
    if row.state not in ("signed", "lapsed") or row.until is None:
        return ()
    title = Text("{name}续签保密承诺", "{name} renews the undertaking").fill(name=row.called)
    return [
        Running(kind="renew", title=title, since=row.until - WARNING, due=row.until, roles=BY,
                duty="A10-staff-secrecy")
    ]  # fmt: skip


def _notes(row: Undertaking, _now: datetime) -> Sequence[Text]:
    told = {
        "wanted": Text("尚未签署保密承诺：这是一项隐患", "No undertaking has been signed: that is a shortcoming"),
        "lapsed": Text("续签期限已过：这是一项隐患", "It was not renewed in time: that is a shortcoming"),
        "outlives": Text("已离岗；所签承诺继续有效", "Has left; what was signed goes on"),
        "missing": Text("离岗前没有签署；法律规定的保密义务不因此免除",
                        "Left without having signed; the duty of law is the same"),
    }  # fmt: skip
    return [told[row.state]] if row.state in told else ()


REGISTER: Register[Undertaking] = Register(
    name="undertakings",
    prefix="UT",
    title=Text("保密承诺", "Undertakings"),
    one=Text("保密承诺", "Undertaking"),
    intro=Text(
        "经营者及其工作人员应当严格保密（第十条）。每个在岗人员签署保密承诺，定期续签；离岗后继续有效。",
        "Operator and staff keep users' information strictly confidential (Art. 10). Everybody who works here signs an "
        "undertaking and renews it; it outlives their leaving.",
    ),
    model=Undertaking,
    duties=("A10-staff-secrecy", "A10-op-secrecy"),
    fields=(Field(name="person", label=Text("人员", "Person")), *_SIGNED),
    states={
        "wanted": State(label=STATES["wanted"], tone="bad"),
        "signed": State(label=STATES["signed"], tone="good"),
        "lapsed": State(label=STATES["lapsed"], tone="bad"),
        "outlives": State(label=STATES["outlives"], tone="over"),
        "missing": State(label=STATES["missing"], tone="bad"),
    },
    creating=Act(name="open", title=Text("列入", "Opened"), by=frozenset(), to="wanted", duty="A10-staff-secrecy"),
    acts=(
        Act(name="sign", title=Text("登记签署", "Enter what was signed"), by=BY, source=frozenset({"wanted"}),
            to="signed", fields=_SIGNED, does=_sign, proof="must", duty="A10-staff-secrecy",
            hint=Text("附上签署件的扫描件或照片。", "Attach a scan or photograph of the signed paper.")),
        Act(name="renew", title=Text("登记续签", "Enter a renewal"), by=BY, source=frozenset({"signed", "lapsed"}),
            to="signed", fields=_SIGNED, does=_sign, proof="must", duty="A10-staff-secrecy",
            starts_with=lambda row: Undertaking(wording=row.wording)),
    ),
    columns=("signed_at", "until"),
    search=("wording", "person__username", "person__name"),
    seen_by=OVERSEEING | {Role.ADMINISTRATOR},
    clocks=_clocks,
    notes=_notes,
    heeds={("people", "join"): _joined, ("people", "return"): _joined, ("people", "leave"): _left},
    rounds=(Round(name="undertakings.keep", every=timedelta(minutes=1), run=_keep),),
    speaks=SPEAKS,
    houses=EVERY_HOUSE,
    order=75,
)  # fmt: skip
