"""Forms of acts: what would be refused at the door later is told in the form, in the reader's words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from shouze.registers.cases.register import REGISTER as CASES
from shouze.registers.finding import registers
from shouze.web.forms import form_of
from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db
NAMES = [("agents", "name"), ("declarations", "service"), ("holders", "name")]
OTHERS = {"kind": "post", "title": "某", "title_en": "Some", "owner": ""}


@pytest.mark.parametrize(("register", "field"), NAMES)
@pytest.mark.parametrize("wrong", ["Bai_Yun", "-baiyun", "a" * 65])
def test_a_name_that_the_door_would_refuse_is_refused_in_the_form(register: str, field: str, wrong: str) -> None:
    who = officer()
    given = OTHERS | {field: wrong} | ({"owner": who.pk} if register == "holders" else {})
    for language, words in (("zh", "以小写字母或数字开头"), ("en", "Begin with a lower-case letter")):
        answer = signed_in(who, language).post(f"/r/{register}/new", given)
        page = answer.content.decode()
        assert (answer.status_code, words in page, "slug" in page) == (422, True, False)
        assert (
            not [mark for mark in "。：" if mark in page.partition("<main")[2].partition("</form>")[0]]
            or language == "zh"
        )


@pytest.mark.parametrize("right", ["baiyun", "0-9", "a" * 64])
def test_a_name_that_the_door_takes_is_not_complained_of(right: str) -> None:
    page = signed_in(officer()).post("/r/agents/new", {"name": right}).content.decode()
    assert "以小写字母或数字开头" not in page


def test_each_field_that_is_wrong_is_told_by_its_own_description_and_the_summary_is_where_a_reader_begins() -> None:
    page = signed_in(officer(), "en").post("/r/bulk/new", {"volume": "x"}).content.decode()
    ids, described = re.findall(r'\bid="([^"]+)"', page), re.findall(r'aria-describedby="([^"]+)"', page)
    assert {"id_volume_error", "id_action_error", "id_items_error"} <= {
        each for one in described for each in one.split()
    }
    assert {each for one in described for each in one.split()} <= set(ids)
    assert re.search(r'<div class="errors"[^>]* autofocus', page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_form_that_comes_back_says_that_its_files_have_to_be_chosen_again(language: str) -> None:
    proof, words = (
        SimpleUploadedFile("a.pdf", b"%PDF"),
        "请重新选择文件" if language == "zh" else "Choose the files again",
    )
    browser = signed_in(officer(), language)
    assert words in browser.post("/r/publications/new", {"documents": [proof]}).content.decode()
    assert words not in browser.post("/r/publications/new", {}).content.decode()


EXTREMES: dict[type[forms.Field], tuple[str, ...]] = {
    forms.DateTimeField: ("0001-01-01T00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "x"),
    forms.IntegerField: ("1" + "0" * 30, "-1", "1e3", "x"),
}


def _asked() -> list[tuple[Any, Any, str, str]]:
    """Return every field of every act that takes a moment or a number, with what it may not be."""
    found = []
    for register in registers().values():
        for act in (register.creating, *register.acts):
            for name, field in form_of(register, act, None).fields.items():
                found += [(register, act, name, each) for each in EXTREMES.get(type(field), ())]
    return found


def test_no_field_takes_a_moment_or_a_number_that_no_table_holds() -> None:
    asked = _asked()
    assert {type(form_of(register, act, None).fields[name]) for register, act, name, _ in asked} == set(EXTREMES)
    taken = [(register.name, act.name, name, each) for register, act, name, each in asked
             if name not in form_of(register, act, None, {name: each}).errors]  # fmt: skip
    assert taken == []


def test_the_turnover_of_the_largest_operators_can_be_written_down() -> None:
    wanted = CASES.act("propose")
    fields = form_of(CASES, wanted, None, None, {}).fields
    assert fields["turnover"].max_value >= 2 * 10**12  # type: ignore[attr-defined]  # a number's
