"""Reads request bodies into their types, strictly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from shouze.api.problems import MalformedError
from shouze.errors import InvalidError, ShouzeError
from shouze.language import Text
from shouze.rules.document import Lines, explain, read_document

T = TypeVar("T")


def read_json(kind: type[T], broken: type[ShouzeError] = InvalidError) -> Callable[[bytes, str], Awaitable[T]]:
    """Return a reader of JSON bodies of this type.

    It raises MalformedError for what is no JSON, is nested too deeply or has a field twice, and ``broken``, naming
    the field, for what is not of the type.
    """
    read_now = strictly(kind, broken)

    async def read(body: bytes, _media: str) -> T:
        return read_now(body)

    return read


def strictly(kind: type[T], broken: type[ShouzeError] = InvalidError) -> Callable[[bytes], T]:
    """Return what reads a JSON body of this type at once; errors as in ``read_json``."""
    decode = msgspec.json.Decoder(kind).decode

    def read(body: bytes) -> T:
        try:
            found = decode(body)
            text = body.decode()
            if not _never_twice(text):
                _STRICT.decode(text)
        except msgspec.ValidationError as problem:
            field, detail, remedy = explain(problem, kind)
            raise broken(detail, field=field or None, remedy=remedy) from None
        except (ValueError, RecursionError):
            raise MalformedError from None
        return found

    return read


def read_file(kind: type[T]) -> Callable[[bytes, str], Awaitable[tuple[T, Lines]]]:
    """Return a reader of documents that people write, in YAML or JSON; InvalidError names line and field."""

    async def read(body: bytes, _media: str) -> tuple[T, Lines]:
        document, lines = await asyncio.to_thread(read_document, body, kind)
        try:
            msgspec.json.encode(document)
        except UnicodeEncodeError:
            words = Text("含有不成对的代理码位", "It contains a lone surrogate")
            raise MalformedError(words) from None
        return document, lines

    return read


def _never_twice(text: str) -> bool:
    """Tell whether no two strings of a JSON text are alike, so that no field stands twice; False where it is unsure.

    Without a backslash every quotation mark begins or ends a string.
    """
    if "\\" in text:
        return False
    strings = text.split('"')[1::2]
    return len(set(strings)) == len(strings)


def _once_each(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise MalformedError(Text("字段重复", "A field stands twice"))


_STRICT = json.JSONDecoder(object_pairs_hook=_once_each)
