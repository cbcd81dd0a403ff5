"""ID tokens: the provider's own signature, for this client, now; hostile ones vouch for nobody."""

from __future__ import annotations

import base64
import hmac
import json
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from shouze.web.id_tokens import UnknownKeyError, UnvouchedError, Wanted, check

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
ISSUER, CLIENT = "https://accounts.example", "portal"
WANTED = Wanted(ISSUER, CLIENT, NOW)
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "other"}, private=True)
EC, ED = ECKey.generate_key("P-256", {"kid": "ec"}), OKPKey.generate_key("Ed25519", {"kid": "ed"})
PUBLISHED = [each.as_dict(private=False) for each in (RSA, EC, ED)]
SAID = {
    "no signed token", "another signature", "no such key", "a weak key", "another issuer", "another audience",
    "several audiences and no authorized party", "not of this time",
}  # fmt: skip
KEYS: dict[str, Any] = {"RS256": RSA, "PS256": RSA, "ES256": EC, "EdDSA": ED, "Ed25519": ED}


def seconds(**later: float) -> int:
    return int((NOW + timedelta(**later)).timestamp())


def claims(**changed: Any) -> dict[str, Any]:
    told = {"iss": ISSUER, "sub": "u-1", "aud": CLIENT, "exp": seconds(minutes=5), "iat": seconds(), "nonce": "n"}
    return {name: value for name, value in {**told, **changed}.items() if value is not None}


def signed(alg: str = "RS256", key: Any = None, head: dict[str, Any] | None = None, **changed: Any) -> str:
    made: Any = key or KEYS[alg]
    header = {"alg": alg, "kid": made.kid, **(head or {})}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of algorithms that a token shall not use
        text: str = jws.serialize_compact(
            {name: each for name, each in header.items() if each is not None}, json.dumps(claims(**changed)), made,
            registry=jws.JWSRegistry(algorithms=[alg], strict_check_header=False),
        )  # fmt: skip
    return text


def known(_anew: bool) -> Sequence[dict[str, Any]]:
    return PUBLISHED


def refused(token: str, keys: Callable[[bool], Sequence[dict[str, Any]]] = known) -> str:
    with pytest.raises(UnvouchedError) as problem:
        check(token, keys, WANTED)
    assert str(problem.value) in SAID, "it says why, and nothing of the token"
    return str(problem.value)


def encoded(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize("alg", KEYS)
def test_a_token_that_the_provider_signed_is_believed(alg: str) -> None:
    assert check(signed(alg), known, WANTED) == claims()


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None, 1])
def test_one_that_nobody_signed_is_not(alg: Any) -> None:
    refused(f"{encoded({'alg': alg, 'kid': 'rsa'})}.{encoded(claims())}.")
    head, body, signature = signed().split(".")
    refused(f"{encoded({'alg': alg, 'kid': 'rsa'})}.{body}.{signature}")
    refused(f"{head}.{body}.")


@pytest.mark.parametrize("size", [256, 384, 512])
def test_a_public_key_is_nobodys_secret(size: int) -> None:
    for public in (RSA.as_pem(private=False), RSA.as_der(private=False), json.dumps(PUBLISHED[0]).encode()):
        told = f"{encoded({'alg': f'HS{size}', 'kid': 'rsa'})}.{encoded(claims())}"
        mac = base64.urlsafe_b64encode(hmac.digest(public, told.encode(), f"sha{size}")).decode().rstrip("=")
        oct_key = {"kty": "oct", "kid": "rsa", "k": base64.urlsafe_b64encode(public).decode().rstrip("=")}
        refused(f"{told}.{mac}")
        refused(f"{told}.{mac}", lambda _: [oct_key, *PUBLISHED])  # noqa: B023 - it is called here


@pytest.mark.parametrize("alg", ["RS384", "RS512", "PS512"])
def test_other_algorithms_are_not_taken_even_of_its_own_keys(alg: str) -> None:
    refused(signed(alg, RSA))


def test_another_key_under_a_known_name_or_a_name_that_nobody_knows_is_refused() -> None:
    refused(signed(key=OTHER, head={"kid": "rsa"}))
    with pytest.raises(UnknownKeyError):
        check(signed(key=OTHER), known, WANTED)
    refused(signed(head={"kid": "ec"}))


def test_a_key_that_the_token_brings_along_or_points_to_is_passed_over() -> None:
    public = OTHER.as_dict(private=False)
    for brought in ({"jwk": public}, {"jku": "https://thief.example/keys"}, {"x5u": "https://thief.example/x"}):
        refused(signed(key=OTHER, head={"kid": "rsa", **brought}))


def test_what_is_critical_and_not_understood_is_refused() -> None:
    def by_hand(head: dict[str, Any]) -> str:
        told = f"{encoded({'alg': 'RS256', 'kid': 'rsa', **head})}.{encoded(claims())}"
        private: Any = RSA.private_key
        seal = private.sign(told.encode(), PKCS1v15(), SHA256())
        return f"{told}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"

    assert check(by_hand({"x": 1}), known, WANTED)["sub"] == "u-1"
    refused(by_hand({"crit": ["x"], "x": 1}))
    refused(by_hand({"crit": 7}))


def test_without_a_name_the_only_key_that_fits_counts() -> None:
    token = signed(head={"kid": None})
    assert check(token, known, WANTED)["sub"] == "u-1"
    refused(token, lambda _: [*PUBLISHED, OTHER.as_dict(private=False)])


@pytest.mark.parametrize("also", [{"use": "enc"}, {"alg": "RS512"}, {"key_ops": ["encrypt"]}, {"alg": "PS256"}])
def test_a_key_for_something_else_checks_no_signature(also: dict[str, Any]) -> None:
    refused(signed(), lambda _: [{**PUBLISHED[0], **also}])


def test_a_weak_key_checks_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weak = RSAKey.generate_key(1024, {"kid": "weak"}, private=True)
        assert refused(signed(key=weak), lambda _: [weak.as_dict(private=False)]) == "a weak key"


def test_a_key_that_is_new_is_asked_for_once() -> None:
    asked = list[bool]()

    def rotated(anew: bool) -> Sequence[dict[str, Any]]:
        asked.append(anew)
        return [OTHER.as_dict(private=False)] if anew else PUBLISHED

    assert check(signed(key=OTHER), rotated, WANTED)["sub"] == "u-1"
    assert asked == [False, True]
    asked.clear()
    refused(signed(key=RSAKey.generate_key(2048, {"kid": "third"}, private=True)), rotated)
    assert asked == [False, True], "asked anew once, not for ever"
    asked.clear()
    check(signed(), rotated, WANTED)
    refused(signed(key=OTHER, head={"kid": "rsa"}), rotated)
    assert asked == [False, False]


@pytest.mark.parametrize(
    "changed",
    [{"iss": "https://other.example"}, {"iss": f"{ISSUER}/"}, {"iss": None}, {"aud": "desk"}, {"aud": None},
     {"aud": []}, {"aud": ["desk", "x"]}, {"aud": [CLIENT, "desk"]}, {"aud": [CLIENT, "desk"], "azp": "desk"},
     {"azp": "desk"}, {"exp": seconds(minutes=-2)}, {"exp": None}, {"exp": "9999999999"}, {"exp": True},
     {"iat": seconds(minutes=-11)}, {"iat": seconds(minutes=2)}, {"iat": None}, {"nbf": seconds(minutes=2)},
     {"sub": None}, {"sub": ""}, {"sub": 7}],
    ids=str,
)  # fmt: skip
def test_a_token_for_others_or_of_another_time_vouches_for_nobody(changed: dict[str, Any]) -> None:
    refused(signed(**changed))


@pytest.mark.parametrize(
    "changed", [{"aud": [CLIENT]}, {"azp": CLIENT}, {"aud": [CLIENT, "desk"], "azp": CLIENT}, {"iat": seconds() + 0.5}]
)
def test_other_ways_to_say_the_same_are_understood(changed: dict[str, Any]) -> None:
    assert check(signed(**changed), known, WANTED)["sub"] == "u-1"


@settings(max_examples=40)
@given(st.data())
def test_a_token_of_which_anything_is_changed_is_refused(data: st.DataObject) -> None:
    token = signed("EdDSA")
    place = data.draw(st.integers(0, len(token) - 2))  # the last letter has bits that mean nothing
    other = data.draw(st.sampled_from("ABCxyz019-_.=~").filter(lambda each: each != token[place]))
    changed = token[:place] + other + token[place + 1 :]
    if changed[: changed.rfind(".")] != token[: token.rfind(".")] or place < len(token) - 2:
        refused(changed)


@settings(max_examples=40)
@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_what_is_no_token_is_refused(text: str) -> None:
    refused(text)
    refused(f"{encoded({'alg': 'RS256', 'kid': 'rsa'})}.{text}.{text}")
