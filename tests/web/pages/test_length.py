"""Lists of every register take a dozen queries at most, whatever their length, and exports as many as lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.registers.bulk.models import Operation
from shouze.registers.campaigns.models import Campaign
from shouze.registers.grants.models import Grant
from shouze.registers.holders.models import Holder
from shouze.registers.orders.models import Order
from shouze.registers.people.models import Person
from shouze.registers.reviews.models import Review
from shouze.registers.rows import Kept
from shouze.registers.tokens.models import Token
from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db
MOST_QUERIES, ROWS = 12, 120


def row(register: str, number: int, who: Person) -> Kept:
    now = timezone.now()
    named: dict[str, Any] = {"number": f"X-{number}", "title": f"某{number}"}
    made: dict[str, Kept] = {
        "grants": Grant(
            state="granted", holder=f"person:{who.username}", services=["mobile"], actions=["read"], **named
        ),
        "holders": Holder(state="present", kind="post", name=f"p{number}", key=f"post:p{number}", owner=who, **named),
        "tokens": Token(state="issued", bearer=f"person:{who.username}", until=now, **named),
        "campaigns": Campaign(state="running", due=now, reviewer=who, **named),
        "reviews": Review(state="open", due=now, reviewer=who, holder=f"person:{who.username}", **named),
        "orders": Order(state="standing", kind="produce", sender="ca", document=str(number), demand="?", **named),
        "bulk": Operation(
            state="requested", door_id=str(number), action="export", items=["phone"], volume=9, asked_at=now,
            decide_by=now + timedelta(days=1), **named,
        ),
    }  # fmt: skip
    return made[register]


@pytest.mark.parametrize("register", ["grants", "holders", "tokens", "campaigns", "reviews", "orders", "bulk"])
def test_a_long_list_takes_as_many_queries_as_a_short_one(register: str, django_assert_max_num_queries: Any) -> None:
    who = officer()
    rows = [row(register, number, who) for number in range(ROWS)]
    type(rows[0])._default_manager.bulk_create(rows)
    browser = signed_in(who)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert "某69" in browser.get(f"/r/{register}/?page=2").content.decode()
    with django_assert_max_num_queries(MOST_QUERIES):
        whole = b"".join(browser.get(f"/r/{register}/export.csv").streaming_content)  # type: ignore[attr-defined]  # it is streamed
        assert whole.count(b"\n") == ROWS + 1
