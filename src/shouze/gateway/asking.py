"""What callers ask of the door, and what they get."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from shouze.errors import InvalidError, ShouzeError
from shouze.journal.record import Receipt
from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Standing
from shouze.rules.use import OF_ITEMS, Action, Actor, Place

Value = Annotated[str, msgspec.Meta(min_length=1, max_length=1_500_000)]
Note = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
SubjectId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-z]{26}$(?!\n)")]


class SubjectRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Whom it is about: an id, or identifiers that must all point to the same subject."""

    id: SubjectId | None = None
    identifiers: dict[Name, Value] = {}

    def __post_init__(self) -> None:
        """Refuse a reference that names nobody, or names somebody twice."""
        if (self.id is None) == (not self.identifiers):
            raise InvalidError(
                Text("应给出 id 或 identifiers 其一", "Give either an id or identifiers"),
                field="subject",
                remedy=Text("填写其中一项", "Fill in one of the two"),
            )


class Visitor(msgspec.Struct, frozen=True, gc=False):
    """Who stands at the door, and where."""

    actor: Actor
    place: Place = Place()


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What is asked: one service, one or more purposes, items of one subject.

    Several purposes mean that what is released will be used for all of them: only what every one permits is released.
    ``ticket`` and ``reason`` are free text, kept as personal information.
    """

    service: Name
    subject: SubjectRef | None = None
    purposes: Annotated[tuple[Name, ...], msgspec.Meta(max_length=8)] = ()
    items: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ()
    action: Action = "read"
    recipient: Name | None = None
    approval: Note | None = None
    ticket: Note | None = None
    reason: Note | None = None

    def __post_init__(self) -> None:
        """Refuse a handling of items without a purpose, and anything named twice."""
        if self.action in OF_ITEMS and not self.purposes:
            detail = Text("没有说明目的", "No purpose is named")
            raise InvalidError(detail, field="purposes", remedy=Text("填写已声明的目的", "Name a declared purpose"))
        for field, named in (("purposes", self.purposes), ("items", self.items)):
            if len(set(named)) < len(named):
                detail = Text("重复", "Something is named twice")
                raise InvalidError(detail, field=field, remedy=Text("每项只写一次", "Name each once"))


class ConsentGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A user's consent to one purpose: the version of the rules that was shown, the act, the channel."""

    purpose: Name
    version: Annotated[int, msgspec.Meta(ge=1)]
    items: Annotated[frozenset[Name], msgspec.Meta(min_length=1)]
    act: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    channel: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    recipients: frozenset[Name] = frozenset()


class Released(msgspec.Struct, frozen=True, gc=False):
    """What the door let out: values by item; refusals by item; items permitted of which nothing is held."""

    subject: str
    items: dict[str, str] = msgspec.field(default_factory=dict)
    withheld: dict[str, Refusal] = {}
    not_held: tuple[str, ...] = ()
    versions: dict[str, int] = {}
    receipt: Receipt | None = None
    former: dict[str, tuple[tuple[str, datetime], ...]] = {}
    """To the subject alone: what was corrected, and when, the oldest first."""


class Checked(msgspec.Struct, frozen=True):
    """What the door would do, without opening."""

    permitted: bool
    items: tuple[str, ...] = ()
    withheld: dict[str, Refusal] = {}
    refusal: Refusal | None = None
    receipt: Receipt | None = None


class Done(msgspec.Struct, frozen=True):
    """That a change was made: to which subject, and where it is recorded."""

    subject: str
    receipt: Receipt | None = None
    items: dict[str, int] = {}
    """Versions of the items written."""
    left: Standing | None = None
    """Of a service that was left: the standing at that moment, everything of it with its end."""


Outcome = Done | ShouzeError
"""What became of one of several requests: done, refused, or why it could not be done."""


class Compared(msgspec.Struct, frozen=True):
    """Whether the identifier is the subject's."""

    subject: str
    matches: bool
    receipt: Receipt | None = None
