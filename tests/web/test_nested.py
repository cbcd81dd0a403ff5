"""Nested forms: read as described, changed row by row, each problem at its place."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.web.nested import Group, Leaf, Many, Part, blank, change, check, complete, places, read, shown, unplaced

T = Text("某", "Some")
PARTS: tuple[Part, ...] = (
    Leaf(name="id", label=T, type=Name),
    Group(name="told", parts=(Leaf(name="zh", label=T), Leaf(name="en", label=T)), optional=True),
    Many(name="rows", title=T, one=T, least=1, parts=(
        Leaf(name="kind", label=T, look="several", optional=True, type=list[str]),
        Leaf(name="number", label=T, look="number", type=int, optional=True),
        Many(name="inner", title=T, one=T, parts=(Leaf(name="id", label=T, type=Name),)),
    )),
)  # fmt: skip


def posted(**fields: Any) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in fields.items():
        made.setlist(name, value if isinstance(value, list) else [value])
    return made


def test_what_is_posted_is_read_by_its_path() -> None:
    given_ = posted(
        **{"id": " a ", "told.zh": "甲", "rows[0].kind": ["x", "y"], "rows[1].number": "7", "rows[1].inner[0].id": "b"}
    )
    assert read(PARTS, given_) == {
        "id": "a",
        "told": {"zh": "甲", "en": ""},
        "rows": [
            {"kind": ["x", "y"], "number": "", "inner": []},
            {"kind": [], "number": 7, "inner": [{"id": "b"}]},
        ],
    }


def test_rows_are_added_and_removed_wherever_they_are() -> None:
    content = change(PARTS, change(PARTS, blank(PARTS), "add:rows"), "add:rows[1].inner")
    assert [len(row["inner"]) for row in content["rows"]] == [0, 1]
    assert change(PARTS, content, "remove:rows[1].inner[0]")["rows"][1]["inner"] == []
    assert change(PARTS, content, "remove:rows[0]")["rows"] == content["rows"][1:]


@given(st.text(alphabet="adremov:rows[]01.in", max_size=24))
def test_nothing_else_that_is_asked_breaks_the_content(do: str) -> None:
    content = blank(PARTS)
    assert isinstance(change(PARTS, content, do), dict)
    assert content == blank(PARTS)


def test_each_problem_stands_at_its_input_and_the_rest_can_be_checked() -> None:
    content = blank(PARTS) | {"id": "Not An Id", "rows": []}
    problems, filled = check(PARTS, content)
    assert problems.keys() == {"id", "rows"}
    assert (filled["id"], filled["told"]) == ("x", {"zh": "", "en": ""})


def test_an_optional_group_is_blank_or_whole() -> None:
    problems, _ = check(PARTS, complete(PARTS, {"id": "a", "told": {"zh": "甲"}, "rows": [{}]}))
    assert problems.keys() == {"told.en"}


def test_a_problem_without_an_input_of_its_own_is_shown_at_the_nearest_part() -> None:
    content = complete(PARTS, {"id": "a", "rows": [{"inner": [{}]}]})
    nodes = shown(PARTS, content, {"rows[0].inner[0].id[3]": [T], "rows[0].unknown": [T], "nowhere": [T]})
    wrong = {place.path for place in places(nodes) if place.problems}
    assert wrong == {"rows[0].inner[0].id", "rows[0]"}
    assert unplaced(PARTS, content, {"nowhere": [T]}) == [T]


def test_a_name_that_the_door_would_refuse_is_told_with_what_to_write_instead() -> None:
    problems, _ = check(PARTS[:1], {"id": "Bai_Yun"})
    assert "customer-service" in problems["id"][0].zh
