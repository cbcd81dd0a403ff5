"""An assertion is taken from the owner of one key alone, and for its own short time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws

from shouze.client.asserted import LEEWAY, LONGEST, Claims, read_signed
from shouze.client.ed25519 import ALGORITHM, signing_key

NOW = datetime(2026, 10, 1, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
CLAIMS = msgspec.json.Decoder(Claims)


def claims(lasts: timedelta = LONGEST) -> Claims:
    issued = int(NOW.timestamp())
    return Claims(iss="portal", iat=issued, exp=issued + int(lasts.total_seconds()), jti="n" * 16)


def signed(said: object, key: Ed25519PrivateKey = KEY) -> str:
    text: str = jws.serialize_compact(
        {"alg": ALGORITHM, "kid": "portal"}, msgspec.json.encode(said), signing_key(key), algorithms=[ALGORITHM]
    )
    return text


def test_what_the_owner_of_the_key_signed_is_read_with_its_header() -> None:
    assert read_signed(signed(claims()), PUBLIC, CLAIMS) == (claims(), {"alg": ALGORITHM, "kid": "portal"})


@pytest.mark.parametrize(
    "text",
    [
        signed(claims(), Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")),
        signed({**msgspec.structs.asdict(claims()), "more": 1}),
        signed({"iss": "portal"}),
        "",
        "no.assertion.at-all",
    ],
)
def test_what_another_signed_or_says_other_things_is_not_read(text: str) -> None:
    assert read_signed(text, PUBLIC, CLAIMS) is None


def test_it_holds_from_half_a_minute_before_its_time_to_half_a_minute_after() -> None:
    said, end = claims(), NOW + LONGEST + LEEWAY
    assert said.over == end
    moments = (NOW - LEEWAY - timedelta(seconds=1), NOW - LEEWAY, end - timedelta(seconds=1), end)
    assert [said.holds(at) for at in moments] == [False, True, True, False]


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(seconds=-1), LONGEST + timedelta(seconds=1)])
def test_one_made_for_no_time_or_for_too_long_never_holds(lasts: timedelta) -> None:
    assert not claims(lasts).holds(NOW)
