"""A declaration row's content as the rules read it: its type, its problems, its digest, its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import yaml

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.ports import statutes
from shouze.rules.declaration import Declaration, DeclarationFile, Operator, problems_of
from shouze.rules.document import Lines, explain
from shouze.rules.policy import digest_of

Plain = dict[str, Any]
Problems = dict[str, list[Text]]
"""What is wrong, by the path of the field."""


def blank(service: str, zh: str, en: str) -> Plain:
    """Return the content that a new draft begins with."""
    told = {"zh": "", "en": ""}
    return {"service": service, "name": {"zh": zh, "en": en}, "channels": {"enquiry": told, "correction": told}}


def read(content: Mapping[str, Any]) -> Declaration:
    """Return the declaration; InvalidError names the field where something is missing."""
    try:
        return msgspec.convert(content, Declaration)
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem, Declaration)
        raise InvalidError(detail, field=field or None, remedy=remedy) from None


def declaration_of(row: DeclarationRow) -> Declaration:
    """Return a row's declaration; InvalidError where the draft is not complete."""
    return read(row.content)


def plain(declaration: Declaration) -> Plain:
    """Return a declaration as the row keeps it."""
    kept: Plain = msgspec.json.decode(msgspec.json.encode(declaration))
    return kept


def problems(declaration: Declaration) -> Problems:
    """Return everything that the rules find wrong, by field: necessity against the app types, grounds, names …"""
    # A09-3-necessity, A09-5-carveout: told while the rules are being written, not after
    found: Problems = {}
    for each in problems_of(declaration, "", Lines(), statutes()):
        text = Text(f"{each.detail.zh}。{each.remedy.zh}", f"{each.detail.en}. {each.remedy.en}")
        found.setdefault((each.field or "").removeprefix("."), []).append(text)
    return found


def digest(content: Mapping[str, Any]) -> str:
    """Return the digest by which the door knows these rules; empty where they are not complete or not right."""
    try:
        declaration = read(content)
    except InvalidError:
        return ""
    return "" if problems(declaration) else digest_of(declaration)


def same(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether two contents say the same; the order in which items or means are named says nothing."""
    return bool(_in_order(before) == _in_order(now))


def _in_order(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _in_order(each) for name, each in value.items() if each not in (None, [], ())}
    if isinstance(value, list):
        return sorted(value) if all(isinstance(each, str) for each in value) else [_in_order(each) for each in value]
    return value


def check(row: DeclarationRow) -> None:
    """Raise InvalidError where the rules are not complete or not right."""
    declaration = declaration_of(row)
    for field, words in problems(declaration).items():
        raise InvalidError(words[0], field=field, remedy=Text("在编辑页改正", "Correct it in the editor"))


def file_of(operator: Operator, declarations: Iterable[Declaration]) -> bytes:
    """Return the file that ``shouze declare`` reads, as JSON, which is YAML too."""
    return msgspec.json.encode(DeclarationFile("shouze-declaration/1", operator, tuple(declarations)))


def yaml_of(operator: Operator, declarations: Iterable[Declaration]) -> str:
    """Return the same file as people write it."""
    document = msgspec.json.decode(file_of(operator, declarations))
    text: str = yaml.safe_dump(_brief(document), allow_unicode=True, sort_keys=False, width=110)
    return text


def _brief(value: Any) -> Any:
    """Return the document without members that say nothing."""
    if isinstance(value, dict):
        return {name: _brief(each) for name, each in value.items() if each is not None and each != []}
    return [_brief(each) for each in value] if isinstance(value, list) else value
