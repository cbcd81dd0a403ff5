"""Why a row is rejected or listed, in both languages; none of it says anything of a value."""

from __future__ import annotations

from shouze.language import Text
from shouze.rules.forms import FORMS

_OF_FORMS = {
    f"form:{name}": Text(
        f"不是有效的{form.label.zh}，应为{form.expected.zh}",
        f"not a valid {form.label.en}; expected {form.expected.en}",
    )
    for name, form in FORMS.items()
}

REASONS: dict[str, Text] = {
    "encoding": Text("有不属于该编码的字节", "bytes that are in none of the encodings"),
    "cells": Text("单元格数目与表头不同", "another number of cells than the header's"),
    "unclosed": Text("引号没有闭合，其后若干行未读", "a quotation mark is not closed; lines after it were not read"),
    "cut-off": Text("数字过长，表格软件已丢失位数，应存为文本", "a number too long for the sheet: store it as text"),
    "empty": Text("空，而映射要求填写", "empty, which the map does not allow"),
    "no-identifier": Text("没有可以识别用户的信息项", "no item by which the user could be known"),
    "future": Text("日期在将来", "the date is in the future"),
    "moment": Text("不是日期时间", "not a date and time"),
    "version": Text("不是已公布的版本", "not a published version"),
    "words": Text("超过 128 个字符", "longer than 128 characters"),
    "duplicate": Text("与前面的行是同一用户，内容不同", "the same user as an earlier row, with other content"),
    "repeated": Text("与前面的行完全相同", "an earlier row once more"),
    "conflict": Text(
        "标识已属于另一用户，或指向不同用户", "an identifier of somebody else, or identifiers of several users"
    ),
    "refused": Text("门拒绝了这一行", "the door refused the row"),
    **_OF_FORMS,
}


def words_for(code: str) -> Text:
    """Return the words for a code."""
    return REASONS.get(code, Text(code, code))
