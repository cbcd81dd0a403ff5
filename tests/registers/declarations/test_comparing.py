"""Comparing versions: what was added, widened, narrowed; which consents become outdated."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.registers.declarations import content
from shouze.registers.declarations.comparing import Comparison, compare
from shouze.rules.policy import Published, Registers, compile_policy, digest_of
from shouze.wiring.statutes import read_statutes
from tests.installation import MovingClock
from tests.registers.declarations.scene import plain, wider

Plain = dict[str, Any]


def told(comparison: Comparison) -> set[tuple[str, str]]:
    return {(each.kind, each.what.en) for each in comparison.differences}


def changed(change: Callable[[Plain], object]) -> Comparison:
    later = copy.deepcopy(plain("mobile"))
    change(later)
    return compare(content.read(plain("mobile")), content.read(later))


def test_what_became_wider_is_told_and_asks_for_consent_anew() -> None:
    found = compare(content.read(plain()), content.read(wider()))
    assert told(found) == {("widened", "Means: Export"), ("widened", "Item: nickname")}
    assert [name for name, _ in found.outdated] == ["provide-drive"]


def test_the_other_way_round_it_is_narrower_and_nobody_is_asked() -> None:
    found = compare(content.read(wider()), content.read(plain()))
    assert {each.kind for each in found.differences} == {"narrowed"}
    assert found.outdated == []


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda all_: all_["purposes"].pop(3), "removed", "user's telephone number"),
        (lambda all_: all_["purposes"][3]["retention"].update(period="P1Y"), "narrowed",
         "Kept: 2 years from collection → 1 year from collection"),
        (lambda all_: all_["purposes"][3]["retention"].update(period="P3Y"), "widened",
         "Kept: 2 years from collection → 3 years from collection"),
        (lambda all_: all_["purposes"][2].update(recipients=[]), "narrowed", "Recipient: Feather Couriers (fictional)"),
        (lambda all_: all_["channels"]["enquiry"].update(zh="别处"), "reworded", "Channels of enquiry and correction"),
        (lambda all_: all_["recipients"][0]["items"].remove("address"), "narrowed", "Items, ground or term"),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_told(change: Callable[[Plain], object], kind: str, words: str) -> None:
    found = changed(change)
    assert [(each.kind, each.what.en) for each in found.differences] == [(kind, words)]


def test_without_an_earlier_version_every_purpose_is_new() -> None:
    found = compare(None, content.read(plain("mobile")))
    assert {each.kind for each in found.differences} == {"added"}
    assert (len(found.differences), found.outdated) == (5, [])


@given(st.sets(st.sampled_from(["means", "period", "how", "recipients", "channels", "items"])))
def test_the_purposes_named_outdated_are_those_the_door_asks_anew_for(edits: set[str]) -> None:
    later = copy.deepcopy(plain("mobile"))
    purpose = later["purposes"][3]
    edit: dict[str, Callable[[], object]] = {
        "means": lambda: purpose["means"].append("copy"),
        "period": lambda: purpose["retention"].update(period="P1Y"),
        "how": lambda: purpose["how"].update(zh="电话"),
        "recipients": lambda: purpose.update(recipients=["courier"]),
        "channels": lambda: later["channels"]["enquiry"].update(zh="别处"),
        "items": lambda: purpose["items"].append(plain("mobile")["purposes"][2]["items"][2]),
    }
    for each in edits:
        edit[each]()
    before, now = content.read(plain("mobile")), content.read(later)
    at = MovingClock().now()
    history = [Published(number + 1, at, digest_of(each), each) for number, each in enumerate((before, now))]
    rules = compile_policy({"mobile": history}, Registers(), read_statutes(), 1).services["mobile"].purposes
    assert {name for name, _ in compare(before, now).outdated} == {
        name for name, rule in rules.items() if rule.since == 2
    }
