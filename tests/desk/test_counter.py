"""The counter, end to end: a real door, a real mail server; nothing is shown before the caller is verified."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from shouze.gateway.asking import Request
from shouze.ledger.entry import parse_leaf
from shouze.registers.complaints.models import Complaint
from shouze.registers.counter.models import Call
from shouze.registers.letters.models import Party
from shouze.registers.mailing import MailServer
from shouze.registers.ports import GIVEN
from shouze.registers.requests.models import Request as Request_
from shouze.registers.roles import Role
from shouze.registers.rows import CodeSent, Delivery, Event
from shouze.worker.texting import ByWebhook
from tests.desk.mailbox import mailbox
from tests.gateway.test_passage import raw_leaves
from tests.installation import CRM, PERSON, apply, consents, subscribe
from tests.registers.house import Opened, person, signed_in
from tests.worker.receiving import SECRET, receiver

pytestmark = [pytest.mark.django_db(transaction=True)]
EMAIL = "zhangsan@example.invalid"
POST = """\
posts:
  - id: customer-service
    name: {zh: 客服, en: Service}
    grants:
      - services: [mobile, cloud-drive]
        actions: [read, use, compare, correct, withdraw, consent, terminate]
agents:
  - id: qingshan-stores
    name: {zh: 青山营业厅, en: Qingshan}
    contract_since: 2020-01-01T00:00:00+08:00
    contract_until: 2036-01-01T00:00:00+08:00
    fit: true
    fit_until: 2036-01-01T00:00:00+08:00
    grants:
      - {services: [cloud-drive], actions: [read, compare], purposes: [provide-drive], sites: [QS-01]}
"""


@pytest.fixture
def subject(opened: Opened) -> str:
    """Return a user of both services with an address for mail."""
    found = str(opened.run(subscribe(opened.installation, PERSON)).subject)
    given = consents("cloud-drive", {"provide-drive": ("phone", "email")})
    values = {"phone": PERSON["phone"], "email": EMAIL}
    asked = Request(service="cloud-drive", purposes=("provide-drive",), subject=_ref(found), action="collect")
    opened.run(opened.installation.door.collect(CRM, asked, values, given))
    opened.run(apply(opened.installation, POST))
    opened.settle()
    return found


def _ref(subject: str) -> Any:
    from shouze.gateway.asking import SubjectRef

    return SubjectRef(id=subject)


def clerk(language: str = "en") -> Client:
    return signed_in(person("S-0042", Role.SERVICE, post="customer-service", site="HQ"), language)


def begun(browser: Client, **changed: str) -> str:
    """Find the user by telephone number; return the call's address."""
    asked = {
        "channel": "phone", "served": "cloud-drive/provide-drive", "found_with": "phone", "value": PERSON["phone"],
    }  # fmt: skip
    answer = browser.post(reverse("counter"), asked | changed)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["location"])


def verified(browser: Client) -> str:
    address = begun(browser)
    browser.post(address, {"do": "compare", "compare-item": "email", "compare-value": EMAIL})
    return address


def leaves(opened: Opened) -> list[Any]:
    return [parse_leaf(each) for each in opened.run(raw_leaves(opened.installation))]


@pytest.mark.duty("A13-6-oplog")
def test_what_is_shown_was_asked_for_and_every_look_is_recorded_in_the_persons_name(
    opened: Opened, subject: str
) -> None:
    browser = clerk()
    address = verified(browser)
    page = browser.get(address).content.decode()
    assert "••••••" in page
    assert PERSON["phone"] not in page
    assert EMAIL not in page
    shown = browser.post(address, {"do": "show", "item": "email"}).content.decode()
    assert EMAIL in shown
    assert PERSON["phone"][-4:] not in re.sub(r"\s", "", shown)
    looks = [each for each in leaves(opened) if each.what.act == "read"]
    assert [(each.who.id, each.who.post, each.where.site, each.what.items) for each in looks] == [
        ("S-0042", "customer-service", "HQ", ("email",))
    ]
    assert EMAIL not in browser.get(address).content.decode()
    assert Call.objects.get().seen == ["email"]


@pytest.mark.parametrize("step", ["show", "correct", "withdraw", "cancel"])
def test_nothing_is_shown_or_changed_before_the_caller_is_verified(opened: Opened, subject: str, step: str) -> None:
    browser = clerk()
    address = begun(browser)
    given = {"do": step, "item": "email", "correct-item": "email", "correct-value": "x@example.invalid",
             "withdraw-purpose": "provide-drive", "cancel-sure": "on"}  # fmt: skip
    answer = browser.post(address, given)
    assert answer.status_code == 422
    assert "not verified yet" in answer.content.decode()
    assert EMAIL not in answer.content.decode()
    assert not [each for each in leaves(opened) if each.what.act in {"read", "correct", "withdraw", "terminate"}]


def test_three_failures_end_the_call(opened: Opened, subject: str) -> None:
    browser = clerk()
    address = begun(browser)
    wrong = {"do": "compare", "compare-item": "email", "compare-value": "nobody@example.invalid"}
    assert "does not match" in browser.post(address, wrong).content.decode()
    browser.post(address, wrong)
    assert browser.post(address, wrong).status_code == 302
    assert (Call.objects.get().state, Call.objects.get().outcome) == ("locked", "unverified")
    assert browser.get(address).status_code == 403


def test_a_caller_is_verified_by_a_code_sent_by_mail(opened: Opened, subject: str, settings: Any) -> None:
    browser = clerk()
    address = begun(browser)
    with mailbox() as box:
        settings.MAIL_SERVER = MailServer(f"smtp://127.0.0.1:{box.port}", "shouze@example.invalid")
        page = browser.post(address, {"do": "send", "send-item": "email"}).content.decode()
    assert EMAIL not in page
    (mail,) = box.messages
    assert mail["to"] == EMAIL
    found = re.search(r"\b([0-9]{6})\b", mail.get_content())
    assert found is not None
    assert found[1] not in page + str(Call.objects.values().get()) + str(list(Event.objects.values("changes")))
    assert not Delivery.objects.exists()
    browser.post(address, {"do": "code", "code-code": found[1]})
    assert (Call.objects.get().state, Call.objects.get().verified_with) == ("verified", "code")
    assert [each.what.act for each in leaves(opened) if each.what.items == ("email",)][-1] == "use"


@pytest.mark.duty("A13-3-permissions")
def test_a_code_by_text_goes_to_the_number_that_the_door_holds_and_serves_once(
    opened: Opened, subject: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    browser = clerk()
    with receiver() as (taken, url):
        monkeypatch.setattr(GIVEN, "texts", ByWebhook(url, SECRET))
        address = begun(browser, found_with="email", value=EMAIL)
        page = browser.post(address, {"do": "send", "send-item": "phone"}).content.decode()
    ((_, body),) = taken
    sent = msgspec.json.decode(body)["data"]
    code = re.search(r"[0-9]{6}", sent["text"])
    assert code is not None
    assert sent["to"] == f"+86{PERSON['phone']}"
    kept = str(
        [*Call.objects.values(), *Event.objects.values(), *CodeSent.objects.values(), *Delivery.objects.values()]
    )
    for private in (code[0], PERSON["phone"]):
        assert private not in page + kept + caplog.text
    browser.post(address, {"do": "code", "code-code": code[0]})
    assert (Call.objects.get().state, Call.objects.get().code) == ("verified", "")
    again = begun(browser, found_with="email", value=EMAIL)
    browser.post(again, {"do": "code", "code-code": code[0]})
    assert Call.objects.latest("id").state == "begun"


def test_the_fourth_code_to_one_number_within_ten_minutes_is_not_sent(
    opened: Opened, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = clerk()
    with receiver() as (taken, url):
        monkeypatch.setattr(GIVEN, "texts", ByWebhook(url, SECRET))
        address = begun(browser, found_with="email", value=EMAIL)
        statuses = [browser.post(address, {"do": "send", "send-item": "phone"}).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert len(taken) == 3


def test_a_mail_server_that_is_away_is_told_without_the_address(opened: Opened, subject: str, settings: Any) -> None:
    settings.MAIL_SERVER = MailServer("smtp://127.0.0.1:1", "shouze@example.invalid")
    browser = clerk()
    answer = browser.post(begun(browser), {"do": "send", "send-item": "email"})
    assert answer.status_code == 503
    assert "could not be sent" in answer.content.decode()
    assert EMAIL not in answer.content.decode()


def test_no_code_is_offered_where_no_mail_server_is_set(opened: Opened, subject: str) -> None:
    browser = clerk()
    address = begun(browser)
    assert 'value="send"' not in browser.get(address).content.decode()
    assert browser.post(address, {"do": "send", "send-item": "email"}).status_code == 422
    assert Call.objects.get().code == ""


def test_a_call_ends_in_a_correction_a_withdrawal_and_a_cancellation_without_retyping(
    opened: Opened, subject: str
) -> None:
    browser = clerk()
    address = verified(browser)
    new = "new@example.invalid"
    assert browser.post(
        address, {"do": "correct", "correct-item": "email", "correct-value": new}
    ).status_code == 200  # fmt: skip
    assert new in browser.post(address, {"do": "show", "item": "email"}).content.decode()
    assert browser.post(address, {"do": "cancel", "cancel-sure": "on"}).status_code == 200
    refused = browser.post(address, {"do": "show", "item": "email"})
    assert refused.status_code == 403
    assert "(Art. 9(4))" in refused.content.decode()
    assert browser.post(address, {"do": "end"}).status_code == 302
    assert (Call.objects.get().state, Call.objects.get().outcome) == ("ended", "cancelled")


def test_consent_is_withdrawn_in_the_call(opened: Opened, subject: str) -> None:
    browser = clerk()
    address = verified(browser)
    page = browser.post(address, {"do": "withdraw", "withdraw-purpose": "provide-drive"}).content.decode()
    assert "Consent is withdrawn" in page
    assert browser.post(address, {"do": "show", "item": "email"}).status_code == 403


def test_an_unknown_number_and_a_missing_grant_are_refused_with_article(opened: Opened, subject: str) -> None:
    browser = clerk()
    asked = {"channel": "phone", "served": "mobile/customer-service", "found_with": "phone", "value": "13700000000"}
    answer = browser.post(reverse("counter"), asked)
    assert answer.status_code == 404
    assert "(Art. 10)" in answer.content.decode()
    other = signed_in(person("S-0077", Role.SERVICE, post="marketing"), "zh")
    answer = other.post(reverse("counter"), asked)
    assert answer.status_code == 403
    assert "第十三条第三项" in answer.content.decode()
    assert not Call.objects.exists()


@pytest.mark.duty("A11-supervise")
def test_an_agents_staff_serve_within_their_agents_limits(opened: Opened, subject: str) -> None:
    agent = person("A-0007", Role.AGENT, agent="qingshan-stores", site="QS-01")
    browser = signed_in(agent, "en")
    address = verified(browser)
    assert EMAIL in browser.post(address, {"do": "show", "item": "email"}).content.decode()
    look = [each for each in leaves(opened) if each.what.act == "read"][-1]
    assert (look.who.kind, look.who.agent, look.where.site) == ("agent-staff", "qingshan-stores", "QS-01")
    answer = browser.post(address, {"do": "correct", "correct-item": "email", "correct-value": "y@example.invalid"})
    assert answer.status_code == 403
    elsewhere = signed_in(person("A-0008", Role.AGENT, agent="qingshan-stores", site="QS-02"), "en")
    asked = {"channel": "visit", "served": "cloud-drive/provide-drive", "found_with": "phone", "value": PERSON["phone"]}
    assert elsewhere.post(reverse("counter"), asked).status_code == 403


def test_a_call_is_its_servers_alone(opened: Opened, subject: str) -> None:
    address = verified(clerk())
    other = signed_in(person("S-0043", Role.SERVICE, post="customer-service"))
    assert other.get(address).status_code == 403
    assert other.post(address, {"do": "show", "item": "email"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SERVICE, 200), (Role.AGENT, 200), (Role.OFFICER, 200), (Role.SECURITY, 403), (Role.APPROVER, 403),
     (Role.AUDITOR, 403), (Role.ADMINISTRATOR, 403)],
)  # fmt: skip
def test_the_counter_is_for_who_serves(role: Role, status: int) -> None:
    browser = signed_in(person("S-7", role))
    assert browser.get(reverse("counter")).status_code == status
    assert browser.get("/r/counter/new").status_code in ({302} if status == 200 and role != Role.AGENT else {403})


def test_no_value_stands_in_a_row_an_event_a_session_or_an_address(opened: Opened, subject: str) -> None:
    browser = clerk()
    address = verified(browser)
    answer = browser.post(address, {"do": "show", "item": ["email", "phone"]})
    assert answer.headers["cache-control"] == "no-store"
    kept = [
        str(list(Call.objects.values())), str(list(Event.objects.values("changes", "reason"))), address,
        str(dict(browser.session.items())),
    ]  # fmt: skip
    for value in (EMAIL, PERSON["phone"], PERSON["name"]):
        assert not [each for each in kept if value in each]


@pytest.mark.duty("A12-accept")
def test_a_call_ends_in_a_complaint_without_retyping(opened: Opened, subject: str) -> None:
    browser = clerk()
    address = verified(browser)
    page = browser.post(address, {"do": "complain", "complain-matter": "disturbed", "complain-story": "天天来电推销"})
    complaint = Complaint.objects.get()
    assert complaint.number in page.content.decode()
    call = Call.objects.get()
    assert (complaint.source, complaint.service, complaint.call_number, complaint.matter) == (
        "phone", "cloud-drive", call.number, "disturbed",
    )  # fmt: skip
    assert (Party.objects.get(register="complaints").subject, call.outcome) == (subject, "complained")
    assert Event.objects.get(register="complaints", act="file").by == call.served_by
    assert browser.post(address, {"do": "complain", "complain-matter": "disturbed"}).status_code == 422


@pytest.mark.duty("A12-accept")
def test_a_caller_who_is_not_verified_complains_all_the_same_and_is_nobody(opened: Opened, subject: str) -> None:
    agent = signed_in(person("A-0007", Role.AGENT, agent="qingshan-stores", site="QS-01"), "en")
    address = begun(agent)
    agent.post(address, {"do": "complain", "complain-matter": "agent", "complain-story": "营业员看我的信息"})
    assert Complaint.objects.get().matter == "agent"
    assert Party.objects.get(register="complaints").subject == ""
    assert agent.get("/r/complaints/").status_code == 403


def test_a_call_ends_in_a_request_of_a_caller_who_is_known(opened: Opened, subject: str) -> None:
    browser = clerk()
    address = begun(browser)
    asked = {"do": "request", "request-kind": "cancellation", "request-story": "要求注销并退费"}
    assert browser.post(address, asked).status_code == 422
    browser.post(address, {"do": "compare", "compare-item": "email", "compare-value": EMAIL})
    browser.post(address, asked)
    row = Request_.objects.get()
    assert (row.subject, row.identity, row.identity_note) == (subject, "call", Call.objects.get().number)
    assert row.identified_at is not None
