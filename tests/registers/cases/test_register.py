"""A case from its opening to its end, the refusals on the way, and who may do what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.chinatime import day_of
from shouze.errors import InvalidError, NotYoursError
from shouze.link.kinds import Corrected, Letter
from shouze.registers.cases.acts import ACTS
from shouze.registers.cases.models import Case
from shouze.registers.cases.register import REGISTER, SEEN
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN, working_days
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Document, Event
from shouze.rules.penalty.clocks import ending
from tests.registers.cases import scene
from tests.registers.cases.scene import chair, head, inspector, notified, opened, proposal, proposed, second
from tests.registers.house import do, make, person, signed_in
from tests.registers.parties import Other, later

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
LATER = timedelta(days=30)


def refused(entry: Case, act: str, by: Person, values: dict[str, Any] | None = None) -> str | None:
    with pytest.raises(InvalidError) as problem:
        do(entry, act, by, values)
    assert problem.value.remedy is not None or problem.value.field is not None
    return problem.value.field


def wrong(**more: Any) -> str | None:
    scene.supervised()
    with pytest.raises(InvalidError) as problem:
        make("cases", inspector(), scene.told(**more))
    return problem.value.field


def clock(case: Case, kind: str) -> Clock:
    return Clock.objects.get(register="cases", entry=case.pk, kind=kind)


def due(case: Case, kind: str, term: str) -> bool:
    """Tell whether a clock ends as the rules count its term from its beginning."""
    found, row = clock(case, kind), GIVEN.penalties
    assert row is not None
    return found.due == ending(row.terms[term], day_of(found.since), working_days()).ends_at


@pytest.mark.duty("A23", "A20-credit")
def test_a_case_goes_its_way_by_dispatch_from_opening_to_closing(other: Other) -> None:
    scene.reached(other)
    case = opened(source="tip")
    assert (case.operator_name, case.articles, due(case, "decide", "decide")) == ("云泽通信（虚构）", ["9(1)"], True)
    case = notified(case)
    assert due(case, "statement", "statement")
    assert not case.hearing_due
    other.send("case-papers", Letter(title="陈述申辩", text="已经停止"), matter=case.number)
    case.refresh_from_db()
    assert case.statement == "已经停止"
    assert refused(case, "decide", head(), {"decision_number": "1号", "fine": 20_000, "because": "x"})
    case = do(case, "weigh", inspector(), {"weighed": "部分采纳"})
    assert refused(case, "decide", head(), {"decision_number": "1号", "fine": 15_000, "because": "x"}), (
        "its days run on"
    )
    with later(timedelta(days=10)):
        case = scene.decided(case, fine=15_000)
        assert (case.state, case.outcome, case.fine, case.publish, case.announces) == (
            "decided", "penalty", 15_000, True, True)  # fmt: skip
        assert due(case, "deliver", "deliver")
        scene.delivered(DispatchRow.objects.get(kind="decision"))
        case.refresh_from_db()
        assert (case.state, case.served_how, due(case, "pay", "pay")) == ("served", "dispatch", True)
        assert refused(case, "pay", inspector(), {"amount": 15_001, "extra": None, "at": GIVEN.now()}) == "amount"
        case = do(case, "pay", inspector(), {"amount": 5_000, "extra": None, "at": GIVEN.now()})
        case = do(case, "pay", inspector(), {"amount": 10_000, "extra": None, "at": GIVEN.now()})
        assert case.paid_at is not None
        assert clock(case, "pay").met == case.paid_at
        assert refused(case, "close", inspector()) == "reason"
        case = do(case, "look", inspector(), {"corrected": "corrected"})
        assert do(case, "close", inspector()).state == "closed"
    assert [each.kind for each in DispatchRow.objects.filter(direction="out").order_by("id")] == [
        "correction", "case-papers", "decision"]  # fmt: skip


def test_papers_go_out_whole_in_words_and_as_pdf(other: Other) -> None:
    scene.reached(other)
    notified()
    row = DispatchRow.objects.get(kind="case-papers")
    text = row.body["text"]
    for words in ("第九条第一款", "第二十三条", "第四十四条", "20000", "五个工作日内提出（期限由本机关指定）"):
        assert words in text
    names = Document.objects.filter(event__register="dispatches", event__entry=row.pk).values_list("name", flat=True)
    assert sorted(names) == ["penalty-notice-en.pdf", "penalty-notice-zh.pdf"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"duties": []}, "duties"),
        ({"operator": "无此经营者"}, "operator"),
        ({"source": "report", "source_number": "IR-1"}, "source_number"),
        ({"source": "notice", "source_number": "N-1"}, "source_number"),
    ],
)
def test_a_case_that_lacks_something_is_not_opened(more: dict[str, Any], field: str) -> None:
    assert wrong(**more) == field


def test_two_officers_inquire() -> None:
    assert wrong(second=inspector()) == "second"
    assert wrong(second=chair()) == "second"
    assert wrong(second=None) == "second"


@pytest.mark.duty("A23")
def test_what_is_found_after_two_years_is_not_opened_unless_it_goes_on_or_endangers() -> None:
    today = timezone.localdate(GIVEN.now())
    long_ago = today - timedelta(days=3 * 365)
    assert wrong(occurred=long_ago, ended=long_ago, found_on=today) == "found_on"
    assert opened(occurred=long_ago, ended=None, found_on=today).state == "investigating"
    assert opened(occurred=long_ago, ended=long_ago, found_on=today, endangers=True).state == "investigating"
    assert wrong(occurred=today + timedelta(days=1)) == "occurred"
    assert wrong(ended=today - timedelta(days=40)) == "ended"
    assert wrong(found_on=today - timedelta(days=40)) == "found_on"


@pytest.mark.duty("A22", "A23")
def test_order_and_evidence_come_first_and_the_form_says_why_a_fine_is_refused() -> None:
    case = opened()
    assert refused(case, "propose", inspector(), proposal()) == "instrument"
    case = scene.inquired(case)
    assert refused(case, "propose", inspector(), proposal(fine=9_999)) == "fine"
    assert refused(case, "propose", inspector(), proposal(fine=30_001)) == "fine"
    assert refused(case, "propose", inspector(), proposal(instrument="order24-22", fine=5_000)) == "instrument"
    assert refused(case, "propose", inspector(), proposal(instrument="pipl-66-1", fine=500_000)) == "instrument"
    assert refused(case, "propose", inspector(), proposal(measures=["revocation"])) == "measures"
    assert refused(case, "propose", inspector(), proposal(fine=5_000, gravity="mitigated")) == "grounds"
    case = do(case, "propose", inspector(), proposal(fine=5_000, gravity="mitigated", grounds=["harm-removed"]))
    assert case.weighty
    assert case.measures == ["order-to-correct", "warning", "announcement"]


def test_who_does_not_correct_is_fined_by_the_higher_law_after_the_time_alone() -> None:
    case = scene.inquired(opened())
    assert refused(case, "look", inspector(), {"corrected": "refused"}) == "corrected"
    with later(LATER):
        case = do(case, "look", inspector(), {"corrected": "refused"})
        assert refused(case, "propose", inspector(), proposal()) == "instrument"
        case = do(case, "propose", inspector(), proposal(instrument="pipl-66-1", fine=200_000))
    assert case.hearing_due
    assert case.weighty


def test_nothing_is_decided_before_the_partys_days_have_passed_nor_above_what_it_was_told() -> None:
    case = notified()
    values = {"decision_number": "1号", "fine": 20_000, "because": "事实清楚"}
    assert refused(case, "decide", head(), values) == "decision_number"
    with later(LATER):
        assert refused(case, "decide", head(), {**values, "fine": 25_000}) == "fine"
        assert refused(case, "decide", head(), {**values, "fine": 5_000}) == "fine"
        assert do(case, "decide", head(), values).state == "decided"


def test_a_hearing_is_held_by_a_chair_who_did_not_inquire_after_seven_working_days(other: Other) -> None:
    scene.reached(other)
    case = notified(opened(natural=True))
    assert due(case, "ask", "hearing-request")
    with later(LATER):
        assert refused(case, "ask", inspector(), {"hearing_asked_at": GIVEN.now()}) == "hearing_asked_at"
    case = do(case, "ask", inspector(), {"hearing_asked_at": GIVEN.now()})
    place = {"hearing_place": "三楼", "chair": chair()}
    soon, ahead = GIVEN.now() + timedelta(days=5), GIVEN.now() + LATER
    assert refused(case, "arrange", head(), {**place, "hearing_at": soon}) == "hearing_at"
    assert refused(case, "arrange", head(), {**place, "hearing_at": ahead, "chair": second()}) == "chair"
    case = do(case, "arrange", head(), {**place, "hearing_at": ahead})
    assert clock(case, "hearing").person == chair()
    assert refused(case, "hold", chair(), {"minutes": "x"}) == "minutes"
    scene.delivered(DispatchRow.objects.get(sha256=case.hearing_dispatch))
    with later(LATER + timedelta(days=1)):
        with pytest.raises(NotYoursError):
            do(case, "hold", person("C-0099", Role.CHAIR), {"minutes": "x"})
        case = do(case, "hold", chair(), {"minutes": "当事人无异议"})
        values = {"decision_number": "1号", "fine": 20_000, "because": "事实清楚"}
        assert refused(case, "decide", head(), values) == "decision_number"
        case = do(case, "discuss", head(), {"discussion": "同意"})
        assert refused(case, "decide", head(), values) == "decision_number"
        case = do(case, "review", scene.reviewer(), {"review": "合法"})
        assert do(case, "decide", head(), values).state == "decided"


def test_a_hearing_notice_is_not_served_before_it_was_made() -> None:
    case = notified(opened(natural=True))
    case = do(case, "ask", inspector(), {"hearing_asked_at": GIVEN.now()})
    asked = GIVEN.now()
    with later(timedelta(days=2)):
        told = {"hearing_place": "三楼", "chair": chair(), "hearing_at": GIVEN.now() + LATER}
        case = do(case, "arrange", head(), told)
        served = {"paper": "hearing", "how": "direct"}
        assert refused(case, "deliver", inspector(), {**served, "at": asked}) == "at"
        case = do(case, "deliver", inspector(), {**served, "at": GIVEN.now()})
        assert case.hearing_told_at is not None
        assert case.hearing_served_at is not None
        assert asked < case.hearing_told_at <= case.hearing_served_at


def test_who_inquired_neither_tells_nor_decides() -> None:
    both = person("C-0011", Role.HEAD, Role.INSPECTOR)
    scene.supervised()
    case = make("cases", both, scene.told())
    with pytest.raises(NotYoursError):
        do(case, "order", both, {"demand": "x", "correct_by": GIVEN.now() + LATER})
    case = proposed(opened(second=both))
    with pytest.raises(NotYoursError):
        do(case, "notify", both)
    with pytest.raises(NotYoursError):
        do(case, "dismiss", both, {"outcome": "unfounded", "grounds": [], "because": "x"})


def test_no_penalty_needs_its_ground_and_is_not_published() -> None:
    case = opened()
    assert refused(case, "dismiss", head(), {"outcome": "none", "grounds": [], "because": "轻微"}) == "grounds"
    case = do(case, "dismiss", head(), {"outcome": "none", "grounds": ["slight"], "because": "轻微并及时改正"})
    assert (case.state, case.fine, case.publish) == ("dismissed", 0, False)


def test_a_decision_not_to_penalise_reaches_the_party(other: Other) -> None:
    scene.reached(other)
    case = opened()
    case = do(case, "dismiss", head(), {"outcome": "unfounded", "grounds": [], "because": "查无此事"})
    row = DispatchRow.objects.get(kind="decision")
    assert "不予行政处罚决定书" in row.body["text"]
    assert clock(case, "deliver").met is None
    scene.delivered(row)
    case.refresh_from_db()
    assert (case.state, case.served_how, clock(case, "deliver").met) == ("dismissed", "dispatch", case.served_at)


def test_a_report_of_correction_under_the_order_comes_to_its_case(other: Other) -> None:
    scene.reached(other)
    case = scene.inquired(opened())
    stranger = Other("shouze.localhost/third")
    stranger.trusted("operator", number="L-3", licence="B1-3")
    for sender in (stranger, other):
        sender.send("corrected", Corrected(order="1号", done="已停止读取", at=GIVEN.now()), matter=case.number)
    assert Event.objects.filter(register="cases", act="said-corrected", reason="已停止读取").count() == 1
    assert [*DispatchRow.objects.filter(kind="corrected").order_by("id").values_list("state", flat=True)] == [
        "stuck", "settled"]  # fmt: skip


def test_what_is_not_paid_grows_up_to_the_fine_and_not_while_it_is_contested(served: Case) -> None:
    pay_by = served.pay_by
    assert pay_by is not None
    with later(pay_by - GIVEN.now() + timedelta(days=10, hours=-1)):
        assert refused(served, "pay", inspector(), {"amount": 20_000, "extra": 6_001, "at": GIVEN.now()}) == "extra"
        assert "surcharge to this day RMB 6,000.00" in " ".join(each.en for each in REGISTER.notes(served, GIVEN.now()))
    with later(pay_by - GIVEN.now() + timedelta(days=1, hours=-1)):
        case = do(served, "contest", inspector(), {"contested": "action", "at": GIVEN.now()})
    with later(pay_by - GIVEN.now() + timedelta(days=100, hours=-1)):
        assert refused(case, "pay", inspector(), {"amount": 20_000, "extra": 601, "at": GIVEN.now()}) == "extra"
        assert refused(case, "apply", head()) == "reason"
        case = do(case, "end-contest", inspector(), {"contest_result": "revoked"})
    assert (case.state, case.publish) == ("withdrawn", True)
    assert clock(case, "retract").met is None


def test_a_withdrawn_decision_is_withdrawn_from_the_public_within_three_working_days(served: Case) -> None:
    above = person("C-0012", Role.MINISTRY)
    case = do(served, "withdraw", above)
    assert due(case, "retract", "retract")
    case = do(case, "retract", person("C-0013", Role.PUBLISHER))
    assert clock(case, "retract").met == case.retracted_at


def test_a_case_that_may_be_a_crime_is_referred_with_its_numbers_and_may_come_back() -> None:
    values = {"referred_to": "公安机关", "referred_because": "刑法第二百五十三条之一", "tracks": 25, "important": None,
              "other": None, "income": None, "in_service": True}  # fmt: skip
    case = do(opened(), "refer", head(), values)
    assert (case.state, case.thresholds) == ("referred", ["tracks"])
    assert do(case, "return", inspector()).state == "investigating"


def test_evidence_is_a_digest_and_electronic_evidence_is_checked() -> None:
    case, added = opened(), {"shows": "日志", "of_kind": "electronic", "digest": "", "checked": True}
    assert refused(case, "add-evidence", inspector(), added) == "digest"
    assert refused(case, "add-evidence", inspector(), {**added, "digest": "zz"}) == "digest"
    assert refused(case, "add-evidence", inspector(), {**added, "digest": "ab" * 32, "checked": False}) == "checked"


def test_what_a_stranger_to_the_case_writes_is_for_people_to_look_at(other: Other) -> None:
    scene.reached(other)
    other.send("case-papers", Letter(title="来函", text="某案"), matter="PC-2026-9999")
    assert DispatchRow.objects.get(direction="in").state == "stuck"


INSPECTORS, HEADS = {"inspector", "head"}, {"head"}
BY = {
    "open": INSPECTORS, "establish": INSPECTORS, "add-evidence": INSPECTORS, "order": HEADS, "look": INSPECTORS,
    "propose": INSPECTORS, "notify": HEADS, "deliver": INSPECTORS, "state": INSPECTORS, "weigh": INSPECTORS,
    "waive": INSPECTORS, "ask": INSPECTORS, "arrange": HEADS, "hold": {"chair"}, "discuss": HEADS,
    "review": {"approver", "head"}, "decide": HEADS, "dismiss": HEADS, "extend": HEADS, "refer": HEADS,
    "reassign": HEADS, "return": INSPECTORS, "pay": INSPECTORS, "defer": HEADS, "urge": INSPECTORS, "apply": HEADS,
    "contest": INSPECTORS, "end-contest": INSPECTORS, "refund": INSPECTORS, "withdraw": {"head", "ministry"},
    "retract": INSPECTORS | {"publisher"}, "close": INSPECTORS,
}  # fmt: skip


def test_each_act_is_some_roles_and_no_others() -> None:
    found = {each.name: {*map(str, each.by)} for each in (REGISTER.creating, *ACTS) if not each.follows}
    assert found == BY


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_the_pages_that_are_its_own(role: Role) -> None:
    case = opened()
    browser = signed_in(person("C-0020", role))
    for path in ("/r/cases/", f"/r/cases/{case.number}/", "/r/cases/export.csv"):
        assert (browser.get(path).status_code == 200) is (role in SEEN), path
    opens = browser.get("/r/cases/new").status_code == 200
    assert opens is (str(role) in BY["open"])
    for act in ("propose", "order", "dismiss", "refer", "extend"):
        allowed = browser.get(f"/r/cases/{case.number}/{act}").status_code == 200
        state = REGISTER.act(act)
        assert allowed is (str(role) in BY[act] and case.state in state.source), act


def test_lists_name_articles_as_the_law_does() -> None:
    opened()
    assert "第九条第一款" in signed_in(inspector()).get("/r/cases/").content.decode()


@pytest.mark.duty("A23")
def test_what_turns_out_to_be_too_old_ends_on_that_ground_and_no_other() -> None:
    case = opened()
    with pytest.raises(InvalidError):
        do(case, "dismiss", head(), {"outcome": "none", "grounds": [], "because": "x"})
    case = do(case, "dismiss", head(), {"outcome": "none", "grounds": ["limitation"], "because": "终了已逾二年"})
    decision = next(each for each in REGISTER.reports if each.name == "decision")
    told = str(decision.make(case, GIVEN.now()))
    assert (case.state, "第三十六条" in told, "发现时已过追究期限" in told) == ("dismissed", True, True)
