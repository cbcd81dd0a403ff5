"""The matrix of responsibilities: every duty that an operator owes, and who answers for it; the gaps stand in front.

# Invariant: a handful of queries, however many posts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shouze.language import Text
from shouze.registers.departments.models import Department
from shouze.registers.departments.register import is_fixed as department_fixed
from shouze.registers.departments.tree import owed, tree
from shouze.registers.people.models import Person
from shouze.registers.posts.models import Post
from shouze.registers.posts.register import is_fixed as post_fixed
from shouze.rules.catalogue import Duty


class Answering(NamedTuple):
    """A department or post as a column of the matrix."""

    register: str
    row: Department | Post
    way: Text

    @property
    def title(self) -> Text:
        """Return its name."""
        return Text(self.row.title, self.row.title_en)


class Line(NamedTuple):
    """A duty, and for each column whether it answers for it."""

    duty: Duty
    cells: Sequence[bool]


class Matrix(NamedTuple):
    """Columns, lines, and what is missing: duties of nobody, places without responsibility, posts without anybody."""

    columns: Sequence[Answering]
    lines: Sequence[Line]
    unanswered: Sequence[Duty]
    unfixed: Sequence[Answering]
    vacant: Sequence[Answering]


def matrix(department: str = "") -> Matrix:
    """Return the matrix; with a department's id, its columns are those of this department and what is below it.

    What is missing is told of the whole house either way.
    """
    everywhere = _columns()
    shown = everywhere if not department else [each for each in everywhere if _within(each, department, everywhere)]
    answered = {duty for each in everywhere for duty in each.row.duties}
    duties = owed()
    held = set(Person.objects.filter(is_active=True).values_list("post", flat=True).distinct())
    return Matrix(
        columns=shown,
        lines=[Line(each, [each.id in place.row.duties for place in shown]) for each in duties.values()],
        unanswered=[each for name, each in duties.items() if name not in answered],
        unfixed=[each for each in everywhere if not _fixed(each.row)],
        vacant=[each for each in everywhere if isinstance(each.row, Post) and each.row.name not in held],
    )


def _columns() -> list[Answering]:
    """Return every department with its posts behind it, then the posts of no department."""
    posts: dict[str, list[Post]] = {}
    branches = tree()
    known = {each.department.name for each in branches}
    for post in Post.objects.filter(state="present").order_by("name"):
        posts.setdefault(post.department if post.department in known else "", []).append(post)
    found = []
    for branch in branches:
        found.append(Answering("departments", branch.department, branch.way))
        found += [Answering("posts", post, branch.way) for post in posts.get(branch.department.name, ())]
    return [*found, *(Answering("posts", post, Text("", "")) for post in posts.get("", ()))]


def _within(place: Answering, department: str, everywhere: Sequence[Answering]) -> bool:
    above = {each.row.name: each.row.parent for each in everywhere if isinstance(each.row, Department)}
    name = place.row.name if isinstance(place.row, Department) else place.row.department
    while name and name != department:
        name = above.get(name, "")
    return name == department


def _fixed(row: Department | Post) -> bool:
    return department_fixed(row) if isinstance(row, Department) else post_fixed(row)
