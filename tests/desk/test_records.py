"""Searching the door's records from the desk: in the person's name, for a purpose, with proofs to take away."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shouze.ledger.entry import parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.registers.records.models import Attested
from shouze.registers.roles import Role
from shouze.rules.refusal import RefusedError
from tests.gateway.test_passage import raw_leaves
from tests.installation import CLERK, PERSON, ask, subscribe
from tests.registers.house import Opened, officer, person, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
WHY = {"purpose": "investigation", "reason": "核查夜间查询"}
ROLES = [
    (Role.OFFICER, 200), (Role.SECURITY, 200), (Role.APPROVER, 200), (Role.AUDITOR, 200), (Role.SERVICE, 403),
    (Role.AGENT, 403), (Role.ADMINISTRATOR, 403),
]  # fmt: skip


@pytest.fixture
def subject(opened: Opened) -> str:
    found = str(opened.run(subscribe(opened.installation, PERSON)).subject)
    opened.run(opened.installation.door.release(CLERK, ask(found, "name", "phone")))
    opened.run(opened.installation.sequencer.step())
    return found


def security(language: str = "en") -> Any:
    return signed_in(person("S-0007", Role.SECURITY, post="security-officer", site="HQ"), language)


@pytest.mark.duty("A13-6-oplog")
def test_records_are_found_by_user_and_the_look_is_recorded_in_the_persons_name(opened: Opened, subject: str) -> None:
    page = security().post(reverse("records-search"), {**WHY, "purpose": "user-request", "subject": subject})
    told = page.content.decode()
    assert "S-0042" in told
    assert "crm" in told
    leaves = [parse_leaf(each) for each in opened.run(raw_leaves(opened.installation))]
    looks = [each for each in leaves if each.what.act in {"inspect-records", "tally-records"}]
    assert [(each.who.id, each.where.site) for each in looks] == [("S-0007", "HQ")] * 2
    assert page.headers["cache-control"] == "no-store"


def test_records_are_found_by_person_item_and_outcome_and_counted(opened: Opened, subject: str) -> None:
    found = {**WHY, "actor": "S-0042", "item": "phone", "outcome": "permitted"}
    told = security().post(reverse("records-search"), found).content.decode()
    assert '<strong class="big">1</strong>' in told
    nothing = security_page({**WHY, "actor": "S-9999"})
    assert "Nothing here that fits" in nothing


def test_a_refusal_shows_the_one_of_several_purposes(opened: Opened, subject: str) -> None:
    both = ask(subject, "name", purposes=("customer-service", "open-account"))
    with pytest.raises(RefusedError):
        opened.run(opened.installation.door.release(CLERK, both))
    opened.run(opened.installation.sequencer.step())
    told = security().post(reverse("records-search"), {**WHY, "outcome": "refused"}).content.decode()
    assert 'not-entitled · 13(3) · <span title="open-account">' in told


def security_page(given: dict[str, str]) -> str:
    from shouze.registers.people.models import Person

    browser = signed_in(Person.objects.get(username="S-0007"), "en")
    return str(browser.post(reverse("records-search"), given).content.decode())


def test_who_is_not_entitled_at_the_door_is_told_the_article(opened: Opened, subject: str) -> None:
    browser = signed_in(person("S-0008", Role.AUDITOR, post="marketing"), "en")
    answer = browser.post(reverse("records-search"), {**WHY, "actor": "S-0042"})
    assert answer.status_code == 403
    assert "(Art. 13(3))" in answer.content.decode()


@pytest.mark.parametrize("missing", ["purpose", "reason"])
def test_nothing_is_searched_without_purpose_and_reason(missing: str) -> None:
    given = {name: value for name, value in WHY.items() if name != missing}
    assert signed_in(officer()).post(reverse("records-search"), given).status_code == 422


def test_a_telephone_number_is_no_users_id() -> None:
    answer = signed_in(officer()).post(reverse("records-search"), {**WHY, "subject": PERSON["phone"]})
    assert answer.status_code == 422


@pytest.mark.duty("A14-1-cooperate")
def test_records_are_taken_away_with_proofs_that_hold(opened: Opened, subject: str) -> None:
    answer = security().post(reverse("records-export"), {**WHY, "actor": "S-0042"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        (name,) = [each for each in packed.namelist() if each.startswith("proofs/")]
        key = Verifier.from_vkey(packed.read("vkey").decode().strip())
        proof = PortableProof.parse(packed.read(name))
        assert "S-0042" in packed.read("records.csv").decode("utf-8-sig")
    assert check(proof, proof.extra or b"", [key]).size > proof.index
    assert parse_leaf(proof.extra or b"").who.id == "S-0042"


@pytest.mark.parametrize(("role", "status"), ROLES)
def test_records_are_searched_by_who_oversees(role: Role, status: int) -> None:
    browser = signed_in(person("S-6", role))
    assert browser.get(reverse("records-search")).status_code == status
    refused = browser.post(reverse("records-export"), WHY).status_code
    assert refused == (503 if status == 200 else 403)


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICER, 302), (Role.SECURITY, 302), (Role.SERVICE, 302), (Role.APPROVER, 403), (Role.AUDITOR, 403),
     (Role.AGENT, 403), (Role.ADMINISTRATOR, 403)],
)  # fmt: skip
def test_records_are_imported_by_who_may_attest(role: Role, status: int) -> None:
    file = SimpleUploadedFile(
        "old.csv", "system,actor,at,place,title,act\nlegacy,S-1,2026-11-01 08:00,HQ,查询,read\n".encode()
    )
    answer = signed_in(person("S-6", role)).post(reverse("records-import"), {"file": file})
    assert (answer.status_code, Attested.objects.count()) == (status, 1 if status == 302 else 0)


def test_a_wrong_file_says_its_line() -> None:
    file = SimpleUploadedFile("old.csv", b"system,actor,at,place,title,act\nlegacy,S-1,never,HQ,x,read\n")
    answer = signed_in(officer(), "en").post(reverse("records-import"), {"file": file})
    assert answer.status_code == 422
    assert "line 2, at" in answer.content.decode()
