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


@given(st.binary(max_size=200))
async def test_no_bytes_make_it_stumble(body: bytes) -> None:
    for reading in (read, read_file(PolicyFile)):
        with suppress(MalformedError, InvalidError):
            await reading(body, "")


async def test_a_document_is_read_with_its_lines() -> None:
    _, lines = await read_file(PolicyFile)(b"format: shouze-policy/1\nremove:\n  - posts/a\n", "")
    assert lines.of("remove[0]") == 3
