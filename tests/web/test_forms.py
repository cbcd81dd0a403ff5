"""Forms of acts: what would be refused at the door later is told in the form, in the reader's words."""

from __future__ import annotations

import pytest

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
