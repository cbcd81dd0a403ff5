"""The policy: the same content gives the same document, and a change asks again for what it changes only."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.publication.publish import entries_of, read_registers
from shouze.rules.declaration import Declaration, NamedLaw
from shouze.rules.entries import Certified, Ending, Grant, Order, PolicyFile, Post, Provision
from shouze.rules.policy import Policy, Published, RecipientRule, Registers, compile_policy, digest_of
from tests.rules.declared import declaration
from tests.rules.scene import AFTER, BEFORE, NOW, WORDS, Scene, order
from tests.rules.statute_files import statutes
from tests.rules.world import grants, worlds

ANOTHER_RECIPIENT = (
    "    purposes:\n      - id: serve",
    "      - {id: bank, name: {zh: 银行, en: Bank}, items: [phone], ground: consent}\n    purposes:\n      - id: serve",
)
BADGE = "          - item: badge\n            need: optional\n            refusal: {zh: 没有徽章, en: No badge}\n"
TERM = ("ground: consent\n    purposes", "ground: consent\n        until: 2030-01-01T00:00:00Z\n    purposes")
ASKS_AGAIN = {
    "another name": [("{zh: 提供服务, en: To serve}", "{zh: 推销, en: To sell}")],
    "another way": [("{zh: 自动, en: By machine}", "{zh: 人工, en: By hand}")],
    "more means": [("- read", "- read\n          - disclose")],
    "kept longer": [("period: P6M", "period: P1Y")],
    "kept longer by days": [("period: P6M", "period: P6M1D")],
    "counted otherwise": [("service-end\n          period: P6M", "collection\n          period: P6M")],
    "one more recipient": [ANOTHER_RECIPIENT, ("          - courier", "          - courier\n          - bank")],
    "a recipient gets more": [("items:\n          - phone", "items:\n          - phone\n          - badge")],
    "a recipient is another": [("{zh: 快递, en: Courier}", "{zh: 广告商, en: Advertiser}")],
}
ASKS_NOBODY = {
    "nothing": [],
    "fewer means": [("          - read\n", "")],
    "kept shorter": [("period: P6M", "period: P3M")],
    "fewer recipients": [("        recipients:\n          - courier\n", "")],
    "a term for a recipient": [TERM],
    "fewer items": [(BADGE, "")],
    "another channel": [("enquiry: {zh: 网站, en: The website}", "enquiry: {zh: 电话, en: Telephone}")],
    "another purpose": [("      - id: register", "      - id: enrol")],
    "a recipient that this purpose does not name": [ANOTHER_RECIPIENT],
}  # fmt: skip


def _published(*declarations: Declaration) -> list[Published]:
    return [Published(number, NOW, digest_of(each), each) for number, each in enumerate(declarations, start=1)]


def _compiled(*declarations: Declaration, registers: Registers | None = None) -> Policy:
    return compile_policy({"messenger": _published(*declarations)}, registers or Registers(), statutes(), 7)


@pytest.mark.duty("A09-1-consent")
@pytest.mark.parametrize("name", ASKS_AGAIN)
def test_a_wider_purpose_asks_again_and_the_others_do_not(name: str) -> None:
    purposes = _compiled(declaration(), declaration(*ASKS_AGAIN[name])).services["messenger"].purposes
    assert (purposes["serve"].since, purposes["register"].since) == (2, 1)


@pytest.mark.parametrize("name", ASKS_NOBODY)
def test_a_purpose_no_wider_than_before_does_not_ask_again(name: str) -> None:
    purposes = _compiled(declaration(), declaration(*ASKS_NOBODY[name])).services["messenger"].purposes
    assert purposes["serve"].since == 1
    assert set(purposes["serve"].items.values()) == {1}


def test_an_item_added_asks_again_for_itself_alone() -> None:
    first = declaration((BADGE, ""))
    rule = _compiled(first, declaration()).services["messenger"].purposes["serve"]
    assert (rule.since, rule.items) == (1, {"phone": 1, "badge": 2})


def test_what_was_gone_and_comes_back_asks_again() -> None:
    whole = declaration()
    fewer = replace(whole, purposes=(replace(whole.purposes[0], items=whole.purposes[0].items[:1]),))
    purposes = _compiled(whole, fewer, whole).services["messenger"].purposes
    assert purposes["serve"].items == {"phone": 1, "badge": 3}
    assert purposes["register"].since == 3


def test_what_was_widened_once_is_not_forgotten() -> None:
    wider = declaration(("- read", "- read\n          - disclose"))
    assert _compiled(declaration(), wider, wider, declaration()).services["messenger"].purposes["serve"].since == 2


def test_from_law_to_consent_asks_again() -> None:
    whole = declaration()
    changed = replace(whole, purposes=(whole.purposes[0], replace(whole.purposes[1], ground="consent")))
    rule = _compiled(whole, changed).services["messenger"].purposes["register"]
    assert (rule.since, rule.law) == (2, None)


@pytest.mark.duty("A09-5-carveout")
@pytest.mark.duty("A09-3-law")
def test_a_law_that_no_longer_stands_carries_neither_purpose_nor_recipient() -> None:
    whole = declaration()
    law = NamedLaw("cybersecurity-law", "1")
    whole = replace(whole, recipients=(replace(whole.recipients[0], ground=law),))
    service = _compiled(whole).services["messenger"]
    assert service.purposes["register"].law_qualifies
    assert not service.purposes["serve"].recipients["courier"].by_consent
    repealed = replace(statutes(), instruments={})
    service = compile_policy({"messenger": _published(whole)}, Registers(), repealed, 1).services["messenger"]
    assert service.purposes["serve"].law_qualifies
    assert not service.purposes["register"].law_qualifies
    assert service.purposes["serve"].recipients["courier"].by_consent


PROVIDED = Provision(
    id="provided", service="messenger", recipient="courier", purposes=frozenset({"serve"}), items=frozenset({"phone"})
)


def _provided(*provisions: Provision) -> RecipientRule:
    registers = Registers(provisions={f"{number}": each for number, each in enumerate(provisions)})
    return _compiled(declaration(), registers=registers).services["messenger"].purposes["serve"].recipients["courier"]


@pytest.mark.duty("A10-no-illegal-supply")
@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({}, (frozenset({"phone"}), None, None)),
        ({"items": frozenset[str]()}, (frozenset(), None, None)),
        ({"purposes": frozenset({"register"})}, (frozenset(), None, None)),
        ({"purposes": frozenset[str]()}, (frozenset(), None, None)),
        ({"items": frozenset({"phone", "id-number"})}, (frozenset({"phone"}), None, None)),
        ({"since": BEFORE, "until": AFTER}, (frozenset({"phone"}), BEFORE, AFTER)),
        ({"service": "another", "until": BEFORE}, (frozenset({"phone"}), None, None)),
        ({"recipient": "another", "until": BEFORE}, (frozenset({"phone"}), None, None)),
    ],
)
def test_what_was_agreed_with_a_recipient_narrows_what_is_declared(changed: Any, left: Any) -> None:
    rule = _provided(replace(PROVIDED, **changed))
    assert (rule.items, rule.since, rule.until) == left


def test_of_several_agreements_with_a_recipient_only_what_all_allow_is_left() -> None:
    rule = _provided(replace(PROVIDED, until=AFTER), replace(PROVIDED, since=NOW), replace(PROVIDED, until=NOW))
    assert (rule.since, rule.until) == (NOW, NOW)


def test_without_an_agreement_a_recipient_receives_what_is_declared() -> None:
    assert _provided() == _provided(replace(PROVIDED, recipient="another"))


def test_a_service_carries_its_items_versions_and_ending() -> None:
    ended = Registers(endings={"messenger": Ending(id="messenger", at=BEFORE)})
    service = _compiled(declaration(), registers=ended).services["messenger"]
    assert (service.version, service.ended_at, service.governed) == (1, BEFORE, True)
    assert service.items["phone"].identifier == "exclusive"
    assert service.items["badge"].grade == 2
    assert service.purposes["register"].law == "anti-telecom-fraud-law"


def test_items_and_grounds_are_found_in_the_policy() -> None:
    policy = _compiled(declaration())
    assert policy.purpose_of("messenger/serve") is not None
    assert [policy.purpose_of(ground) for ground in ("messenger/other", "other/serve", "")] == [None, None, None]
    assert policy.traits("soul") is None
    badge = policy.traits("badge")
    assert badge is not None
    assert badge.form == "text"


@settings(max_examples=50)
@given(st.lists(grants(), max_size=2), st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_tell_in_the_digest(some: list[Grant], chance: random.Random) -> None:
    posts = tuple(Post(id=f"post-{number}", name=WORDS, grants=tuple(some)) for number in range(3))
    orders = tuple(order(id=f"order-{number}", items=frozenset({"phone", "badge"})) for number in range(3))
    rows = entries_of(PolicyFile(posts=posts, orders=orders))
    shuffled = chance.sample(rows, len(rows))
    policies = [_compiled(declaration(), registers=read_registers(each)) for each in (rows, shuffled)]
    assert policies[0] == policies[1]
    histories = {name: _published(declaration()) for name in ("a", "b", "messenger")}
    backwards = dict(reversed(histories.items()))
    digests = {compile_policy(each, Registers(), statutes(), 1).digest for each in (histories, backwards)}
    assert len(digests) == 1


def test_the_digest_tells_content_and_not_epoch() -> None:
    history = {"messenger": _published(declaration())}
    first, second = (compile_policy(history, Registers(), statutes(), epoch) for epoch in (1, 2))
    assert (first.digest, first.epoch, second.epoch) == (second.digest, 1, 2)
    ordered = compile_policy(history, Registers(orders={"order-1": order()}), statutes(), 1)
    assert ordered.digest != first.digest


@settings(max_examples=50)
@given(worlds())
def test_a_policy_comes_back_from_json_as_it_was(scene: Scene) -> None:
    policy = scene.policy
    again = msgspec.json.decode(msgspec.json.encode(policy), type=Policy)
    assert again == policy
    assert digest_of(again) == digest_of(policy)


def test_a_whole_policy_comes_back_from_json_as_it_was() -> None:
    posts = {"clerk": Post(id="clerk", name=WORDS, grants=())}
    orders = {"o": Order(id="o", authority=WORDS, reason=WORDS, since=datetime(2026, 1, 1, tzinfo=UTC), until=AFTER)}
    policy = _compiled(declaration(), registers=Registers(posts=posts, orders=orders))
    assert msgspec.json.decode(msgspec.json.encode(policy), type=Policy) == policy


def test_a_policy_without_certificates_reads_as_it_did_before_there_were_any() -> None:
    policy = _compiled(declaration())
    assert b"certificates" not in msgspec.json.encode(policy)
    named = Certified(id="order-24@wang", course="order-24", person="wang", since=NOW)
    certified = _compiled(declaration(), registers=Registers(certificates={named.id: named}))
    assert msgspec.json.decode(msgspec.json.encode(certified), type=Policy) == certified
    assert certified.certificate_of("wang", "order-24") == named
    assert policy.certificate_of("wang", "order-24") is None
