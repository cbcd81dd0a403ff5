"""Findings against what is declared."""

from __future__ import annotations

import pytest

from shouze.discovery.declared import Declared, read_places
from shouze.discovery.finding import Finding
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.declaration import Retention
from shouze.rules.policy import Policy, PurposeRule, ServiceRule
from shouze.wiring.statutes import read_statutes

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


def declared(places: bytes | None = PLACES) -> Declared:
    """Return what two services declare: phone and id-number; name and address."""
    retention = Retention(period="P1Y", counted_from="service-end")

    def service(*items: str) -> ServiceRule:
        purpose = PurposeRule(law=None, necessary=True, means=frozenset(), since=1, items=dict.fromkeys(items, 1),
                              recipients={}, retention=retention)  # fmt: skip
        return ServiceRule(version=1, digest="", governed=True, purposes={"p": purpose}, items={})

    policy = Policy(services={"mobile": service("phone", "id-number"), "shop": service("name", "address")})
    return Declared(policy, read_statutes().items, read_places(places, "places.toml") if places else ())


@pytest.mark.duty("A09-3-necessity")
@pytest.mark.parametrize(
    ("place", "item", "verdict"),
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
def test_a_finding_is_compared(place: str, item: str, verdict: str) -> None:
    assert declared().verdict(finding(place, item)) == verdict


def test_an_organisations_number_is_nobodys() -> None:
    assert declared().verdict(finding("crm.t.x", "organisation-code", about="organisation")) == "organisation"


def test_a_hash_is_no_plain_text() -> None:
    assert declared().verdict(finding("crm.t.pwd", "password", "password-hash")) == "undeclared-item"


def test_without_places_none_is_declared() -> None:
    assert declared(None).verdict(finding("crm.customers.sjhm", "phone")) == "undeclared-place"


@pytest.mark.parametrize("content", [b"[[place]]\nwhat = 1", b"[[place", b"[[place]]\nwhere = 1"])
def test_a_broken_file_of_places_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError, match=r"places\.toml"):
        read_places(content, "places.toml")
