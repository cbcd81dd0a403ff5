"""Orders and requests received: what they have to say, and what the door does from their entry on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.finding import registers
from shouze.registers.orders.models import Order
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from tests.installation import CLERK, PERSON, apply, subscribe
from tests.registers.grants.scene import looks
from tests.registers.house import PROOF, Opened, approver, do, kept, officer, person, signed_in

pytestmark = pytest.mark.django_db
REQUEST = {
    "kind": "request", "sender": "police", "body": "云泽市公安局", "document": "云公调〔2026〕5号",
    "instrument": "", "law": "中华人民共和国刑事诉讼法", "law_level": "law", "article": "第五十四条",
}  # fmt: skip


def entered(**changed: Any) -> Order:
    values = {
        "kind": "suspend", "sender": "ca", "body": "云泽省通信管理局", "body_en": "Yunze Administration",
        "document": "云通责〔2026〕12号", "received_at": timezone.now() - timedelta(minutes=5),
        "demand": "暂停以手机服务名义查看用户信息", "demand_en": "", "about": "", "instrument": "order24", "law": "",
        "law_level": "", "article": "第十四条第二款", "due": None, "report_due": timezone.now() + timedelta(days=5),
        "services": [], "purposes": [], "actions": [], "items": [], "agents": [], "since": None, "until": None,
        "withheld": False, "withheld_until": None,
    }  # fmt: skip
    if changed.get("kind") not in {None, "suspend"}:
        changed.setdefault("report_due", None)
    asked = Asked(values | changed, documents=[PROOF])
    order: Order = acting.make(registers()["orders"], officer(), asked)
    return order


def wrong(**changed: Any) -> str | None:
    with pytest.raises(InvalidError) as caught:
        entered(**changed)
    return caught.value.field


def test_what_an_order_has_to_say() -> None:
    now = timezone.now()
    assert wrong(sender="police") == "sender"
    assert wrong(received_at=now + timedelta(days=1)) == "received_at"
    assert wrong(document="有 空格") == "document"
    assert wrong(until=now - timedelta(days=1)) == "until"
    assert wrong(kind="produce", services=["mobile"]) == "services"
    entered()
    assert wrong() == "document", "entered already"


def test_an_order_comes_with_its_document() -> None:
    with pytest.raises(InvalidError) as caught:
        acting.make(registers()["orders"], officer(), Asked({}))
    assert caught.value.field == "documents"


@pytest.mark.duty("A10-no-illegal-supply")
def test_a_request_without_a_legal_ground_is_not_entered_and_may_be_declined() -> None:
    assert wrong(**REQUEST | {"law": ""}) == "article"
    assert wrong(**REQUEST | {"article": " "}) == "article"
    order = entered(**REQUEST)
    assert do(order, "decline", officer()).state == "declined"


@pytest.mark.duty("A09-5-carveout")
def test_only_a_law_or_an_administrative_regulation_keeps_a_look_from_the_user_and_for_a_term() -> None:
    later = timezone.now() + timedelta(days=60)
    assert (
        wrong(**REQUEST | {"law_level": "department-rule", "withheld": True, "withheld_until": later}) == "instrument"
    )
    assert wrong(**REQUEST | {"instrument": "order24", "withheld": True, "withheld_until": later}) == "instrument"
    assert wrong(**REQUEST | {"withheld": True}) == "withheld_until"
    assert entered(**REQUEST | {"withheld": True, "withheld_until": later}).withheld_until == later
    assert entered(**REQUEST | {"document": "6", "withheld_until": later}).withheld_until is None


@pytest.mark.duty("A17-2-materials", "A17-2-cooperate", "A13-8-other")
@pytest.mark.parametrize("kind", ["produce", "cooperate", "directive", "correct"])
def test_a_demand_runs_a_clock_until_it_is_answered(kind: str) -> None:
    due = timezone.now() + timedelta(days=3)
    order = entered(kind=kind, due=due)
    clock = Clock.objects.get(register="orders", entry=order.pk, kind="do")
    assert (clock.due, clock.met) == (due, None)
    assert do(order, "answer", officer()).state == "answered"
    assert not Clock.objects.filter(register="orders", entry=order.pk, met=None).exists()


def test_a_report_of_compliance_has_its_own_clock() -> None:
    order = entered()
    do(order, "comply", officer())
    assert Clock.objects.get(register="orders", entry=order.pk).kind == "report"
    do(order, "report", officer())
    assert Clock.objects.get(register="orders", entry=order.pk).met is not None


def test_whom_a_request_is_about_stands_in_no_history_list_or_export() -> None:
    order = entered(**REQUEST | {"about": "用户 k7 的账号"})
    event = Event.objects.get(register="orders", entry=order.pk)
    assert "k7" not in str(event.changes)
    assert "k7" not in b"".join(signed_in(officer()).get("/r/orders/export.csv").streaming_content).decode()  # type: ignore[attr-defined]  # it is streamed
    assert "k7" in signed_in(officer()).get(reverse("row", args=["orders", order.number])).content.decode()


def test_whoever_entered_a_suspension_does_not_lift_it_while_another_could() -> None:
    order = entered()
    approver()
    with pytest.raises(NotYoursError):
        do(order, "lift", officer())
    assert do(order, "lift", approver()).state == "lifted"


@pytest.mark.parametrize(
    ("role", "sees", "enters", "lifts"),
    [
        (Role.OFFICER, True, True, True), (Role.SECURITY, True, True, True), (Role.APPROVER, True, False, True),
        (Role.AUDITOR, True, False, False), (Role.SERVICE, False, False, False),
        (Role.ADMINISTRATOR, False, False, False), (Role.AGENT, False, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(role: Role, *, sees: bool, enters: bool, lifts: bool) -> None:
    order, browser = entered(), signed_in(person("S-9", role))
    assert browser.get(reverse("row", args=["orders", order.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/orders/new").status_code == (200 if enters else 403)
    assert browser.get(reverse("act", args=["orders", order.number, "lift"])).status_code == (200 if lifts else 403)
    contest = browser.get(reverse("act", args=["orders", order.number, "contest"])).status_code
    assert contest == (200 if enters else 403)


@pytest.mark.duty("A14-2-obey")
@pytest.mark.django_db(transaction=True)
def test_a_suspension_is_in_force_at_the_door_from_its_entry_until_its_lifting(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject

    def refused(item: str = "phone") -> str | None:
        return looks(opened, subject, CLERK, item, purpose="customer-service")

    assert refused() is None
    order = entered(services=["mobile"], purposes=["customer-service"], actions=["read"], items=["phone"])
    opened.settle()
    assert (refused(), refused("name")) == ("suspended-by-order", None)
    do(order, "contest", officer(), reason="不服")
    opened.settle()
    assert refused() == "suspended-by-order"
    page = signed_in(officer(), "en").get(reverse("row", args=["orders", order.number])).content.decode()
    receipt = Event.objects.get(register="orders", entry=order.pk, act="enter").receipt
    assert receipt is not None
    assert f"shouze log prove {receipt['node']}/{receipt['boot']}/{receipt['nseq']}" in page
    do(order, "lift", approver())
    opened.settle()
    assert refused() is None


@pytest.mark.django_db(transaction=True)
def test_an_order_that_stands_at_the_door_already_is_taken_over(opened: Opened) -> None:
    opened.run(apply(opened.installation, _ORDER))
    kept()
    kept()
    order = Order.objects.get()
    assert (order.document, order.state, order.items, order.body_en) == ("1号", "standing", ["phone"], "Admin")
    opened.settle()
    assert [each.id for each in opened.installation.door.room.policy.orders] == ["1号"]


_ORDER = """
orders:
  - id: 1号
    authority: {zh: 通信管理局, en: Admin}
    reason: {zh: 违规, en: Breach}
    since: 2026-01-01T00:00:00+08:00
    items: [phone]
"""
