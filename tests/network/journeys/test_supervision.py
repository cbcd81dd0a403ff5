"""Supervision between installations, in their people's browsers: a plan, a visit, a complaint about it, referrals.

In this order: the visit is one of the plan's, the complaint is about the visit.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from tests.desk.journeys.stage import NARROW
from tests.network.journeys.houses import AT, NAMES, OPERATOR, House, Houses
from tests.network.sides import OFFICER, until

pytestmark = pytest.mark.lasting
HEAD, INSPECTOR, OTHER = "C-0001", "C-0002", "C-0003"
ABOVE, HEAD_ABOVE = "M-0002", "M-0001"
OFFICERS = "周某 虚构-110203\n吴某 虚构-110204"
SEED = "20261129-0716233107"


def at(**ahead: float) -> str:
    """Return a moment from now as a form takes it."""
    return (datetime.now(UTC) + timedelta(**ahead)).astimezone(ZoneInfo("Asia/Shanghai")).strftime(AT)


def party(house: House, title: str) -> str:
    """Return what a peer's choice is named by in forms."""
    found: str = until(lambda: house.side.rows("peers", title=title, state="trusted"), title)[0]["party"]
    return found


def supervised(province: House) -> list[str]:
    """Enter four operators; return their numbers, that of the one with an installation first."""
    told = [(OPERATOR["title"], OPERATOR["licence"])]
    told += [(f"云泽视频{n}（虚构）", f"虚构 B2-8{n}") for n in range(3)]
    nothing = dict.fromkeys(("filing", "credit_code", "services", "contact", "licensed_by"), "")
    return [
        province.side.ask("make", "supervised", INSPECTOR, {
            "title": title, "licence": licence, "province": "云泽", "sector": "internet", **nothing,
        }) for title, licence in told
    ]  # fmt: skip


def drawn_by_hand(province: House, plan: str, numbers: list[str]) -> None:
    """Take the list of the draw from the plan's page, and draw again."""
    with province.window(INSPECTOR, "en", NARROW) as window:
        window.go(plan)
        window.check("plans-read-en-narrow")
        with window.page.expect_download() as fetched:
            window.page.get_by_text("List of the draw", exact=True).click()
        lines = list(csv.DictReader(fetched.value.path().read_text("utf-8-sig").splitlines()))
    by_hand = sorted(numbers, key=lambda number: sha256(f"{SEED}:{number}".encode()).hexdigest())
    assert [each["Number"] for each in lines] == by_hand


@pytest.mark.duty("A17-1-inspect")
def test_who_is_inspected_is_drawn_by_a_seed_put_in_charge_and_given_notice(houses: Houses) -> None:
    province, operator = houses.province, houses.operator
    numbers = supervised(province)
    plan = province.made(
        HEAD, "plans", year="2026", sector="internet", province="云泽", count="4", by_risk="0", seed=SEED,
        source="某彩票 2026-11-29 开奖号码（虚构）", until=at(days=200),
    )  # fmt: skip
    drawn_by_hand(province, plan, numbers)
    said = province.act(HEAD, plan, "指定检查人员", operators=" ".join(numbers[:2]), officer=INSPECTOR)
    assert f"{INSPECTOR} {INSPECTOR}" not in said
    province.act(HEAD, plan, "Put somebody in charge", "en", NARROW, operators=" ".join(numbers[2:]), officer=OTHER)
    with province.window(INSPECTOR) as window:
        window.go("/")
        window.check("province-day-zh")
        assert "由您检查 2 家" in window.text()
    for number in numbers[1:]:
        province.side.ask("do", "plans", plan.split("/")[3], "excuse", HEAD, {"operator": number}, "已注销许可")
    visit = province.made(
        INSPECTOR, "visits", "en", NARROW, to=party(province, OPERATOR["title"]), basis="2026 年检查计划",
        place="某路 1 号", planned_at=at(days=2), officers=OFFICERS,
    )  # fmt: skip
    row = operator.row("visited", state="announced")
    told = operator.reads(OFFICER, row, "周某 虚构-110203", language="en", size=NARROW)
    assert "Arrange for the visit" in told
    operator.act(OFFICER, row, "记录已安排接待")
    number = visit.split("/")[3]
    refused = province.refused(INSPECTOR, plan, "Note an inspection", "en", NARROW, operator=numbers[0],
                               inspection=number)  # fmt: skip
    assert "not made yet" in refused


@pytest.mark.duty("A17-3-record")
def test_the_record_of_a_visit_is_attested_at_the_operator_and_counts_for_the_plan(houses: Houses) -> None:
    province, operator = houses.province, houses.operator
    visit = province.made(
        INSPECTOR, "visits", to=party(province, OPERATOR["title"]), basis="举报核查", place="某路 1 号",
        planned_at=at(hours=-3), unannounced="事先通知会使证据灭失", officers=OFFICERS,
    )  # fmt: skip
    one = province.refused(
        INSPECTOR, visit, "Record the visit", "en", officers="周某 虚构-110203", arrived_at=at(hours=-3),
        left_at=at(hours=-1), seen="机房无人值守", no_fee="yes", not_hindered="yes",
    )  # fmt: skip
    assert "Fewer than two officers" in one
    province.act(
        INSPECTOR, visit, "登记检查记录", arrived_at=at(hours=-3), left_at=at(hours=-1), seen="机房无人值守",
        taken="硬盘 K-1", no_fee="yes", not_hindered="yes",
    )  # fmt: skip
    row = operator.row("visited", state="recorded")
    operator.reads(OFFICER, row, "机房无人值守", "硬盘 K-1")
    lacking = operator.refused(OFFICER, row, "Answer the record", "en", NARROW, says_no_fee="contested",
                               says_not_hindered="attested")  # fmt: skip
    assert "what is contested" in lacking
    operator.act(OFFICER, row, "Answer the record", "en", NARROW, says_no_fee="attested", says_not_hindered="attested")
    province.reads(INSPECTOR, visit, "双方一致", OFFICER)
    plan = province.row("plans")
    number = supervised_number(province)
    province.act(INSPECTOR, plan, "登记已检查", operator=number, inspection=visit.split("/")[3])
    assert "Finished" in province.act(HEAD, plan, "Finish", "en", NARROW)


def supervised_number(province: House) -> str:
    found: str = province.side.rows("supervised", title=OPERATOR["title"])[0]["number"]
    return found


@pytest.mark.duty("A17-3-no-fee")
def test_a_complaint_about_an_inspection_is_decided_by_the_ministry_and_stands_at_the_visit(houses: Houses) -> None:
    operator, province, ministry = houses.operator, houses.province, houses.ministry
    for house, person, language in ((operator, OFFICER, "en"), (province, HEAD, "zh")):
        peer = house.row("peers", title=NAMES["ministry"][0])
        words = "Note its standing" if language == "en" else "登记层级"
        house.act(person, peer, words, language, NARROW, standing="ministry")
    above, below = (party(operator, NAMES[name][0]) for name in ("ministry", "province"))
    told = {"happened_at": at(hours=-2), "story": "现场收取检测费 500 元", "grounds": "fee", "to": above}
    with operator.window(OFFICER, "en", NARROW) as window:
        window.go("/r/grievances/new")
        window.check("grievances-new-en-narrow")
    for language, words in (("en", "State Council"), ("zh", "国务院申请裁决")):
        assert words in operator.refused(OFFICER, "/r/grievances/new", "", language, against=above, **told)
    visited = operator.side.rows("visited", state="attested")[0]["number"]
    row = operator.made(OFFICER, "grievances", visit=visited, **told)
    assert operator.side.rows("grievances")[0]["against"] == below
    here = ministry.row("conduct", state="received")
    operator.reads(OFFICER, row, "Taken up", language="en", size=NARROW)
    ministry.act(ABOVE, here, "Ask that authority", "en", question="Was anything charged at this visit?")
    asked = province.row("dispatches", kind="grievance-question")
    with province.window(INSPECTOR, size=NARROW) as window:
        window.go(asked)
        window.check("dispatches-question-zh-narrow")
        assert "500 元" not in window.text()
    province.act(INSPECTOR, asked, "向上一级机关说明", statement="没有收取任何费用")
    ministry.reads(HEAD_ABOVE, here, "没有收取任何费用")
    lacking = ministry.refused(HEAD_ABOVE, here, "作出处理决定", "zh", upheld="fee", reasons="有收据")
    assert "处理措施" in lacking
    ministry.act(HEAD_ABOVE, here, "Decide", "en", NARROW, upheld="fee", reasons="有收据", measures="退还 500 元")
    operator.reads(OFFICER, row, "有收据", "退还 500 元")
    visit = province.row("visits", state="attested")
    province.reads(HEAD, visit, "upheld the complaint", "退还 500 元", language="en", size=NARROW)


def reported(houses: Houses) -> str:
    """Report an incident to the province; return the address of its row there."""
    operator, licence = houses.operator.side, OPERATOR["licence"]
    told = {"title": "疑似泄露", "kind": "leak", "certainty": "suspected", "found_by": "staff",
            "detected_at": datetime.now(UTC).isoformat(), "story": "店员拍照", "items": ["name"]}  # fmt: skip
    number = operator.ask("make", "incidents", OFFICER, told)
    for act, values in (
        ("grade", {"grade": "serious", "grade_because": "人数多"}),
        ("report", {"report_to": "某局", "licence": licence, "consequences": "可能外流", "reporter": "值班"}),
        ("send", {"authority": party(houses.operator, NAMES["province"][0])}),
    ):
        operator.ask("do", "incidents", number, act, OFFICER, values)
    return houses.province.row("reports", operator_number=number)


@pytest.mark.duty("A14-2-escalate")
def test_a_matter_is_escalated_then_handled_jointly_and_figures_follow(houses: Houses) -> None:
    province, ministry, report = houses.province, houses.ministry, reported(houses)
    province.act(INSPECTOR, report, "评估影响", impact="particular", impact_because="一百万人，可能外流")
    province.act(
        INSPECTOR, report, "Report to the Ministry", "en", NARROW, ministry=party(province, NAMES["ministry"][0])
    )
    sent = province.row("referrals", purpose="escalation", direction="out")
    here = ministry.row("referrals", purpose="escalation", state="arrived")
    ministry.reads(ABOVE, here, "一百万人", language="en", size=NARROW)
    ministry.act(ABOVE, here, "受理", about="部督办 1 号")
    province.reads(INSPECTOR, sent, "Taken up", language="en", size=NARROW)
    ministry.act(ABOVE, here, "Answer", "en", NARROW, words="Handled jointly from here on.")
    province.reads(INSPECTOR, sent, "Handled jointly from here on.")
    joint = ministry.made(
        ABOVE, "referrals", to=party(ministry, NAMES["province"][0]), purpose="joint", title="联合办理：疑似泄露",
        about="部督办 1 号", operator_name=OPERATOR["title"], licence=OPERATOR["licence"],
        facts="由省局查门店，部查平台", asked="十日内查明门店", due=at(days=10),
    )  # fmt: skip
    there = province.row("referrals", purpose="joint", state="arrived")
    province.act(INSPECTOR, there, "Take it up", "en", NARROW, about="PC-2026-0001")
    province.act(INSPECTOR, there, "答复", words="门店已查明，立案一件")
    ministry.reads(ABOVE, joint, "门店已查明", language="en", size=NARROW)
    province.made(
        HEAD, "referrals", "en", NARROW, to=party(province, NAMES["ministry"][0]), purpose="figures",
        title="Figures of 2026", facts="As counted on this day", year="2026",
    )  # fmt: skip
    counted = ministry.row("referrals", purpose="figures", state="arrived")
    said = ministry.reads(HEAD_ABOVE, counted, "Incidents reported", language="en")
    assert NAMES["province"][1] in said
