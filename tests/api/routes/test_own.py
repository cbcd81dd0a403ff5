"""POST /v1/recognise, /v1/own/standing, …/records, …/recipients, …/proofs, /v1/resume: the subject and its portal."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from shouze.api.app import OPERATIONS
from shouze.api.examples import EXAMPLES
from shouze.api.operations import Operation
from shouze.gateway.asking import Request, Visitor
from shouze.gateway.bulk.noting import Noted, note
from shouze.gateway.bulk.request import Form
from shouze.ledger.entry import parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor
from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import GuardedBody
from tests.gateway.bulk.scene import KEY
from tests.gateway.test_passage import raw_leaves
from tests.installation import CRM, LEGAL, OTHER, PERSON, apply, ask, consents


async def covered(gate: Gate) -> None:
    await gate.opened.sequencer.step()


class TestRecognise(GuardedBody):
    path = "/v1/recognise"
    entitled = "finder"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"item": "phone", "value": PERSON["phone"]}

    async def test_it_tells_the_present_holder(self, gate: Gate) -> None:
        assert (await self.send(gate, token="finder")).json()["subject"] == gate.subject

    async def test_nobody_is_told_like_somebody(self, gate: Gate) -> None:
        answer = await gate.call("POST", self.path, {"item": "phone", "value": "13700000001"}, token="finder")
        known = await self.send(gate, token="finder")
        assert (answer.status_code, answer.json()["subject"]) == (200, None)
        assert answer.json().keys() == known.json().keys()

    @pytest.mark.duty("A10-op-secrecy")
    async def test_a_number_given_back_finds_its_former_holder_no_more(self, gate: Gate) -> None:
        await gate.call("POST", "/v1/give-back", gate.about(items=["phone"]))
        assert (await self.send(gate, token="finder")).json()["subject"] is None

    @pytest.mark.parametrize("token", ["crm", "clerk", "administrator", "desk", "portal"])
    async def test_nobody_but_the_portals_own_program_may_ask(self, gate: Gate, token: str) -> None:
        answer = await self.send(gate, token=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")

    async def test_neither_a_program_named_like_the_desk_nor_a_revoked_portals_may_ask(self, gate: Gate) -> None:
        """The name of an issuer is not enough: it has to be one that speaks for subjects, and still may."""
        desk = Visitor(Actor("service", "desk-1"))
        with pytest.raises(RefusedError):
            await gate.opened.door.recognise(desk, "phone", PERSON["phone"])
        assert (await self.send(gate, token="finder")).json()["subject"] == gate.subject
        key = gate.opened.door.room.policy.issuers["portal-1"].public_key
        await apply(gate.opened, f"issuers: [{{id: portal-1, face: portal, public_key: '{key}', revoked: true}}]")
        await gate.opened.door.refresh()
        answer = await self.send(gate, token="finder")
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")

    async def test_an_identifier_of_several_finds_nobody(self, gate: Gate) -> None:
        answer = await gate.call("POST", self.path, {"item": "id-number", "value": PERSON["id-number"]}, token="finder")
        assert (answer.status_code, answer.json()["field"]) == (422, "item")

    async def test_the_record_keeps_no_number_of_whoever_is_found(self, gate: Gate) -> None:
        receipt = (await self.send(gate, token="finder")).json()["receipt"]
        leaf = next(
            each
            for each in map(parse_leaf, await raw_leaves(gate.opened))
            if each.nseq == receipt["nseq"] and each.boot == receipt["boot"]
        )
        assert (leaf.who.id, leaf.what.act, leaf.what.items) == ("portal-1", "recognise", ("phone",))

    @pytest.mark.parametrize("path", ["/v1/release", "/v1/check", "/v1/compare", "/v1/withdraw", "/v1/terminate"])
    async def test_the_portals_own_program_may_do_nothing_else(self, gate: Gate, path: str) -> None:
        asked: dict[str, dict[str, Any]] = {
            "/v1/compare": {"purposes": ["customer-service"], "item": "phone", "value": PERSON["phone"]},
            "/v1/withdraw": {"purposes": ["offers"]}, "/v1/terminate": {},
        }  # fmt: skip
        more = asked.get(path, USUAL)
        answer = await gate.call("POST", path, gate.about(**more), token="finder")
        if path == "/v1/check":
            assert answer.json()["refusal"]["code"] == "not-entitled"
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")


OWN = {"own-standing", "own-records", "own-recipients", "own-proofs"}


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.parametrize("token", ["portal", "finder"])
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.id not in OWN], ids=lambda each: each.id)
async def test_no_other_operation_is_the_portals(gate: Gate, operation: Operation[Any], token: str) -> None:
    """Neither policy, tokens, declarations, bulk, records of all, nor anybody else's information."""
    body = json.dumps(EXAMPLES[operation.id]).encode() if operation.body and operation.id in EXAMPLES else b""
    before = await gate.custody()
    answer = await gate.call(operation.method, operation.path.replace("{id}", "x"), body, token=token)
    if operation.id == "recognise" and token == "finder":
        assert answer.json()["subject"] is None
    elif operation.id == "entitled" and token == "finder":
        assert answer.json()["entitled"] == [], "it is granted to find users alone"
    elif operation.id == "check" or (operation.id == "evaluate" and answer.status_code == 200):
        assert "true" not in (answer.text.partition("permitted")[2] or answer.text)[:8]
    else:
        assert answer.status_code in {403, 404} | (
            {422, 400, 401} if operation.id in {"evaluate", "declare"} else set()
        )
    assert await gate.custody() == before


class TestStanding(GuardedBody):
    path = "/v1/own/standing"
    entitled = "portal"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"place": {"site": "portal"}}

    @pytest.mark.duty("A09-2-query")
    async def test_it_tells_what_is_held_since_when_and_what_was_agreed(self, gate: Gate) -> None:
        told = (await self.send(gate, token="portal")).json()
        assert [(each["service"], each["left"]) for each in told["services"]] == [("mobile", None)]
        kept = {(each["purpose"], each["item"]): each for each in told["held"]}
        assert kept["real-name-record", "id-number"]["law"] is not None
        assert kept["offers", "phone"]["due"] is not None
        assert {each["purpose"] for each in told["consents"]} == {"open-account", "customer-service", "offers"}
        assert PERSON["name"] not in str(told)

    @pytest.mark.parametrize("token", ["crm", "clerk", "desk", "finder"])
    async def test_nobody_but_a_subject_has_anything_of_its_own(self, gate: Gate, token: str) -> None:
        assert (await self.send(gate, token=token)).json()["code"] == "not-entitled"


class TestRecords(GuardedBody):
    path = "/v1/own/records"
    entitled = "portal"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"limit": 10}

    async def send(self, gate: Gate, **sent: Any) -> Any:
        await covered(gate)
        return await super().send(gate, **sent)

    @pytest.mark.duty("A13-6-oplog")
    async def test_the_subject_sees_who_handled_what_is_its_and_nothing_of_another(self, gate: Gate) -> None:
        await covered(gate)
        for subject in (gate.subject, gate.other):
            await gate.call("POST", "/v1/release", {**gate.about(**USUAL), "subject": {"id": subject}}, token="clerk")
        refused = {"service": "mobile", "subject": {"id": gate.subject}, "purposes": ["offers"], "items": ["phone"]}
        await gate.call("POST", "/v1/release", refused, token="clerk")
        told = (await self.send(gate, token="portal")).json()["records"]
        assert [(each["act"], each["outcome"], each["post"]) for each in told[:2]] == [
            ("read", "refused", "customer-service"), ("read", "permitted", "customer-service"),
        ]  # fmt: skip
        assert (told[0]["code"], told[1]["rule"]) == ("not-entitled", "mobile@1")
        assert "S-0042" not in str(told)
        again = (await self.send(gate, token="portal")).json()["records"]
        assert (again[0]["kind"], again[0]["act"]) == ("subject", "read-own-records")

    async def test_pages_follow_each_other(self, gate: Gate) -> None:
        await gate.call("POST", "/v1/release", gate.about(**USUAL), token="clerk")
        await covered(gate)
        first = (await gate.call("POST", self.path, {"limit": 1}, token="portal")).json()
        second = (await gate.call("POST", self.path, {"limit": 1, "cursor": first["cursor"]}, token="portal")).json()
        assert second["records"][0]["index"] < first["records"][0]["index"]

    async def test_a_period_ends_after_it_begins(self, gate: Gate) -> None:
        span = {"since": "2035-06-01T00:00:00+08:00", "until": "2035-06-01T00:00:00+08:00"}
        assert (await gate.call("POST", self.path, span, token="portal")).json()["field"] == "until"

    async def test_no_subject_sees_anothers(self, gate: Gate) -> None:
        body = b"{}"
        theirs = gate.assertion(body, iss="portal-1", kind="subject", sub=gate.other, post=None)
        await gate.call("POST", "/v1/release", gate.about(**USUAL), token="clerk")
        await covered(gate)
        answer = await gate.call("POST", self.path, body, token="portal", headers={"shouze-assertion": theirs})
        assert [each["act"] for each in answer.json()["records"]] == ["collect"]

    @pytest.mark.duty("A09-5-carveout")
    async def test_a_look_that_a_law_hushes_is_shown_when_its_time_is_over_and_no_other_is_hidden(
        self, gate: Gate
    ) -> None:
        await covered(gate)
        until = (gate.clock.now() + timedelta(days=30)).isoformat()
        await apply(gate.opened, f"silences: [{{id: 公协〔2035〕1号, law: 某法第十条, until: '{until}'}}]")
        await gate.opened.door.refresh()
        for ticket in ("公协〔2035〕1号", "T-1"):
            await gate.call("POST", "/v1/release", gate.about(**USUAL, ticket=ticket), token="clerk")
        told = (await self.send(gate, token="portal")).json()["records"]
        hidden = [each["index"] for each in told if each["act"] == "read"]
        assert len(hidden) == 1
        for place in (hidden[0] - 1, hidden[0] + 1):
            proof = await gate.call("POST", "/v1/own/proofs", {"records": [place]}, token="portal")
            assert proof.status_code == 404
        gate.clock.move(timedelta(days=31))
        told = (await self.send(gate, token="portal")).json()["records"]
        assert len([each for each in told if each["act"] == "read"]) == 2


def ported(subject: str, **more: Any) -> Request:
    """Return what is disclosed under a law."""
    purposes = ("real-name-record",)
    return ask(subject, "name", purposes=purposes, action="disclose", recipient="number-portability", **more)


async def recipients(gate: Gate, token: str = "portal") -> Any:
    await covered(gate)
    return await gate.call("POST", "/v1/own/recipients", {"service": "mobile"}, token=token)


@pytest.mark.duty("A09-2-query")
async def test_all_are_told_however_many_disclosures_there_were_since(gate: Gate) -> None:
    door, agreed = gate.opened.door, consents("mobile", {"deliver-card": ("name",)}, recipients=("courier",))
    form = ask(gate.subject, purposes=("deliver-card",), action="collect")
    await door.collect(CRM, form, {"name": PERSON["name"]}, agreed)
    once = ask(gate.subject, "name", purposes=("deliver-card",), action="disclose", recipient="courier")
    often = ported(gate.subject)
    await door.release(CRM, once)
    await asyncio.gather(*(door.release(LEGAL, often) for _ in range(1, 220)))
    told = (await recipients(gate)).json()
    assert told["recipients"] == ["courier", "number-portability"]
    records = {"act": "disclose", "outcome": "permitted", "order": "oldest", "limit": 200}
    page = (await gate.call("POST", "/v1/own/records", records, token="portal")).json()
    assert (len(page["records"]), page["cursor"] is None) == (200, False), "they are more than a page"
    after = (await gate.call("POST", "/v1/terminate", gate.about(tell=True))).json()
    assert after["recipients"] == told["recipients"]


@pytest.mark.duty("A09-2-query")
async def test_who_got_a_copy_in_bulk_is_told_as_well(gate: Gate) -> None:
    door, agreed = gate.opened.door, consents("mobile", {"deliver-card": ("name",)}, recipients=("courier",))
    request = ask(gate.subject, purposes=("deliver-card",), action="collect")
    await door.collect(CRM, request, {"name": PERSON["name"]}, agreed)
    form = Form(
        service="mobile", purpose="deliver-card", action="export", items=("name",), volume=1, provided_to="courier",
        recipient_key=KEY,
    )  # fmt: skip
    await note(door.room, "a" * 26, form, Noted("export", "permitted", CRM, 1, None, (gate.subject,)))
    assert (await recipients(gate)).json()["recipients"] == ["courier"]


@pytest.mark.parametrize("token", ["crm", "clerk", "desk", "finder"])
async def test_nobody_else_is_told(gate: Gate, token: str) -> None:
    assert (await recipients(gate, token)).json()["code"] == "not-entitled"


@pytest.mark.lasting
class TestRecipients(GuardedBody):
    path = "/v1/own/recipients"
    entitled = "portal"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"service": "mobile"}

    async def send(self, gate: Gate, **sent: Any) -> Any:
        await covered(gate)
        return await super().send(gate, **sent)

    async def test_of_another_service_or_another_user_there_are_none(self, gate: Gate) -> None:
        await gate.opened.door.release(LEGAL, ported(gate.other))
        assert (await self.send(gate, token="portal")).json()["recipients"] == []
        raw = b'{"service":"cloud-drive"}'
        other = {"shouze-assertion": gate.assertion(raw, iss="portal-1", kind="subject", sub=gate.other, post=None)}
        answer = await gate.call("POST", self.path, raw, token="portal", headers=other)
        assert answer.json()["recipients"] == []
        raw = b'{"service":"mobile"}'
        other = {"shouze-assertion": gate.assertion(raw, iss="portal-1", kind="subject", sub=gate.other, post=None)}
        answer = await gate.call("POST", self.path, raw, token="portal", headers=other)
        assert answer.json()["recipients"] == ["number-portability"]

    @pytest.mark.duty("A09-5-carveout")
    async def test_to_whom_a_law_hushes_it_is_told_when_its_time_is_over(self, gate: Gate) -> None:
        until = (gate.clock.now() + timedelta(days=30)).isoformat()
        await apply(gate.opened, f"silences: [{{id: 公协〔2035〕1号, law: 某法第十条, until: '{until}'}}]")
        await gate.opened.door.refresh()
        await gate.opened.door.release(LEGAL, ported(gate.subject, ticket="公协〔2035〕1号"))
        assert (await self.send(gate, token="portal")).json()["recipients"] == []
        gate.clock.move(timedelta(days=31))
        assert (await self.send(gate, token="portal")).json()["recipients"] == ["number-portability"]


class TestProofs(GuardedBody):
    path = "/v1/own/proofs"
    entitled = "portal"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"records": [self.place]}

    async def send(self, gate: Gate, **sent: Any) -> Any:
        await covered(gate)
        return await super().send(gate, **sent)

    @pytest.fixture(autouse=True)
    async def _place(self, gate: Gate) -> None:
        await gate.call("POST", "/v1/release", gate.about(**USUAL), token="clerk")
        await covered(gate)
        self.place = (await gate.call("POST", "/v1/own/records", {}, token="portal")).json()["records"][0]["index"]

    async def test_a_proof_leads_to_a_signed_checkpoint(self, gate: Gate) -> None:
        told = (await self.send(gate, token="portal")).json()
        proof = PortableProof.parse(told["proofs"][0].encode())
        assert proof.extra is not None
        assert check(proof, proof.extra, [Verifier.from_vkey(told["vkeys"][0])]).size > self.place

    async def test_no_proof_is_given_of_anothers_record(self, gate: Gate) -> None:
        theirs = {**gate.about(**USUAL), "subject": {"identifiers": {"phone": OTHER["phone"]}}}
        await gate.call("POST", "/v1/release", theirs, token="clerk")
        await covered(gate)
        answer = await gate.call("POST", self.path, {"records": [self.place + 1, self.place + 2]}, token="portal")
        assert answer.status_code == 404


class TestResume(GuardedBody):
    path = "/v1/resume"
    entitled = "portal"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about()

    @pytest.fixture(autouse=True)
    async def _left(self, gate: Gate) -> None:
        answer = await gate.call("POST", "/v1/terminate", gate.about(undo_days=7), token="portal")
        assert answer.status_code == 200, answer.text

    @pytest.mark.duty("A09-4-stop")
    async def test_use_stops_at_once_while_destruction_waits(self, gate: Gate) -> None:
        answer = await gate.call("POST", "/v1/release", gate.about(**USUAL))
        assert answer.json()["code"] == "service-ended"
        own = {**gate.about(purposes=["subject-rights"], items=["name"])}
        assert (await gate.call("POST", "/v1/release", own, token="portal")).json()["items"] == {"name": PERSON["name"]}

    async def test_a_mistake_is_undone(self, gate: Gate) -> None:
        await self.send(gate, token="portal")
        released = await gate.call("POST", "/v1/release", gate.about(**USUAL))
        assert released.json()["items"]["name"] == PERSON["name"]
        told = (await gate.call("POST", "/v1/own/standing", {}, token="portal")).json()
        assert {each["due"] is None for each in told["held"]} == {True, False}
        assert next(each for each in told["held"] if each["purpose"] == "open-account")["due"] is None

    async def test_what_was_destroyed_meanwhile_stays_gone(self, gate: Gate) -> None:
        gate.clock.move(timedelta(days=8))
        await gate.opened.door.erase_due()
        await self.send(gate, token="portal")
        own = {**gate.about(purposes=["subject-rights"], items=["address"])}
        assert (await gate.call("POST", "/v1/release", own, token="portal")).json()["not_held"] == ["address"]

    async def test_nobody_else_brings_a_user_back(self, gate: Gate) -> None:
        for token in ("crm", "clerk"):
            answer = await self.send(gate, token=token)
            assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")

    async def test_who_never_left_has_nothing_to_take_up(self, gate: Gate) -> None:
        body = {"service": "mobile", "subject": {"id": gate.other}}
        raw = json.dumps(body).encode()
        theirs = gate.assertion(raw, iss="portal-1", kind="subject", sub=gate.other, post=None)
        answer = await gate.call("POST", self.path, raw, token="portal", headers={"shouze-assertion": theirs})
        assert answer.json()["code"] == "service-ended"
