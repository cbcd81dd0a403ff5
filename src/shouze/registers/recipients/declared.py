"""Recipients as the published rules declare them: compared with the rows, and taken over where there is none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.recipients.models import Recipient

Plain = dict[str, Any]


def rules_of(service: str) -> Plain | None:
    """Return the rules of a service that are in force, as plain JSON."""
    rows = DeclarationRow.objects.filter(service=service, state="published")
    content: Plain | None = rows.order_by("-published_version", "-pk").values_list("content", flat=True).first()
    return content


def declared_so(row: Recipient) -> Text | None:
    """Return in which point the rules in force do not declare what the row says; None where they do."""
    found = _wrong(row)
    return found[1] if found else None


def agrees(row: Recipient) -> None:
    """Raise InvalidError, naming the field, where the rules in force do not declare what the row says."""
    found = _wrong(row)
    if found is not None:
        remedy = Text("先修改并公布收集使用规则，或改动此条", "Change and publish the rules first, or change this one")
        raise InvalidError(found[1], field=found[0], remedy=remedy)


def _wrong(row: Recipient) -> tuple[str, Text] | None:
    rules = rules_of(row.service) or {}
    declared = next((each for each in rules.get("recipients") or () if each["id"] == row.recipient), None)
    if declared is None:
        return "recipient", Text("规则没有声明这个接收方", "The rules do not declare this recipient")
    naming = {each["id"] for each in rules.get("purposes") or () if row.recipient in (each.get("recipients") or ())}
    if not set(row.purposes) <= naming:
        return "purposes", Text("规则的这些目的没有写明此接收方", "The rules name it for other purposes")
    if not set(row.items) <= set(declared["items"]):
        return "items", Text("规则没有声明向其提供这些信息项", "The rules declare other items for it")
    if _ground(declared) != (row.ground, row.instrument):
        return "ground", Text("依据与规则不同", "The ground is another than in the rules")
    return None


def _ground(declared: Plain) -> tuple[str, str]:
    ground = declared["ground"]
    return ("consent", "") if isinstance(ground, str) else ("law", ground["instrument"])


def take_over_all() -> int:
    """Register every recipient of the rules in force that has no row; return how many."""
    return sum(take_over(each) for each in DeclarationRow.objects.filter(state="published"))


def take_over(rules: DeclarationRow) -> int:
    """Register the recipients of one service's rules that have no row, as the rules declare them."""
    known = set(Recipient.objects.filter(service=rules.service).values_list("recipient", flat=True))
    fresh = [each for each in rules.content.get("recipients") or () if each["id"] not in known]
    register = registers()["recipients"]
    for declared in fresh:
        acting.enrol(register, _row(rules, declared), Person(), act=register.act("take-over"))
    return len(fresh)


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _row(rules: DeclarationRow, declared: Plain) -> Recipient:
    purposes = rules.content.get("purposes") or ()
    ground, instrument = _ground(declared)
    return Recipient(
        service=rules.service, recipient=declared["id"], title=declared["name"]["zh"][:200],
        title_en=declared["name"]["en"][:200], items=list(declared["items"]), state="declared", ground=ground,
        purposes=[each["id"] for each in purposes if declared["id"] in (each.get("recipients") or ())],
        instrument=instrument, article="" if ground == "consent" else str(declared["ground"]["article"])[:40],
        since=_moment(declared.get("since")), until=_moment(declared.get("until")),
    )  # fmt: skip
