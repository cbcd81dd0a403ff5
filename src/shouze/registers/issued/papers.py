"""The papers of an order: the order itself, its lifting, the record of service.

* A signed order is printed from what was signed (``Issued.paper``), never from the row: the same bytes each time.
* Its annex has the register's number and the SHA-256 of that content, which the log has with the signing, too.
* Remedies are those of orders that bind (suspend, correct); a question or a demand has none of its own by law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from shouze.chinatime import SHANGHAI
from shouze.language import Text
from shouze.registers import delivery, remedies, setting_down
from shouze.registers.acting import Attached
from shouze.registers.commas import phrases_in
from shouze.registers.delivery import Paper
from shouze.registers.describing import Doing
from shouze.registers.issued.drafting import ASKS, PARTS
from shouze.registers.issued.models import Issued
from shouze.registers.ports import statutes
from shouze.registers.supervised.models import Supervised
from shouze.registers.vocabulary import ACTION_WORDS
from shouze.reports.report import Cell, Facts, Prose, Report, Seal, Section, Table
from shouze.rules.citing import article_words, cited

FORM = "shouze-order/1"
TITLES: Mapping[str, Text] = {
    "suspend": Text("责令暂停有关行为通知书", "Order to suspend conduct"),
    "correct": Text("责令改正通知书", "Order to correct"),
    "question": Text("询问通知书", "Questions to be answered"),
    "demand": Text("提供材料通知书", "Demand for materials"),
}
_RESTS_ON = {"suspend": ("14(2)",), "correct": ("17(1)",), "question": ("17(2)",), "demand": ("17(2)",)}
_OWED = {"suspend": "A14-2-obey", "question": "A17-2-cooperate", "demand": "A17-2-cooperate"}
"""The duty that is broken where nothing is done; under an order to correct, those that it names."""
_COVERED = {
    "services": Text("暂停的业务", "Services"), "purposes": Text("暂停的目的", "Purposes"),
    "actions": Text("暂停的操作", "Actions"), "items": Text("暂停的信息项", "Items"),
    "agents": Text("涉及的代理人", "Agents"),
}  # fmt: skip
_ALL = Text("全部", "All")


def content(order: Issued, documents: Sequence[Attached] = ()) -> dict[str, Any]:
    """Return everything that an order on paper says, as plain JSON: what is signed."""
    operator = Supervised.objects.filter(number=order.operator).first() or Supervised(title=order.operator_name)
    later = order.since is not None and (order.signed_at is None or order.since > order.signed_at)
    return {
        "form": FORM, "number": order.number, "document": order.document, "kind": order.kind,
        "authority": [order.body, order.body_en or order.body], "report": order.report,
        "to": {name: getattr(operator, name) for name in ("number", "title", "licence", "filing", "credit_code")},
        "because": order.because, "because_en": order.because_en, "duties": list(order.duties),
        **{part: phrases_in(getattr(order, part)) for part in PARTS},
        "since": order.since.isoformat() if later and order.since else None,
        "until": order.until.isoformat() if order.until else None,
        "due": order.due.isoformat() if order.due else None, "days": order.days, "answer_to": order.answer_to,
        "signed_at": order.signed_at.isoformat() if order.signed_at else None,
        "annexes": [[each.name, sha256(each.content).hexdigest()] for each in documents],
    }  # fmt: skip


def set_down(doing: Doing[Issued], _before: Mapping[str, Any]) -> None:
    """Keep the papers of an order that was just signed."""
    order = doing.entry
    if order.on_paper:
        made = [order_paper(order, doing.now), service_record(order, doing.now)]
        setting_down.set_down("issued", order, order.paper, made, doing.person)


def order_paper(order: Issued, now: datetime) -> Report:
    """Return the order as a letter."""
    return letter(order.paper or content(order), order.digest, now)


def letter(told: Mapping[str, Any], digest: str, now: datetime) -> Report:
    """Return what an order says: why, on which articles, what by when, what follows, how to contest it, the seal."""
    signed = _moment(told["signed_at"])
    sections = [
        _reasons(told),
        _demand(told),
        _consequences(told),
        _contesting(told["kind"]),
        _answering(told, signed),
        _annex(told, digest, signed),
    ]
    title = TITLES[told["kind"]]
    if signed is None:
        title = Text("{title}（草稿，未签发）", "{title} (draft, not signed)").fill(title=title)
    return Report(
        name="order", title=title, operator=Text(*told["authority"]), basis=_basis(told), made=signed or now,
        number=told["document"], to=Text(told["to"]["title"], told["to"]["title"]), sections=sections,
        documents=[(name, digest) for name, digest in told["annexes"]],
    )  # fmt: skip


def _basis(told: Mapping[str, Any]) -> Text:
    known = statutes().duties
    named = [known[each].article for each in told["duties"] if each in known]
    sanctions = [known[each].sanction.under for each in told["duties"] if each in known]
    return cited([*_RESTS_ON[told["kind"]], *named, *(sanctions if told["kind"] == "correct" else ())])


def _reasons(told: Mapping[str, Any]) -> Section:
    known = statutes().duties
    opening = {
        "suspend": Text("{because}", "{because}"),
        "correct": Text("经查，你单位没有遵守下列规定。", "You were found not to have kept what follows."),
    }.get(told["kind"], Text("为监督检查需要，现向你单位了解有关情况。", "This is asked for the sake of supervision."))
    because = Text(told["because"], told["because_en"] or told["because"])
    blocks: list[Prose | Table] = [Prose(opening.fill(because=because))]
    rows = [(article_words(known[each].article), known[each].text) for each in told["duties"] if each in known]
    if rows:
        columns = [Text("条款", "Article"), Text("内容", "What it requires")]
        blocks.append(Table(Text("涉及的条款", "Articles concerned"), columns, rows, shares=(1, 4)))
    rests = Text("依据{basis}，作出本通知。", "This rests on {basis}.").fill(basis=_basis(told))
    return Section(Text("事由和依据", "Why, and on what ground"), [*blocks, Prose(rests)])


def _demand(told: Mapping[str, Any]) -> Section:
    title = Text("要求", "What is required")
    term = (Text("期限", "By when"), _term(told))
    if told["kind"] != "suspend":
        because = Text(told["because"], told["because_en"] or told["because"])
        return Section(title, [Prose(because), Facts([term])])
    begins = _moment(told["since"])
    words = Text("自本通知书送达之日起，暂停下列行为；你单位应当执行（第十四条第二款）；有异议的，不影响执行。",
                 "From the service of this order on, the conduct below is suspended; you have to obey (Art. 14(2)). "
                 "Contesting it changes nothing meanwhile.")  # fmt: skip
    rows: list[tuple[Text, Cell]] = [(_COVERED[part], _named(told[part])) for part in PARTS]
    ends = _moment(told["until"]) or Text("至本机关书面解除", "Until this authority lifts it in writing")
    since: Cell = Text("送达之日", "Its service")
    if begins is not None:
        since = Text("{at}（此后送达的，自送达之日）", "{at} (or its service, if that is later)").fill(
            at=_shown(begins)
        )
    report = Text("书面报告执行情况", "To be reported as carried out, in writing")
    rows += [(Text("自", "From"), since), (Text("至", "Until"), ends), (report, term[1])]
    return Section(title, [Prose(words), Facts(rows)])


def _named(phrases: Sequence[str]) -> Text:
    """Return what a suspension covers; what is written as the door writes it is said in words."""
    items = statutes().items
    known = {**ACTION_WORDS, **{name: each.text for name, each in items.items()}}
    return Text.listed(known.get(each) or Text(each, each) for each in phrases) if phrases else _ALL


def _term(told: Mapping[str, Any]) -> Cell:
    if told["days"] is None:
        return _moment(told["due"])
    words = Text("自送达之日起 {n} 日内（送达当日不计，末日逢法定休假日的顺延）",
                 "Within {n} days of its service, not counting that day; moved on from a holiday")  # fmt: skip
    return words.fill(n=told["days"])


def _consequences(told: Mapping[str, Any]) -> Section:
    known = statutes()
    duties = [known.duties[each] for each in told["duties"] if each in known.duties]
    if told["kind"] in _OWED:
        duties = [known.duties[_OWED[told["kind"]]]]
    under = dict.fromkeys(each.sanction.under for each in duties if each.sanction.under in known.sanctions)
    lines = [Text("逾期不履行的，依据{law}处理：{text}。",
                  "Where it is not done in time, {law} applies: {text}.",
                  ).fill(law=article_words(each), text=known.sanctions[each].text) for each in under]  # fmt: skip
    return Section(Text("不履行的后果", "Where it is not done"), [Prose(Text.listed(lines, zh="\n", en="\n"))])


def _contesting(kind: str) -> Section:
    if kind in ASKS:
        return Section(Text("监督", "Complaints"), [Prose(remedies.of_question())])
    return Section(Text("救济途径和期限", "Remedies"), [Prose(remedies.of_order())])


def _answering(told: Mapping[str, Any], signed: datetime | None) -> Section:
    words = Text("答复写明本通知书文号，由你单位盖章，送交：{place}。",
                 "The answer names the number of this paper, bears your seal, and is brought to: {place}.",
                 ).fill(place=told["answer_to"])  # fmt: skip
    return Section(Text("答复", "The answer"), [Prose(words), Seal(Text(*told["authority"]), signed)])


def _annex(told: Mapping[str, Any], digest: str, signed: datetime | None) -> Section:
    to = told["to"]
    rows: list[tuple[Text, Cell]] = [
        (Text("登记编号", "Number in the register"), told["number"]),
        (Text("文号", "Number of the paper"), told["document"]),
        (Text("签发时间", "Signed"), signed),
        (Text("受送达人", "Addressee"), to["title"]),
        *((words, to[name]) for name, words in _HELD.items() if to[name]),
        *([(Text("事件报告", "Incident report"), told["report"])] if told["report"] else []),
    ]  # fmt: skip
    return setting_down.annex(rows, digest)


_HELD = {
    "licence": Text("经营许可证编号", "Licence"), "filing": Text("备案号", "Filing"),
    "credit_code": Text("统一社会信用代码", "Credit code"),
}  # fmt: skip


def lifting_paper(order: Issued, now: datetime) -> Report:
    """Return the letter that lifts an order."""
    body = Text(order.body, order.body_en or order.body)
    words = Text("本机关{document}《{title}》自即日起解除。\n{because}",
                 "The order {document} of this authority ({title}) is lifted from this day on.\n{because}",
                 ).fill(document=order.document, title=TITLES[order.kind], because=order.lifted_because)  # fmt: skip
    annex = Facts([(Text("登记编号", "Number in the register"), order.number),
                   (Text("所解除文书的内容摘要（SHA-256）", "SHA-256 of what is lifted"), order.digest)])  # fmt: skip
    return Report(
        name="order-lifting", title=Text("解除通知书", "Order lifted"), operator=body, basis=_basis(order.paper),
        made=order.lifted_at or now, number=order.document, to=Text(order.operator_name, order.operator_name),
        sections=[Section(Text("解除", "Lifted"), [Prose(words), Seal(body, order.lifted_at)]),
                  Section(Text("附页：登记与核对", "Annex: register and check"), [annex])],
    )  # fmt: skip


def service_record(order: Issued, now: datetime) -> Report:
    """Return the record of service, to be signed by hand."""
    paper = Paper(TITLES[order.kind], order.document, Text(order.body, order.body_en or order.body),
                  order.operator_name, order.signed_at or now, order.digest)  # fmt: skip
    return delivery.record(paper, order, order.number, "order-service")


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _shown(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
