"""The register of publications (Art. 8): every place where rules are shown, checked again and again.

* A place that shows another version than the one in force owes the new one at once.
* Copies on the web are fetched and compared by a machine; copies at premises are looked at by people, by a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.declarations.register import current
from shouze.registers.describing import Act, Doing, Field, Group, Register, Round, Running, State, following
from shouze.registers.publications.facts import SPEAKS
from shouze.registers.publications.models import Publication
from shouze.registers.roles import HOUSE, KEEPERS

SHOWING = frozenset({"showing", "wrong"})
PLACES = {
    "website": Text("网站", "Website"),
    "app": Text("应用内", "In the app"),
    "premises": Text("经营或服务场所", "Premises"),
    "other": Text("其他", "Elsewhere"),
}

_WHERE = (
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="title", label=Text("何处", "Where"),
          hint=Text("例如：官网首页“隐私”、解放路营业厅公告栏", "For example: the notice board of a shop")),
    Field(name="place", label=Text("场所类别", "Kind of place"), choices=PLACES),
    Field(name="url", label=Text("网址", "Address on the web"), duty="A08-publish",
          hint=Text("填写后每日自动核对其内容", "Where given, its content is compared every day")),
    Field(name="since", label=Text("公布起始", "Shown since")),
    Field(name="check_days", label=Text("人工复核周期（天）", "Looked at by people every (days)"),
          hint=Text("场所的公布件至少每 90 天复核一次", "Copies at premises: every 90 days at least")),
)  # fmt: skip
_STANDING = (
    Field(name="shown_version", label=Text("所示版本", "Version shown")),
    Field(name="digest", label=Text("摘要", "Digest")),
    Field(name="until", label=Text("公布截止", "Shown until")),
    Field(name="checked_at", label=Text("上次人工复核", "Looked at last")),
    Field(name="probed_at", label=Text("上次自动核对", "Compared last")),
    Field(name="problem", label=Text("不一致之处", "What does not match")),
)


def _show(doing: Doing[Publication]) -> None:
    row = doing.entry
    _renew(doing)
    if row.place == "website" and not row.url:
        raise InvalidError(Text("网站须填写网址", "A website has an address"), field="url")


def _renew(doing: Doing[Publication]) -> None:
    # A08-publish: which version hangs there is written down with its digest and a picture
    row = doing.entry
    rules = current(row.service)
    if rules is None:
        remedy = Text("先公布该业务的规则", "Publish the rules of the service first")
        raise InvalidError(
            Text("该业务没有现行规则", "The service has no rules in force"), field="service", remedy=remedy
        )
    row.digest, row.shown_version = rules.digest, rules.published_version
    row.checked_at, row.problem = doing.now, ""


def _check(doing: Doing[Publication]) -> None:
    doing.entry.checked_at, doing.entry.problem = doing.now, ""


def _wrong(doing: Doing[Publication]) -> None:
    doing.entry.problem = str(doing.values.get("problem", ""))[:200]


def _take_down(doing: Doing[Publication]) -> None:
    doing.entry.until = doing.now


def _clocks(row: Publication, _now: datetime) -> Sequence[Running]:
    if row.state not in SHOWING:
        return []
    rules, clocks = current(row.service), list[Running]()
    if rules is not None and rules.state == "published" and rules.digest != row.digest:
        clocks.append(_running("renew", row, rules.published_at or rules.changed_at))
    if row.state == "wrong":
        clocks.append(_running("mend", row, row.changed_at))
    looked = row.checked_at or row.since
    if row.place != "website":
        clocks.append(_running("check", row, looked, looked + timedelta(days=row.check_days)))
    return clocks


def _running(kind: str, row: Publication, since: datetime, due: datetime | None = None) -> Running:
    title = _OWED[kind].fill(place=row.title)
    return Running(kind=kind, title=title, since=since, due=due, roles=KEEPERS, duty="A08-publish")


_OWED = {
    "renew": Text("在“{place}”换上现行规则", "Put the rules in force up at “{place}”"),
    "mend": Text("改正“{place}”的公布件", "Correct the copy at “{place}”"),
    "check": Text("复核“{place}”的公布件", "Look at the copy at “{place}”"),
}


def _concerns(row: Publication) -> list[tuple[str, int]]:
    rules = current(row.service)
    return [("declarations", rules.pk)] if rules is not None else []


FOUND_WRONG = following("found-wrong", Text("自动核对发现不一致", "Found not to match"), "wrong", "A08-publish")
FOUND_RIGHT = following("found-right", Text("自动核对一致", "Found to match"), "showing", "A08-publish")


def _probe(now: datetime) -> None:
    from shouze.registers.publications.probing import probe  # noqa: PLC0415 - it acts on this register

    probe(now)


REGISTER: Register[Publication] = Register(
    name="publications",
    prefix="U",
    title=Text("公布记录", "Publications"),
    one=Text("公布记录", "Publication"),
    intro=Text(
        "收集使用规则应当在经营或服务场所、网站等公布（第八条）。每处何时公布哪一版，以照片或截图为证，定期复核。",
        "Rules are shown at premises, on the website and so on (Art. 8): which version hangs where since when, with a "
        "picture, and looked at again.",
    ),
    model=Publication,
    duties=("A08-publish",),
    fields=(*_WHERE, *_STANDING),
    states={
        "showing": State(label=Text("公布中", "Shown"), tone="good"),
        "wrong": State(label=Text("不一致", "Does not match"), tone="bad"),
        "taken-down": State(label=Text("已撤下", "Taken down"), tone="over"),
    },
    creating=Act(name="show", title=Text("登记公布", "Register a place"), by=KEEPERS, to="showing", fields=_WHERE,
                 does=_show, proof="must", duty="A08-publish"),
    acts=(
        Act(name="renew", title=Text("换上现行规则", "Put the rules in force up"), by=KEEPERS, source=SHOWING,
            to="showing", does=_renew, proof="must", duty="A08-publish"),
        Act(name="check", title=Text("复核一致", "Looked at: it matches"), by=KEEPERS, source=SHOWING, to="showing",
            does=_check, proof="must", duty="A08-publish"),
        Act(name="wrong", title=Text("复核不一致", "Looked at: it does not"), by=KEEPERS, to="wrong", does=_wrong,
            source=frozenset({"showing"}), duty="A08-publish",
            fields=(Field(name="problem", label=Text("不一致之处", "What does not match"), optional=False),)),
        Act(name="change", title=Text("变更", "Change"), by=KEEPERS, source=SHOWING, fields=_WHERE[1:],
            duty="A08-publish"),
        Act(name="take-down", title=Text("撤下", "Take down"), by=KEEPERS, source=SHOWING, to="taken-down",
            does=_take_down, reason="must", duty="A08-publish"),
        FOUND_WRONG,
        FOUND_RIGHT,
    ),
    columns=("service", "place", "shown_version", "since", "problem"),
    filters=("service", "place"),
    search=("url",),
    seen_by=HOUSE,
    clocks=_clocks,
    concerns=_concerns,
    rounds=(Round(name="publications.probe", every=timedelta(minutes=10), run=_probe),),
    speaks=SPEAKS,
    group=Group.RULES,
    order=11,
)  # fmt: skip
