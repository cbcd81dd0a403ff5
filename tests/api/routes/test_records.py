"""POST /v1/records/search, /tally and /prove."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shouze.ledger.disclosure import read_disclosure
from shouze.ledger.entry import parse_leaf, verify_disclosure
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from tests.api.gate import USUAL, Gate, Prepared, open_gate
from tests.api.routes.guarded import GuardedBody

WHY = {"purpose": "investigation", "reason": "核查异常查询"}


async def covered(gate: Gate) -> None:
    """Let a checkpoint cover what was recorded."""
    await gate.opened.sequencer.step()


async def uses(gate: Gate) -> None:
    """Have the clerk read the first subscriber twice and the second once."""
    for subject in (gate.subject, gate.subject, gate.other):
        answer = await gate.call(
            "POST", "/v1/release", {**gate.about(**USUAL), "subject": {"id": subject}}, token="clerk"
        )
        assert answer.status_code == 200, answer.text
    await covered(gate)


class TestSearch(GuardedBody):
    path = "/v1/records/search"
    entitled = "officer"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {**WHY, "actor": "S-0042", "order": "newest", "limit": 2}

    async def send(self, gate: Gate, **sent: Any) -> Any:
        await covered(gate)
        return await super().send(gate, **sent)

    @pytest.mark.duty("A13-6-oplog")
    async def test_records_tell_who_when_where_and_what(self, gate: Gate) -> None:
        await uses(gate)
        told = (await self.send(gate, token="officer")).json()
        assert [each["actor"] for each in told["records"]] == ["S-0042", "S-0042"]
        first = told["records"][0]
        assert (first["act"], first["service"], first["outcome"]) == ("read", "mobile", "permitted")
        assert (sorted(first["items"]), first["address"]) == (["name", "phone"], "192.0.2.7")
        assert told["cursor"] == told["records"][1]["index"]
        following = await gate.call("POST", self.path, {**self.body(gate), "cursor": told["cursor"]}, token="officer")
        assert len(following.json()["records"]) == 1

    async def test_a_record_of_a_refusal_tells_the_one_of_several_purposes(self, gate: Gate) -> None:
        several = {**gate.about(**USUAL), "purposes": ["customer-service", "open-account"]}
        await gate.call("POST", "/v1/release", several, token="clerk")
        told = (await self.send(gate, token="officer")).json()["records"][0]
        assert (told["code"], told["refused_for"]) == ("not-entitled", "open-account")
        assert told["purposes"] == ["customer-service", "open-account"]

    async def test_records_about_a_subject_are_found_by_its_id_and_the_look_is_one_of_them(self, gate: Gate) -> None:
        await uses(gate)
        body = {**WHY, "purpose": "user-request", "subject": gate.other}
        before = (await gate.call("POST", self.path, body, token="officer")).json()["records"]
        assert sorted(each["act"] for each in before) == ["collect", "read"]
        await covered(gate)
        after = (await gate.call("POST", self.path, body, token="officer")).json()["records"]
        assert sorted(each["act"] for each in after) == ["collect", "inspect-records", "read"]
        assert gate.other not in str(after)

    @pytest.mark.parametrize("missing", ["purpose", "reason"])
    async def test_nobody_searches_without_a_purpose(self, gate: Gate, missing: str) -> None:
        body = {name: value for name, value in self.body(gate).items() if name != missing}
        answer = await gate.call("POST", self.path, body, token="officer")
        assert (answer.status_code, answer.json()["field"]) == (422, missing)

    async def test_a_period_ends_after_it_begins(self, gate: Gate) -> None:
        await covered(gate)
        span = {"since": "2035-06-01T00:00:00+08:00", "until": "2035-06-01T00:00:00+08:00"}
        answer = await gate.call("POST", self.path, {**WHY, **span}, token="officer")
        assert (answer.status_code, answer.json()["field"]) == (422, "until")

    async def test_a_desk_searches_in_its_persons_name(self, gate: Gate) -> None:
        await covered(gate)
        answer = await self.send(gate, token="desk")
        assert (answer.status_code, answer.json()["article"]) == (403, "13(3)")


@pytest.mark.duty("A14-1-remedy")
async def test_it_tells_how_many_uses_of_how_many_users_which_items_on_which_days(gate: Gate) -> None:
    await uses(gate)
    body = {**WHY, "actor": "S-0042", "act": "read"}
    told = (await gate.call("POST", "/v1/records/tally", body, token="officer")).json()
    assert (told["records"], told["subjects"]) == (3, 2)
    assert (told["items"], told["days"]) == ({"name": 3, "phone": 3}, {"2035-06-01": 3})
    assert (told["acts"], told["outcomes"]) == ({"read": 3}, {"permitted": 3})
    assert sum(told["hours"].values()) == 3
    told = (await gate.call("POST", "/v1/records/tally", WHY, token="officer")).json()
    assert told["hours"] == {}, "hours are one actor's"


async def test_a_proof_holds_without_this_installation(gate: Gate) -> None:
    await covered(gate)
    told = (await gate.call("POST", "/v1/records/prove", {**WHY, "records": [0, 1]}, token="officer")).json()
    for place, text in enumerate(told["proofs"]):
        proof = PortableProof.parse(text.encode())
        assert proof.index == place
        assert check(proof, proof.extra or b"", [Verifier.from_vkey(told["vkeys"][0])]).size > place


async def test_there_is_no_proof_of_a_record_that_is_not_there(gate: Gate) -> None:
    await covered(gate)
    answer = await gate.call("POST", "/v1/records/prove", {**WHY, "records": [1 << 40]}, token="officer")
    assert (answer.status_code, answer.json()["field"]) == (404, "record")


@pytest.mark.parametrize(("verb", "more"), [("tally", {}), ("prove", {"records": [0]})])
async def test_who_is_not_entitled_counts_and_proves_nothing(gate: Gate, verb: str, more: dict[str, Any]) -> None:
    await covered(gate)
    for token in ("clerk", "crm", "agent", "desk", "portal"):
        answer = await gate.call("POST", f"/v1/records/{verb}", {**WHY, **more}, token=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled"), token


async def test_where_the_log_is_not_read_it_is_said_where_to_ask(gate: Gate) -> None:
    from tests.api.gate import make_app

    app = make_app(gate.opened, gate.lines, searched=None)
    gate.client._transport.app = app  # type: ignore[attr-defined]  # httpx's own transport over an application
    answer = await gate.call("POST", "/v1/records/tally", WHY, token="officer")
    assert (answer.status_code, answer.json()["field"]) == (503, "log")


@pytest.mark.duty("A17-2-materials")
async def test_private_fields_are_opened_on_an_order_alone_and_stand_in_the_look_that_comes_before(gate: Gate) -> None:
    await uses(gate)
    found = {**WHY, "actor": "S-0042", "act": "read"}
    records = (await gate.call("POST", "/v1/records/search", found, token="officer")).json()["records"]
    asked = {"purpose": "order", "reason": "通管检〔2026〕1号", "records": [each["index"] for each in records]}
    told = (await gate.call("POST", "/v1/records/prove", {**asked, "openings": ["subject"]}, token="officer")).json()
    assert [each["state"] for each in told["openings"]] == ["opened"] * 3
    texts = [read_disclosure(text) for each in told["openings"] for text in each["texts"]]
    assert texts == [("subject", gate.subject), ("subject", gate.subject), ("subject", gate.other)]
    for proof, opening in zip(told["proofs"], told["openings"], strict=True):
        leaf = parse_leaf(PortableProof.parse(proof.encode()).extra or b"")
        assert [verify_disclosure(leaf, text)[0] for text in opening["texts"]] == ["subject"]
    assert (await gate.call("POST", "/v1/records/prove", asked, token="officer")).json()["openings"] == []
    account = await gate.call("POST", "/v1/records/prove", {**asked, "openings": ["subject"]}, token="administrator")
    assert (account.status_code, account.json()["code"]) == (403, "not-entitled")
    wrong = await gate.call("POST", "/v1/records/prove", {**asked, **WHY, "openings": ["subject"]}, token="officer")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "openings")


async def test_a_gateway_that_reads_no_openings_says_how_they_are_got(prepared: Prepared, tmp_path: Path) -> None:
    async with open_gate(prepared, tmp_path, openings=None) as gate:
        await covered(gate)
        body = {**WHY, "purpose": "order", "records": [0], "openings": ["subject"]}
        answer = await gate.call("POST", "/v1/records/prove", body, token="officer")
        assert (answer.status_code, "export" in str(answer.json()["remedy"])) == (422, True)
