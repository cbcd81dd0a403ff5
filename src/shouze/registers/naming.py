"""Names that go to the door: what it would refuse later is told where it is written, with what to write instead."""

from __future__ import annotations

import re

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.rules.entries import Id

UNFIT = Text("代号不能这样写", "An id cannot be written like this")
REMEDY = Text(
    "以小写字母或数字开头，其余用小写字母、数字和连字符，至多 64 个，例如 customer-service",
    "Begin with a lower-case letter or digit; go on with those and hyphens, 64 at most: customer-service, for example",
)
UNFIT_NUMBER = Text("工号不能这样写", "A work number cannot be written like this")
REMEDY_NUMBER = Text(
    "用字母、数字和 . : @ # / - 等，不留空格，至多 128 个，例如 S-0001",
    "Use letters, digits and . : @ # / - without spaces, 128 at most: S-0001, for example",
)
REMEDY_SUBJECT = Text("用户编号为 26 位小写字母和数字", "An id has 26 lower-case letters and digits")
_SUBJECT = re.compile(r"[0-9a-z]{26}")


def check_name(text: str, field: str) -> None:
    """InvalidError at ``field`` unless the door takes this as the name of a service, post, account or agent."""
    _check(text, Name, InvalidError(UNFIT, field=field, remedy=REMEDY))


def check_number(text: str, field: str) -> None:
    """InvalidError at ``field`` unless the door takes this as a person's number."""
    _check(text, Id, InvalidError(UNFIT_NUMBER, field=field, remedy=REMEDY_NUMBER))


def is_subject(text: str) -> bool:
    """Tell whether this can be a user's id."""
    return _SUBJECT.fullmatch(text) is not None


def check_subject(text: str, field: str, remedy: Text = REMEDY_SUBJECT) -> None:
    """InvalidError at ``field`` unless this can be a user's id: a name or a telephone number is none."""
    if not is_subject(text):
        raise InvalidError(Text("不是用户编号", "That is no user's id"), field=field, remedy=remedy)


def _check(text: str, wanted: object, problem: InvalidError) -> None:
    try:
        msgspec.convert(text, wanted)
    except msgspec.ValidationError:
        raise problem from None
