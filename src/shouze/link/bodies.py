"""What the bodies of dispatches are made of: the types of their members, and what all bodies share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shouze.rules.declaration import Name
from shouze.rules.entries import Id

Side = Literal["operator", "authority", "association"]
Line = Annotated[str, Meta(min_length=1, max_length=500)]
Short = Annotated[str, Meta(max_length=500)]
Long = Annotated[str, Meta(max_length=20_000)]
Moment = Annotated[datetime, Meta(tz=True)]
Party = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9./:-]{0,127}$(?!\n)")]
"""A party's name: the origin of its log."""
Names = tuple[Name, ...]
"""Services, purposes, items, as the operator declared them."""
Ids = tuple[Id, ...]
"""Agents."""
OrderNumber = Id
"""A document's number, such as 浙通管责停〔2026〕1号; the door names a suspension by it."""
Count = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Year = Annotated[int, Meta(ge=2013, le=9999)]
Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$(?!\n)")]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all bodies share."""
