"""A stream sealed for recipients' public keys, compressed, of any length in bounded memory.

The form is age (age-encryption.org/v1, X25519 and ChaCha20-Poly1305) around zlib (RFC 1950): ``age -d`` and any zlib
open it. Age says who may read, not who wrote: whoever has to know that puts a MAC into the stream.

# Invariant: plaintext passes through memory only, at most a few chunks of it at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, NamedTuple

from shouze.errors import InvalidError, SealedError, TamperedError, UnavailableError
from shouze.language import Text

LEVEL = 1
"""Of zlib's levels the fastest: most of what is written is sealed already and does not shrink."""
LARGEST = 1 << 16
"""Bytes that are opened at a time; a stream that would grow without end in opening does not fill memory."""
PUBLIC, PRIVATE = "age1", "AGE-SECRET-KEY-"


class Pair(NamedTuple):
    """An identity (secret: it opens) and its recipient (public: for it is sealed); neither shows the other's secret."""

    identity: Any
    recipient: str

    def __repr__(self) -> str:
        return f"Pair({self.recipient})"


def fresh_pair() -> Pair:
    """Make an identity that lives only as long as the object."""
    from pyrage import x25519  # noqa: PLC0415 - only backups need it

    identity = x25519.Identity.generate()
    return Pair(identity, str(identity.to_public()))


def read_recipients(keys: Iterable[str], field: str) -> list[str]:
    """Return the public keys, checked, each once; InvalidError names ``field`` when one is none or there are none."""
    from pyrage import RecipientError, x25519  # noqa: PLC0415 - only backups need it

    named = list(dict.fromkeys(keys))
    try:
        for key in named:
            x25519.Recipient.from_str(key)
    except RecipientError:
        named = []
    if not named:
        remedy = Text(
            "给出以 age1 开头的公钥（shouze backup identity 或 age-keygen 生成）",
            "Give a public key, which begins with age1 (shouze backup identity or age-keygen makes one)",
        )
        raise InvalidError(Text("没有有效的 age 公钥", "There is no valid age public key"), field=field, remedy=remedy)
    return named


def read_identities(content: bytes, field: str) -> list[Any]:
    """Return the identities in a file as age-keygen writes it; InvalidError, without a word of it, when there are none.

    Lines that begin with ``#`` are remarks.
    """
    from pyrage import IdentityError, x25519  # noqa: PLC0415 - only backups need it

    found = []
    for line in content.decode(errors="replace").split():
        if line.startswith(PRIVATE):
            try:
                found.append(x25519.Identity.from_str(line))
            except IdentityError:
                break
    if not found:
        detail = Text("文件中没有 age 私钥", "The file holds no age identity")
        raise InvalidError(detail, field=field, remedy=Text("给出 age-keygen 生成的文件", "Give age-keygen's file"))
    return found


def seal_stream(pieces: Iterable[bytes], target: BinaryIO, recipients: Sequence[str]) -> None:
    """Write the pieces, sealed for every recipient; what ``pieces`` or ``target`` raise comes out as it is."""
    from pyrage import EncryptError, encrypt_io, x25519  # noqa: PLC0415 - only backups need it

    source, sink = _Source(_compressed(pieces)), _Kept(target.write)
    try:
        encrypt_io(source, sink, [x25519.Recipient.from_str(key) for key in recipients])
    except (EncryptError, OSError):
        _raise_kept(source.problem or sink.problem)
        raise UnavailableError from None


def open_stream(source: BinaryIO, identities: Sequence[Any], take: Callable[[bytes], object]) -> None:
    """Give ``take`` the content of a sealed stream, piece by piece, and return once all of it is known to be whole.

    SealedError when none of the identities opens it, TamperedError when it was cut short or changed: what ``take`` got
    until then is what was written up to there, and nothing may rest on it. What ``take`` raises comes out as it is.
    """
    from pyrage import DecryptError, decrypt_io  # noqa: PLC0415 - only backups need it

    inflated = _Inflated(take)
    sink, read = _Kept(inflated.write), _Source(iter(lambda: source.read(LARGEST), b""))
    try:
        decrypt_io(read, sink, list(identities))
    except (DecryptError, OSError) as failure:
        _raise_kept(sink.problem or read.problem)
        if isinstance(failure, DecryptError) and "No matching keys" in str(failure):
            raise SealedError(remedy=Text("给出收件人的私钥文件", "Give the recipient's identity file")) from None
        raise TamperedError from None
    if not inflated.ended:
        raise TamperedError


class _Kept:
    """A sink that keeps what went wrong: on its way through age an exception loses its kind."""

    def __init__(self, write: Callable[[bytes], Any]) -> None:
        self._write = write
        self.problem: BaseException | None = None

    def write(self, piece: bytes) -> int:
        try:
            self._write(piece)
        except BaseException as problem:  # on its way through age it loses its kind: kept, raised afterwards
            self.problem = self.problem or problem
            raise
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""


class _Source:
    """A file to read from, made of pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")
        self.problem: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._rest:
                piece = next(self._pieces, None)
                if piece is None:
                    return b""
                self._rest = memoryview(piece)
        except BaseException as problem:  # on its way through age it loses its kind: kept, raised afterwards
            self.problem = self.problem or problem
            raise
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


class _Inflated:
    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self._zlib = zlib.decompressobj()

    @property
    def ended(self) -> bool:
        return self._zlib.eof and not self._zlib.unused_data

    def write(self, piece: bytes) -> None:
        try:
            while plain := self._zlib.decompress(piece, LARGEST):
                self._take(plain)
                piece = self._zlib.unconsumed_tail
        except zlib.error:
            raise TamperedError from None


def _compressed(pieces: Iterable[bytes]) -> Iterable[bytes]:
    compress = zlib.compressobj(LEVEL)
    for piece in pieces:
        if packed := compress.compress(piece):
            yield packed
    yield compress.flush()


def _raise_kept(problem: BaseException | None) -> None:
    if problem is not None:
        raise problem
