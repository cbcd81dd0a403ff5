"""Each thing wrong in a declaration is named by line, field and remedy, in both languages."""

from __future__ import annotations

import re

import pytest

from shouze.errors import InvalidError
from shouze.rules.declaration import DeclarationFile, Scope, problems_of
from shouze.rules.document import read_document
from shouze.rules.policy import Published, Registers, compile_policy, digest_of
from tests.rules.declared import TEXT, changed, declaration, line_of, read
from tests.rules.scene import NOW
from tests.rules.statute_files import statutes

PHONE = "          - item: phone\n            need: necessary"
SECOND = "      - id: register\n"

WRONG = {
    "no licence and no filing": ("  licence: B1-1\n", "", "operator:", "operator"),
    "a purpose's id stands twice": (SECOND, "      - id: serve\n", None, "services[0].purposes[1].id"),
    "an item stands twice": ("- item: badge", "- item: phone", None, "services[0].purposes[0].items[1].item"),
    "an unknown type of app": ("[instant-messaging]", "[soothsaying]", None, "services[0].app_types[0]"),
    "an unknown sub-function": (
        "    app_types: [instant-messaging]\n",
        "    app_types: [instant-messaging]\n    sub_functions: [soothsaying]\n",
        "sub_functions",
        "services[0].sub_functions[0]",
    ),
    "an own item that the catalogue has": ("- id: badge", "- id: address", None, "services[0].own_items[0].id"),
    "an own item of no form": ("form: text", "form: poem", None, "services[0].own_items[0].form"),
    "an unknown item of a recipient": (
        "items:\n          - phone", "items:\n          - soul", "- soul", "services[0].recipients[0].items[0]",
    ),
    "a recipient not declared": ("- courier\n        items", "- spy\n        items", None,
        "services[0].purposes[0].recipients[0]",
    ),
    "the reserved purpose": ("- id: serve", "- id: subject-rights", None, "services[0].purposes[0].id"),
    "a means that is none": ("          - read\n", "          - withdraw\n", None, "services[0].purposes[0].means[1]"),
    "an unknown law": (
        "instrument: anti-telecom-fraud-law", "instrument: law-of-the-jungle", None,
        "services[0].purposes[1].ground.instrument",
    ),
    "a period that is none": ("period: P6M", "period: half a year", None, "services[0].purposes[0].retention.period"),
    "an unknown item": ("- item: badge", "- item: soul", None, "services[0].purposes[0].items[1].item"),
    "no reason for a necessary item": (
        "            because: {zh: 登录, en: To sign in}\n", "", "- item: phone", "services[0].purposes[0].items[0]",
    ),
    "a necessary item that the type of app does not need": (
        PHONE, PHONE.replace("phone", "address"), "need: necessary\n            refusal: {zh: 无法使用",
        "services[0].purposes[0].items[0].need",
    ),
    "a text in one language only": (
        "{zh: 登录, en: To sign in}", "{zh: 登录}", None, "services[0].purposes[0].items[0].because.en",
    ),
    "a word that is not known": ("need: optional", "need: perhaps", None, "services[0].purposes[0].items[1].need"),
    "a field that is not known": ("need: optional", "want: optional", None, "services[0].purposes[0].items[1].want"),
    "a grade beyond the scale": ("grade: 2", "grade: 9", None, "services[0].own_items[0].grade"),
    "an id in capitals": ("- id: courier", "- id: COURIER", None, "services[0].recipients[0].id"),
    "a time without its offset": (
        "ground: consent\n    purposes", "ground: consent\n        until: 2030-01-01T00:00:00\n    purposes", "until",
        "services[0].recipients[0].until",
    ),
}  # fmt: skip


@pytest.mark.duty("A09-3-necessity")
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_its_line_field_and_remedy(name: str) -> None:
    old, new, words, field = WRONG[name]
    text = changed((old, new))
    with pytest.raises(InvalidError) as caught:
        read(text)
    problem = caught.value
    assert problem.field == field
    assert problem.line == (line_of(text, words) if words else line_of(TEXT, old))
    assert all((*problem.detail, *problem.remedy))
    assert re.search("[一-鿿]", problem.detail.zh)
    assert re.search("[一-鿿]", problem.remedy.zh)


def test_the_declaration_is_read_whole() -> None:
    document, _ = read()
    assert [each.id for each in document.services[0].purposes] == ["serve", "register"]


@pytest.mark.duty("A09-5-carveout")
@pytest.mark.parametrize("name", sorted(statutes().instruments))
def test_only_a_law_or_an_administrative_regulation_replaces_consent(name: str) -> None:
    text = changed(("instrument: anti-telecom-fraud-law", f"instrument: {name}"))
    if statutes().instruments[name].level in ("law", "administrative-regulation"):
        read(text)
        return
    with pytest.raises(InvalidError) as caught:
        read(text)
    assert caught.value.line == line_of(text, f"instrument: {name}")
    assert caught.value.field == "services[0].purposes[1].ground.instrument"
    assert "法律" in caught.value.detail.zh


@pytest.mark.duty("A09-5-carveout")
def test_a_recipient_too_rests_on_consent_or_on_a_law() -> None:
    rule = "          - phone\n        ground: consent"
    named = "          - phone\n        ground: {{instrument: {}, article: '1'}}"
    read(changed((rule, named.format("cybersecurity-law"))))
    with pytest.raises(InvalidError) as caught:
        read(changed((rule, named.format("order25-real-name-2013"))))
    assert caught.value.field == "services[0].recipients[0].ground.instrument"


def test_an_item_that_a_law_requires_is_necessary_whatever_the_type_of_app() -> None:
    assert "id-number" not in statutes().necessary(["instant-messaging"])
    assert declaration().purposes[1].items[0].need == "necessary"


def test_without_a_type_of_app_the_operator_gives_its_own_reasons() -> None:
    text = changed(("    app_types: [instant-messaging]\n", ""), (PHONE, PHONE.replace("phone", "address")))
    assert read(text)[0].services[0].purposes[0].items[0].item == "address"


@pytest.mark.duty("A02-scope")
@pytest.mark.duty("A04-def-nexus")
@pytest.mark.parametrize(
    ("scope", "governed"),
    [
        (Scope(), True),
        (Scope(people="staff"), False),
        (Scope(people="suppliers"), False),
        (Scope(in_providing_services=False), False),
        (Scope(within_prc=False), False),
    ],
)
def test_the_order_governs_users_in_providing_services_within_the_prc(scope: Scope, governed: bool) -> None:
    assert scope.governed is governed


def test_what_lies_outside_the_scope_is_told_so_in_the_policy() -> None:
    staff = declaration(("    app_types", "    scope: {people: staff}\n    app_types"))
    history = [Published(1, NOW, digest_of(staff), staff)]
    assert not compile_policy({"messenger": history}, Registers(), statutes(), 1).services["messenger"].governed


def test_two_services_of_one_name_are_refused() -> None:
    _, service = changed().split("services:\n")
    with pytest.raises(InvalidError) as caught:
        read(changed() + service)
    assert caught.value.field == "services[1].service"


def test_everything_that_is_wrong_is_told_at_its_field() -> None:
    text = (
        TEXT.replace("item: badge", "item: none").replace("anti-telecom-fraud-law", "no-law").replace("P5Y", "5 years")
    )
    document, lines = read_document(text.encode(), DeclarationFile)
    problems = problems_of(document.services[0], "services[0]", lines, statutes())
    assert {each.field for each in problems} == {
        "services[0].purposes[0].items[1].item",
        "services[0].purposes[1].ground.instrument",
        "services[0].purposes[1].retention.period",
    }
