"""The fields of a case, by the act that asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shouze.language import Text
from shouze.registers import delivery
from shouze.registers.cases.models import Case
from shouze.registers.describing import Choices, Field
from shouze.registers.ports import penalties, statutes
from shouze.registers.roles import INSPECTING, Role
from shouze.registers.supervised.register import SECTORS
from shouze.rules.citing import article_words

SOURCES: Choices = {
    "shortcoming": Text("检查发现的隐患", "A shortcoming found by inspection"),
    "report": Text("事件报告", "A reported incident"),
    "notice": Text("公开通报", "A public notice"),
    "complaint": Text("投诉举报", "A complaint"),
    "silence": Text("逾期不答复、不改正", "No answer, no correction in time"),
    "tip": Text("线索移送或者其他线索", "A tip, or a case passed on"),
}
GRAVITIES: Choices = {
    "ordinary": Text("一般", "Ordinary"),
    "heavier": Text("从重（幅度以内）", "Heavier, within the band"),
    "lighter": Text("从轻（幅度以内）", "Lighter, within the band"),
    "mitigated": Text("减轻（可低于下限）", "Mitigated: may be below the band"),
}
CORRECTIONS: Choices = {
    "corrected": Text("已改正", "Corrected"),
    "refused": Text("逾期未改正或者拒不改正", "Not corrected in time, or refused"),
}
OUTCOMES: Choices = {
    "penalty": Text("给予行政处罚", "Penalty"),
    "none": Text("不予行政处罚", "No penalty"),
    "unfounded": Text("违法事实不能成立", "Not established"),
}
EVIDENCE: Choices = {
    "documentary": Text("书证", "Documents"),
    "physical": Text("物证", "Objects"),
    "audiovisual": Text("视听资料", "Recordings"),
    "electronic": Text("电子数据", "Electronic evidence"),
    "testimony": Text("证人证言", "Testimony"),
    "statement": Text("当事人的陈述", "Statement of the party"),
    "opinion": Text("鉴定意见", "Expert opinion"),
    "record": Text("勘验笔录、现场笔录", "Record of the place"),
}
WAYS: Choices = {"dispatch": Text("公文", "By dispatch"), **delivery.WAYS}
CONTESTS: Choices = {
    "reconsideration": Text("行政复议", "Reconsideration"),
    "action": Text("行政诉讼", "Court action"),
}
RESULTS: Choices = {
    "upheld": Text("维持", "Upheld"),
    "changed": Text("变更", "Changed"),
    "revoked": Text("撤销或者确认违法", "Revoked, or found unlawful"),
}
_NO_NAMES = Text("不写用户姓名、号码（第十八条）", "No user's name or number (Art. 18)")


def breaches() -> Choices:
    """Return the operators' duties whose breach Articles 22 and 23 name."""
    return {
        each.id: Text(f"{article_words(each.article).zh} {each.text.zh}", f"Art. {each.article} {each.text.en}")
        for each in statutes().duties.values()
        if each.sanction.under in ("22", "23")
    }


def articles() -> Choices:
    """Return the articles of those duties, by their words."""
    return {each.article: article_words(each.article) for each in statutes().duties.values()}


def instruments() -> Choices:
    """Return the provisions that fine."""
    known = penalties()
    return {
        each.id: Text(f"{known.names[each.instrument].zh}{article_words(each.article).zh}",
                      f"{known.names[each.instrument].en}, Art. {each.article}")
        for each in known.penalties.values()
    }  # fmt: skip


def measures() -> Choices:
    """Return the measures beside a fine."""
    return penalties().measures


def grounds(effects: Iterable[str]) -> Choices:
    """Return the grounds of these effects."""
    wanted = set(effects)
    return {each.id: Text(f"{article_words(each.article).zh}：{each.text.zh}", f"Art. {each.article}: {each.text.en}")
            for each in penalties().grounds.values() if each.effect in wanted}  # fmt: skip


def lighter() -> Choices:
    """Return what makes a penalty lighter or mitigated."""
    return grounds(["lighter"])


def every_ground() -> Choices:
    """Return all grounds."""
    return grounds(["lighter", "none", "may-be-none"])


def forgiving() -> Choices:
    """Return why there is or may be no penalty."""
    return grounds(["none", "may-be-none"])


def outstanding(case: Case) -> Choices:
    """Return the papers of a case that are not delivered yet."""
    ordered = case.ordered_at if case.order_digest else None
    papers = {
        "order": (Text("责令改正通知书", "Order to correct"), ordered, case.order_served_at),
        "notice": (Text("处罚前告知书", "Notice before the decision"), case.notified_at, case.notice_served_at),
        "hearing": (Text("听证通知书", "Notice of the hearing"), case.hearing_told_at, case.hearing_served_at),
        "decision": (Text("处罚决定书", "Decision"), case.decided_at, case.served_at),
    }
    return {name: words for name, (words, made, served) in papers.items() if made and not served}


_FACTS = (
    Field(name="facts", label=Text("违法事实", "Facts"), lines=6, hint=_NO_NAMES),
    Field(name="duties", label=Text("违反的义务", "Duties broken"), choices=breaches, several=True, duty="A23"),
    Field(name="occurred", label=Text("行为发生日", "When it happened")),
    Field(name="ended", label=Text("行为终了日", "When it ended"),
          hint=Text("有连续或者继续状态的，自终了之日起算二年；仍在继续的不填",
                    "Of an act that went on, the two years run from its end; empty while it goes on")),
    Field(name="found_on", label=Text("发现日", "When it was found")),
    Field(name="endangers",
          label=Text("涉及生命健康、金融安全且有危害后果", "Life, health or financial safety, harm done"),
          hint=Text("追究期限五年", "Limitation of five years")),
    Field(name="agent", label=Text("涉及的代理人", "Agent concerned"), optional=True,
          hint=Text("当事人是经营者：谁委托、谁负责出自主管部门的说明，不是条文",
                    "The party is the operator: that who entrusts answers is the ministry's explanation, no article")),
    Field(name="claim", label=Text("经营者对代理人的追偿", "The operator's own claim against it"), optional=True,
          lines=2),
)  # fmt: skip
OPENED = (
    Field(name="title", label=Text("案由", "Case")),
    Field(name="operator", label=Text("经营者", "Operator"),
          hint=Text("登记编号、名称或许可证号", "Number, name or licence")),
    Field(name="body", label=Text("办案机关", "Authority")),
    Field(name="body_en", label=Text("办案机关（英文）", "Authority (English)"), optional=True),
    Field(name="natural", label=Text("当事人是个人", "The party is a natural person")),
    Field(name="source", label=Text("案件来源", "Source"), choices=SOURCES),
    Field(name="source_number", label=Text("来源编号", "Its number"), optional=True),
    *_FACTS,
    Field(name="second", label=Text("另一名执法人员", "Second officer"), optional=False, among=INSPECTING,
          hint=Text("执法人员不得少于两人", "There are no fewer than two officers")),
)  # fmt: skip
ESTABLISHED = _FACTS
ADDED = (
    Field(name="shows", label=Text("证明什么", "What it shows"), optional=False, lines=2, hint=_NO_NAMES),
    Field(name="of_kind", label=Text("证据种类", "Kind"), choices=EVIDENCE, optional=False),
    Field(name="digest", label=Text("原件的 SHA-256", "SHA-256 of the original"), optional=True,
          hint=Text("原件留在经营者处时填写，不复制个人信息",
                    "Where the original stays with the operator: nothing copied")),
    Field(name="checked", label=Text("已审核合法、真实、关联", "Checked: lawful, true, relevant"), asks="yes-no"),
)  # fmt: skip
ORDERED = (
    Field(name="demand", label=Text("要求改正什么", "What is to be corrected"), lines=4, optional=False),
    Field(name="correct_by", label=Text("改正期限", "By when"), optional=False),
)
CORRECTED = (Field(name="corrected", label=Text("复查结果", "What was found"), choices=CORRECTIONS, optional=False),)
PROPOSED = (
    Field(name="instrument", label=Text("适用的罚则", "Provision"), choices=instruments, optional=False,
          hint=Text("同一行为只罚款一次，按罚款数额高的规定", "One act, one fine: by the provision with the highest"),
          duty="A23"),
    Field(name="fine", label=Text("罚款（元）", "Fine (RMB)"), optional=False,
          hint=Text("不并处罚款填 0", "0: no fine is added")),
    Field(name="measures", label=Text("其他措施", "Measures beside it"), choices=measures, several=True,
          optional=False),
    Field(name="grave", label=Text("情节严重", "Circumstances are grave")),
    Field(name="gains", label=Text("违法所得（元）", "Illegal gains (RMB)"), optional=True),
    Field(name="turnover", label=Text("上一年度营业额（元）", "Turnover of the last year (RMB)"), optional=True),
    Field(name="gravity", label=Text("轻重", "Gravity"), choices=GRAVITIES, optional=False),
    Field(name="grounds", label=Text("从轻、减轻的依据", "Grounds for a lighter one"), choices=lighter, several=True,
          optional=True),
    Field(name="gravity_because", label=Text("裁量理由", "Reasons"), lines=3, optional=False),
    Field(name="weighty", label=Text("情节复杂或者重大", "Complex or weighty"),
          hint=Text("集体讨论，并经法制审核", "Discussed collectively, and reviewed for lawfulness")),
)  # fmt: skip
EXTENDED = (
    Field(name="more", label=Text("延长日数", "Days more"), asks="number", optional=False),
    Field(name="ground", label=Text("延长的法律依据", "Legal ground"), optional=False),
)
SERVED = (
    Field(name="paper", label=Text("文书", "Paper"), of_row=outstanding, choices=dict, optional=False),
    Field(name="how", label=Text("送达方式", "How"), choices=WAYS, optional=False),
    Field(name="at", label=Text("送达时间", "When"), asks="moment", optional=False,
          hint=Text("公告送达的，填公告期满、视为送达之日", "By public notice: the day on which it counts as served")),
)  # fmt: skip
STATED = (
    Field(name="statement", label=Text("陈述、申辩", "Statement and defence"), lines=4, optional=False),
    Field(name="at", label=Text("收到时间", "Received"), asks="moment", optional=False),
)
WEIGHED = (
    Field(name="weighed", label=Text("复核意见", "How it was weighed"), lines=4, optional=False,
          hint=Text("成立的应当采纳；不得因申辩加重处罚", "What is right is accepted; nothing is made heavier for it")),
)  # fmt: skip
ASKED = (Field(name="hearing_asked_at", label=Text("提出时间", "Asked at"), optional=False),)
REASSIGNED = (
    Field(name="officer", label=Text("执法人员", "Officer"), optional=False, among=INSPECTING),
    Field(name="second", label=Text("另一名执法人员", "Second officer"), optional=False, among=INSPECTING),
)
ARRANGED = (
    Field(name="hearing_at", label=Text("听证时间", "When"), optional=False),
    Field(name="hearing_place", label=Text("听证地点", "Where"), optional=False),
    Field(name="chair", label=Text("听证主持人", "Chair"), optional=False, among=frozenset({Role.CHAIR}),
          hint=Text("不是本案调查人员", "Nobody who inquired into the case")),
)  # fmt: skip
HELD = (Field(name="minutes", label=Text("听证笔录和意见", "Minutes and opinion"), lines=6, optional=False),)
DISCUSSED = (Field(name="discussion", label=Text("集体讨论记录", "Record of the discussion"), lines=4, optional=False),)
REVIEWED = (Field(name="review", label=Text("法制审核意见", "Opinion on lawfulness"), lines=4, optional=False),)
DECIDED = (
    Field(name="decision_number", label=Text("决定书文号", "Number of the decision"), optional=False),
    Field(name="fine", label=Text("罚款（元）", "Fine (RMB)"), optional=False,
          hint=Text("不得高于告知的数额", "Not above what the party was told of")),
    Field(name="because", label=Text("决定理由", "Reasons"), lines=4, optional=False),
)  # fmt: skip
DISMISSED = (
    Field(name="outcome", label=Text("结论", "Outcome"), optional=False,
          choices={name: OUTCOMES[name] for name in ("none", "unfounded")}),
    Field(name="grounds", label=Text("不予处罚的依据", "Grounds for no penalty"), choices=forgiving, several=True,
          optional=True),
    Field(name="because", label=Text("理由", "Reasons"), lines=4, optional=False),
)  # fmt: skip
PAID = (
    Field(name="amount", label=Text("缴纳罚款（元）", "Of the fine (RMB)"), asks="number", optional=False),
    Field(name="extra", label=Text("缴纳加处罚款（元）", "Of the surcharge (RMB)"), asks="number", optional=True),
    Field(name="at", label=Text("缴纳时间", "When"), asks="moment", optional=False),
)
DEFERRED = (Field(name="pay_by", label=Text("暂缓、分期至", "Deferred until"), optional=False),)
CONTESTED = (
    Field(name="contested", label=Text("方式", "How"), choices=CONTESTS, optional=False),
    Field(name="at", label=Text("受理时间", "Accepted at"), asks="moment", optional=False),
)
_RESULT = Field(name="contest_result", label=Text("结果", "Result"), choices=RESULTS, optional=False)
CONTEST_ENDED = (
    _RESULT,
    Field(name="changed_to", label=Text("变更后的罚款（元）", "Fine as changed (RMB)"), asks="number", optional=True,
          hint=Text("结果为变更的须填；罚款不变的写原数额，不再罚款的写 0",
                    "Where the decision was changed; the old sum where the fine stays, 0 where none is left")),
    Field(name="at", label=Text("当事人收到决定或者裁判生效的时间", "When the party received it, or it took effect"),
          asks="moment", optional=True, hint=Text("不填即现在；复议后可以起诉的十五日自此起算",
                                                  "Now, if left empty; 15 days to sue run from a reconsideration")),
)  # fmt: skip
REFERRED = (
    Field(name="referred_to", label=Text("移送机关", "To whom"), optional=False),
    Field(name="referred_because", label=Text("移送理由和法律依据", "Reasons and legal ground"), lines=3,
          optional=False),
    Field(name="tracks", label=Text("行踪、通信内容、征信、财产信息（条）", "Tracks, communications, credit, property"),
          asks="number", optional=True),
    Field(name="important",
          label=Text("住宿、通信记录、健康、交易信息（条）", "Lodging, call records, health, transactions"),
          asks="number", optional=True),
    Field(name="other", label=Text("其他个人信息（条）", "Other information"), asks="number", optional=True),
    Field(name="income", label=Text("违法所得（元）", "Illegal income (RMB)"), asks="number", optional=True),
    Field(name="in_service", label=Text("在履职或者服务中获得", "Obtained in serving users"), asks="yes-no"),
)  # fmt: skip


def _shown(name: str, zh: str, en: str, **more: object) -> Field:
    return Field(name=name, label=Text(zh, en), once_filled=True, **more)  # type: ignore[arg-type]  # words as above


_SHOWN = (
    _shown("operator_name", "当事人", "Party"),
    _shown("licence", "许可证或备案号", "Licence or filing"),
    _shown("province", "省份", "Province"),
    _shown("sector", "行业", "Sector", choices=SECTORS),
    _shown("articles", "违反的条款", "Articles broken", choices=articles, several=True),
    _shown("opened_at", "立案时间", "Opened"),
    _shown("officer", "经办执法人员", "Officer"),
    _shown("extended", "延长", "Extended"),
    _shown("ordered_at", "责令改正时间", "Ordered to correct"),
    _shown("order_digest", "责令改正通知书内容的 SHA-256", "SHA-256 of the order to correct"),
    _shown("order_served_at", "责令改正通知书送达时间", "Order to correct served"),
    *(each for each in (*ORDERED, *CORRECTED)),
    *(each for each in PROPOSED if each.name != "grounds"),
    _shown("grounds", "从轻、减轻或者不予处罚的依据", "Grounds", choices=every_ground, several=True),
    _shown("notified_at", "告知书制发", "Notice made"),
    _shown("notice_served_at", "告知书送达", "Notice served"),
    _shown("statement_by", "陈述申辩至", "Statement until"),
    _shown("statement", "陈述、申辩", "Statement and defence"),
    _shown("stated_at", "陈述申辩时间", "Stated"),
    *WEIGHED,
    _shown("waived_at", "放弃陈述申辩", "Waived"),
    _shown("hearing_due", "有权要求听证", "May ask for a hearing"),
    _shown("hearing_by", "要求听证至", "Hearing to be asked for until"),
    *ASKED,
    *ARRANGED,
    _shown("hearing_told_at", "听证通知制发", "Notice of hearing made"),
    _shown("hearing_served_at", "听证通知送达", "Notice of hearing served"),
    _shown("held_at", "听证举行", "Hearing held"),
    *HELD,
    *DISCUSSED,
    *REVIEWED,
    _shown("outcome", "结论", "Outcome", choices=OUTCOMES),
    DECIDED[0],
    DECIDED[2],
    _shown("decided_at", "决定时间", "Decided"),
    _shown("publish", "记入信用档案并公布", "Entered in the credit file and published", duty="A20-credit"),
    _shown("served_at", "决定书送达", "Served"),
    _shown("served_how", "送达方式", "How", choices=WAYS),
    _shown("pay_by", "缴款期限", "To be paid by"),
    _shown("paid", "已缴罚款（元）", "Paid (RMB)"),
    _shown("decide_by", "决定期限", "To be decided by"),
    _shown("surcharge", "已缴加处罚款（元）", "Surcharge paid (RMB)"),
    _shown("paid_at", "缴清时间", "Paid at"),
    _shown("urged_at", "催告", "Urged"),
    _shown("applied_at", "申请强制执行", "Enforcement applied for"),
    CONTESTED[0],
    _shown("contested_at", "受理时间", "Contested at"),
    _shown("contest_ended_at", "复议或者诉讼终结", "Reconsideration or action ended"),
    _RESULT,
    _shown("changed_fine", "变更后的罚款（元）", "Fine as changed (RMB)"),
    _shown("returned_at", "退还罚款", "Refunded at"),
    REFERRED[0],
    REFERRED[1],
    _shown("referred_at", "移送时间", "Referred"),
    _shown("withdrawn_at", "撤销时间", "Withdrawn"),
    _shown("retracted_at", "撤回公开信息", "Publication withdrawn"),
    _shown("closed_at", "结案时间", "Closed"),
)
_QUIET = frozenset({"source_number", "agent", "claim", "body_en"})
EVERY = tuple(
    replace(each, once_filled=True) if each in _SHOWN or each.name in _QUIET else each for each in (*OPENED, *_SHOWN)
)
"""Every field of a case, in order; what comes later in the procedure is shown once it is there."""
