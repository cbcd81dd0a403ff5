"""The rules for collecting and using as users read them: plain, in either language, to print (Arts. 8, 9(2)).

Desk and portal show the same: ``rendered`` makes the words of one language, whatever language the page around speaks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from shouze.language import Language, Text
from shouze.registers.declarations.comparing import ground, item_words, retention
from shouze.registers.languages import TAGS, speaking
from shouze.registers.vocabulary import ACTION_WORDS
from shouze.rules.declaration import Declaration, Operator, Purpose, Recipient, Told


def rendered(
    declaration: Declaration, operator: Operator | None, language: Language, version: int | None = None,
    at: datetime | None = None, digest: str = "",
) -> SafeString:  # fmt: skip
    """Return the rules as HTML in one language; without a version they are a draft."""
    shown = {
        "name": _t(declaration.name),
        "operator": _operator(operator),
        "channels": (_t(declaration.channels.enquiry), _t(declaration.channels.correction)),
        "purposes": [_purpose(each, declaration) for each in declaration.purposes],
        "recipients": [_recipient(each, declaration) for each in declaration.recipients],
        "also_told": [_t(each) for each in declaration.also_told],
        "version": version,
        "at": at,
        "digest": digest,
        "lang": TAGS[language],
        "language": language,
    }
    with speaking(language):
        return mark_safe(render_to_string("web/published.html", shown))  # noqa: S308 - a template of ours escapes all


def _purpose(each: Purpose, whole: Declaration) -> dict[str, Any]:
    known = {recipient.id: _t(recipient.name) for recipient in whole.recipients}
    return {
        "name": _t(each.name),
        "how": _t(each.how),
        "means": [ACTION_WORDS[name] for name in each.means],
        "ground": ground(each.ground),
        "by_consent": isinstance(each.ground, str),
        "kept": retention(each),
        "necessary": each.necessary,
        "recipients": [known[name] for name in each.recipients if name in known],
        "items": [
            {
                "name": item_words(item.item, whole),
                "necessary": item.need == "necessary",
                "because": _t(item.because) if item.because else None,
                "refusal": _t(item.refusal),
            }
            for item in each.items
        ],
    }


def _recipient(each: Recipient, whole: Declaration) -> dict[str, Any]:
    items = [item_words(item, whole) for item in each.items]
    return {"name": _t(each.name), "items": items, "ground": ground(each.ground), "since": each.since,
            "until": each.until}  # fmt: skip


def _operator(operator: Operator | None) -> dict[str, Any] | None:
    if operator is None:
        return None
    return {"name": _t(operator.name), "authority": _t(operator.authority), "contact": _t(operator.contact),
            "licence": operator.licence, "filing": operator.filing}  # fmt: skip


def _t(told: Told) -> Text:
    return Text(told.zh, told.en)
