"""What a course says and asks, read from text that people write: CommonMark with questions in it. Pure.

A line ``# …`` begins a page. A line ``? …`` asks a question; the lines ``- [x] …`` and ``- [ ] …`` below it are its
choices, right and wrong, and a line ``> …`` says why. One right choice makes a question of one answer, several make
one in which all of them, and no others, have to be chosen. All questions together are the test behind the pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shouze.errors import InvalidError
from shouze.language import Text

LEAST_CHOICES, MOST_CHOICES, MOST_QUESTIONS, MOST_PAGES = 2, 8, 100, 60
_CHOICE = re.compile(r"[-*] \[(?P<right>[xX ])\] +(?P<words>.*\S)\s*")


class Leaf(NamedTuple):
    """One page to read: its title and its text, CommonMark."""

    title: str
    text: str


class Question(NamedTuple):
    """One question: its words, its choices, which of them are right (by place), and why."""

    words: str
    choices: tuple[str, ...]
    right: frozenset[int]
    why: str = ""

    @property
    def several(self) -> bool:
        """Tell whether more than one choice is right."""
        return len(self.right) > 1


class Content(NamedTuple):
    """A whole course."""

    leaves: tuple[Leaf, ...]
    questions: tuple[Question, ...]


class Graded(NamedTuple):
    """What came of a test: how many answers were right, of how many, and which questions were not."""

    right: int
    asked: int
    wrong: tuple[int, ...]

    @property
    def percent(self) -> int:
        """Return the share of right answers, rounded down: nobody passes by rounding."""
        return self.right * 100 // self.asked if self.asked else 0


@dataclass
class _Asked:
    """A question while it is read; ``line`` is where it began."""

    words: str
    line: int
    choices: list[str] = field(default_factory=list)
    right: set[int] = field(default_factory=set)
    why: str = ""


def read(text: str, name: str = "text") -> Content:
    """Read a course; InvalidError names the field ``name``, the line and what to do."""
    leaves: list[tuple[str, list[str]]] = []
    asked: list[_Asked] = []
    within = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("? "):
            asked.append(_Asked(line[2:].strip(), number))
            within = True
        elif line.startswith("# "):
            leaves.append((line[2:].strip(), []))
            within = False
        elif within and line.strip():
            within = _answer(asked[-1], line)
            if not within:
                _written(leaves, line, name, number)
        elif not within and (leaves or line.strip()):
            _written(leaves, line, name, number)
    content = Content(
        tuple(Leaf(title, "\n".join(lines).strip()) for title, lines in leaves),
        tuple(_question(each, name) for each in asked),
    )
    _check(content, name)
    return content


def _answer(question: _Asked, line: str) -> bool:
    """Take a line as a choice or as the reason of a question; False where it is neither."""
    if found := _CHOICE.fullmatch(line):
        if found["right"] != " ":
            question.right.add(len(question.choices))
        question.choices.append(found["words"])
        return True
    if line.startswith("> "):
        question.why = f"{question.why} {line[2:].strip()}".strip()
        return True
    return False


def _written(leaves: list[tuple[str, list[str]]], line: str, name: str, number: int) -> None:
    if not leaves:
        remedy = Text("以“# 标题”开头", "Begin with “# title”")
        raise InvalidError(
            Text("第一页没有标题", "The first page has no title"), field=name, line=number, remedy=remedy
        )
    leaves[-1][1].append(line)


def _question(asked: _Asked, name: str) -> Question:
    if not LEAST_CHOICES <= len(asked.choices) <= MOST_CHOICES:
        remedy = Text("写 2 至 8 个选项：- [x] 或 - [ ]", "Give two to eight choices: - [x] or - [ ]")
        raise InvalidError(Text("选项数不对", "It has too few or too many choices"), field=name, line=asked.line,
                           remedy=remedy)  # fmt: skip
    if not asked.right or len(set(asked.choices)) < len(asked.choices):
        remedy = Text("正确选项写成 - [x]，选项不重复", "Mark what is right as - [x]; no choice stands twice")
        raise InvalidError(Text("没有正确选项，或选项重复", "No choice is right, or one stands twice"), field=name,
                           line=asked.line, remedy=remedy)  # fmt: skip
    return Question(asked.words, tuple(asked.choices), frozenset(asked.right), asked.why)


def _check(content: Content, name: str) -> None:
    if not 0 < len(content.leaves) <= MOST_PAGES:
        remedy = Text("每页以“# 标题”开头，至多 60 页", "Begin each page with “# title”; sixty at most")
        raise InvalidError(Text("没有内容页，或过多", "There are no pages, or too many"), field=name, remedy=remedy)
    if not 0 < len(content.questions) <= MOST_QUESTIONS:
        remedy = Text("以“? ”开头写问题，至多 100 道", "Write questions as lines that begin with “? ”; 100 at most")
        raise InvalidError(Text("没有问题，或过多", "There are no questions, or too many"), field=name, remedy=remedy)


def alike(one: Content, other: Content) -> None:
    """Check that two languages ask the same: as many questions, as many choices, the same ones right."""
    if len(one.questions) != len(other.questions):
        raise InvalidError(
            Text("两种语言的题数不同", "The two languages ask different numbers of questions"), field="text_en"
        )
    for number, (mine, theirs) in enumerate(zip(one.questions, other.questions, strict=True), 1):
        if (len(mine.choices), mine.right) != (len(theirs.choices), theirs.right):
            detail = Text("第 {n} 题两种语言的选项不一致", "Question {n} has other choices in the two languages")
            raise InvalidError(detail.fill(n=number), field="text_en")


def grade(questions: Sequence[Question], answers: Mapping[int, frozenset[int]]) -> Graded:
    """Grade a test: an answer is right where exactly the right choices were made; none is wrong."""
    wrong = tuple(number for number, each in enumerate(questions) if answers.get(number, frozenset()) != each.right)
    return Graded(len(questions) - len(wrong), len(questions), wrong)
