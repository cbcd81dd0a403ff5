"""Opens cases and inquires: two officers, facts by article, evidence by digest, the order to correct, referral."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from typing import Any

from shouze.chinatime import day_of
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Correction
from shouze.registers.cases import correcting
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.notices.models import NamedApp
from shouze.registers.peers.models import Peer
from shouze.registers.people.models import Person
from shouze.registers.ports import penalties, statutes, working_days
from shouze.registers.reports.models import Report
from shouze.registers.roles import INSPECTING
from shouze.registers.supervised.calling import operator_called
from shouze.registers.supervised.reaching import peer_of
from shouze.registers.withdrawals.models import Withdrawal
from shouze.registers.withdrawing import is_free
from shouze.rules.penalty.clocks import ending, limited
from shouze.rules.penalty.referring import reached

_DIGEST = re.compile(r"[0-9a-f]{64}")


def open_case(doing: Doing[Case]) -> None:
    """Open a case: its operator is found, its source exists, a second officer stands beside the first."""
    case, person = doing.entry, doing.person
    case.officer = person
    second = doing.values.get("second")
    if second is None or second.pk == person.pk or not INSPECTING & second.roles:
        remedy = Text("选择另一名执法人员", "Choose another officer of the authority")
        raise InvalidError(Text("执法人员不得少于两人", "There are no fewer than two officers"), field="second",
                           remedy=remedy)  # fmt: skip
    found = operator_called(case.operator)
    demand_free(doing, second, found.number, "second")
    case.operator, case.operator_name = found.number, found.title
    case.licence = found.licence or found.filing
    case.province, case.sector = found.province, found.sector
    case.peer = _source(case) or peer_of(found)
    case.opened_at = doing.now
    case.decide_by = ending(penalties().terms["decide"], day_of(doing.now), working_days()).ends_at
    establish(doing)


def demand_free(doing: Doing[Case], person: Person, operator: str, field: str) -> None:
    """Refuse somebody who has a tie to the party (Penalty Law 43)."""
    if not is_free(person, operator, doing.now):
        raise InvalidError(Text("此人与当事人有利害关系，应当回避", "This person has a tie to the party"), field=field,
                           remedy=Text("选择另一人", "Choose another person"))  # fmt: skip


def reassign(doing: Doing[Case]) -> None:
    """Put others in charge, such as where one withdrew: two officers, and neither with a tie to the party."""
    case = doing.entry
    for name in ("officer", "second"):
        person = doing.values[name]
        if not INSPECTING & person.roles:
            raise InvalidError(Text("不是执法人员", "No officer of the authority"), field=name)
        demand_free(doing, person, case.operator, name)
        if Withdrawal.objects.filter(officer=person, case=case.number, state="ordered").exists():
            raise InvalidError(Text("已决定此人回避", "This person was withdrawn"), field=name)
    if case.officer_id == case.second_id:
        raise InvalidError(Text("执法人员不得少于两人", "There are no fewer than two officers"), field="second")


def _source(case: Case) -> Peer | None:
    """Check where the case comes from; return the peer of a reported incident."""
    if case.source == "report":
        report = Report.objects.filter(number=case.source_number).select_related("peer").first()
        if report is None:
            raise InvalidError(Text("没有此事件报告", "There is no such report"), field="source_number")
        return report.peer if report.peer and report.peer.state == "trusted" else None
    if case.source == "notice" and not NamedApp.objects.filter(number=case.source_number).exists():
        raise InvalidError(Text("没有此通报条目", "There is no such app in a notice"), field="source_number")
    return None


def establish(doing: Doing[Case]) -> None:
    """Take the facts: articles follow from duties, and what was found too late is refused (Penalty Law 36)."""
    case, today = doing.entry, day_of(doing.now)
    if not case.duties:
        raise InvalidError(Text("没有写明违反的义务", "No duty is named"), field="duties")
    case.articles = list(dict.fromkeys(statutes().duties[each].article for each in case.duties))
    for name in ("occurred", "found_on"):
        if getattr(case, name) > today:
            raise InvalidError(Text("日期在将来", "The day lies in the future"), field=name)
    if case.ended is not None and not case.occurred <= case.ended <= today:
        raise InvalidError(Text("终了日应在发生日之后、今日以前", "It ends after it began, and not in the future"),
                           field="ended")  # fmt: skip
    if case.found_on < case.occurred:
        raise InvalidError(Text("发现日早于发生日", "It was found before it happened"), field="found_on")
    if too_late(case):
        remedy = Text("不再给予行政处罚", "It is not penalised any more")
        raise InvalidError(Text("已过追究期限（行政处罚法第三十六条）", "Limitation has passed (Penalty Law 36)"),
                           field="found_on", remedy=remedy)  # fmt: skip


def too_late(case: Case) -> bool:
    """Tell whether limitation had passed when the act was found."""
    term = penalties().terms["limit-grave" if case.endangers else "limit"]
    return limited(term, case.ended, case.found_on)


def add_evidence(doing: Doing[Case]) -> None:
    """Add a piece of evidence: by the digest of what is attached, or of an original that stays where it is."""
    told = doing.values
    digest = str(told.get("digest") or "").strip().lower()
    digests = [sha256(each.content).hexdigest() for each in doing.documents] or ([digest] if digest else [])
    if not digests:
        raise InvalidError(Text("没有附件，也没有摘要", "Neither a file nor a digest is given"), field="digest")
    if digest and not _DIGEST.fullmatch(digest):
        raise InvalidError(Text("不是 SHA-256", "It is no SHA-256"), field="digest",
                           remedy=Text("64 个十六进制字符", "64 hex digits"))  # fmt: skip
    if told["of_kind"] == "electronic" and not told.get("checked"):
        raise InvalidError(Text("电子数据须经审核（行政处罚法第四十一条、第四十六条）",
                                "Electronic evidence is checked before it counts (Penalty Law 41, 46)"),
                           field="checked")  # fmt: skip
    piece = {"shows": told["shows"], "kind": told["of_kind"], "digests": digests, "at": doing.now.isoformat(),
             "checked": bool(told.get("checked"))}  # fmt: skip
    doing.entry.evidence = [*doing.entry.evidence, piece]


def order_to_correct(doing: Doing[Case]) -> None:
    """Order to correct within a time: it comes first, and goes by dispatch where the operator is reached so."""
    case = doing.entry
    if case.correct_by is None or case.correct_by <= doing.now:
        raise InvalidError(Text("改正期限应在将来", "The time for correcting lies in the future"), field="correct_by")
    case.ordered_at, case.corrected, case.corrected_at = doing.now, "", None
    case.order_served_at, case.order_paper, case.order_digest = None, {}, ""
    if case.peer is None:
        correcting.write_down(case, doing.now, doing.documents)
    else:
        body = Correction(order=f"{case.number}-{case.version}", authority=case.body, authority_en=case.body_en,
                          demand=case.demand, due=case.correct_by)  # fmt: skip
        post(Written("correction", case.peer, case.number, body, files=doing.documents, about=case.number),
             doing.person)  # fmt: skip


def look_again(doing: Doing[Case]) -> None:
    """Note whether it was corrected; that it was not counts only once the time is over."""
    case = doing.entry
    if case.corrected == "refused" and case.correct_by is not None and doing.now <= case.correct_by:
        raise InvalidError(Text("改正期限未满", "The time for correcting is not over"), field="corrected")
    case.corrected_at = doing.now


def extend(doing: Doing[Case]) -> None:
    """Extend the ninety days on a legal ground (Penalty Law 60 leaves other terms to laws, regulations and rules)."""
    case, more = doing.entry, int(doing.values["more"])
    if not 0 < more <= 365 or case.decide_by is None:
        raise InvalidError(Text("日数应为 1 至 365", "Between 1 and 365 days"), field="more")
    case.decide_by += timedelta(days=more)
    case.extended = f"{case.extended}\n+{more}：{doing.values['ground']}".strip()


def refer(doing: Doing[Case]) -> None:
    """Refer a case that may be a crime, or is another body's, with the thresholds that it reaches."""
    case, told = doing.entry, doing.values
    counts = {name: _number(told.get(name)) for name in ("tracks", "important", "other")}
    counts["gains"] = _number(told.get("income"))
    found = reached(penalties().thresholds, counts, in_service=bool(told.get("in_service")))
    case.thresholds, case.referred_at = list(found), doing.now


def _number(told: Any) -> int:
    return int(told) if told else 0
