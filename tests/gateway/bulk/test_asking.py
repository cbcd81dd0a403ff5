"""Requests: what could not be done anyway is refused before anybody reviews it."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.gateway.bulk.request import BulkScope, Listed, Remarks
from shouze.rules.refusal import RefusedError
from tests.gateway.bulk.scene import ANALYST, CANARIES, Scene, form
from tests.installation import CLERK


@pytest.mark.duty("A13-3-bulk")
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"service": "nothing"}, "not-entitled"),
        ({"purpose": "nothing"}, "purpose-not-declared"),
        ({"purpose": "open-account"}, "means-not-declared"),
        ({"items": ("name", "address")}, "beyond-necessary"),
        ({"visitor": CLERK}, "not-entitled"),
    ],
)
async def test_what_could_not_be_done_is_refused_and_recorded(small: Scene, more: dict[str, object], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        await small.request(**more)
    assert refused.value.kind.code == code
    last = (await small.leaves())[-1]
    assert (last.what.act, last.verdict.outcome, last.verdict.code) == ("bulk-request", "refused", code)


async def test_the_list_goes_with_its_reach(small: Scene) -> None:
    with pytest.raises(InvalidError) as caught:
        await small.request(listed=Listed("id", (small.subjects[0],)))
    assert caught.value.field == "listed"
    with pytest.raises(InvalidError):
        await small.request(scope=BulkScope(reach="listed"))


async def test_a_broken_identifier_is_named_by_its_place(small: Scene) -> None:
    with pytest.raises(InvalidError) as caught:
        await small.request(scope=BulkScope(reach="listed"), listed=Listed("phone", ("13800000001", "用户金丝雀")))
    assert caught.value.field == "listed.values[1]"
    assert not any(canary in str(caught.value) for canary in CANARIES)


async def test_ids_that_are_none_are_counted_as_unknown(small: Scene) -> None:
    listed = Listed("id", (small.subjects[0], "x" * 26, "no id"))
    job = await small.request(scope=BulkScope(reach="listed"), listed=listed)
    assert (job.listed, job.unknown) == (1, 2)


async def test_an_export_names_who_receives_it(small: Scene) -> None:
    with pytest.raises(InvalidError) as caught:
        await small.bulk.request(ANALYST, form(), Remarks(reason="r"))
    assert caught.value.field == "recipient"


async def test_a_key_that_only_looks_like_one_is_refused(small: Scene) -> None:
    with pytest.raises(InvalidError) as caught:
        await small.request(recipient_key="age1" + "q" * 58)
    assert caught.value.field == "recipient_key"


@pytest.mark.duty("A10-no-illegal-supply")
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"provided_to": "data-broker", "purpose": "deliver-card"}, "recipient-not-declared"),
        ({"provided_to": "courier"}, "recipient-not-declared"),
        ({"provided_to": "number-portability", "purpose": "deliver-card"}, "recipient-not-declared"),
    ],
)
async def test_nothing_is_provided_to_whom_the_purpose_does_not_name(
    small: Scene, more: dict[str, object], code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        await small.request(**more)
    assert refused.value.kind.code == code


async def test_a_destruction_provides_nobody() -> None:
    with pytest.raises(InvalidError) as caught:
        form(action="destroy", provided_to="courier")
    assert caught.value.field == "provided_to"
