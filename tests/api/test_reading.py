"""Reading: JSON as it should be, or the reason why not."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.api.problems import MalformedError
from shouze.api.reading import read_file, read_json
from shouze.errors import InvalidError
from shouze.rules.entries import PolicyFile


class Sheet(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    more: dict[str, Any] = {}


read = read_json(Sheet)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nonsense", b'{"name":"a"}x', b'\xef\xbb\xbf{"name":"a"}', '{"name":"a"}'.encode("utf-16"),
        b'{"name":"\xff"}', b'{"name":"\xed\xa0\x80"}', b'{"name":"\\ud800"}', b'{"name":"\\ud800\\u0041"}',
        b'{"name":"a\x00"}', b"{'name':'a'}", b'{"name":"a",}', b'{"name":"a","more":{"x":NaN}}',
        b'{"name":"a","name":"b"}', b'{"name":"a","more":{"x":1,"x":2}}', b'{"name":"a","more":{"x":{"y":1,"y":1}}}',
        b'{"name":"a","more":{"x":' + b"[" * 100_000,
        b'{"name":"a","more":{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    ],
)  # fmt: skip
async def test_what_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedError):
        await read(body, "")


@pytest.mark.parametrize(
    ("body", "field"), [(b"[]", None), (b"{}", "name"), (b'{"name":1}', "name"), (b'{"name":"a","x":1}', "x")]
)
async def test_what_does_not_fit_is_invalid(body: bytes, field: str | None) -> None:
    with pytest.raises(InvalidError) as raised:
        await read(body, "")
    assert raised.value.field == field


@given(
    st.dictionaries(st.text(), st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3)))
)
async def test_what_fits_is_read_as_it_is(more: dict[str, Any]) -> None:
    try:
        body = json.dumps({"name": "a", "more": more}, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    if all(abs(each) < 2**63 for each in more.values() if isinstance(each, int)):
        assert (await read(body, "")).more == json.loads(body)["more"]


_WORDS = st.sampled_from(["name", "more", "x", "姓名", "\\u0061", "\\\\", '\\"', "\x01", "a:b", "{}", ""])
_JSON = st.recursive(
    st.sampled_from(["1", "null", "true", "-0.5e3"]) | _WORDS.map(lambda word: f'"{word}"'),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]")
        | st.lists(st.tuples(_WORDS, inner), max_size=4).map(
            lambda pairs: "{" + " ,".join(f'"{name}" : {value}' for name, value in pairs) + "}"
        )
    ),
)


class Open(msgspec.Struct):
    """Passes over members that it does not name."""

    name: Any = None


@given(_JSON)
async def test_the_short_way_lets_nothing_through_that_the_strict_one_refuses(text: str) -> None:
    def once_each(pairs: list[tuple[str, object]]) -> None:
        if len({name for name, _ in pairs}) < len(pairs):
            raise MalformedError

    for body in (f'{{"name":{text}}}', f'{{"other":{text}}}', f'{{"name":1,"other":{text},"name":2}}'):
        try:
            json.loads(body, object_pairs_hook=once_each)
        except (ValueError, MalformedError):
            with pytest.raises(MalformedError):
                await read_json(Open)(body.encode(), "")
        else:
            with suppress(InvalidError):
                await read_json(Open)(body.encode(), "")


@pytest.mark.parametrize("member", [b'"\xff"', b'"\xed\xa0\x80"', b'"\x01"', b'"\\x"', b"01", b"NaN", b"'a'", b'"a'])
async def test_a_member_that_is_passed_over_has_to_be_json_too(member: bytes) -> None:
    with pytest.raises(MalformedError):
        await read_json(Open)(b'{"other":' + member + b"}", "")


@given(st.binary(max_size=200))
async def test_no_bytes_make_it_stumble(body: bytes) -> None:
    for reading in (read, read_file(PolicyFile)):
        with suppress(MalformedError, InvalidError):
            await reading(body, "")


async def test_a_document_is_read_with_its_lines() -> None:
    _, lines = await read_file(PolicyFile)(b"format: shouze-policy/1\nremove:\n  - posts/a\n", "")
    assert lines.of("remove[0]") == 3
