"""The certificate of a carrier's destruction (Art. 13(4)): what it held, how it ended, the two people who saw it."""

from __future__ import annotations

from datetime import datetime

from shouze.language import Text
from shouze.registers.describing import Register
from shouze.registers.media.models import Medium
from shouze.registers.reporting import acted, basis, documents_of, facts, operator_name
from shouze.reports.report import Facts, Prose, Report, Section

_CARRIER = ("mark", "title", "kind", "service", "items", "subjects")
_END = ("method", "destroyed_at")


def certificate(register: Register[Medium], row: Medium, now: datetime) -> Report:
    """Return the certificate of a carrier whose destruction was attested."""
    words = Text(
        "兹证明下列载体已在监销人见证下销毁，所载用户个人信息不能恢复。",
        "The carrier named here was destroyed before a witness; the personal information on it cannot be recovered.",
    )
    carrier = [each for each in register.fields if each.name in _CARRIER]
    end = [each for each in register.fields if each.name in _END]
    return Report(
        name="medium",
        title=Text("载体销毁证明", "Certificate of a carrier's destruction"),
        operator=operator_name(),
        basis=basis(register.duties),
        made=now,
        number=row.number,
        sections=[
            Section(Text("证明", "Certificate"), [Prose(words)]),
            Section(Text("载体", "Carrier"), [Facts(facts(carrier, row))]),
            Section(Text("销毁", "Destruction"), [Facts([*facts(end, row), *_seen(row)])]),
            acted(register, row, act__in=("destroy", "deny", "attest")),
        ],
        documents=documents_of(register.name, row),
    )


def _seen(row: Medium) -> list[tuple[Text, str | None]]:
    return [
        (Text("保管人", "Keeper"), row.keeper.name),
        (Text("监销人", "Witness"), row.witness.name if row.witness else None),
        (Text("签字：销毁人", "Signature: destroyed by"), "\n\n"),
        (Text("签字：监销人", "Signature: witness"), "\n\n"),
    ]
