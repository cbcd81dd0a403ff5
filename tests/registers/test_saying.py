"""What was refused is said in both languages, with the article it rests on and what to do."""

from __future__ import annotations

from shouze.client import ClientError, Unauthenticated
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.asking import blamed
from shouze.registers.saying import status_of, words_of
from shouze.rules.refusal import CATALOGUE


def test_a_refusal_of_the_rules_is_said_in_both_languages_with_its_article() -> None:
    known = CATALOGUE["no-consent"]
    words = words_of(ClientError(kind=known, article="9(1)"))
    assert words.zh == f"{known.title.zh}（第九条第一款）：{known.remedy.zh}"
    assert words.en == f"{known.title.en} (Art. 9(1)): {known.remedy.en}"


def test_an_error_of_the_house_is_said_with_what_to_do() -> None:
    problem = InvalidError(Text("没有选择", "Nothing is chosen"), remedy=Text("选择一项", "Choose one"))
    assert words_of(problem) == Text("没有选择：选择一项", "Nothing is chosen: Choose one")


def test_the_error_of_a_form_has_what_to_do_once() -> None:
    known = CATALOGUE["no-consent"]
    problem = blamed(ClientError(kind=known, article="9(1)"), "way")
    assert (problem.detail.zh, problem.remedy, problem.field) == (
        f"{known.title.zh}（第九条第一款）",
        known.remedy,
        "way",
    )


def test_a_page_asks_nobody_to_sign_in_at_the_door() -> None:
    assert status_of(InvalidError()) == 422
    assert status_of(Unauthenticated()) == 403
