"""Words in templates: both languages stand side by side, so that neither can be forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django import template
from django.forms import BoundField, CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shouze.language import Text
from shouze.registers.languages import current
from shouze.rules.citing import article_words

register = template.Library()
SHORT = 20
"""Characters up to which a cell stays on one line."""
SENTENCE = 40
"""Characters from which a choice counts as a sentence."""


@register.simple_tag
def say(zh: str, en: str, **words: object) -> str:
    """Return one of two texts, with its named places filled; escaped like any value."""
    text = Text(zh, en).to(current())
    return format_html(text, **words) if words else text


@register.simple_tag
def colon() -> str:
    """Return a colon as the page's language writes it."""
    return Text("：", ": ").to(current())


@register.filter
def words(text: object) -> str:
    """Return a ``Text`` in the page's language; anything else as it is."""
    return text.to(current()) if isinstance(text, Text) else str(text)


@register.filter
def listed(texts: Iterable[object]) -> str:
    """Return texts one after another, as the page's language lists them."""
    return words(Text.listed(each if isinstance(each, Text) else Text(str(each), str(each)) for each in texts))


@register.filter
def cited(article: str) -> str:
    """Return an article of the Order, written ``9(3)``, as the page's language cites it."""
    return article_words(article).to(current())


@register.filter
def cited_together(articles: Iterable[str]) -> str:
    """Return articles of the Order one after another, each as ``cited``."""
    return words(Text.listed(map(article_words, articles)))


@register.filter
def extent(cell: object) -> str:
    """Return how much room a table's cell wants: ``short`` stays on one line, ``long`` has several words to a line."""
    length = 0 if isinstance(cell, datetime) else len(words(cell))
    return "short" if length <= SHORT else "long" if length > SENTENCE else "usual"


@register.filter
def moment(at: datetime | date | None) -> SafeString | str:
    """Return a time of day in Asia/Shanghai, machine-readable beside it."""
    if at is None:
        return "—"
    if not isinstance(at, datetime):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), at.isoformat())
    local = timezone.localtime(at)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), local.strftime("%Y-%m-%d %H:%M"))


@register.filter
def day(at: datetime | None) -> SafeString | str:
    """Return a day in Asia/Shanghai."""
    if at is None:
        return "—"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), timezone.localtime(at).strftime("%Y-%m-%d"))


@register.filter
def left(due: datetime | None) -> str:
    """Return how long until a deadline, or for how long it has passed, in words."""
    if due is None:
        return Text("立即", "at once").to(current())
    seconds = (due - timezone.now()).total_seconds()
    return (Text("还有 {span}", "{span} left") if seconds >= 0 else Text("逾期 {span}", "{span} overdue")).fill(
        span=span(abs(seconds))
    ).to(current())  # fmt: skip


@register.filter
def passed(due: datetime) -> bool:
    """Tell whether a deadline is over."""
    return due < timezone.now()


@register.filter
def is_group(field: BoundField) -> bool:
    """Tell whether a form's field is a group of boxes or buttons, which want a legend instead of a label."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def is_long(field: BoundField) -> bool:
    """Tell whether a group's choices are sentences, which want a line each."""
    return any(len(str(option.choice_label)) > SENTENCE for option in field)


@register.filter
def elapsed(since: datetime) -> str:
    """Return for how long something has been running, in words."""
    return span((timezone.now() - since).total_seconds())


@register.filter
def took(time: timedelta) -> str:
    """Return how long something took, in words."""
    return span(time.total_seconds())


@register.filter
def percent(share: float) -> str:
    """Return a share as whole hundredths."""
    return f"{share * 100:.0f}"


def span(seconds: float) -> str:
    """Return a span of seconds in the largest unit that tells something, in the page's language."""
    for least, unit, text in _UNITS:
        if seconds >= least:
            return text.fill(n=int(seconds // unit)).to(current())
    return Text("不到 1 分钟", "less than a minute").to(current())


_UNITS = (
    (2 * 86400, 86400, Text("{n} 天", "{n} days")),
    (2 * 3600, 3600, Text("{n} 小时", "{n} h")),
    (60, 60, Text("{n} 分钟", "{n} min")),
)
