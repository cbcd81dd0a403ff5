"""Findings against what is declared."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from shouze.discovery.declared import Declared, copied, read_places
from shouze.discovery.finding import Finding, Known
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.declaration import Retention
from shouze.rules.policy import Policy, PurposeRule, ServiceRule
from shouze.wiring.statutes import read_statutes

TODAY = date(2026, 11, 1)
PLACES = b"""
[[place]]
where = "crm.staff*"
outside = "staff"

[[place]]
where = "crm.*"
service = "mobile"

[[place]]
where = "*vault*"
service = "mobile"
sealed = true
"""


def finding(place: str, item: str, kind: str = "x", about: str = "person") -> Finding:
    """Return a finding of an item at a place."""
    why = Text("因为", "because")
    return Finding(source="s", place=place, item=item, kind=kind, count=1, confidence=0.9, reason=why, sample="*",
                   about=about, of=1)  # fmt: skip


def verdict(each: Finding, places: bytes | None = PLACES) -> str | None:
    """Return how a finding stands."""
    return declared(places).compared(each).verdict


def declared(places: bytes | None = PLACES) -> Declared:
    """Return what two services declare: phone and id-number; name and address."""
    retention = Retention(period="P1Y", counted_from="service-end")

    def service(*items: str) -> ServiceRule:
        purpose = PurposeRule(law=None, necessary=True, means=frozenset(), since=1, items=dict.fromkeys(items, 1),
                              recipients={}, retention=retention)  # fmt: skip
        return ServiceRule(version=1, digest="", governed=True, purposes={"p": purpose}, items={})

    kept = Retention(period="P3M", counted_from="collection")
    offers = service("email")
    offers = replace(offers, purposes={"p": replace(offers.purposes["p"], retention=kept)})
    policy = Policy(services={"mobile": service("phone", "id-number"), "shop": service("name", "address"),
                              "mail": offers})  # fmt: skip
    return Declared(policy, read_statutes().items, read_places(places, "places.toml") if places else (),
                    TODAY)  # fmt: skip


@pytest.mark.duty("A09-3-necessity")
@pytest.mark.parametrize(
    ("place", "item", "said"),
    [
        ("crm.customers.sjhm", "phone", "declared"),
        ("crm.customers.sfzh", "id-number", "plain-text"),
        ("vault.customers.sfzh", "id-number", "declared"),
        ("crm.customers.xm", "name", "beyond-necessity"),
        ("crm.customers.mz", "ethnicity", "undeclared-item"),
        ("old/backup.csv.sjhm", "phone", "undeclared-place"),
        ("crm.staff.sjhm", "phone", "outside"),
    ],
)
def test_a_finding_is_compared(place: str, item: str, said: str) -> None:
    assert verdict(finding(place, item)) == said


def test_an_organisations_number_is_nobodys() -> None:
    assert verdict(finding("crm.t.x", "organisation-code", about="organisation")) == "organisation"


def test_a_hash_is_no_plain_text() -> None:
    assert verdict(finding("crm.t.pwd", "password", "password-hash")) == "undeclared-item"


def test_without_places_none_is_declared() -> None:
    assert verdict(finding("crm.customers.sjhm", "phone"), None) == "undeclared-place"


@pytest.mark.parametrize("content", [b"[[place]]\nwhat = 1", b"[[place", b"[[place]]\nwhere = 1"])
def test_a_broken_file_of_places_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError, match=r"places\.toml"):
        read_places(content, "places.toml")


MONTH = 2026 * 12 + 10  # November


@pytest.mark.duty("A09-3-purpose-limit")
@pytest.mark.parametrize(
    ("item", "ages", "said"),
    [
        ("phone", {"service-end": {MONTH - 15: 5}}, "past-retention"),
        ("phone", {"service-end": {MONTH - 15: 4}}, "declared"),
        ("phone", {"service-end": {MONTH - 13: 90}}, "declared"),
        ("phone", {"collection": {MONTH - 200: 90}}, "declared"),
        ("email", {"collection": {MONTH - 6: 5}}, "past-retention"),
        ("email", {"collection": {MONTH - 4: 90}}, "declared"),
        ("email", {"service-end": {MONTH - 90: 90}}, "declared"),
    ],
)
def test_rows_that_lie_longer_than_declared_and_than_erasure_takes_are_past(
    item: str, ages: dict[str, dict[int, int]], said: str
) -> None:
    places = b"[[place]]\nwhere = 'crm.*'\nservice = 'mobile'\n[[place]]\nwhere = 'mail.*'\nservice = 'mail'"
    where = "mail.t.x" if item == "email" else "crm.t.x"
    compared = declared(places).compared(replace(finding(where, item), ages=ages))
    assert compared.verdict == said
    assert ("5 rows" in compared.reason.en) == (said == "past-retention")


def test_a_place_without_a_service_is_given_the_longest_retention_of_all() -> None:
    old = replace(finding("old/backup.csv.sjhm", "phone"), ages={"service-end": {MONTH - 15: 50}})
    assert verdict(old) == "past-retention"


def test_a_place_that_nobody_declared_and_whose_users_are_the_doors_is_a_copy() -> None:
    assert copied("undeclared-place", Known(500, 400, 15)) == "copy-outside-custody"
    assert copied("undeclared-place", Known(500, 9, 15)) == "undeclared-place"
    assert copied("declared", Known(500, 400, 15)) == "declared"
    assert copied("undeclared-place", None) == "undeclared-place"
