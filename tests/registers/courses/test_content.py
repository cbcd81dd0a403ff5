"""A course's text: what is read is what was written, every mistake names its line, and tests are graded exactly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.registers.courses.content import Content, Leaf, Question, alike, grade, read

TEXT = """\
# One

Some **words**.

- a list
- [x] that is not of a question

# Two

More.

? Which?
- [x] this
- [ ] that
> because

? Which ones?
- [x] a
- [X] b
- [ ] c
"""
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


def test_pages_and_questions_are_read_as_they_stand() -> None:
    whole = read(TEXT)
    assert whole.leaves[0] == Leaf("One", "Some **words**.\n\n- a list\n- [x] that is not of a question")
    assert whole.leaves[1] == Leaf("Two", "More.")
    assert whole.questions[0] == Question("Which?", ("this", "that"), frozenset({0}), "because")
    assert (whole.questions[1].right, whole.questions[1].several) == (frozenset({0, 1}), True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("words\n# One", 1),
        ("# One\n\n? Which?\n- [x] this", 3),
        ("# One\n? Which?\n- [ ] this\n- [ ] that", 2),
        ("# One\n? Which?\n- [x] this\n- [ ] this", 2),
        ("# One\n? Which?\n" + "- [x] {}\n" * 9, 2),
        ("? Which?\n- [x] this\n- [ ] that", None),
        ("# One", None),
        ("", None),
    ],
)
def test_a_mistake_names_the_line_and_the_remedy(text: str, line: int | None) -> None:
    with pytest.raises(InvalidError) as caught:
        read(text, "text_en")
    assert (caught.value.field, caught.value.line) == ("text_en", line)
    assert caught.value.remedy is not None


questions = st.lists(WORDS, min_size=2, max_size=6, unique=True).flatmap(
    lambda choices: st.tuples(
        WORDS, st.just(tuple(choices)), st.frozensets(st.integers(0, len(choices) - 1), min_size=1), WORDS
    )
)
contents = st.tuples(st.lists(st.tuples(WORDS, WORDS), min_size=1), st.lists(questions, min_size=1, max_size=8))


def written(leaves: list[tuple[str, str]], asked: list[tuple[str, tuple[str, ...], frozenset[int], str]]) -> str:
    lines = [part for title, text in leaves for part in (f"# {title}", "", text, "")]
    for words, choices, right, why in asked:
        lines += [f"? {words}", *(f"- [{'x' if n in right else ' '}] {each}" for n, each in enumerate(choices))]
        lines += [f"> {why}", ""]
    return "\n".join(lines)


@given(contents)
def test_whatever_is_written_in_the_form_is_read_back(parts: tuple[list[tuple[str, str]], list[Any]]) -> None:
    leaves, asked = parts
    whole = read(written(leaves, asked))
    assert whole == Content(tuple(Leaf(*each) for each in leaves), tuple(Question(*each) for each in asked))


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    try:
        whole = read(text)
    except InvalidError as problem:
        assert problem.field == "text"  # noqa: PT017 - either is right
    else:
        assert whole.leaves
        assert all(each.right for each in whole.questions)


@given(contents, st.data())
def test_an_answer_is_right_where_exactly_the_right_choices_were_made(
    parts: tuple[list[Any], list[Any]], data: st.DataObject
) -> None:
    asked = [Question(*each) for each in parts[1]]
    answers = {n: data.draw(st.frozensets(st.integers(0, len(each.choices) - 1))) for n, each in enumerate(asked)}
    graded = grade(asked, answers)
    right = [n for n, each in enumerate(asked) if answers[n] == each.right]
    assert (graded.right, graded.asked) == (len(right), len(asked))
    assert set(graded.wrong) | set(right) == set(range(len(asked)))
    assert grade(asked, {n: each.right for n, each in enumerate(asked)}).percent == 100


def test_nobody_passes_by_rounding() -> None:
    asked = [Question("?", ("a", "b"), frozenset({0}))] * 3
    assert grade(asked, {0: frozenset({0}), 1: frozenset({0})}).percent == 66
    assert grade(asked, {}).percent == 0


@pytest.mark.parametrize(
    "other", [TEXT.partition("? Which ones")[0], TEXT.replace("- [ ] c", "- [x] c"), TEXT.replace("- [ ] c\n", "")]
)
def test_two_languages_that_ask_different_things_are_refused(other: str) -> None:
    alike(read(TEXT), read(TEXT.replace("this", "dies")))
    with pytest.raises(InvalidError) as caught:
        alike(read(TEXT), read(other))
    assert caught.value.field == "text_en"
