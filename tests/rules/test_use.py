"""Uses: which actions open, which come in bulk, which need a declaration, and the ground that they draw on."""

from __future__ import annotations

from shouze.rules.case import NARROWING
from shouze.rules.use import ACTIONS, BULK, OF_ITEMS, OPENING, Actor, Use, ground_of, parts_of, service_of, usage_of


def test_what_looks_and_what_comes_in_bulk_is_of_items() -> None:
    assert OPENING | BULK <= OF_ITEMS <= set(ACTIONS)
    assert len(set(ACTIONS)) == len(ACTIONS)


def test_no_act_that_narrows_opens_anything() -> None:
    assert set(ACTIONS) >= NARROWING
    assert not NARROWING & (OPENING | OF_ITEMS)


def test_the_ground_of_a_use_is_the_purpose_of_its_service() -> None:
    use = Use(Actor("service", "billing"), "mobile", "serve", "read")
    assert use.ground == ground_of("mobile", "serve") == "mobile/serve"


def test_a_ground_tells_its_service_and_purpose_of_records_of_use_too() -> None:
    ground = ground_of("mobile", "serve")
    assert parts_of(ground) == parts_of(usage_of(ground)) == ("mobile", "serve")
    assert service_of(ground) == "mobile"
