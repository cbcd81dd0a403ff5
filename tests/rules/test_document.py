"""Documents: plain content only, and every fault an InvalidError that repeats no value."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.gateway.asking import SubjectId
from shouze.rules.declaration import DeclarationFile, Name
from shouze.rules.document import DEEPEST, LARGEST, Lines, explain, read_document, read_plain
from shouze.rules.entries import PolicyFile
from shouze.rules.period import Moment
from tests.rules.declared import TEXT

TRAPS = {
    "an anchor": (b"a: 1\nb: &x 2", 2),
    "an alias": (b"a: &x [1]\nb: *x", 1),
    "a laughing heap": (b"a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]", 1),
    "a tag": (b"a: !!python/object/apply:os.system [ls]", 1),
    "a quiet tag": (b"a: 1\nb: !secret x", 2),
    "a tag of a number": (b"a: !!int '1'", 1),
    "a key twice": (b"a: 1\nb: 2\na: 3", 3),
    "a key twice, quoted": (b"a: 1\n'a': 2", 2),
    "a list as key": (b"? [a]\n: 1", 1),
    "a heap of lists": (b"[" * 5000, None),
    "lists too deep": (b"- " * (DEEPEST + 2) + b"a", 1),
    "no UTF-8": (b"a: \xff\xfe", None),
    "a null character": (b"a: \x00", None),
    "half a character": (b'a: "\\ud83d"', 1),
    "an escape too large": (b'a: "\\UFFFFFFFF"', None),
    "a version too long": (b"%YAML " + b"1" * 5000 + b".1\n---\na: 1", None),
    "two documents": (b"a: 1\n---\nb: 2", None),
    "an open bracket": (b"a: [1", None),
    "a tab": (b"a:\n\t- 1", None),
    "nothing": (b"", None),
    "only a remark": (b"# nothing\n", None),
    "too much": (b"a" * (LARGEST + 1), None),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_an_invalid_document(name: str) -> None:
    content, line = TRAPS[name]
    with pytest.raises(InvalidError) as caught:
        read_plain(content)
    assert line is None or caught.value.line == line
    assert caught.value.remedy.zh
    assert caught.value.remedy.en


def test_norway_stays_norway() -> None:
    plain, _ = read_plain(b"a: no\nb: yes\nc: on\nd: 010\ne: 1_000\nf: 12:30:00\ng: 2026-01-01\nh: .inf\ni: True")
    assert plain == {
        "a": "no", "b": "yes", "c": "on", "d": "010", "e": "1_000", "f": "12:30:00", "g": "2026-01-01", "h": ".inf",
        "i": "True",
    }  # fmt: skip


def test_scalars_are_read_as_plainly_as_they_stand() -> None:
    plain, _ = read_plain(b"a: true\nb: false\nc: null\nd: ~\ne:\nf: -12\ng: 1.5\nh: '1'\ni: |\n  1\nj: text")
    assert plain == {
        "a": True, "b": False, "c": None, "d": None, "e": None, "f": -12, "g": 1.5, "h": "1", "i": "1\n", "j": "text",
    }  # fmt: skip


_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(max_size=10).filter(lambda text: "\x85" not in text),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_PLAIN)
def test_json_is_read_as_it_was_written(plain: object) -> None:
    assert read_plain(json.dumps(plain).encode())[0] == plain


@settings(max_examples=200)
@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbfa: 1")
@example(b"%TAG ! !\n---\n!a")
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    _only_invalid(content)


_PIECES = st.sampled_from(
    ["- ", ": ", "? ", "a", "b: ", "\n", "  ", "[", "]", "{", "}", ",", '"', "'", "&x ", "*x", "!t ", "|\n", ">", "#",
     "---\n", "...", "%YAML 1.1\n", "\\x41", "\\U0011FFFF", "\\ud800", "\t", "<<: ", "1", "é", "\u2028", "\ufeff"]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_no_text_raises_anything_else(text: str) -> None:
    _only_invalid(text.encode())


@settings(max_examples=100)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 12), st.lists(_PIECES, max_size=3).map("".join))
def test_a_declaration_damaged_anywhere_raises_nothing_else(start: int, length: int, put: str) -> None:
    content = (TEXT[:start] + put + TEXT[start + length :]).encode()
    with suppress(InvalidError):
        read_document(content, DeclarationFile)


def _only_invalid(content: bytes) -> None:
    for read in (read_plain, lambda content: read_document(content, PolicyFile)):
        with suppress(InvalidError):
            read(content)


class Form(msgspec.Struct, forbid_unknown_fields=True):
    """A form with a field of every shape."""

    word: Literal["yes", "no"] = "yes"
    number: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    text: Annotated[str, msgspec.Meta(max_length=3, pattern="^a*$")] = ""
    moment: Moment | None = None
    day: datetime | None = None
    names: dict[Annotated[str, msgspec.Meta(pattern="^a$")], int] = {}
    inner: list[Form] = []
    ground: Literal["consent"] | dict[str, int] = "consent"
    several: Annotated[tuple[int, ...], msgspec.Meta(max_length=1)] = ()


class Choosing(msgspec.Struct):
    """A form with choices and ids, one of them under another name in the file."""

    word: Literal["yes", "no"] | None = None
    inner: tuple[Choosing, ...] = ()
    named: Name | None = None
    subject: SubjectId | None = None
    by_name: dict[str, Literal["left", "right"]] = {}
    under: dict[str, Choosing] = {}
    renamed: Literal["up", "down"] | None = msgspec.field(default=None, name="from")


SECRET = "13800138000张三"
_VALUES = st.sampled_from(
    [SECRET, SECRET + " - at `$.x`", "`$." + SECRET + "`", "' - at `" + SECRET + "`", 138001380001, [SECRET],
     {SECRET: 1},
     {f"{SECRET} - at `$.word": 1}, {f"` - at `$.{SECRET}": 2}, {f"w - at `$.{SECRET}`": 2}, 138.5, None]
)  # fmt: skip


@settings(max_examples=200)
@given(st.sampled_from([*Form.__struct_fields__, SECRET, "138001380001"]), _VALUES, st.booleans())
def test_what_is_explained_never_repeats_a_value(field: str, value: object, inside: bool) -> None:
    content: object = {"inner": [{field: value}]} if inside else {field: value}
    try:
        msgspec.convert(content, Form)
    except msgspec.ValidationError as problem:
        path, detail, remedy = explain(problem)
        for words in (path, *detail, *remedy):
            assert "1380" not in words
            assert "张三" not in words
        assert path.startswith("inner[0]") or not inside


@pytest.mark.parametrize(
    ("content", "field", "remedy"),
    [
        ({"number": "x"}, "number", "a whole number"),
        ({"number": 10}, "number", "<= 9"),
        ({"text": "aaaa"}, "text", "<= 3"),
        ({"several": [1, 2]}, "several", "<= 1"),
        ({"moment": "2026-01-01T00:00:00"}, "moment", "+08:00"),
        ({"day": "yesterday"}, "day", "+08:00"),
        ({"word": "perhaps"}, "word", "lists"),
        ({"names": {"b": 1}}, "names", "form"),
        ({"wrod": "yes"}, "wrod", "spelling"),
        ({"inner": [{"inner": [{"number": None}]}]}, "inner[0].inner[0].number", "a whole number"),
    ],
)
def test_a_fault_is_explained_by_field_and_remedy(content: object, field: str, remedy: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(content, Form)
    path, _, words = explain(caught.value)
    assert path == field
    assert remedy in words.en


@pytest.mark.parametrize(
    ("content", "field", "remedy"),
    [
        ({"word": "perhaps"}, "word", "Use one of: no, yes"),
        ({"inner": [{"inner": [{"word": "3"}]}]}, "inner[0].inner[0].word", "Use one of: no, yes"),
        ({"by_name": {"x": "ahead"}}, "by_name[...]", "Use one of: left, right"),
        ({"under": {"x": {"word": "perhaps"}}}, "under[...].word", "Use one of: no, yes"),
        ({"from": "sideways"}, "from", "Use one of: down, up"),
        ({"named": "Not One"}, "named", "lower-case letters"),
        ({"subject": "13812345678"}, "subject", "26 characters"),
    ],
)
def test_what_a_field_may_hold_is_listed_where_its_type_is_known(content: object, field: str, remedy: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(content, Choosing)
    path, _, words = explain(caught.value, Choosing)
    assert path == field
    assert remedy in words.en


def test_a_misspelt_choice_in_a_file_is_answered_with_the_choices() -> None:
    with pytest.raises(InvalidError) as caught:
        read_document(
            b"posts: [{id: a, name: {zh: a, en: a}, grants: [{services: [b], actions: [aprove]}]}]", PolicyFile
        )
    assert caught.value.field == "posts[0].grants[0].actions[0]"
    assert "agree, approve, bind" in caught.value.remedy.en


def test_a_misspelt_field_is_named_beside_those_that_are_right() -> None:
    with pytest.raises(InvalidError) as caught:
        read_document(b"word: 'yes'\ninner:\n- number: 2\n  txet: a\n  text: a\nnumber: 3\n", Form)
    assert (caught.value.field, caught.value.line) == ("inner[0].txet", 4)
    assert "spelling" in caught.value.remedy.en


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\n\n"])
def test_an_empty_file_is_said_to_be_empty_and_asks_whether_it_is_the_right_one(content: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        read_document(content, Form)
    assert "empty" in caught.value.detail.en
    assert "right file" in caught.value.remedy.en
    assert "所要的文件" in caught.value.remedy.zh


def test_the_line_of_a_field_is_that_of_the_nearest_around_it() -> None:
    _, lines = read_plain(b"a:\n  b:\n    - c: 1\n      d: 2\n")
    assert [lines.of(path) for path in ("a.b[0].d", "a.b[0].d.e[5]", "a.b[7]", "a.x", "z", "")] == [4, 4, 2, 1, 1, 1]


@given(st.text(alphabet="ab.[]0", max_size=12))
def test_every_path_has_a_line(path: str) -> None:
    assert Lines().of(path) == 1
