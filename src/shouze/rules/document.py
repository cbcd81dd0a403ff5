"""Reads what people write: YAML or JSON into typed documents, with lines.

* Only plain content: no anchors or aliases, no tags, no repeated keys, text keys only (YAML 1.2 core scalars).
* Every error names the line, the field and the remedy, in both languages.
* Dates stay text until a typed field reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

import msgspec
import yaml
from msgspec import inspect

from shouze.errors import InvalidError
from shouze.language import Text

T = TypeVar("T")
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

LARGEST = 1024 * 1024
DEEPEST = 32
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}")
_WORDS: dict[str, Plain] = {"true": True, "false": False, "null": None, "~": None, "": None}


class Lines:
    """Where each field of a document stands: path (``services[0].items[1].need``) to line, counted from 1."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {"": 1}

    def put(self, path: str, line: int) -> None:
        """Remember the line of a path."""
        self._lines[path] = line

    def of(self, path: str) -> int:
        """Return the line of a path, or of the nearest field around it."""
        while path not in self._lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._lines[path]

    def invalid(self, path: str, detail: Text, remedy: Text | None = None) -> InvalidError:
        """Return the error for a field of this document."""
        return InvalidError(detail, field=path or None, line=self.of(path), remedy=remedy)


def read_document(content: bytes, kind: type[T]) -> tuple[T, Lines]:
    """Read ``content`` (YAML or JSON, UTF-8, at most 1 MiB) as ``kind``; return it with the lines of its fields.

    Raises InvalidError naming line, field and remedy.
    """
    plain, lines = read_plain(content)
    try:
        return msgspec.convert(plain, kind), lines
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem, kind)
        raise lines.invalid(field, detail, remedy) from None


def read_plain(content: bytes) -> tuple[Plain, Lines]:
    """Read ``content`` into plain lists, dictionaries and scalars, with the lines of its fields."""
    if len(content) > LARGEST:
        remedy = Text("核对是否为规则、策略或对照文件，并缩短它", "Check that it is the right file, and shorten it")
        raise InvalidError(Text("文件超过 1 MiB", "The file is larger than 1 MiB"), remedy=remedy)
    try:
        node = yaml.compose(content.decode("utf-8"), Loader=_PlainLoader)
    except UnicodeDecodeError:
        remedy = Text("另存为 UTF-8", "Save it as UTF-8")
        raise InvalidError(Text("文件不是 UTF-8 编码", "The file is not UTF-8"), remedy=remedy) from None
    except RecursionError:
        raise _too_deep(None) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        raise _broken(mark.line + 1 if mark else None) from None
    except (ValueError, OverflowError):  # the parser's own, for an escape or a directive with too large a number
        raise _broken(None) from None
    if node is None:
        remedy = Text("核对是否为所要的文件", "Check that it is the right file")
        raise InvalidError(Text("文件是空的", "The file is empty"), remedy=remedy)
    lines = Lines()
    return _plain(node, "", lines, 0), lines


class _PlainLoader(yaml.SafeLoader):
    """A loader that refuses anchors, aliases and tags where they stand."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it untyped
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            raise InvalidError(
                Text("不支持锚点、别名和标签", "Anchors, aliases and tags are not supported"),
                line=event.start_mark.line + 1,
                remedy=Text("把内容完整写出来", "Write the content out"),
            )
        return super().compose_node(parent, index)


def _plain(node: yaml.Node, path: str, lines: Lines, depth: int) -> Plain:
    line = node.start_mark.line + 1
    lines.put(path, line)
    if depth > DEEPEST:
        raise _too_deep(line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{path}[{n}]", lines, depth + 1) for n, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: str, lines: Lines, depth: int) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise InvalidError(Text("字段名必须是文字", "A field's name must be text"), field=path or None, line=line)
        name = _text(key)
        inner = f"{path}.{name}" if path else name
        if name in found:
            raise InvalidError(
                Text("字段重复", "The field stands twice"),
                field=inner,
                line=line,
                remedy=Text("只保留一个", "Keep one of them"),
            )
        found[name] = _plain(value, inner, lines, depth + 1)
        lines.put(inner, line)
    return found


def _scalar(node: yaml.Node) -> Plain:
    text = _text(node)
    if getattr(node, "style", None) is not None:  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _text(node: yaml.Node) -> str:
    # JSON writes a character beyond U+FFFF as two escapes, which YAML leaves two halves.
    try:
        return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise _broken(node.start_mark.line + 1) from None


def _broken(line: int | None) -> InvalidError:
    return InvalidError(
        Text("文件的格式有误", "The file's syntax is broken"),
        line=line,
        remedy=Text("检查缩进、冒号和引号", "Check indentation, colons and quotes"),
    )


def _too_deep(line: int | None) -> InvalidError:
    return InvalidError(
        Text(f"嵌套超过 {DEEPEST} 层", f"It is nested more than {DEEPEST} levels deep"),
        line=line,
        remedy=Text("减少嵌套层数", "Use fewer levels"),
    )


_STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\[[^\]]*\]")
_PATH = re.compile(r" - at (?:`key` in )?`\$(?P<path>(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\]|\[\.\.\.\])*)`\Z")
_TYPES = {
    "str": Text("文字", "text"),
    "int": Text("整数", "a whole number"),
    "float": Text("数字", "a number"),
    "bool": Text("true 或 false", "true or false"),
    "array": Text("列表", "a list"),
    "object": Text("一组字段", "a group of fields"),
    "null": Text("空", "nothing"),
    "datetime": Text("日期时间（RFC 3339）", "a date and time (RFC 3339)"),
    "date": Text("日期（年-月-日）", "a date (YYYY-MM-DD)"),
    "bytes": Text("Base64 文字", "Base64 text"),
}


_FORMS = {
    "^[a-z0-9][a-z0-9-]{0,63}$": Text(
        "以小写字母、数字和连字符组成，不超过 64 个", "Write it in lower-case letters, digits and hyphens, 64 at most"
    ),
    "^[0-9a-z]{26}$": Text("填写收集时返回的 26 位编号", "Give the id of 26 characters that collecting answered with"),
}
"""The forms of ids, as their types' patterns write them, in words."""


def explain(problem: msgspec.ValidationError, kind: Any = None) -> tuple[str, Text, Text]:
    """Turn msgspec's message into (field path, what is wrong, remedy), never repeating a value.

    ``kind`` is the type that was read: by it the remedy lists the values that a field may have.
    """
    # The path is what stands last; anything like it before that may have been written by whoever wrote the value.
    message, field = str(problem), ""
    if found := _PATH.search(message):
        message, field = message[: found.start()], found["path"].removeprefix(".")
    if found := re.match(r"Object missing required field `([^`]*)`", message):
        field = f"{field}.{found[1]}".removeprefix(".")
        return field, Text("缺少该字段", "The field is missing"), Text("补上该字段", "Add the field")
    if message.startswith("Object contains unknown field `"):
        named = re.fullmatch(r"Object contains unknown field `([A-Za-z_][A-Za-z0-9_-]{0,59})`", message)
        field = f"{field}.{named[1]}".removeprefix(".") if named else field
        remedy = Text("删除它或改正拼写", "Remove it or correct its spelling")
        return field, Text("没有这个字段", "There is no such field"), remedy
    if found := re.match(r"Expected `([^`]*)`, got `([^`]*)`", message):
        expected, got = _type_words(found[1]), _type_words(found[2])
        return field, Text(f"此处是{got.zh}", f"This is {got.en}"), Text(f"请填写{expected.zh}", f"Give {expected.en}")
    if "Invalid enum value" in message:
        return field, Text("不是允许的取值", "The value is not one of those allowed"), _one_of(kind, field)
    return field, Text("内容不符合要求", "The content does not fit"), _fit(message)


def _one_of(kind: Any, field: str) -> Text:
    allowed = sorted({str(value) for value in _allowed(_described(kind), _STEP.findall(field))}) if kind else []
    if not allowed:
        return Text("请使用文档列出的取值", "Use one of the values that the documentation lists")
    listed = ", ".join(allowed)
    return Text(f"可用：{listed}", f"Use one of: {listed}")


@cache
def _described(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def _allowed(found: inspect.Type, steps: list[str]) -> Iterator[str | int | None]:
    """Yield the values that stand where the steps lead within a type."""
    match found:
        case inspect.LiteralType(values=values) if not steps:
            yield from values
        case inspect.Metadata(type=inner):
            yield from _allowed(inner, steps)
        case inspect.UnionType(types=types):
            yield from (value for each in types for value in _allowed(each, steps))
        case _ if steps:
            yield from (value for each in _inside(found, steps[0]) for value in _allowed(each, steps[1:]))


def _inside(found: inspect.Type, step: str) -> Iterator[inspect.Type]:
    match found:
        case inspect.StructType(fields=fields):
            yield from (each.type for each in fields if each.encode_name == step)
        case inspect.CollectionType(item_type=inner) | inspect.DictType(value_type=inner):
            yield inner


def _type_words(names: str) -> Text:
    words = [_TYPES.get(name.strip(), Text(name.strip(), name.strip())) for name in names.split("|")]
    return Text("或".join(word.zh for word in words), " or ".join(word.en for word in words))


def _fit(message: str) -> Text:
    if found := re.match(r"Expected `(?:str|array|object|bytes)` (?:of|with) length (<=|>=) (\d+)", message):
        limit = "不超过" if found[1] == "<=" else "不少于"
        return Text(f"长度应{limit} {found[2]}", f"Its length must be {found[1]} {found[2]}")
    if found := re.match(r"Expected `(?:int|float)` (<=|>=|<|>) (-?\d+)", message):
        return Text(f"数值应 {found[1]} {found[2]}", f"It must be {found[1]} {found[2]}")
    for pattern, words in _FORMS.items():
        if pattern in message:
            return words
    if "datetime" in message:
        return Text("写出日期、时间和时差，例如 2026-01-01T00:00:00+08:00", "Give it like 2026-01-01T00:00:00+08:00")
    return Text("请按文档规定的格式填写", "Write it in the form that the documentation gives")
