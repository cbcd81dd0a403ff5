"""The editor's form and the declaration are the same, there and back."""

from __future__ import annotations

import pytest

from shouze.desk import declaration_form as form
from shouze.registers.declarations import content
from shouze.web.nested import blank, complete
from tests.registers.declarations.scene import plain


@pytest.mark.parametrize("service", ["mobile", "cloud-drive"])
def test_rules_come_back_from_the_editor_as_they_went_in(service: str) -> None:
    kept = plain(service)
    given = complete(form.PARTS, form.form_of(kept))
    problems, declaration = form.problems_of(given, service)
    assert problems == {}
    assert declaration == content.read(kept)
    assert content.read(form.content_of(given, service)) == content.read(kept)


def test_what_nobody_filled_in_is_told_place_by_place() -> None:
    problems, declaration = form.problems_of(blank(form.PARTS), "shop")
    assert declaration is None
    assert {
        "name.zh",
        "name.en",
        "channels.enquiry.zh",
        "purposes[0].id",
        "purposes[0].items[0].item",
    } <= problems.keys()


@pytest.mark.duty("A09-3-necessity")
def test_necessity_is_checked_while_other_fields_are_still_blank() -> None:
    given = complete(form.PARTS, form.form_of(plain()))
    given["name"]["en"] = ""
    given["purposes"][0]["items"][1] |= {"need": "necessary", "because": {"zh": "需要", "en": "Needed"}}
    problems, _ = form.problems_of(given, "cloud-drive")
    assert problems.keys() == {"name.en", "purposes[0].items[1].need"}


def test_two_things_wrong_with_one_item_are_both_told() -> None:
    given = complete(form.PARTS, form.form_of(plain()))
    given["purposes"][0]["items"][1]["need"] = "necessary"
    problems, _ = form.problems_of(given, "cloud-drive")
    assert problems.keys() == {"purposes[0].items[1]", "purposes[0].items[1].need"}


@pytest.mark.duty("A09-5-carveout")
def test_only_laws_and_administrative_regulations_are_offered_beside_consent() -> None:
    offered = form._grounds({})
    assert "" in offered
    assert "cybersecurity-law" in offered
    assert "order24" not in offered


def test_what_is_necessary_for_the_types_chosen_is_told() -> None:
    assert [each.en for each in form.necessary_items({"app_types": ["mail-and-storage"]})] == [
        "user's telephone number"
    ]
    assert form.necessary_items({}) == []
