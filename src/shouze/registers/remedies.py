"""How what an authority does is contested: what binds, in law and until when; supervision as such, by complaint.

The articles of the laws on remedies are cited from memory (flag M): a lawyer checks them.
"""

from __future__ import annotations

from datetime import datetime

from shouze.chinatime import day_of
from shouze.language import Text
from shouze.registers.ports import penalties, working_days
from shouze.rules.penalty.clocks import ending, may_sue_until
from shouze.rules.penalty.instruments import law_words

_COMPLAINT = Text(
    "监督检查不收取任何费用，不妨碍正常的经营或者服务活动（第十七条第三款）；有违反的，可以向上一级电信管理机构投诉{ministry}。",
    "Nothing is charged, and business and service are not hindered (Art. 17(3)); complaints about it go to the next "
    "higher authority{ministry}.",
)
_MINISTRY = Text("（工业和信息化部没有上一级电信管理机构，可以依法向其申请行政复议）",
                 " (the Ministry has none above it, and may be asked for reconsideration)")  # fmt: skip


def of_inspection() -> Text:
    """Return what somebody who is inspected may complain about, and where."""
    return _COMPLAINT.fill(ministry=_MINISTRY)


def of_question() -> Text:
    """Return the same for somebody who is only asked: what only asks has no remedy of its own by law."""
    return _COMPLAINT.fill(ministry=Text("", ""))


def of_order() -> Text:
    """Return how an order is contested."""
    return Text(
        "不服本通知书的，可以自知道之日起六十日内，依据{reconsider}向工业和信息化部申请行政复议；也可以自知道之日起六个月内，"
        "依据{litigate}向有管辖权的人民法院提起行政诉讼。依据{reconsidered}和{litigated}，复议、诉讼期间不停止执行，"
        "法律另有规定的除外。",
        "Whoever does not accept this order may apply to the Ministry of Industry and Information Technology for "
        "reconsideration within 60 days of learning of it ({reconsider}), or bring an action before the competent "
        "people's court within 6 months of learning of it ({litigate}). It is carried out meanwhile, unless a law says "
        "otherwise ({reconsidered}; {litigated}).",
    ).fill(
        reconsider=law_words("reconsideration-law", "20", "25", "27"), litigate=law_words("litigation-law", "46"),
        reconsidered=law_words("reconsideration-law", "42"), litigated=law_words("litigation-law", "56"),
    )  # fmt: skip


def of_decision() -> Text:
    """Return how a decision that penalises is contested."""
    return Text(
        "不服本决定的，可以依据{reconsider}，自知道本决定之日起六十日内申请行政复议；也可以依据{litigate}，自知道本决定之日起"
        "六个月内提起行政诉讼。依据{law}，行政处罚不停止执行，法律另有规定的除外。",
        "Whoever does not accept this decision may apply for reconsideration within 60 days of learning of it "
        "({reconsider}), or bring an action within 6 months of learning of it ({litigate}). The penalty is performed "
        "meanwhile, unless a law says otherwise ({law}).",
    ).fill(reconsider=law_words("reconsideration-law", "20"), litigate=law_words("litigation-law", "46"),
           law=law_words("penalty-law", "73"))  # fmt: skip


def until(who: Text, served: datetime) -> Text:
    """Return until when somebody may contest what was served on them."""
    terms, since, working = penalties().terms, day_of(served), working_days()
    reconsider, litigate = ending(terms["reconsider"], since, working), may_sue_until(terms, since, None, working)
    return Text("{who}申请行政复议至 {reconsider}，提起行政诉讼至 {litigate}",
                "{who} may ask for reconsideration until {reconsider}, sue until {litigate}",
                ).fill(who=who, reconsider=reconsider.day, litigate=litigate.day)  # fmt: skip
