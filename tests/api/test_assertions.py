"""Assertions: only the issuer's own, of one algorithm, in time, about this body."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.api.assertions import read_assertion
from shouze.client.asserted import digest_of
from shouze.errors import UnauthenticatedError
from shouze.rules.entries import Issuer
from tests.api.gate import b64, digest, jws, signing_key

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
KEY = signing_key("desk-1")
BODY = b'{"a":1}'
RAW = KEY.public_key().public_bytes_raw()
DESK = Issuer(id="desk-1", face="desk", public_key=base64.b64encode(RAW).decode())
PORTAL = Issuer(id="desk-1", face="portal", public_key=DESK.public_key)
CLAIMS: dict[str, Any] = {
    "iss": "desk-1", "aud": "shouze", "sub": "S-1", "kind": "staff", "post": "customer-service", "sid": "s",
    "iat": SECONDS, "exp": SECONDS + 120, "jti": "0123456789abcdef", "bd": digest(BODY),
}  # fmt: skip
HEADERS = {"alg": "EdDSA", "kid": "desk-1"}


def sign(headers: dict[str, Any] | None = None, **claims: Any) -> str:
    said = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jws({**HEADERS, **(headers or {})}, said, KEY)


def refused(text: str, issuer: Issuer = DESK, body: bytes = BODY, now: datetime = NOW) -> None:
    with pytest.raises(UnauthenticatedError) as raised:
        read_assertion(text, issuer, body, now)
    assert raised.value.field is None
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519"])
def test_both_names_of_the_one_algorithm_are_read(alg: str) -> None:
    claims = read_assertion(sign({"alg": alg}), DESK, BODY, NOW)
    assert (claims.sub, claims.post, claims.sid) == ("S-1", "customer-service", "s")


def test_the_claim_about_the_body_is_its_digest() -> None:
    assert digest_of(BODY) == digest(BODY)


@pytest.mark.parametrize(
    "alg", ["none", "None", "HS256", "HS512", "RS256", "ES256", "Ed448", "eddsa", "", None, 1, ["EdDSA"]]
)
def test_no_other_algorithm_is_read(alg: Any) -> None:
    refused(sign({"alg": alg}))


@pytest.mark.parametrize("secret", [RAW, base64.b64encode(RAW), DESK.public_key.encode(), b""])
def test_a_mac_under_the_public_key_is_refused(secret: bytes) -> None:
    for alg in ("HS256", "EdDSA"):
        signed = f"{b64(json.dumps({**HEADERS, 'alg': alg}).encode())}.{b64(json.dumps(CLAIMS).encode())}"
        refused(f"{signed}.{b64(hmac.digest(secret, signed.encode(), 'sha256'))}")


@pytest.mark.parametrize(
    "headers",
    [
        {"kid": "desk-2"}, {"kid": None}, {"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": b64(signing_key("thief").public_key().public_bytes_raw())}},
        {"jku": "http://localhost/"}, {"x5u": "http://localhost/"}, {"cty": "JWT"},
    ],
)  # fmt: skip
def test_no_other_header_is_read(headers: dict[str, Any]) -> None:
    refused(sign(headers))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "desk-2"}, {"aud": "other"}, {"aud": ["shouze"]}, {"aud": None}, {"sub": ""}, {"sub": None},
        {"kind": "service"}, {"kind": "subject"}, {"kind": "face"}, {"iat": None}, {"exp": None},
        {"exp": SECONDS + 121}, {"exp": SECONDS}, {"iat": SECONDS - 200, "exp": SECONDS - 100},
        {"iat": SECONDS + 60, "exp": SECONDS + 120}, {"iat": "now"}, {"iat": -1}, {"exp": 10**20}, {"exp": 1e30},
        {"jti": None}, {"jti": "short"}, {"jti": "0123456789abcdef\x00"}, {"jti": "0" * 129}, {"bd": digest(b"{}")},
        {"bd": ""}, {"bd": None}, {"admin": True}, {"nbf": 0}, {"sid": None}, {"post": "x" * 129},
    ],
)  # fmt: skip
def test_no_other_claim_is_believed(claims: dict[str, Any]) -> None:
    refused(sign(**claims))


def test_a_portal_speaks_for_subjects_alone() -> None:
    refused(sign(), PORTAL)
    assert read_assertion(sign(kind="subject", post=None), PORTAL, BODY, NOW).kind == "subject"


def test_another_body_is_refused() -> None:
    refused(sign(), body=BODY + b" ")


def test_another_key_is_refused() -> None:
    refused(jws(HEADERS, CLAIMS, signing_key("thief")))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "...", "a.b.c", "e30.e30.", "=.=.=", "{}", "\n", sign() + "A", sign() + "="]
)
def test_what_is_no_compact_jws_is_refused(text: str) -> None:
    refused(text)


def test_deep_and_large_payloads_are_refused() -> None:
    for payload in (b"[" * 100_000, b'{"iss":' + b"[" * 3000, b" " * 5000 + json.dumps(CLAIMS).encode()):
        signed = f"{b64(json.dumps(HEADERS).encode())}.{b64(payload)}"
        refused(f"{signed}.{b64(KEY.sign(signed.encode()))}")


@given(st.data())
def test_no_changed_letter_is_believed(data: st.DataObject) -> None:
    text = sign()
    place = data.draw(st.integers(0, len(text) - 2))
    letter = data.draw(st.sampled_from("ABCDEFabcdef0123456789-_."))
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        refused(changed)


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=200))
def test_no_text_makes_it_stumble(text: str) -> None:
    refused(text)
