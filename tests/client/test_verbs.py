"""Every method of both faces, against the application behind a socket."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest

from shouze.cli import story
from shouze.client import (
    AgreedLimit,
    AsyncClient,
    Circumstances,
    Client,
    ConsentGiven,
    NamedAction,
    NotFound,
    Party,
    Place,
    Refused,
    Resource,
    Subject,
    Unauthenticated,
    calls,
)
from tests.client.conftest import Served
from tests.client.reach import Reach, reach
from tests.installation import NECESSARY, PERSON

NEWCOMER = {**PERSON, "name": "王五", "phone": "13700000000", "id-number": "110105194912310062"}
USUAL: dict[str, Any] = {"service": "mobile", "purposes": ["customer-service"]}
GIVEN = [
    ConsentGiven(purpose=purpose, version=1, items=items, act="ticked", channel="app")
    for purpose, items in NECESSARY.items()
]
OFFERS = ConsentGiven(purpose="offers", version=1, items={"phone"}, act="ticked", channel="app")


async def refused(door: Reach, verb: str, **fields: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await door(verb, **fields)
    return caught.value


def test_both_faces_have_every_call_and_the_same_ones() -> None:
    named = {name: build for name, build in vars(calls).items() if inspect.isfunction(build) and name[0] != "_"}
    described = {name for name, build in named.items() if build.__module__ == calls.__name__}
    for face in (Client, AsyncClient):
        methods = {name for name in vars(face) if name[0] != "_"} - {"acting_for", "send", "parts", "close"}
        assert methods == described
        assert all(getattr(face, name).__doc__ for name in methods)


async def test_what_is_collected_is_released_and_corrected(served: Served, face: str) -> None:
    async with reach(face, served.url) as door:
        done = await door(
            "collect", service="mobile", purposes=list(NECESSARY), values=NEWCOMER, consents=GIVEN,
            place=Place(site="HQ", terminal="T-1"), ticket="T-77",
        )  # fmt: skip
        about = {**USUAL, "subject": Subject(id=done.subject)}
        assert done.versions.keys() == NEWCOMER.keys()
        assert len(done.receipt.leaf) == 32
        corrected = await door("correct", **about, values={"name": "王武"}, expected={"name": 1})
        assert corrected.versions == {"name": 2}
        released = await door("release", **about, items=["name", "phone", "address"], action="use")
        assert released.items == {"name": "王武", "phone": "+8613700000000"}
        assert released.withheld["address"].code == "beyond-necessary"
        assert released.withheld["address"].article == "9(3)"


async def test_check_and_compare_open_nothing(served: Served, face: str) -> None:
    about = {**USUAL, "subject": Subject(identifiers={"phone": PERSON["phone"]})}
    async with reach(face, served.url) as door:
        checked = await door("check", **about, items=["name", "address"])
        assert checked.permitted
        assert checked.items == ("name",)
        assert checked.withheld.keys() == {"address"}
        assert (await door("compare", **about, item="phone", value=PERSON["phone"])).matches
        assert not (await door("compare", **about, item="phone", value=NEWCOMER["phone"])).matches


async def test_consent_is_given_withdrawn_and_limited(served: Served, face: str) -> None:
    about = {"service": "mobile", "subject": Subject(id=served.gate.other)}
    offers = {**about, "purposes": ["offers"], "items": ["phone"], "action": "use"}
    async with reach(face, served.url) as door:
        assert (await refused(door, "release", **offers)).code == "no-consent"
        assert (await door("consent", **about, consents=[OFFERS])).subject == served.gate.other
        await door("collect", **about, purposes=["offers"], values={"phone": "13987654321"}, consents=[OFFERS])
        assert (await door("release", **offers)).items.keys() == {"phone"}
        until = served.gate.clock.now() + timedelta(days=3)
        limit = AgreedLimit(id="A-1", purposes={"offers"}, actions=["use"], until=until)
        await door("agree", **about, agreement=limit)
        assert (await refused(door, "release", **offers)).code == "against-agreement"
        await door("withdraw", **about, purposes=["offers"])
        assert not (await door("check", **offers)).permitted


async def test_a_service_that_was_left_opens_nothing_any_more(served: Served, face: str) -> None:
    about = {"service": "mobile", "subject": Subject(id=served.gate.subject)}
    async with reach(face, served.url) as door:
        assert (await door("give_back", **about, items=["phone"])).subject == served.gate.subject
        assert (await door("terminate", **about)).receipt is not None
        error = await refused(door, "release", **about, purposes=["customer-service"], items=["name"])
        assert (error.code, error.article) == ("service-ended", "9(4)")


async def test_what_an_incident_freezes_it_alone_releases(served: Served, face: str) -> None:
    about = {"service": "mobile", "subject": Subject(id=served.gate.subject)}
    async with reach(face, served.url, "officer") as officer, reach(face, served.url) as door:
        frozen = await officer("freeze", incident="I-1", **about)
        assert (frozen.target, frozen.subject) == ("account", served.gate.subject)
        assert (await refused(door, "release", **about, purposes=["customer-service"], items=["name"])).code == "frozen"
        await officer("unfreeze", incident="I-1", **about)
        assert (await door("release", **about, purposes=["customer-service"], items=["name"])).items
        assert (await officer("freeze", incident="I-1", target="item", name="phone")).epoch
        with pytest.raises(NotFound) as caught:
            await officer("unfreeze", incident="I-2", target="item", name="phone")
        assert caught.value.field == "name"


async def test_an_act_is_noted_for_who_administers_alone(served: Served, face: str) -> None:
    noted = {"register": "agents", "act": "assess", "entry": "17", "evidence": "A" * 43, "duty": "A11-no-unfit"}
    async with reach(face, served.url, "administrator") as administrator, reach(face, served.url) as crm:
        assert (await administrator("note_act", **noted)).nseq
        assert (await refused(crm, "note_act", **noted)).code == "not-entitled"


async def test_records_are_searched_counted_and_proved(served: Served, face: str) -> None:
    await served.gate.opened.sequencer.step()
    why = {"purpose": "supervision", "reason": "自查"}
    async with reach(face, served.url, "officer") as officer, reach(face, served.url) as crm:
        page = await officer("search_records", **why, service="mobile", limit=1)
        assert (page.records[0].act, page.cursor) == ("collect", page.records[0].index)
        counted = await officer("tally_records", **why, act="collect")
        assert (counted.records, counted.subjects) == (2, 2)
        assert len((await officer("prove_records", **why, records=[page.cursor])).proofs) == 1
        assert (await refused(crm, "search_records", **why)).code == "not-entitled"


async def test_an_evaluation_says_why_it_says_no(served: Served, face: str) -> None:
    asked = {
        "subject": Party(type="service", id="crm"),
        "action": NamedAction(name="read"),
        "resource": Resource(id=served.gate.subject),
    }
    async with reach(face, served.url) as door:
        context = Circumstances(**USUAL, items=["name"])
        assert (await door("evaluate", **asked, context=context)).decision
        told = await door("evaluate", **asked, context=Circumstances(**USUAL, items=["name", "address"]))
        assert not told.decision
        assert told.context.withheld == {"address": "beyond-necessary"}
        assert told.context.reason_user.zh


async def test_declarations_and_entries_become_the_policy_in_force(served: Served, face: str) -> None:
    async with reach(face, served.url, "administrator") as door:
        declaration = story.read("declaration.yaml")
        assert (await door("declare", declaration)).versions == {"mobile": 1, "cloud-drive": 1}
        entry = "format: shouze-policy/1\naccounts:\n  - id: lab\n    name: {zh: 实验, en: Lab}\n    grants: []\n"
        published = await door("apply_policy", entry)
        shown = await door("policy")
        assert shown.policy["epoch"] == published.epoch
        assert shown.callers["clerk-1"].post == "customer-service"
        assert (await door("erase_due", limit=10)).subjects == 0


async def test_a_program_learns_what_it_may_ask_for(served: Served, face: str) -> None:
    async with reach(face, served.url, "clerk") as door:
        told = await door("entitled")
        row = next(each for each in told.entitled if each.purpose == "customer-service")
        assert ("read" in row.actions, set(row.items), row.law) == (True, {"name", "phone"}, None)


async def test_a_token_opens_until_it_is_revoked(served: Served, face: str) -> None:
    until = served.gate.clock.now() + timedelta(days=1)
    about = {**USUAL, "subject": Subject(id=served.gate.subject), "items": ["name"]}
    async with reach(face, served.url, "administrator") as door:
        issued = await door("issue_token", kind="service", actor="crm", until=until, id="crm.new")
        other = Client(served.url, issued.token) if face == "synchronous" else AsyncClient(served.url, issued.token)
        assert (await Reach(other)("release", **about)).items
        await door("revoke_token", "crm.new")
        with pytest.raises(Unauthenticated):
            await Reach(other)("release", **about)
        closing = other.close()
        if closing is not None:
            await closing


async def test_the_catalogue_of_errors_has_articles_and_words(served: Served, face: str) -> None:
    async with reach(face, served.url) as door:
        rows = {row.code: row for row in (await door("errors")).errors}
    assert rows["no-consent"].article == "9(1)"
    assert rows["unavailable"].title.zh


async def test_words_come_in_the_language_asked_for(served: Served, face: str) -> None:
    about = {**USUAL, "subject": Subject(id="a" * 26), "items": ["name"]}
    async with reach(face, served.url, language="zh") as chinese, reach(face, served.url, language="en") as english:
        assert (await refused(chinese, "release", **about)).title.zh == "没有可供此用途的该用户信息"
        assert (await refused(english, "release", **about)).title.en == "Nothing is held about such a user for this"


def test_a_client_is_left_as_a_context() -> None:
    with Client("http://localhost", "t") as client:
        assert isinstance(client, Client)


async def test_an_asynchronous_client_is_left_as_a_context_too() -> None:
    async with AsyncClient("http://localhost", "t") as client:
        assert isinstance(client, AsyncClient)


async def test_a_cosignature_of_another_log_is_not_kept(served: Served, face: str) -> None:
    told = {"origin": "another.example/log", "size": 1, "witness": "w", "answer": "x"}
    async with reach(face, served.url, "administrator") as administrator, reach(face, served.url) as crm:
        with pytest.raises(NotFound):
            await administrator("keep_cosignature", **told)
        assert (await refused(crm, "keep_cosignature", **told)).code == "not-entitled"


async def test_a_publication_is_noted_for_who_administers_alone(served: Served, face: str) -> None:
    noted = {"act": "apply-policy", "policy": "5f" * 32}
    async with reach(face, served.url, "administrator") as administrator, reach(face, served.url) as crm:
        assert (await administrator("note_publication", **noted)).nseq
        assert (await refused(crm, "note_publication", **noted)).code == "not-entitled"
