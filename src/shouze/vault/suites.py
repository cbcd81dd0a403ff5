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
from functools import partial
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text

NONCE_BYTES = 12
TAG_BYTES = 16
DIGEST_BYTES = 32

_Cipher = Callable[[bytes, bytes, bytes, bytes], bytes]
Mac = Callable[[bytes], bytes]
"""The HMAC of a message under one key."""


class Box(NamedTuple):
    """Seals and opens (nonce, text, associated) under one key."""

    seal: Callable[[bytes, bytes, bytes], bytes]
    open: Callable[[bytes, bytes, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Suite:
    """One family of ciphers; ``number`` is the byte that every sealed value carries, ``name`` is for people.

    ``key_bytes`` is the size of a key for ``seal`` and ``open``; ``mac`` and ``derive`` take keys of any size.
    """

    name: str
    number: int
    key_bytes: int
    _hash: Callable[[], HashAlgorithm] = field(repr=False)
    _encrypt: _Cipher = field(repr=False)
    _decrypt: _Cipher = field(repr=False)
    nonce_bytes: int = NONCE_BYTES

    def seal(self, key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        """Return the ciphertext followed by its 16-byte tag; one key never sees the same 12-byte nonce twice."""
        if len(key) != self.key_bytes or len(nonce) != NONCE_BYTES:
            raise InvalidError(Text("密钥或随机数长度不符", "The key or the nonce has a wrong length"), field="key")
        return self._encrypt(key, nonce, plaintext, associated)

    def open(self, key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
        """Return the plaintext; TamperedError when key, nonce, ciphertext, tag or associated content differ."""
        if len(key) != self.key_bytes or len(nonce) != NONCE_BYTES or len(ciphertext) < TAG_BYTES:
            raise TamperedError
        try:
            return self._decrypt(key, nonce, ciphertext, associated)
        except InvalidTag:
            raise TamperedError from None

    def box(self, key: bytes) -> Box:
        """Return what seals and opens under this one key as ``seal`` and ``open`` do, begun once."""
        if len(key) != self.key_bytes:
            raise InvalidError(Text("密钥或随机数长度不符", "The key or the nonce has a wrong length"), field="key")
        if self._encrypt is not _aes_encrypt:
            return Box(partial(self.seal, key), partial(self.open, key))
        cipher = AESGCM(key)

        def opened(nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
            try:
                return cipher.decrypt(nonce, ciphertext, associated)
            except (InvalidTag, ValueError):
                raise TamperedError from None

        return Box(cipher.encrypt, opened)

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


def _aes_encrypt(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, plaintext, associated)


def _aes_decrypt(key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, ciphertext, associated)


def _sm4_encrypt(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(associated)
    return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def _sm4_decrypt(key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    body, tag = ciphertext[:-TAG_BYTES], ciphertext[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(associated)
    return decryptor.update(body) + decryptor.finalize()


AES256GCM_SHA256 = Suite("aes256gcm-sha256", 1, 32, SHA256, _aes_encrypt, _aes_decrypt)
SM4GCM_SM3 = Suite("sm4gcm-sm3", 2, 16, SM3, _sm4_encrypt, _sm4_decrypt)
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
