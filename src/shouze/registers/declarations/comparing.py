"""Compares two versions of a service's rules: what was added, removed, widened, narrowed, worded anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from msgspec.structs import replace

from shouze.language import Text
from shouze.registers.ports import statutes
from shouze.registers.vocabulary import ACTION_WORDS
from shouze.rules.citing import article_as_written
from shouze.rules.declaration import Declaration, DeclaredItem, NamedLaw, Purpose, Recipient, Told
from shouze.rules.period import parse_period
from shouze.rules.policy import asks_anew

Kind = Literal["added", "widened", "narrowed", "removed", "reworded"]
KINDS: Mapping[Kind, Text] = {
    "added": Text("新增", "Added"),
    "widened": Text("扩大", "Widened"),
    "narrowed": Text("缩小", "Narrowed"),
    "removed": Text("删除", "Removed"),
    "reworded": Text("改写", "Worded anew"),
}


class Difference(NamedTuple):
    """One difference: its kind, the purpose or part that it is in, and what it is."""

    kind: Kind
    where: Text
    what: Text


class Comparison(NamedTuple):
    """All differences, and the purposes whose consents the later version makes outdated."""

    differences: list[Difference]
    outdated: list[tuple[str, Text]]


def compare(before: Declaration | None, now: Declaration) -> Comparison:
    """Return what the later version changes; without an earlier one everything is new."""
    if before is None:
        return Comparison([Difference("added", _t(each.name), _items(each, now)) for each in now.purposes], [])
    anew = asks_anew(before, now)
    outdated = [(each.id, _t(each.name)) for each in now.purposes if each.id in anew]
    return Comparison([*_purposes(before, now), *_recipients(before, now), *_words(before, now)], outdated)


def _purposes(before: Declaration, now: Declaration) -> Iterator[Difference]:
    earlier, later = ({each.id: each for each in whole.purposes} for whole in (before, now))
    for name, purpose in later.items():
        if name not in earlier:
            yield Difference("added", _t(purpose.name), _items(purpose, now))
        else:
            yield from _purpose(earlier[name], purpose, before, now)
    for name, purpose in earlier.items():
        if name not in later:
            yield Difference("removed", _t(purpose.name), _items(purpose, before))


def _purpose(before: Purpose, now: Purpose, earlier: Declaration, later: Declaration) -> Iterator[Difference]:
    where = _t(now.name)
    for each in sorted(set(now.means) - set(before.means)):
        yield Difference("widened", where, _means(each))
    for each in sorted(set(before.means) - set(now.means)):
        yield Difference("narrowed", where, _means(each))
    if before.ground != now.ground:
        yield Difference("widened", where, _GROUND.fill(before=ground(before.ground), now=ground(now.ground)))
    yield from _retention(before, now, where)
    for name in sorted(set(now.recipients) ^ set(before.recipients)):
        kind: Kind = "widened" if name in now.recipients else "narrowed"
        known = (*later.recipients, *earlier.recipients)
        told = next((_t(each.name) for each in known if each.id == name), Text(name, name))
        yield Difference(kind, where, _RECIPIENT.fill(name=told))
    yield from _declared_items(before, now, earlier, later)
    if (before.name, before.how) != (now.name, now.how):
        yield Difference("reworded", where, Text("目的名称或方式的说明", "Its name, or how it is done"))


def _retention(before: Purpose, now: Purpose, where: Text) -> Iterator[Difference]:
    if before.retention == now.retention:
        return
    (old_months, old_days), (months, days) = parse_period(before.retention.period), parse_period(now.retention.period)
    shorter = before.retention.counted_from == now.retention.counted_from and (months, days) <= (old_months, old_days)
    kind: Kind = "narrowed" if shorter and months <= old_months and days <= old_days else "widened"
    yield Difference(kind, where, _KEPT.fill(before=retention(before), now=retention(now)))


def _declared_items(before: Purpose, now: Purpose, earlier: Declaration, later: Declaration) -> Iterator[Difference]:
    where = _t(now.name)
    old, new = ({each.item: each for each in purpose.items} for purpose in (before, now))
    for name, each in new.items():
        told = item_words(name, later)
        if name not in old:
            yield Difference("widened", where, _ITEM.fill(name=told))
        elif old[name].need != each.need:
            kind: Kind = "narrowed" if each.need == "optional" else "widened"
            yield Difference(kind, where, _NEED[each.need].fill(name=told))
        elif _reasons(old[name]) != _reasons(each):
            yield Difference("reworded", where, _REASONS.fill(name=told))
    for name in old:
        if name not in new:
            yield Difference("narrowed", where, _ITEM.fill(name=item_words(name, earlier)))


def _recipients(before: Declaration, now: Declaration) -> Iterator[Difference]:
    earlier, later = ({each.id: each for each in whole.recipients} for whole in (before, now))
    for name, each in later.items():
        was = earlier.get(name)
        if was is not None and _sorted(was) != _sorted(each):
            kind: Kind = "narrowed" if _receives_less(was, each) else "widened"
            yield Difference(kind, _t(each.name), Text("接收方的信息项、依据或期限", "Items, ground or term"))


def _sorted(each: Recipient) -> Recipient:
    return replace(each, items=tuple(sorted(each.items)))


def _receives_less(before: Recipient, now: Recipient) -> bool:
    same = (before.name, before.ground, before.since, before.until) == (now.name, now.ground, now.since, now.until)
    return same and set(now.items) <= set(before.items)


def _words(before: Declaration, now: Declaration) -> Iterator[Difference]:
    where = _t(now.name)
    if before.channels != now.channels:
        yield Difference("reworded", where, Text("查询、更正渠道", "Channels of enquiry and correction"))
    if before.name != now.name:
        yield Difference("reworded", where, Text("业务名称", "The service's name"))
    if before.also_told != now.also_told:
        yield Difference("reworded", where, Text("其他告知事项", "Other matters told"))
    if (before.app_types, before.sub_functions, before.scope) != (now.app_types, now.sub_functions, now.scope):
        yield Difference("reworded", where, Text("应用类型或适用范围", "App types or scope"))


def item_words(item: str, whole: Declaration) -> Text:
    """Return an item by its words: the catalogue's, or the operator's own."""
    known = statutes().items.get(item)
    own = next((_t(each.name) for each in whole.own_items if each.id == item), Text(item, item))
    return known.text if known else own


def ground(named: str | NamedLaw) -> Text:
    """Return a ground in words: consent, or the law by name and article."""
    if isinstance(named, str):
        return Text("用户同意", "the user's consent")
    instrument = statutes().instruments.get(named.instrument)
    name = instrument.name if instrument else Text(named.instrument, named.instrument)
    article = article_as_written(named.article)
    return Text(f"《{name.zh}》{article.zh}", f"{name.en}, {article.en}")


def retention(purpose: Purpose) -> Text:
    """Return in words how long the items of a purpose are kept."""
    months, days = parse_period(purpose.retention.period)
    years, months = divmod(months, 12)
    named = [(years, "年", "years"), (months, "个月", "months"), (days, "天", "days")]
    zh = "".join(f"{n} {word}" for n, word, _ in named if n)
    en = " ".join(f"{n} {word if n > 1 else word[:-1]}" for n, _, word in named if n)
    if purpose.retention.counted_from == "collection":
        return Text(f"自收集之日起 {zh}", f"{en} from collection") if zh else Text("用后即删", "Erased after use")
    ends = Text(f"服务终止后 {zh}", f"{en} after the service ends")
    return ends if zh else Text("服务终止时删除", "Erased when the service ends")


def _reasons(item: DeclaredItem) -> tuple[Told | None, Told]:
    return item.because, item.refusal


def _items(purpose: Purpose, whole: Declaration) -> Text:
    return Text.listed(item_words(each.item, whole) for each in purpose.items)


def _means(action: str) -> Text:
    return _MEANS.fill(name=ACTION_WORDS[action])


def _t(told: Told) -> Text:
    return Text(told.zh, told.en)


_MEANS = Text("方式：{name}", "Means: {name}")
_RECIPIENT = Text("接收方：{name}", "Recipient: {name}")
_ITEM = Text("信息项：{name}", "Item: {name}")
_NEED = {
    "optional": Text("{name}改为可选", "{name} is optional now"),
    "necessary": Text("{name}改为必需", "{name} is necessary now"),
}
_REASONS = Text("{name}的必需理由或拒绝后果", "{name}: why it is needed, or what follows a refusal")
_GROUND = Text("依据：{before} → {now}", "Ground: {before} → {now}")
_KEPT = Text("保存期限：{before} → {now}", "Kept: {before} → {now}")
