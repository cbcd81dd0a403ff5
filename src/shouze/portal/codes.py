"""One-time codes: asked for by an identifier, sent to it, and good once, soon, in the browser that asked.

# Invariant: whoever asks learns nothing of whether anybody holds the identifier: the answer, and what is done for it,
# is the same.
"""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.db.models import F
from django.utils.crypto import constant_time_compare

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.portal.limiting import Limit, demand, digest, within
from shouze.portal.models import Code
from shouze.portal.ports import GIVEN, door
from shouze.portal.sending import to_nobody
from shouze.rules.forms import normalise

LASTS = timedelta(minutes=10)
DIGITS = 6
TRIES = 5
BY_ADDRESS = Limit("codes-from", 20, timedelta(minutes=15))
BY_HOLDER = Limit("codes-to", 3, timedelta(minutes=15))
GUESSES = Limit("guesses", 15, timedelta(hours=1))
FORMS = {"phone": "phone", "email": "email"}


def ask(item: str, value: str, address: str) -> str:
    """Make a code for whoever holds the identifier and send it there; return the handle that the browser keeps.

    InvalidError where it is not such an identifier at all, TooOftenError where one address asks too often.
    """
    if item not in GIVEN.ways:
        raise InvalidError(Text("不能用此方式登录", "One cannot sign in with that"), field="item")
    normal = normalise(FORMS[item], value, "value")
    demand(BY_ADDRESS, address)
    allowed = within(BY_HOLDER, item, normal)
    subject = door().recognise(item, normal) if allowed else None
    return make("sign-in", item, normal, subject or "")


def make(reason: str, item: str, address: str, subject: str) -> str:
    """Make a code and send it, where there is a subject to send it to; return the handle."""
    handle, code, now = secrets.token_urlsafe(32), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", GIVEN.now()
    Code.objects.filter(until__lt=now - LASTS).delete()
    Code.objects.create(
        handle=_named(handle), reason=reason, item=item, holder=digest("holder", item, address), subject=subject,
        sealed=_cipher(handle).encrypt(address.encode()).decode(), code=digest("code", handle, code), made_at=now,
        until=now + LASTS,
    )  # fmt: skip
    if subject:
        GIVEN.ways[item](address, code)
    else:
        to_nobody()
    return handle


def check(handle: str, code: str, reason: str = "sign-in") -> Code | None:
    """Return the row of a code that fits and was not used before; None for every other reason alike."""
    found = Code.objects.filter(handle=_named(handle), reason=reason).first()
    if found is None or found.until <= GIVEN.now() or not within(GUESSES, found.item, found.holder):
        return None
    # Invariant: a try is counted before it is compared, and a code that fitted fits no more.
    tried = Code.objects.filter(pk=found.pk, used_at=None, tries__lt=TRIES).update(tries=F("tries") + 1)
    fits = constant_time_compare(found.code, digest("code", handle, code.strip()))
    if not tried or not fits or not found.subject:
        return None
    used = Code.objects.filter(pk=found.pk, used_at=None).update(used_at=GIVEN.now())
    return found if used else None


def identified(handle: str, code: str) -> str | None:
    """Return the subject whom a code signs in; None where it does not, also where the number has another holder now."""
    found = check(handle, code)
    if found is None:
        return None
    address = _opened(handle, found.sealed)
    # A10-op-secrecy: a number issued anew between asking and answering signs nobody in
    return found.subject if address and door().recognise(found.item, address) == found.subject else None


def _opened(handle: str, sealed: str) -> str | None:
    try:
        return _cipher(handle).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _cipher(handle: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(digest("address", handle))))


def _named(handle: str) -> str:
    return sha256(handle.encode()).hexdigest()
