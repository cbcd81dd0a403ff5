"""The register of calls: found under a purpose, verified before anything is shown, what was seen and how it ended.

Its acts are done on the counter's own pages (``desk.counter``), each after the door did what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.counter.codes import digest_of
from shouze.registers.counter.models import Call
from shouze.registers.describing import Act, Choices, Doing, Field, Group, Register, Round, State
from shouze.registers.one_time_codes import LASTS, channels, forget
from shouze.registers.roles import OVERSEEING, SERVING, Role

MOST_FAILURES = 3
LASTS_OPEN = timedelta(hours=8)
"""A call that nobody ended shows nothing any more after this time."""
SOURCES: Choices = {
    "phone": Text("来电", "Telephone"),
    "visit": Text("到访", "Visit"),
    "online": Text("在线", "Online"),
}
OUTCOMES: Choices = {
    "answered": Text("已答复", "Answered"),
    "corrected": Text("已更正", "Corrected"),
    "withdrawn": Text("已撤回同意", "Consent withdrawn"),
    "cancelled": Text("已注销", "Cancelled"),
    "complained": Text("已立投诉", "A complaint was made"),
    "requested": Text("已登记请求", "A request was entered"),
    "unverified": Text("未通过核验", "Not verified"),
}
_FIELDS = (
    Field(name="channel", label=Text("渠道", "Channel"), choices=SOURCES),
    Field(name="service", label=Text("业务", "Service"), choices=vocabulary.services),
    Field(name="purpose", label=Text("目的", "Purpose"), choices=vocabulary.purposes, duty="A09-2-purpose"),
    Field(name="subject", label=Text("用户编号", "The user's id"), personal=True),
    Field(name="found_with", label=Text("查找依据", "Found by"), choices=vocabulary.items),
    Field(name="site", label=Text("场所", "Site")),
    Field(name="verified_with", label=Text("核验方式", "Verified by"),
          choices=lambda: {**vocabulary.items(), "code": Text("验证码", "One-time code")}),
    Field(name="verified_at", label=Text("核验时间", "Verified at")),
    Field(name="failures", label=Text("核验失败次数", "Failures")),
    Field(name="seen", label=Text("查看过的信息项", "Items looked at"), choices=vocabulary.items),
    Field(name="outcome", label=Text("结果", "Outcome"), choices=OUTCOMES),
    Field(name="ended_at", label=Text("结束时间", "Ended at")),
)  # fmt: skip


def _begin(doing: Doing[Call]) -> None:
    call, words = doing.entry, SOURCES[doing.entry.channel]
    call.served_by = doing.person
    call.call(
        Text("{how}：{service}", "{how}: {service}").fill(how=words, service=vocabulary.service_words(call.service))
    )
    call.subject, call.found_with = doing.values["subject"], doing.values["found_with"]
    call.site = doing.person.site


def _verify(doing: Doing[Call]) -> None:
    call = doing.entry
    call.verified_with, call.verified_at = doing.values["verified_with"], doing.now
    call.code, call.code_until = "", None


def _fail(doing: Doing[Call]) -> None:
    call = doing.entry
    call.failures += 1
    if call.failures >= MOST_FAILURES:
        call.state, call.outcome, call.ended_at = "locked", "unverified", doing.now
        call.code, call.code_until = "", None


def _coded(doing: Doing[Call]) -> None:
    doing.entry.code, doing.entry.code_until = digest_of(doing.entry, doing.values["code"]), doing.now + LASTS


def _look(doing: Doing[Call]) -> None:
    doing.entry.seen = [*dict.fromkeys([*doing.entry.seen, *doing.values["items"]])]


def _settled(outcome: str) -> Act[Call]:
    words = OUTCOMES[outcome]

    def note(doing: Doing[Call]) -> None:
        doing.entry.outcome = outcome

    return Act(name=outcome, title=words, by=SERVING, follows=True, does=note, duty="A13-6-oplog")


def _end(doing: Doing[Call]) -> None:
    doing.entry.outcome = doing.entry.outcome or ("answered" if doing.entry.verified_at else "unverified")
    doing.entry.ended_at = doing.now
    doing.entry.code, doing.entry.code_until = "", None


def open_to(call: Call, person_id: int, now: datetime) -> bool:
    """Tell whether a person may go on with a call: it is theirs, and open."""
    return call.served_by_id == person_id and call.state in ("begun", "verified") and now < call.created_at + LASTS_OPEN


def ways_to_verify(call: Call) -> Choices:
    """Return the identifiers by which a user may be verified: any declared for the purpose but what found them."""
    words, known = vocabulary.items(), vocabulary.identifiers()
    declared = vocabulary.declared_items(call.service, call.purpose)
    return {item: words[item] for item in declared if item in known and item != call.found_with}


def ways_to_send(call: Call) -> Choices:
    """Return the items that a one-time code can be sent to: none where no mail server is set."""
    ways = channels()
    return {item: ways[item] for item in vocabulary.declared_items(call.service, call.purpose) if item in ways}


def not_verified() -> InvalidError:
    """Return the error for what is asked before the user is verified."""
    remedy = Text("先核对信息或发送验证码", "Compare an item, or send a code, first")
    return InvalidError(Text("来电人尚未核验", "The caller is not verified yet"), remedy=remedy)


def _notes(call: Call, _now: datetime) -> Sequence[Text]:
    if call.state == "locked":
        return [Text("核验多次失败，已停止办理", "Verification failed too often; the call was stopped")]
    return []


REGISTER: Register[Call] = Register(
    name="counter",
    prefix="C",
    title=Text("来电与到访", "Calls and visits"),
    one=Text("来电与到访", "Call or visit"),
    intro=Text(
        "客服和营业厅按已声明的目的查找用户，先核验来电人，再按权限查看；每次查看由信息闸门以本人名义记录（第十三条）。",
        "Customer service and shops find a user under a declared purpose, verify the caller first, and see what they "
        "are entitled to; the door records every look in their name (Art. 13).",
    ),
    model=Call,
    duties=("A13-3-permissions", "A13-6-oplog"),
    fields=_FIELDS,
    states={
        "begun": State(label=Text("待核验", "To be verified"), tone="waiting"),
        "verified": State(label=Text("已核验", "Verified"), tone="good"),
        "locked": State(label=Text("核验失败", "Not verified"), tone="bad"),
        "ended": State(label=Text("已结束", "Ended"), tone="over"),
    },
    creating=Act(name="begin", title=Text("接待", "Begin"), by=SERVING, to="begun", does=_begin,
                 fields=_FIELDS[:3], page="counter", duty="A13-6-oplog"),
    acts=(
        Act(name="verify", title=Text("核验通过", "Verified"), by=SERVING, follows=True, to="verified", does=_verify,
            duty="A13-3-permissions"),
        Act(name="fail", title=Text("核验未通过", "Not verified"), by=SERVING, follows=True, does=_fail,
            duty="A13-3-permissions"),
        Act(name="send-code", title=Text("发送验证码", "Code sent"), by=SERVING, follows=True, does=_coded,
            duty="A13-3-permissions"),
        Act(name="look", title=Text("查看信息", "Looked at"), by=SERVING, follows=True, does=_look, duty="A13-6-oplog"),
        *(_settled(each) for each in ("corrected", "withdrawn", "cancelled", "complained", "requested")),
        Act(name="end", title=Text("结束", "End"), by=SERVING, source=frozenset({"begun", "verified"}), to="ended",
            does=_end, proof="none", duty="A13-6-oplog"),
    ),
    columns=("channel", "service", "purpose", "verified_with", "outcome"),
    filters=("channel", "service", "outcome"),
    seen_by=OVERSEEING | {Role.SERVICE},
    notes=_notes,
    group=Group.HANDLING,
    rounds=(Round(name="counter.forget", every=timedelta(hours=1), run=forget),),
    order=25,
)  # fmt: skip
