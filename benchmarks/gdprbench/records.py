"""The record of GDPRbench: a key, nine metadata fields of short tokens, a value of 100 bytes.

Metadata are chosen by the record's number modulo the field's cardinality, as in the published workload; the key is
``key`` and the number.
"""

from __future__ import annotations

from typing import NamedTuple

VALUE_BYTES = 100
USERS = 10_000
"""The published number of users; records of a user are its number and that plus multiples of this."""
TTL = ("30", "10000", "12000", "14000", "16000", "18000", "20000", "22000", "24000", "1000000")
"""Seconds that a record lives, as published; here a second stands for a day, which a declaration can say."""
TOKENS = {"pur": 25, "obj": 100, "dec": 2, "acl": 10, "shr": 10, "src": 10, "cat": 10}
"""Cardinality of the fields whose values are their name and a number."""
_SPELLED = {"pur": "purpose"}


class Row(NamedTuple):
    """One record without its key."""

    pur: str
    ttl: str
    usr: str
    obj: str
    dec: str
    acl: str
    shr: str
    src: str
    cat: str
    data: str


METADATA = Row._fields[:-1]


def token(field: str, number: int, users: int = USERS) -> str:
    """Return the value that a metadata field of the record with this number has."""
    if field == "ttl":
        return TTL[number % len(TTL)]
    if field == "usr":
        return f"user{number % users}"
    return f"{_SPELLED.get(field, field)}{number % TOKENS[field]}"


def row_of(number: int, users: int = USERS) -> Row:
    """Return the record as it is created."""
    return Row._make([*(token(field, number, users) for field in METADATA), value_of(number)])


def value_of(number: int, version: int = 0) -> str:
    """Return 100 characters that follow from the record's number and version."""
    seed = f"{number}.{version}."
    return (seed * (VALUE_BYTES // len(seed) + 1))[:VALUE_BYTES]


def key_of(number: int) -> str:
    """Return the record's key."""
    return f"key{number}"
