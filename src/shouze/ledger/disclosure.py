"""Commit to private fields and check what is later disclosed (SD-JWT, RFC 9901).

A disclosure is base64url of the JSON array ``[salt, field, value]``; the leaf holds only base64url(SHA-256) of that
text. Who has the text can prove the value, who has only the digest learns nothing: each salt is 256 fresh bits.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Annotated

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.ledger.strict import base64_row

_SAFE = (1 << 53) - 1
Value = str | Annotated[int, msgspec.Meta(ge=-_SAFE, le=_SAFE)] | bool | list[str]
"""What a private field may hold; numbers stay within what every reader of JSON keeps exact (RFC 8785)."""
Entropy = Callable[[int], bytes]
"""Returns that many unpredictable bytes, new ones at each call."""

SALT_SIZE = 32
COUNT = 8
"""Digests in a leaf: real ones filled up with decoys to the next multiple, so that their number tells nothing."""

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FIELD = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_Triple = tuple[str, str, Value]
_triples: msgspec.json.Decoder[_Triple] = msgspec.json.Decoder(_Triple)
_json = msgspec.json.Encoder()


class Disclosure(msgspec.Struct, frozen=True, gc=False):
    """The opening of one private field: ``text`` is kept sealed, outside the log; ``digest`` goes into the leaf."""

    field: str
    digest: str
    text: str

    def __repr__(self) -> str:
        """Show the field, never what it holds."""
        return f"Disclosure({self.field!r}, {self.digest!r})"


def commit(private: Mapping[str, Value], entropy: Entropy) -> tuple[Disclosure, ...]:
    """Return one disclosure per private field, in the given order; InvalidError names a field that cannot be one."""
    return tuple([commit_one(name, value, entropy) for name, value in private.items()])


def commit_one(name: str, value: Value, entropy: Entropy) -> Disclosure:
    """Return the disclosure of one field; errors as in ``commit``."""
    text = disclose(name, value, entropy(SALT_SIZE))
    return Disclosure(name, _digest(text.encode("ascii")), text)


def disclose(name: str, value: Value, salt: bytes) -> str:
    """Return the text of a disclosure under a salt that serves nothing else; errors as in ``commit``."""
    if len(salt) != SALT_SIZE:
        raise _wrong_salts()
    try:
        raw = _json.encode((_base64url(salt), name, value))
        # A string that could be encoded reads back as it was; for anything else look.
        same = type(value) is str or _triples.decode(raw)[1:] == (name, value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        raw, same = b"", False
    if not same or not is_field(name):
        raise _impossible(name)
    return _base64url(raw)


def disclose_texts(name: str, values: Sequence[str], salts: bytes) -> list[str]:
    """Return what ``disclose`` returns for each of many texts under one name; ``salts`` are one behind the other."""
    if len(salts) != SALT_SIZE * len(values):
        raise _wrong_salts()
    try:
        written = [_json.encode((salt, name, value)) for salt, value in zip(_all_base64url(salts), values, strict=True)]
    except ValueError:
        raise _impossible(name) from None
    if not is_field(name):
        raise _impossible(name)
    return list(map(_base64url, written))


def digests(disclosures: Iterable[Disclosure], entropy: Entropy) -> tuple[str, ...]:
    """Return the leaf's ``sd``: the digests and decoys, in ascending order, their number a multiple of COUNT.

    The digests are as good as random, so sorting hides which is which as well as a shuffle does (RFC 9901, 4.2.4.1).
    """
    real = [disclosure.digest for disclosure in disclosures]
    missing = -len(real) % COUNT or (0 if real else COUNT)
    # A decoy is 32 random bytes, which nobody can tell from the hash of anything.
    all_of_them = real + (_all_base64url(entropy(SALT_SIZE * missing)) if missing else [])
    if len(set(all_of_them)) != len(real) + missing:
        raise InvalidError(Text("随机数重复", "The randomness repeats"), field="entropy")
    all_of_them.sort()
    return tuple(all_of_them)


@lru_cache(1024)
def is_field(name: str) -> bool:
    """Whether a private field can have this name."""
    return _FIELD.fullmatch(name) is not None


def digest_of(text: str) -> str:
    """Return base64url(SHA-256) of a disclosure's ASCII text."""
    if not text.isascii():
        raise InvalidError(Text("不是有效的披露串", "It is not a disclosure"), field="disclosure")
    return _digest(text.encode("ascii"))


def read_disclosure(text: str) -> tuple[str, Value]:
    """Return field and value of a disclosure's text without checking it against a leaf; InvalidError when malformed."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        salt, name, value = _triples.decode(raw)
    except (binascii.Error, ValueError, RecursionError):
        raise InvalidError(Text("不是有效的披露串", "It is not a disclosure"), field="disclosure") from None
    if _base64url(raw) != text or len(salt) < 22 or not _FIELD.fullmatch(name):
        raise InvalidError(Text("不是有效的披露串", "It is not a disclosure"), field="disclosure")
    return name, value


def _impossible(name: str) -> InvalidError:
    shown = name if _FIELD.fullmatch(name) else "private"
    words = Text("该字段的名称或值无法承诺", "The field's name or value cannot be committed to")
    return InvalidError(words, field=shown)


def _wrong_salts() -> InvalidError:
    return InvalidError(Text("随机数长度应为 32 字节", "Salts are 32 bytes long"), field="entropy")


def _digest(raw: bytes) -> str:
    return _base64url(sha256(raw).digest())


def _all_base64url(raw: bytes) -> list[str]:
    """Return each 32 bytes in base64url."""
    row = base64_row(raw[at : at + SALT_SIZE] for at in range(0, len(raw), SALT_SIZE))
    text = row.translate(_TO_URL).decode("ascii")
    return [text[at : at + 43] for at in range(0, len(text), 44)]


def _base64url(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")
