"""JSON, JSON lines, YAML and XML: each path of fields is a column (``user.phones``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import yaml

from shouze.discovery.installed import extra
from shouze.discovery.reading.piece import Cells, Column, Limits, Lines, Piece, whole
from shouze.discovery.reading.plain import encoding_of, halved, read_text, utf8
from shouze.intake.sources.row import text_of

_BATCH = 20_000
"""Values that are held before they are passed on."""
_PATHS = 2_000
"""Different paths of one file; what lies beyond is one column."""
_DEEPEST = 64
Field = tuple[str, str]


def read_json(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield the fields of one document; what is several documents is read line by line, what is too large as text."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > limits.in_memory:
        yield from read_text(file, place, limits)
        return
    content = file.read()
    try:
        document = json.loads(_text(content))
    except ValueError:
        file.seek(0)
        yield from read_json_lines(file, place, limits)
        return
    yield from _columns(place, _fields(document))


def read_json_lines(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield the fields of a document on each line; lines that are none are text."""
    fields: list[Field] = []
    for piece in read_text(file, place, limits):
        if not isinstance(piece, Lines):
            continue
        for number, line in enumerate(piece.content.split(b"\n"), piece.first):
            try:
                document = json.loads(line) if line.strip() else None
            except (ValueError, RecursionError):
                yield Lines(place, number, line)
                continue
            fields += _fields(document)
            if len(fields) > _BATCH:
                yield from _columns(place, fields)
                fields = []
        yield Lines(place, piece.first, b"", piece.read)
    yield from _columns(place, fields)


def read_yaml(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield the fields of YAML by its events: aliases are not followed, so that nothing unfolds."""
    content = _text(whole(file, limits))
    yield from _columns(place, _yaml_fields(yaml.parse(content, Loader=yaml.CSafeLoader)))


def read_xml(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:  # noqa: ARG001 - a reader's signature
    """Yield texts and attributes by the path of their elements; entities are not resolved, nothing is fetched."""
    etree = extra("lxml.etree")
    events = etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, recover=True, huge_tree=False,
        load_dtd=False,
    )  # fmt: skip
    yield from _columns(place, _xml_fields(events))


def _text(content: bytes) -> str:
    encoding = encoding_of(content[:65536])
    if encoding in {"utf-8", "gb18030", "mixed"}:
        return halved(utf8(content, encoding)).decode("utf-8", "replace")
    return content.decode(encoding, "replace")


def _fields(document: Any) -> Iterator[Field]:
    """Yield each plain value with its path; lists add nothing to it."""
    waiting: list[tuple[str, Any, int]] = [("", document, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if isinstance(value, dict) and depth < _DEEPEST:
            waiting.extend((f"{path}.{key}" if path else str(key), each, depth + 1) for key, each in value.items())
        elif isinstance(value, list) and depth < _DEEPEST:
            waiting.extend((path, each, depth + 1) for each in value)
        elif value is not None:
            yield path or "value", str(value) if isinstance(value, dict | list) else text_of(value) or ""


def _yaml_fields(events: Iterable[Any]) -> Iterator[Field]:
    path: list[str | None] = []  # a mapping's present key, or None in a list or before a key
    kinds: list[str] = []
    for event in events:
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(kinds) > _DEEPEST:
                return
            kinds.append("map" if isinstance(event, yaml.MappingStartEvent) else "list")
            path.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            kinds.pop()
            path.pop()
            _close_value(kinds, path)
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            value = event.value if isinstance(event, yaml.ScalarEvent) else ""
            if kinds and kinds[-1] == "map" and path[-1] is None:
                path[-1] = value[:200] or "-"
                continue
            yield ".".join(each for each in path if each) or "value", value
            _close_value(kinds, path)


def _close_value(kinds: list[str], path: list[str | None]) -> None:
    if kinds and kinds[-1] == "map" and path[-1] is not None:
        path[-1] = None


def _xml_fields(events: Iterable[tuple[str, Any]]) -> Iterator[Field]:
    path: list[str] = []
    for event, element in events:
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "-"
        if event == "start":
            path.append(name)
            yield from ((f"{'.'.join(path[-4:])}.{key.rpartition('}')[2]}", value) for key, value in element.items())
            continue
        for text in (element.text, element.tail):
            if text and text.strip():
                yield ".".join(path[-4:]), text.strip()
        if path:
            path.pop()
        element.clear()
        while element.getprevious() is not None and element.getparent() is not None:
            del element.getparent()[0]


def _columns(place: str, fields: Iterable[Field]) -> Iterator[Cells]:
    columns: dict[str, list[str]] = {}
    held = 0
    for path, value in fields:
        name = path if path in columns or len(columns) < _PATHS else "…"
        columns.setdefault(name, []).append(value)
        held += 1
        if held >= _BATCH:
            yield _cells(place, columns)
            columns, held = {}, 0
    if columns:
        yield _cells(place, columns)


def _cells(place: str, columns: dict[str, list[str]]) -> Cells:
    size = sum(sum(map(len, each)) for each in columns.values())
    return Cells(place, [Column(name) for name in columns], list(columns.values()), size)
