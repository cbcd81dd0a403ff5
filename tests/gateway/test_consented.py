"""What users agreed to: one subject's consents, and how many there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.gateway import consented
from shouze.gateway.collect import new_subject_id
from shouze.gateway.consented import MOST, Counted, share_of
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Agreement
from shouze.wiring import Installation
from tests.installation import CLERK, CRM, MARKETING, OTHER, PERSON, ask, subscribe

IDS = st.binary(min_size=16, max_size=16).map(new_subject_id)


@given(IDS, IDS)
def test_the_share_of_ids_passed_grows_in_their_order(one: str, other: str) -> None:
    assert 0 < share_of(one) <= 1
    assert (share_of(one) <= share_of(other)) or one > other


def test_where_ids_are_spread_evenly_the_share_is_the_share_of_subjects() -> None:
    even = sorted(new_subject_id((n << 118).to_bytes(16)) for n in range(1024))
    assert [round(share_of(even[n]), 2) for n in (255, 511, 1023)] == [0.25, 0.5, 1.0]


async def test_the_same_is_counted_in_pieces_and_at_once(opened: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    await subscribe(opened, also={"offers": ("phone",)})
    await subscribe(opened, OTHER)
    door = opened.door
    whole = await door.count_consents(CRM, None, MOST)
    monkeypatch.setattr(consented, "STEP", 1)
    first = await door.count_consents(CRM, None, 1)
    second = await door.count_consents(CRM, first.after, 1)
    third = await door.count_consents(CRM, second.after, 1)
    assert (whole.subjects, whole.after, whole.share) == (2, None, 1.0)
    assert (first.subjects, second.subjects, third.subjects, third.after) == (1, 1, 0, None)
    assert first.share < second.share
    added = sum(each.standing for each in (*first.tallies, *second.tallies))
    assert added == sum(each.standing for each in whole.tallies) == 5


async def test_no_value_is_opened_and_no_more_than_the_grant_allows_is_told(opened: Installation) -> None:
    subject = (await subscribe(opened)).subject
    found = await opened.door.read_consents(CLERK, ask(subject, "name"))
    assert found.consents.keys() == {"open-account", "customer-service"}
    with pytest.raises(RefusedError):
        await opened.door.read_consents(MARKETING, ask(subject))


def standing_of(counted: Counted) -> dict[str, tuple[int, int]]:
    return {each.purpose: (each.standing, each.withdrawn) for each in counted.tallies}


async def test_a_consent_counts_until_it_is_withdrawn_or_its_user_leaves(opened: Installation) -> None:
    one, two = [(await subscribe(opened, each, also={"offers": ("phone",)})).subject for each in (PERSON, OTHER)]
    assert standing_of(await opened.door.count_consents(CRM, None, MOST))["offers"] == (2, 0)
    await opened.door.withdraw(CRM, ask(one, purposes=("offers",)))
    assert standing_of(await opened.door.count_consents(CRM, None, MOST))["offers"] == (1, 1)
    assert standing_of(await opened.door.count_consents(CRM, None, MOST))["customer-service"] == (2, 0)
    await opened.door.terminate(CRM, ask(two))
    assert standing_of(await opened.door.count_consents(CRM, None, MOST))["customer-service"] == (1, 0)


async def test_limits_agreed_for_another_service_are_none_of_this_ones(opened: Installation) -> None:
    subject = (await subscribe(opened)).subject
    await opened.door.agree(CLERK, ask(subject), Agreement(id="A-1", service="mobile"))
    await opened.door.agree(CLERK, ask(subject), Agreement(id="A-2", service="cloud-drive"))
    found = await opened.door.read_consents(CRM, ask(subject, "name"))
    assert [each.id for each in found.agreements] == ["A-1"]
