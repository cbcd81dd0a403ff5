"""The duty wheel and a duty's page: who sees them, what they say, now and earlier, in both languages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouze.registers.ports import GIVEN, statutes
from shouze.registers.roles import Role
from shouze.registers.standings.keeping import keep
from shouze.rules.duties.answering import owed
from tests.registers.agents.scene import engaged
from tests.registers.consents.scene import faulty
from tests.registers.house import officer, person, signed_in
from tests.registers.incidents.scene import opened_incident
from tests.registers.parties import Other, joined
from tests.registers.reports.scene import reported

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOST_QUERIES = 14


def page(path: str, language: str = "zh") -> str:
    answer = signed_in(officer(), language).get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wheel_and_its_table_have_every_duty(language: str) -> None:
    keep(timezone.now())
    shown = page("/duties", language)
    for each in owed(statutes()):
        address = reverse("duty", args=[each.id])
        assert shown.count(f'href="{address}"') == 2, each.id
        assert each.text.to("zh" if language == "zh" else "en").replace("'", "&#x27;") in shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_of_the_order_has_a_page(language: str) -> None:
    keep(timezone.now())
    browser, stated = signed_in(officer(), language), {each.id for each in owed(statutes())}
    none = "此条款没有状态" if language == "zh" else "This row has no state"
    for duty in statutes().duties:
        shown = browser.get(reverse("duty", args=[duty])).content.decode()
        assert f"<small>{duty}</small>" in shown
        assert (none in shown) != (duty in stated), duty


@pytest.mark.parametrize(
    ("language", "reading", "overdue"),
    [("zh", "本软件对文本未写明之处的理解，不是本规定的要求：", "本单位自定的期限已过"),
     ("en", "Our reading where the text leaves it open, no demand of the Order:",
      "a term of the house's own has passed")],
)  # fmt: skip
@pytest.mark.duty("A11-supervise")
def test_a_term_of_the_houses_own_is_told_as_such_and_not_as_a_breach(
    language: str, reading: str, overdue: str
) -> None:
    engaged()
    keep(timezone.now() + 181 * DAY)
    shown = page("/duties/A11-supervise", language)
    assert reading in shown
    assert overdue in shown
    assert ("已违反" if language == "zh" else "Breached") not in shown.split("<ol")[0]


@pytest.mark.duty("A17-3-no-fee")
def test_what_staff_answer_for_is_not_told_as_without_any_sanction() -> None:
    assert "玩忽职守的，依第二十四条处理" in page("/duties/A17-3-no-fee")
    assert "本规定没有罚则" in page("/duties/A17-2-premises")


def test_an_unknown_duty_is_not_found() -> None:
    assert signed_in(officer()).get("/duties/A99-none").status_code == 404


@pytest.mark.parametrize("path", ["/duties", "/duties.json", "/duties/A12-15d"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICER, 200), (Role.SECURITY, 200), (Role.APPROVER, 200), (Role.AUDITOR, 200), (Role.SERVICE, 403),
     (Role.AGENT, 403), (Role.ADMINISTRATOR, 403)],
)  # fmt: skip
def test_who_oversees_sees_where_the_operator_stands(path: str, role: Role, status: int) -> None:
    browser = signed_in(person("S-7", role))
    assert browser.get(path).status_code == status
    assert ('href="/duties"' in browser.get("/").content.decode()) == (status == 200)


def test_a_stranger_signs_in_first() -> None:
    officer()
    assert Client().get("/duties").headers["location"].startswith("/account/login/")


def test_a_breach_leads_to_the_row_that_broke_it_and_to_what_follows() -> None:
    row = faulty("deceitful")
    keep(timezone.now())
    shown = page("/duties/A09-3-no-deceit")
    assert f'href="/r/consents/{row.number}/"' in shown
    assert "已违反" in shown
    assert "一万元以上三万元以下" in shown
    assert "网络数据安全管理条例" in shown, "another instrument asks the same"


def test_a_sum_leads_to_the_duties_it_rests_on() -> None:
    keep(timezone.now())
    assert 'href="/duties/A13-4-media"' in page("/duties/A13-goal")


def test_the_wheel_of_an_earlier_day_shows_how_it_stood_then() -> None:
    now = timezone.now()
    keep(now - 5 * DAY)
    opened_incident(detected_at=now - 4 * DAY)
    keep(now - 4 * DAY + timedelta(seconds=1), whole=True)  # the same day, however late it is
    keep(now, whole=True)

    def told(path: str) -> str:
        return page(path).split('href="/duties/A14-1-remedy" aria-label="A14-1-remedy ')[1].split('"')[0]

    days = [timezone.localdate(now - n * DAY) for n in (5, 4, 0)]
    assert [told(f"/duties?on={day}") for day in days] == ["已履行", "待办", "已违反"]
    assert told("/duties") == "已违反"


def test_before_the_first_answer_nothing_is_evidenced() -> None:
    keep(timezone.now())
    shown = page("/duties?on=2020-01-01", "en")
    assert 'Not evidenced</span> <strong class="big">53</strong>' in shown


@pytest.mark.parametrize("on", ["", "tomorrow", "2026-13-01", "1' OR 1=1"])
def test_a_day_that_is_none_is_now(on: str) -> None:
    assert 'id="on" name="on">' in page(f"/duties?on={on}")


def test_the_answers_are_given_as_json() -> None:
    engaged()
    keep(timezone.now())
    rows = json.loads(page("/duties.json"))
    assert len(rows) == 53
    found = next(row for row in rows if row["id"] == "A11-supervise")
    assert (found["state"], found["evidence"][0]["matter"]) == ("due", "agents.supervision")


def test_changes_are_listed_and_drawn_over_the_year() -> None:
    now = timezone.now()
    keep(now - 40 * DAY)
    opened_incident()
    keep(now, whole=True)
    shown = page("/duties/A14-1-remedy", "en")
    assert shown.count("<rect class=") == 2
    assert "Met →" in shown


def test_pages_take_as_many_queries_however_long_the_history(django_assert_max_num_queries: Any) -> None:
    now = timezone.now()
    for n in range(6):
        keep(now + n * 3 * DAY, whole=True)
    browser = signed_in(officer())
    for path in ("/duties", "/duties?on=2026-01-01", "/duties/A13-goal", "/duties.json"):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert browser.get(path).status_code == 200


@pytest.mark.parametrize("name", ["annual", "duties"])
def test_reports_of_the_house_are_linked_and_given_as_pdf_and_data(name: str) -> None:
    browser = signed_in(officer())
    shown = browser.get("/duties").content.decode()
    for kind, begins in (("pdf", b"%PDF-"), ("json", b"{")):
        address = reverse("house-report", args=[name, kind])
        assert f'href="{address}' in shown
        assert browser.get(address).content.startswith(begins)


def test_reports_of_the_house_are_for_who_oversees_it_and_of_years_there_are() -> None:
    address = reverse("house-report", args=["annual", "json"])
    assert signed_in(person("S-7", Role.SERVICE)).get(address).status_code == 403
    browser = signed_in(officer())
    assert browser.get(f"{address}?year=2012").status_code == 404
    assert browser.get(reverse("house-report", args=["none", "pdf"])).status_code == 404
    assert browser.get(reverse("house-report", args=["annual", "exe"])).status_code == 404


@pytest.mark.urls("shouze.authority.urls")
@pytest.mark.duty("A14-2-assess", "A18-auth-secrecy")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_authoritys_wheel_shows_what_it_owes_and_nothing_of_an_operator(language: str) -> None:
    with joined("authority"):
        reported(Other())
        keep(GIVEN.now())
        browser = signed_in(person("C-0003", Role.AUDITOR), language)
        page = browser.get("/duties").content.decode()
        assert "A14-2-assess" in page
        assert "A12-15d" not in page
        one = browser.get("/duties/A14-2-assess").content.decode()
        assert ("事件报告的影响评估" if language == "zh" else "reported incidents assessed") in one
        told = {each["id"] for each in browser.get("/duties.json").json()}
        assert {"A17-1-inspect", "A19-annual", "A20-credit"} <= told
