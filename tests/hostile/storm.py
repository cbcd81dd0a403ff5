"""Makes broken requests from sound ones, the same in every run."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shouze.api.app import OPERATIONS
from shouze.api.examples import EXAMPLES
from tests.api.gate import TOKENS, Gate
from tests.installation import OTHER, PERSON

ODD: tuple[Any, ...] = (
    "",
    "\x00",
    "a\x00b",
    "\n",
    "mobile\n",
    "\u202e\u202dgnp.exe",
    "\u200b",
    "\ufeff",
    "👩‍👩‍👧‍👦",
    "é" * 300,
    "甲" * 5000,
    "a" * 20_000,
    "' OR '1'='1",
    "'; DROP TABLE subject; --",
    "${jndi:ldap://localhost/a}",
    "{{7*7}}",
    "%s%n%x",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "\ud800",
    "\udfff\ud800",
    "\uffff",
    "ﬀ",
    "İ",
    "１３８",
    "true",
    "null",
    "-0",
    "1e309",
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    2**64,
    10**400,
    -(10**30),
    1.5,
    1e308,
    [],
    {},
    [[]],
    [None],
    {"": ""},
    [{"a": [{"b": {}}]}],
    {"id": None},
    {"id": "a" * 26, "identifiers": {"phone": "1"}},
    ["name"] * 200,
    PERSON["phone"],
    OTHER["name"],
    PERSON["id-number"],
    OTHER["address"],
    {"phone": PERSON["phone"]},
    {"identifiers": {"phone": PERSON["phone"]}},
    {"identifiers": {"id-number": OTHER["id-number"], "phone": PERSON["phone"]}},
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2037-01-01T00:00:00",
    "2037-13-01T00:00:00Z",
    "P1D",
)
KEYS = (
    "",
    "\x00",
    "__proto__",
    "constructor",
    "a" * 5000,
    "服务",
    "service ",
    "$ref",
    "\ud800",
    "extra",
    PERSON["phone"],
)
BYTES = (
    b"",
    b"{",
    b"}",
    b"null",
    b"[]",
    b'""',
    b"0",
    b"\xff",
    b"\x00",
    b"\xef\xbb\xbf{}",
    b"\xfe\xff\x00{\x00}",
    b"[" * 20_000,
    b'{"a":' * 5000,
    b'{"a":' * 3000 + b"1" + b"}" * 3000,
    b"{" + b" " * 20_000 + b"}",
    b"1" * 20_000,
    b'{"a":1e999}',
    b'{"service":NaN}',
    b'{"service":"\xed\xa0\x80"}',
    b'{"service":"\\ud83d"}',
    b'{"service":"mobile"}{}',
    b" " * 40_000,
    b"--- !!python/object/apply:os.system ['true']",
    b"a: &a [*a]",
    b"a: *b",
    b"? [a]\n: b",
    b"%YAML 9.9\n---\na",
    b"\t- a",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    b"a=1&b=2",
)
MEDIA = (
    "",
    "application/json",
    "application/json; charset=utf-16",
    "application/json;charset=UTF-8",
    "text/plain",
    "json",
    "application/yaml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json, a/b",
    "application/json\x00",
    "*/*",
    "x" * 2000,
)
ABUSE: tuple[tuple[str, str], ...] = (
    ("content-length", "-1"),
    ("content-length", "99999999999999999999"),
    ("content-length", "1e3"),
    ("content-length", " "),
    ("content-length", "0"),
    ("transfer-encoding", "gzip, chunked"),
    ("content-encoding", "gzip"),
    ("host", "a b"),
    ("host", ""),
    ("x-forwarded-for", "1.2.3.4"),
    ("x-http-method-override", "DELETE"),
    ("x-request-id", "x" * 5000),
    ("x-request-id", PERSON["phone"]),
    ("accept-language", ";q=;q=,,,en;q=NaN"),
    ("accept-language", "zh;q=1e400," * 300),
    ("accept-language", "\xff\xfe"),
    ("accept", "text/html"),
    ("cookie", "a=b; " * 500),
    ("range", "bytes=0-1"),
    ("idempotency-key", ""),
    ("idempotency-key", "a b"),
    ("idempotency-key", "k" * 300),
    ("idempotency-key", "\xe9"),
    ("idempotency-key", "same"),
    ("authorization", "Bearer"),
    ("authorization", "Bearer \x00"),
    ("authorization", "Basic YTpi"),
    ("authorization", "bearer szt__" + "A" * 43),
    ("authorization", "Bearer szt_crm-1_" + "A" * 43),
    ("authorization", "\xff"),
    ("authorization", f"Bearer {TOKENS['crm'][0]},{TOKENS['crm'][0]}"),
    ("authorization", "Bearer " + "s" * 10_000),
    ("authorization", f"Bearer {TOKENS['expired'][0]}"),
    ("authorization", f"Bearer {TOKENS['revoked'][0]}"),
    ("authorization", f"Bearer {TOKENS['desk'][0]}"),
    ("shouze-assertion", "e30.e30."),
    ("shouze-assertion", "." * 5000),
    ("shouze-assertion", "eyJhbGciOiJub25lIn0.e30."),
    ("shouze-assertion", "\xff"),
    ("shouze-assertion", "a" * 200_000),
)
PATHS = (
    "/v1/%00",
    "/v1/../v1/policy",
    "/v1//release",
    "/v1/release/",
    "/V1/RELEASE",
    "/v1/release?x=" + "a" * 5000,
    "/v1/%ff%fe",
    "/v1/tokens/%00",
    "/v1/tokens/%2e%2e",
    "/v1/tokens/" + "a" * 3000,
    "/v1/tokens/' OR 1=1",
    "/v1/tokens/%F0%9F%98%80",
    "/v1/tokens/a%0d%0aset-cookie:a",
    "/.env",
    "/v1/errors/..",
    "/" + "a/" * 500,
    f"/v1/{PERSON['phone']}",
    "/openapi.json/x",
    "*",
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW")
CALLERS: tuple[str | None, ...] = (
    "crm",
    "clerk",
    "agent",
    "officer",
    "administrator",
    "nobody",
    "desk",
    "portal",
    None,
)


@dataclass
class Sent:
    """A request about to be sent."""

    method: str
    path: str
    body: Any
    caller: str | None
    headers: list[tuple[str, str]] = field(default_factory=list)
    raw: bytes | None = None

    def content(self) -> bytes:
        """Return the body's bytes; lone surrogates go as JSON's escapes."""
        if self.raw is not None:
            return self.raw
        return b"" if self.body is None else json.dumps(self.body).encode()


class Storm:
    """An endless supply of broken requests."""

    def __init__(self, gate: Gate, seed: int) -> None:
        self._chance = random.Random(seed)
        self._subjects = [gate.subject, gate.other, "a" * 26]
        self._ways: tuple[Callable[[Sent], None], ...] = (
            self._odd_value,
            self._odd_value,
            self._odd_value,
            self._odd_key,
            self._no_key,
            self._bytes,
            self._cut,
            self._flipped,
            self._twice,
            self._media,
            self._abuse,
            self._abuse,
            self._path,
            self._method,
        )

    def next(self) -> Sent:
        """Return a sound request with one to three things wrong."""
        operation = self._chance.choice(OPERATIONS)
        body = copy.deepcopy(EXAMPLES.get(operation.id))
        sent = Sent(operation.method, operation.path.replace("{id}", "none"), body, self._chance.choice(CALLERS))
        if isinstance(body, dict) and "subject" in body and operation.id != "evaluate":
            body["subject"] = {"id": self._chance.choice(self._subjects)}
        for _ in range(self._chance.choice((1, 1, 1, 2, 3))):
            self._chance.choice(self._ways)(sent)
        return sent

    def _odd_value(self, sent: Sent) -> None:
        places = list(_places(sent.body))
        if places:
            holder, key = self._chance.choice(places)
            holder[key] = copy.deepcopy(self._chance.choice(ODD))

    def _odd_key(self, sent: Sent) -> None:
        groups = _groups(sent.body)
        if groups:
            self._chance.choice(groups)[self._chance.choice(KEYS)] = copy.deepcopy(self._chance.choice(ODD))

    def _no_key(self, sent: Sent) -> None:
        groups = [each for each in _groups(sent.body) if each]
        if groups:
            group = self._chance.choice(groups)
            del group[self._chance.choice(list(group))]

    def _bytes(self, sent: Sent) -> None:
        sent.raw = self._chance.choice(BYTES)

    def _cut(self, sent: Sent) -> None:
        content = sent.content()
        sent.raw = content[: self._chance.randrange(len(content) + 1)]

    def _flipped(self, sent: Sent) -> None:
        content = bytearray(sent.content() or b"{}")
        for _ in range(self._chance.randrange(1, 4)):
            content[self._chance.randrange(len(content))] = self._chance.randrange(256)
        sent.raw = bytes(content)

    def _twice(self, sent: Sent) -> None:
        content = sent.content()
        sent.raw = content[:-1] + b"," + content[1:] if content.startswith(b"{") else content * 2

    def _media(self, sent: Sent) -> None:
        sent.headers.append(("content-type", self._chance.choice(MEDIA)))

    def _abuse(self, sent: Sent) -> None:
        name, value = self._chance.choice(ABUSE)
        sent.headers += [(name, value)] * self._chance.choice((1, 1, 2))

    def _path(self, sent: Sent) -> None:
        sent.path = self._chance.choice(PATHS)

    def _method(self, sent: Sent) -> None:
        sent.method = self._chance.choice(METHODS)


def _places(body: Any) -> list[tuple[Any, Any]]:
    """Return every place in a body where a value stands."""
    found: list[tuple[Any, Any]] = []
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in pairs:
        found += [(body, key), *_places(value)]
    return found


def _groups(body: Any) -> list[dict[str, Any]]:
    """Return every group of fields in a body."""
    inner = [value for holder, key in _places(body) if isinstance(value := holder[key], dict)]
    return [body, *inner] if isinstance(body, dict) else inner
