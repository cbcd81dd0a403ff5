"""Where a portal of its own reaches the office: its key alone, for the one subject that it names (``desk.office``).

A compact JWS (RFC 7515) with Ed25519, as the door takes it from the portal, with an audience of its own: it lasts two
minutes at most, serves once, and holds for one body. The key is the one that the policy in force names; a portal whose
entry is removed there is heard no more, within seconds.

# Invariant: whatever is asked for one subject is answered as to this subject, whom the assertion names.
"""

from __future__ import annotations

import base64
import time
from hmac import compare_digest
from typing import Annotated, Any, Literal

import msgspec
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shouze.client.asserted import Claims, digest_of, read_signed
from shouze.desk.models import Heard
from shouze.desk.office import EVERYBODY, LARGEST, MEDIA, ForAll, Message, Trouble, decode, encode
from shouze.errors import InvalidError, ShouzeError, UnauthenticatedError, UnavailableError
from shouze.language import Text
from shouze.registers.ports import GIVEN

KEPT_SECONDS = 2.0
"""How long the key that the policy names is taken as still named."""
_FACE = "portal"
_HEADER = "shouze-assertion"
_kept: tuple[float, dict[str, str]] = (-KEPT_SECONDS, {})


class Asking(Claims, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the portal says beside: for whom it asks, by which sign-in, and the SHA-256 of the body."""

    aud: Literal["shouze-office"]
    sub: Annotated[str, msgspec.Meta(pattern=r"\A(?:[0-9a-z]{26}|everybody)\Z")]
    kind: Literal["subject"]
    sid: str
    bd: str


_claims = msgspec.json.Decoder(Asking)


@csrf_exempt
@require_POST
def office(request: HttpRequest) -> HttpResponse:
    """Answer one message of the portal."""
    try:
        given = _answer(request)
    except ShouzeError as problem:
        told = Trouble(problem.kind.code, problem.detail, problem.remedy, problem.field)
        return HttpResponse(encode(told), MEDIA, problem.kind.status)
    return HttpResponse(encode(given), MEDIA)


def _answer(request: HttpRequest) -> Any:
    claims = read(request.headers.get(_HEADER, ""))
    body = _body(request)  # which nobody but the portal makes us read
    if not compare_digest(claims.bd, digest_of(body)):
        raise UnauthenticatedError
    _spend(claims)
    asked = _read(body)
    if isinstance(asked, ForAll):
        return asked.answer()
    if claims.sub == EVERYBODY:
        raise UnauthenticatedError
    # A13-3-permissions: whose it is stands in what the portal signed, and nowhere else
    return asked.answer(claims.sub)


def read(text: str) -> Asking:
    """Return what the portal says; UnauthenticatedError for every reason against it alike."""
    for issuer, public in _portals().items():
        signed = read_signed(text, base64.b64decode(public), _claims)
        if signed is not None and signed[0].iss == issuer and signed[0].holds(GIVEN.now()):
            return signed[0]
    raise UnauthenticatedError


def _spend(claims: Asking) -> None:
    """Note that it was heard; UnauthenticatedError for one that was before."""
    Heard.objects.filter(until__lt=GIVEN.now()).delete()
    try:
        with transaction.atomic():
            Heard.objects.create(number=claims.jti, until=claims.over)
    except IntegrityError:
        raise UnauthenticatedError from None


def _portals() -> dict[str, str]:
    """Return the public keys of those who speak for subjects, as the policy in force names them, by name."""
    global _kept  # noqa: PLW0603 - a cache of one value, replaced as a whole
    asked_at, found = _kept
    if time.monotonic() - asked_at >= KEPT_SECONDS:
        if GIVEN.door is None:
            raise UnavailableError
        issuers: dict[str, Any] = GIVEN.door.policy().get("issuers", {})
        found = {name: each["public_key"] for name, each in issuers.items() if each.get("face") == _FACE}
        _kept = (time.monotonic(), found)
    return found


def forget() -> None:
    """Ask anew the next time."""
    global _kept  # noqa: PLW0603 - see above
    _kept = (-KEPT_SECONDS, {})


def _body(request: HttpRequest) -> bytes:
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > len(str(LARGEST)) or int(told) > LARGEST:
        raise InvalidError(Text("内容过大", "It is too large"))
    raw: bytes = request.read(LARGEST + 1)
    return raw


def _read(body: bytes) -> Message:
    try:
        asked: Message = decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise InvalidError from None
    return asked
