"""The two families of ciphers: AES with SHA-2, and SM4 with SM3.

- ``aes256gcm-sha256``: AES-256-GCM (NIST SP 800-38D), HMAC-SHA256 (RFC 2104), HKDF-SHA256 (RFC 5869).
- ``sm4gcm-sm3``: SM4-GCM (GB/T 32907, RFC 8998), HMAC-SM3 and HKDF-SM3 (GB/T 32905 under RFC 2104 and RFC 5869).

The primitives are those of the ``cryptography`` package, which is not a certified commercial-cipher module
(商用密码产品); an installation that must use one keeps its keys in a module behind the port in ``keys``.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text

NONCE_BYTES = 12
TAG_BYTES = 16
DIGEST_BYTES = 32

Mac = Callable[[bytes], bytes]
"""The HMAC of a message under one key."""


class _Aead(Protocol):
    """A cipher with one key, as the ``cryptography`` package has it."""

    def encrypt(self, nonce: bytes, plaintext: bytes, associated: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, ciphertext: bytes, associated: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Cipher:
    """What a suite does under one key, begun once: for a key that seals or opens again and again."""

    _aead: _Aead = field(repr=False)

    def seal(self, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        """Return the ciphertext followed by its 16-byte tag; the same 12-byte nonce never comes twice."""
        return _encrypted(self._aead, nonce, plaintext, associated)

    def open(self, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
        """Return the plaintext; TamperedError when key, nonce, ciphertext, tag or associated content differ."""
        return _decrypted(self._aead, nonce, ciphertext, associated)


@dataclass(frozen=True, slots=True)
class Suite:
    """One family of ciphers; ``number`` is the byte that every sealed value carries, ``name`` is for people.

    ``key_bytes`` is the size of a key for ``seal`` and ``open``; ``mac`` and ``derive`` take keys of any size.
    """

    name: str
    number: int
    key_bytes: int
    _hash: Callable[[], HashAlgorithm] = field(repr=False)
    _aead: Callable[[bytes], _Aead] = field(repr=False)
    nonce_bytes: int = NONCE_BYTES

    def seal(self, key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        """Return the ciphertext followed by its 16-byte tag; one key never sees the same 12-byte nonce twice."""
        if len(key) != self.key_bytes:
            raise _wrong_length()
        return _encrypted(self._aead(key), nonce, plaintext, associated)

    def open(self, key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
        """Return the plaintext; TamperedError when key, nonce, ciphertext, tag or associated content differ."""
        if len(key) != self.key_bytes:
            raise TamperedError
        return _decrypted(self._aead(key), nonce, ciphertext, associated)

    def begun(self, key: bytes) -> Cipher:
        """Return what ``seal`` and ``open`` do under this one key; InvalidError where its length is not the suite's."""
        if len(key) != self.key_bytes:
            raise _wrong_length()
        return Cipher(self._aead(key))

    def mac(self, key: bytes, message: bytes) -> bytes:
        """Return the 32-byte HMAC (RFC 2104) of the message under the key."""
        return self.keyed(key)(message)

    def keyed(self, key: bytes) -> Mac:
        """Return what ``mac`` does under this one key: begun once, so that each message takes a third of the time."""
        if self._hash is SHA256:  # the standard library's copies are the quickest
            begun = hmac.new(key, digestmod="sha256")

            def sha256_mac(message: bytes) -> bytes:
                code = begun.copy()
                code.update(message)
                return code.digest()

            return sha256_mac
        prepared = HMAC(key, self._hash())

        def mac(message: bytes) -> bytes:
            code = prepared.copy()
            code.update(message)
            return code.finalize()

        return mac

    def derive(self, key: bytes, label: bytes, length: int) -> bytes:
        """Return ``length`` bytes (1 to 8,160) that only the key and the label lead to: HKDF without a salt."""
        if not 0 < length <= 255 * DIGEST_BYTES:
            raise InvalidError(Text("派生长度超出范围", "The derived length is out of range"), field="length")
        return HKDF(self._hash(), length, None, label).derive(key)

    def digest(self, message: bytes) -> bytes:
        """Return the 32-byte hash of the message."""
        state = Hash(self._hash())
        state.update(message)
        return state.finalize()


class _Sm4Gcm:
    """SM4-GCM with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, plaintext: bytes, associated: bytes, /) -> bytes:
        encryptor = ciphers.Cipher(self._key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, ciphertext: bytes, associated: bytes, /) -> bytes:
        body, tag = ciphertext[:-TAG_BYTES], ciphertext[-TAG_BYTES:]
        decryptor = ciphers.Cipher(self._key, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(body) + decryptor.finalize()


def _encrypted(aead: _Aead, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise _wrong_length()
    return aead.encrypt(nonce, plaintext, associated)


def _decrypted(aead: _Aead, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES or len(ciphertext) < TAG_BYTES:
        raise TamperedError
    try:
        return aead.decrypt(nonce, ciphertext, associated)
    except InvalidTag:
        raise TamperedError from None


def _wrong_length() -> InvalidError:
    return InvalidError(Text("密钥或随机数长度不符", "The key or the nonce has a wrong length"), field="key")


AES256GCM_SHA256 = Suite("aes256gcm-sha256", 1, 32, SHA256, AESGCM)
SM4GCM_SM3 = Suite("sm4gcm-sm3", 2, 16, SM3, _Sm4Gcm)
SUITES = (AES256GCM_SHA256, SM4GCM_SM3)

_BY_NAME = {suite.name: suite for suite in SUITES}
_BY_NUMBER = {suite.number: suite for suite in SUITES}


def suite_named(name: str) -> Suite:
    """Return the suite that a setting or a key ring names; InvalidError when there is none."""
    if suite := _BY_NAME.get(name):
        return suite
    names = " / ".join(_BY_NAME)
    raise InvalidError(
        Text("没有这种算法套件", "There is no such suite"),
        field="suite",
        remedy=Text(f"可选：{names}", f"Choose one of {names}"),
    )


def suite_numbered(number: int) -> Suite:
    """Return the suite that a stored value names; TamperedError when there is none."""
    if suite := _BY_NUMBER.get(number):
        return suite
    raise TamperedError
