"""Rules at every stage, over a door that has the story's."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from shouze.cli import story
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.declarations import content
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.declarations.register import REGISTER
from shouze.registers.operators.models import OperatorRow
from shouze.registers.people.models import Person
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from tests.registers.house import approver, do, make, officer


@cache
def file() -> DeclarationFile:
    return read_document(story.read("declaration.yaml"), DeclarationFile)[0]


def plain(service: str = "cloud-drive") -> dict[str, Any]:
    """Return the story's rules of a service as a row keeps them."""
    return content.plain(next(each for each in file().services if each.service == service))


def operator() -> OperatorRow:
    found = OperatorRow.objects.first()
    values = {
        "title": "星桥通信", "title_en": "Starbridge", "authority_zh": "某省通信管理局",
        "authority_en": "An administration",
        "contact_zh": "10099", "contact_en": "Call 10099", "licence": "B1-1", "filing": "",
    }  # fmt: skip
    row: OperatorRow = found or make("operator", officer(), values)
    return row


def drafted(given: dict[str, Any] | None = None, service: str = "cloud-drive") -> DeclarationRow:
    operator()
    held = plain(service) if given is None else given
    named = {"service": held["service"], "title": held["name"]["zh"], "title_en": held["name"]["en"], "content": held}
    row: DeclarationRow = make("declarations", officer(), named)
    return row


def approved(given: dict[str, Any] | None = None, service: str = "cloud-drive") -> DeclarationRow:
    row: DeclarationRow = do(do(drafted(given, service), "submit", officer()), "approve", approver())
    return row


def published(given: dict[str, Any] | None = None, service: str = "cloud-drive") -> DeclarationRow:
    row: DeclarationRow = do(approved(given, service), "publish", approver())
    return row


def in_force(version: int = 1, **changed: Any) -> DeclarationRow:
    """Return rules in force as they are after the door has answered, without a door."""
    held = plain() | changed
    row = DeclarationRow(
        service="cloud-drive", title=held["name"]["zh"], title_en=held["name"]["en"], content=held, state="published",
        digest=content.digest(held), published_version=version,
    )  # fmt: skip
    operator()
    return acting.enrol(REGISTER, row, Person())


def wider() -> dict[str, Any]:
    """Return the drive's rules with a means more for its purpose and an item more."""
    held = copy.deepcopy(plain())
    purpose = held["purposes"][0]
    purpose["means"] = [*purpose["means"], "export"]
    told = {"zh": "无法设置昵称", "en": "No nickname"}
    purpose["items"] = [*purpose["items"], {"item": "nickname", "need": "optional", "refusal": told}]
    return held


def asked(values: dict[str, Any]) -> Asked:
    return Asked(values)
