"""Checks an ID token (OpenID Connect Core 1.0, 3.1.3.7): who signed it, for whom, and when.

Of the algorithms four count, all with public keys. ``none`` and those with a shared secret do not, so that no public
key serves as one. A key comes from the provider's set alone, never from the token's header.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

import msgspec
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

LEEWAY, AGED = timedelta(seconds=60), timedelta(minutes=10)
"""How far clocks may differ; how long ago a token may have been made: it is handed over at once."""
WEAKEST_RSA_BITS = 2048
_NAMED_ED25519 = "Ed25519"
_KINDS: Mapping[str, tuple[type[RSAKey | ECKey | OKPKey], str, str | None]] = {
    "RS256": (RSAKey, "RSA", None), "PS256": (RSAKey, "RSA", None), "ES256": (ECKey, "EC", "P-256"),
    _NAMED_ED25519: (OKPKey, "OKP", "Ed25519"),
}  # fmt: skip
"""By algorithm: the kind of key, its name and its curve in a JWK."""
_ED25519 = frozenset({"EdDSA", _NAMED_ED25519})
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=2**40)]

Key = Mapping[str, Any]
"""A JWK (RFC 7517)."""
Keys = Callable[[bool], Sequence[Key]]
"""The provider's keys: as they are known, or (True) asked for anew."""


class UnvouchedError(Exception):
    """The token vouches for nobody. It says why, and nothing of the token."""


class UnknownKeyError(UnvouchedError):
    """No key of the provider's is the one that the token names."""


class Wanted(NamedTuple):
    """What a token has to say: who vouches, to which client; and what time it is."""

    issuer: str
    client: str
    now: datetime


class _Registry(JWSRegistry):
    """Knows four algorithms, whatever a header asks for; EdDSA is Ed25519."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        """Return the algorithm; UnsupportedAlgorithmError for any other."""
        return self.algorithms[_algorithm(name)]


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    aud: str | tuple[str, ...]
    exp: _Seconds
    iat: _Seconds
    azp: str | None = None
    nbf: _Seconds = 0


_REGISTRY = _Registry(strict_check_header=False)


def check(token: str, keys: Keys, wanted: Wanted) -> dict[str, Any]:
    """Return the claims of a token; UnvouchedError where anything of it is not as it has to be.

    Where the provider's keys are not the ones known, they are asked for once more.
    """
    try:
        payload = _payload(token, keys)
        claims = msgspec.json.decode(payload, type=dict[str, Any])
        told = msgspec.convert(claims, _Claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UnvouchedError("no signed token") from None
    _check_claims(told, wanted)
    return claims


def _payload(token: str, keys: Keys) -> bytes:
    """Return what a key of the provider's signed."""
    signed = jws.extract_compact(token.encode(), registry=_REGISTRY)
    header = signed.headers()
    try:
        fitting = _fitting(header, keys(False))
    except UnknownKeyError:
        fitting = _fitting(header, keys(True))
    # Invariant: nothing of a token is believed before its signature is checked.
    if not any(jws.validate_compact(signed, key, registry=_REGISTRY) for key in fitting):
        raise UnvouchedError("another signature")
    return signed.payload


def _fitting(header: Mapping[str, Any], keys: Sequence[Key]) -> list[RSAKey | ECKey | OKPKey]:
    """Return the keys that the header may mean; UnknownKeyError where there is none, or where it leaves a choice."""
    algorithm, named = _algorithm(header["alg"]), header.get("kid")
    fitting = [each for each in keys if _fits(each, algorithm) and named in (None, each.get("kid"))]
    if not fitting or (named is None and len(fitting) > 1):
        raise UnknownKeyError("no such key")
    found = [_KINDS[algorithm][0].import_key({**each}) for each in fitting]
    if any(isinstance(each, RSAKey) and each.raw_value.key_size < WEAKEST_RSA_BITS for each in found):
        raise UnvouchedError("a weak key")
    return found


def _fits(key: Key, algorithm: str) -> bool:
    """Tell whether a key is for checking signatures by an algorithm."""
    _, kind, curve = _KINDS[algorithm]
    names = _ED25519 if algorithm == _NAMED_ED25519 else {algorithm}
    return (
        key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and "verify" in key.get("key_ops", ("verify",))
        and (curve is None or key.get("crv") == curve)
        and key.get("alg", algorithm) in names
    )


def _algorithm(name: object) -> str:
    found = _NAMED_ED25519 if name in _ED25519 else name
    if not isinstance(found, str) or found not in _KINDS:
        raise UnsupportedAlgorithmError
    return found


def _check_claims(told: _Claims, wanted: Wanted) -> None:
    audiences, now = (told.aud,) if isinstance(told.aud, str) else told.aud, wanted.now.timestamp()
    late, aged = LEEWAY.total_seconds(), AGED.total_seconds()
    if told.iss != wanted.issuer:
        raise UnvouchedError("another issuer")
    if wanted.client not in audiences or told.azp not in (None, wanted.client):
        raise UnvouchedError("another audience")
    if len(set(audiences)) > 1 and told.azp is None:
        raise UnvouchedError("several audiences and no authorized party")
    if not now - late < told.exp or not now - aged <= told.iat <= now + late or told.nbf > now + late:
        raise UnvouchedError("not of this time")
