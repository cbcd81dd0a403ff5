"""Fills a template's places with what a row says; an unknown place is refused when the template is written."""

from __future__ import annotations

import string

from django.utils import timezone

from shouze.errors import InvalidError
from shouze.language import Language, Text
from shouze.registers import vocabulary
from shouze.registers.answers.models import Template
from shouze.registers.letters.models import Answered

PLACES = ("number", "received", "due", "service")
_RECEIPT = Text(
    "您的来件已于 {received} 收到，编号 {number}。我们将在 {due} 之前答复。回信请保留主题中的编号。",
    "We received your letter on {received}; its number is {number}. We answer by {due}. Please keep the number in "
    "the subject when you write again.",
)  # fmt: skip


def check(text: str, field: str) -> None:
    """Refuse a template that names a place which nothing fills; InvalidError names the field."""
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        named = {"{"}
    if strange := named - {*PLACES}:
        places = "、".join(f"{{{each}}}" for each in PLACES)
        detail = Text(f"没有可填入 {{{min(strange)}}} 的内容", f"Nothing fills {{{min(strange)}}}")
        raise InvalidError(detail, field=field, remedy=Text(f"可用：{places}", f"Use {places}"))


def filled(text: str, row: Answered) -> str:
    """Return a template's text about a row."""
    service = getattr(row, "service", "")
    words = vocabulary.services().get(service, Text(service, service)).zh if service else ""
    due = f"{timezone.localtime(row.due):%Y-%m-%d}" if row.due else ""
    received = f"{timezone.localtime(row.received_at):%Y-%m-%d}"
    return text.format(number=row.number, received=received, due=due, service=words)


def offered(kind: str) -> list[Template]:
    """Return the templates in use for a kind of letter."""
    return list(Template.objects.filter(kind=kind, state="used").order_by("title"))


def receipt(row: Answered, language: Language | None = None) -> tuple[str, str, int | None]:
    """Return a receipt's text in a language (None: both), and by which template in which edition."""
    row_of = next(iter(offered("receipt")), None)
    words = Text(row_of.text_zh, row_of.text_en) if row_of else _RECEIPT
    texts = [words.to(language)] if language else [words.zh, words.en]
    told = "\n\n".join(filled(each, row) for each in texts)
    return told, row_of.number if row_of else "", row_of.edition if row_of else None
