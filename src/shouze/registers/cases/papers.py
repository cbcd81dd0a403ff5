"""The papers of a case: notice before the decision, notice of a hearing, decision, record of service, payment.

Each says what the Penalty Law wants in it (44, 45, 59, 61, 64, 67, 72, 73), with article and instrument, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers import remedies
from shouze.registers.cases import fields
from shouze.registers.cases.models import Case
from shouze.registers.delivery import RECORD, signatures
from shouze.registers.ports import penalties, statutes
from shouze.registers.reporting import documents_of
from shouze.reports.report import Cell, Facts, Prose, Report, Seal, Section, Table
from shouze.rules.citing import article_words, cited, numeral
from shouze.rules.penalty.instruments import law_words

_OF_ITEMS = "npcsc-decision-2012"


def notice(case: Case, now: datetime) -> Report:
    """Return what the party is told before anything is decided: facts, reasons, basis, what is proposed, its rights."""
    bases = [law_words("penalty-law", "44", "45"), law_words("penalty-law", "63", "64")]
    rights = bases[: 2 if case.hearing_due else 1]
    return _paper(case, now, "penalty-notice", Text("行政处罚事先告知书", "Notice before an administrative penalty"), [
        _party(case),
        _facts(case),
        _evidence(case),
        _section(Text("拟作出的行政处罚", "The penalty that is proposed"), _penalty(case, case.fine)),
        Section(Text("依法享有的权利", "Rights"), [Prose(_lines(*_rights(case, rights)))]),
    ])  # fmt: skip


def _rights(case: Case, bases: Sequence[Text]) -> Iterable[Text]:
    # the law names no number of days for a statement: the notice sets them, and says that it does
    yield Text("依据{law}，有权陈述和申辩；不因申辩而加重处罚。"
               "请自收到本告知书之日起五个工作日内提出（期限由本机关指定）；逾期未提出的，视为放弃。",
               "Under the {law}, you may make a statement and defend yourself; the penalty is not made heavier for it. "
               "Please do so within 5 working days of receiving this notice, a term that this authority sets; whoever "
               "makes none in time is taken to waive it.",
               ).fill(law=bases[0])  # fmt: skip
    if case.hearing_due:
        yield Text("依据{law}，可以在收到本告知书后五个工作日内要求听证；听证不收取费用。",
                   "Under the {law}, a hearing may be asked for within 5 working days of receiving this notice; it is "
                   "free of charge.").fill(law=bases[1])  # fmt: skip


def hearing_notice(case: Case, now: datetime) -> Report:
    """Return the notice of a hearing: when, where, who chairs, and what the party may do."""
    told = [
        (Text("听证时间", "When"), case.hearing_at),
        (Text("听证地点", "Where"), case.hearing_place),
        (Text("听证主持人", "Chair"), case.chair.name if case.chair else None),  # type: ignore[attr-defined]  # a person
    ]
    said = Text(
        "依据{law}：听证公开举行，涉及国家秘密、商业秘密或者个人隐私依法予以保密的除外；当事人可以亲自参加，也可以委托一至"
        "二人代理；认为主持人与本案有直接利害关系的，有权申请回避；可以申辩和质证。无正当理由拒不出席或者未经许可中途退出的，"
        "视为放弃听证权利。",
        "Under the {law}: the hearing is public, but for secrets of the state or of business and for privacy protected "
        "by law; the party may come or send one or two representatives, may object to a chair with a direct interest "
        "in the case, may defend itself and question the evidence. Who stays away or leaves without reason waives it.",
    ).fill(law=law_words("penalty-law", "63", "64"))
    title = Text("行政处罚听证通知书", "Notice of a hearing")
    sections = [
        _party(case),
        _section(Text("听证", "The hearing"), told),
        Section(Text("权利", "Rights"), [Prose(said)]),
    ]
    return _paper(case, now, "hearing-notice", title, sections)


def decision(case: Case, now: datetime) -> Report:
    """Return the decision: party, facts, evidence, how it was heard, penalty and basis, performing it, remedies."""
    if case.outcome != "penalty":
        title = Text("不予行政处罚决定书", "Decision not to penalise")
        told = [
            (Text("结论", "Outcome"), fields.OUTCOMES.get(case.outcome)),
            (Text("依据", "Grounds"), _grounds(case)),
            (Text("理由", "Reasons"), case.because),
        ]  # fmt: skip
        return _paper(case, now, "decision", title, [_party(case), _facts(case), _evidence(case),
                                                     _section(Text("决定", "Decision"), told),
                                                     _remedies()])  # fmt: skip
    heard = _section(Text("陈述申辩与听证", "Statement and hearing"), [
        (Text("告知书送达", "Notice served"), case.notice_served_at),
        (Text("陈述、申辩", "Statement and defence"), case.statement or Text("未提出", "None was made")),
        (Text("复核意见", "How it was weighed"), case.weighed),
        (Text("听证", "Hearing"), case.held_at or Text("未举行", "None was held")),
    ])  # fmt: skip
    decided = _section(Text("行政处罚的种类和依据", "The penalty and its basis"),
                       [*_penalty(case, case.fine), (Text("决定理由", "Reasons"), case.because)])  # fmt: skip
    title = Text("行政处罚决定书", "Decision on an administrative penalty")
    return _paper(case, now, "decision", title, [
        _party(case), _facts(case), _evidence(case), heard, decided, _performing(case), _remedies(), _published(case),
    ])  # fmt: skip


def _performing(case: Case) -> Section:
    lines = [Text("责令改正的期限见责令改正文书。", "The time for correcting is that of the order to correct.")]
    if case.fine:
        lines.append(Text(
            "依据{law}，自收到本决定书之日起十五日内，到指定的银行或者通过电子支付系统缴纳罚款。到期不缴纳的，每日按罚款数额的"
            "百分之三加处罚款，加处罚款的数额不超过罚款的数额。",
            "Under the {law}, the fine is paid at the bank named or by electronic payment within 15 days of receiving "
            "this decision. What is not paid in time grows by 3% of the fine a day, by no more than the fine.",
        ).fill(law=law_words("penalty-law", "67", "72")))  # fmt: skip
    return Section(Text("履行方式和期限", "How and by when it is performed"), [Prose(_lines(*lines))])


def _remedies() -> Section:
    return Section(Text("救济途径和期限", "Remedies"), [Prose(remedies.of_decision())])


def _published(case: Case) -> Section:
    lines = [Text("依据{law}，违法行为记入社会信用档案并予以公布。",
                  "Under the {law}, the violation is entered in the social credit file and published.",
                  ).fill(law=cited(["20"]))]  # fmt: skip
    if case.announces or "announcement" in case.measures:
        lines.append(Text("依据{law}，向社会公告。", "Under the {law}, it is announced to the public.",
                          ).fill(law=cited(["23"])))  # fmt: skip
    return Section(Text("公布", "Publication"), [Prose(_lines(*lines))])


def delivery(case: Case, now: datetime) -> Report:
    """Return the record of what was delivered, when."""
    rows = [
        (Text("责令改正通知书", "Order to correct"), case.number, case.order_digest and case.ordered_at,
         case.order_served_at),
        (Text("行政处罚事先告知书", "Notice before the penalty"), case.number, case.notified_at, case.notice_served_at),
        (Text("听证通知书", "Notice of the hearing"), case.number, case.hearing_told_at, case.hearing_served_at),
        (Text("处罚决定书", "Decision"), case.decision_number, case.decided_at, case.served_at),
    ]  # fmt: skip
    columns = [Text("文书", "Paper"), Text("文号", "Number"), Text("制发", "Made"), Text("送达", "Served")]
    table = Table(Text("送达的文书", "Papers served"), columns, [each for each in rows if each[2]])
    how = [
        (Text("受送达人", "To"), case.operator_name),
        (Text("决定书的送达方式", "How the decision was served"), fields.WAYS.get(case.served_how)),
    ]
    sections = [_section(Text("送达", "Service"), how), Section(Text("文书", "Papers"), [table]), signatures()]
    return _paper(case, now, "delivery-record", RECORD, sections, law_words("penalty-law", "61"))


def payment(case: Case, now: datetime) -> Report:
    """Return what is to be paid and what was."""
    told: list[tuple[Text, Text | str | int | datetime | None]] = [
        (Text("决定书文号", "Decision"), case.decision_number),
        (Text("罚款（元）", "Fine (RMB)"), case.standing_fine),
        (Text("决定的罚款（元）", "Fine as decided (RMB)"), None if case.changed_fine is None else case.fine),
        (Text("缴款期限", "To be paid by"), case.pay_by),
        (Text("已缴罚款（元）", "Paid (RMB)"), case.paid),
        (Text("已缴加处罚款（元）", "Surcharge paid (RMB)"), str(case.surcharge) if case.surcharge else None),
        (Text("缴清时间", "Paid at"), case.paid_at),
    ]
    lines = Text("逾期不缴纳的，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超过罚款的数额。",
                 "What is not paid in time grows by 3% of the fine a day, by no more than the fine.")  # fmt: skip
    section = _section(Text("缴款", "Payment"), told)
    return _paper(case, now, "payment-notice", Text("罚款缴纳通知书", "Notice of payment"),
                  [_party(case), Section(section.title, [*section.blocks, Prose(lines)])],
                  law_words("penalty-law", "67", "72"))  # fmt: skip


def _paper(case: Case, now: datetime, name: str, title: Text, sections: Sequence[Section],
           basis: Text | None = None) -> Report:  # fmt: skip
    """Return a paper in the authority's name; its basis are the articles broken and the provision applied."""
    applied = Text.listed([cited(case.articles), *([provision(case)] if case.instrument else [])])
    if name != "delivery-record":
        # a decision without its seal is none (Penalty Law 59)
        *before, last = sections
        sections = [*before, Section(last.title, [*last.blocks, Seal(case.authority, _made(case, name))])]
    return Report(
        name=name, title=title, operator=case.authority, basis=basis or applied, made=now,
        number=case.decision_number if name in ("decision", "payment-notice") else case.number, sections=sections,
        documents=documents_of("cases", case) if name == "decision" else (),
    )  # fmt: skip


def _made(case: Case, name: str) -> datetime | None:
    """Return the day that stands under the seal; None: it is written in by hand."""
    days = {"penalty-notice": case.notified_at, "hearing-notice": case.hearing_told_at, "decision": case.decided_at}
    return days.get(name)


def provision(case: Case) -> Text:
    """Return the provision that is applied: instrument and article."""
    known = penalties()
    found = known.penalties[case.instrument]
    name = known.names[found.instrument]
    if found.instrument == _OF_ITEMS:
        return Text(f"《{name.zh}》第{numeral(found.article)}项", f"{name.en}, item {found.article}")
    return Text(f"《{name.zh}》{article_words(found.article).zh}", f"{name.en}, {article_words(found.article).en}")


def _party(case: Case) -> Section:
    return _section(Text("当事人", "Party"), [
        (Text("名称", "Name"), case.operator_name),
        (Text("许可证或备案号", "Licence or filing"), case.licence),
        (Text("涉及的代理人", "Agent concerned"), case.agent),
        (Text("案由", "Case"), case.title),
        (Text("案号", "Case number"), case.number),
        (Text("执法人员", "Officers"),
         "、".join(each.name for each in (case.officer, case.second) if each)),  # type: ignore[attr-defined]  # both are people
    ])  # fmt: skip


def _facts(case: Case) -> Section:
    known = statutes().duties
    rows = [(article_words(known[each].article), known[each].text) for each in case.duties if each in known]
    when = Facts([
        (Text("行为发生日", "When it happened"), f"{case.occurred}"),
        (Text("行为终了日", "When it ended"), f"{case.ended}" if case.ended else Text("仍在继续", "It goes on")),
        (Text("发现日", "When it was found"), f"{case.found_on}"),
    ])  # fmt: skip
    # the catalogue restates: no paper passes that off as the Order's own words
    broken = Table(Text("违反的条款", "Articles broken"),
                   [Text("条款", "Article"),
                    Text("内容（转述，以规章原文为准）", "What it requires (restated: the text prevails)")],
                   rows, shares=(1, 4))  # fmt: skip
    return Section(Text("违法事实", "Facts"), [Prose(case.facts), when, broken])


def _evidence(case: Case) -> Section:
    rows = [(str(each["shows"]), fields.EVIDENCE.get(each["kind"], Text("", "")), "\n".join(each["digests"]))
            for each in case.evidence]  # fmt: skip
    columns = [Text("证明什么", "What it shows"), Text("种类", "Kind"), Text("SHA-256", "SHA-256")]
    return Section(Text("证据", "Evidence"), [Table(Text("证据", "Evidence"), columns, rows, shares=(3, 2, 4))])


def _penalty(case: Case, fine: int | None) -> list[tuple[Text, Cell]]:
    known = penalties()
    named = Text.listed(known.measures[each] for each in case.measures if each in known.measures)
    return [
        (Text("适用", "Provision"), provision(case) if case.instrument else None),
        (Text("措施", "Measures"), named),
        (Text("罚款（元）", "Fine (RMB)"), fine or Text("不并处罚款", "No fine is added")),
        (Text("轻重", "Gravity"), fields.GRAVITIES.get(case.gravity)),
        (Text("裁量依据", "Grounds"), _grounds(case)),
        (Text("裁量理由", "Reasons"), case.gravity_because),
    ]


def _grounds(case: Case) -> Text | None:
    known = penalties().grounds
    listed = [
        Text("{law}：{text}", "{law}: {text}").fill(
            law=law_words("penalty-law", known[each].article), text=known[each].text
        )
        for each in case.grounds
        if each in known
    ]
    return Text.listed(listed) if listed else None


def _section(title: Text, rows: Sequence[tuple[Text, Cell]]) -> Section:
    return Section(title, [Facts([each for each in rows if each[1] not in (None, "")])])


def _lines(*lines: Text) -> Text:
    return Text.listed(lines, zh="\n", en="\n")
