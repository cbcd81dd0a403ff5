"""Sign and open text notes (C2SP signed-note, tlog-cosignature).

A note is text, an empty line, and signature lines. A key belongs to a name; its id is four bytes. Unknown keys are
passed over, a known key with a wrong signature refuses the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.strict import base64_of, read_base64

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
MAX_SIGNATURES = 100
MAX_NOTE = 1 << 20
LATEST: Final = 253_402_214_399
"""Seconds of the latest time a cosignature may state: the last day but one of the year 9999, a date in every zone.

Whoever reads it can keep it in microseconds and show it as a date; a later one would end the reader, not the witness.
"""

_DASH = "\u2014"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_LINE = re.compile(rf"{_DASH} ([^ ]+) ([A-Za-z0-9+/=]+)")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_ID_SIZE, _TIME_SIZE, _SIGNATURE_SIZE, _KEY_SIZE = 4, 8, 64, 32


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name and id, and what follows the id (for a cosignature: time, signature)."""

    name: str
    key_id: bytes
    body: bytes

    def line(self) -> str:
        """Return the line with its line feed."""
        return f"{_DASH} {self.name} {base64_of(self.key_id + self.body)}\n"


@dataclass(frozen=True, slots=True)
class Cosignature(Signature):
    """A verified signature line of a witness and the time it states, in seconds since 1970 (UTC)."""

    time: int


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name: ``kind`` is ED25519 (a log or an operator) or COSIGNATURE (a witness)."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.kind not in {ED25519, COSIGNATURE} or len(self.public) != _KEY_SIZE:
            words = Text("不支持的密钥种类", "The kind of key is not supported")
            raise InvalidError(words, field="vkey")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, line feed, kind, public key)."""
        return sha256(self.name.encode() + bytes((0x0A, self.kind)) + self.public).digest()[:_ID_SIZE]

    @property
    def vkey(self) -> str:
        """The printed form: name, key id in hex, base64 of kind and key, joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{base64_of(bytes((self.kind,)) + self.public)}"

    @classmethod
    def from_vkey(cls, vkey: str) -> Verifier:
        """Read the printed form; InvalidError when it is malformed or its id is not that of its key."""
        match = _VKEY.fullmatch(vkey)
        if match:
            name, key_id, encoded = match.groups()
            raw = read_base64(encoded, "vkey", length=1 + _KEY_SIZE)
            verifier = cls(name, raw[0], raw[1:])
            if verifier.key_id.hex() == key_id:
                return verifier
        raise InvalidError(Text("不是有效的验证公钥", "It is not a verifier key"), field="vkey")

    def verify(self, text: str, signature: Signature) -> Signature:
        """Return the signature, as Cosignature with its time for a witness; TamperedError when it does not verify."""
        time = None
        signed, message = signature.body, text
        if self.kind == COSIGNATURE:
            time, signed = int.from_bytes(signature.body[:_TIME_SIZE], "big"), signature.body[_TIME_SIZE:]
            message = cosigned_text(text, time)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signed, message.encode())
        except (InvalidSignature, ValueError):
            raise TamperedError(Text("签名无效", "A signature does not verify"), field="note.signature") from None
        if time is None:
            return signature
        if time > LATEST:
            raise TamperedError(Text("签名时间超出范围", "The time is out of range"), field="note.signature")
        return Cosignature(signature.name, signature.key_id, signature.body, time)


@dataclass(frozen=True, slots=True)
class Signer:
    """A private Ed25519 key under a name; signs notes as a log does, or cosigns them as a witness does.

    A witness's key has to be used for nothing else: its name is not part of what it signs (C2SP tlog-cosignature).
    """

    name: str
    key: Ed25519PrivateKey

    def __post_init__(self) -> None:
        _check_name(self.name)

    def verifier(self, kind: int = ED25519) -> Verifier:
        """Return the public side, of a log by default or of a witness."""
        return Verifier(self.name, kind, self.key.public_key().public_bytes_raw())

    def renamed(self, vkey: str) -> Signer:
        """Return this key under the name that the vkey says; InvalidError when it is another key's."""
        verifier = Verifier.from_vkey(vkey)
        if verifier.public != self.verifier().public:
            words = Text("该日志由另一私钥签署", "That log is signed by another private key")
            remedy = Text("把该日志的私钥文件放入安装目录", "Put that log's key file into the installation's folder")
            raise InvalidError(words, field="signing-key", remedy=remedy)
        return Signer(verifier.name, self.key)

    def sign(self, text: str) -> Signature:
        """Return the Ed25519 signature over the text (kind 0x01)."""
        return Signature(self.name, self.verifier().key_id, self.key.sign(text.encode()))

    def cosign(self, text: str, time: int) -> Cosignature:
        """Return the cosignature/v1 over a checkpoint's text at a time in seconds since 1970 (kind 0x04)."""
        if not 0 <= time <= LATEST:
            raise InvalidError(Text("时间超出范围", "The time is out of range"), field="cosignature.time")
        body = time.to_bytes(_TIME_SIZE, "big") + self.key.sign(cosigned_text(text, time).encode())
        return Cosignature(self.name, self.verifier(COSIGNATURE).key_id, body, time)


@dataclass(frozen=True, slots=True)
class Note:
    """An opened note: its text, the signatures that verified, and those of keys nobody here knows."""

    text: str
    verified: tuple[Signature, ...]
    unverified: tuple[Signature, ...]


def cosigned_text(text: str, time: int) -> str:
    """Return what a witness signs: the header line, the time line, the checkpoint's text."""
    return f"cosignature/v1\ntime {time}\n{text}"


def sign(text: str, signers: Iterable[Signer]) -> str:
    """Return the note with one signature line per signer; InvalidError for text that no note can carry."""
    _check_text(text)
    return attach(f"{text}\n", [signer.sign(text) for signer in signers])


def attach(note: str, signatures: Iterable[Signature]) -> str:
    """Return the note with more signature lines at its end."""
    return note + "".join(signature.line() for signature in signatures)


def read_note(raw: bytes) -> tuple[str, tuple[Signature, ...]]:
    """Return text and signature lines without verifying any; InvalidError when it is not a note."""
    text, blank, lines = _decoded(raw).rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise InvalidError(Text("不是签名文本", "It is not a signed note"), field="note")
    rows = lines[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise InvalidError(Text("签名行过多", "It has too many signature lines"), field="note.signature")
    return text + "\n", tuple(read_signature(row) for row in rows)


def read_signature(line: str) -> Signature:
    """Read one signature line without its line feed; InvalidError when it is not one."""
    match = _LINE.fullmatch(line)
    if not match:
        raise InvalidError(Text("签名行格式不正确", "A signature line is malformed"), field="note.signature")
    name, encoded = match.groups()
    raw = read_base64(encoded, "note.signature")
    _check_name(name)
    if len(raw) <= _ID_SIZE:
        raise InvalidError(Text("签名过短", "A signature is too short"), field="note.signature")
    return Signature(name, raw[:_ID_SIZE], raw[_ID_SIZE:])


def open_note(raw: bytes, verifiers: Sequence[Verifier]) -> Note:
    """Return the note once every signature of a known key verifies, and there is at least one.

    InvalidError when it is not a note, TamperedError when a known key's signature is wrong or no known key signed.
    """
    text, signatures = read_note(raw)
    known = _by_key(verifiers)
    verified: dict[tuple[str, bytes], Signature] = {}
    unverified: list[Signature] = []
    for signature in signatures:
        key = (signature.name, signature.key_id)
        if key not in known:
            unverified.append(signature)
        else:
            verified.setdefault(key, known[key].verify(text, signature))
    if not verified:
        raise TamperedError(Text("没有可信密钥的签名", "No key known here has signed it"), field="note.signature")
    return Note(text, tuple(verified.values()), tuple(unverified))


def _by_key(verifiers: Sequence[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise InvalidError(Text("两个密钥的编号相同", "Two keys share one id"), field="vkey")
    return known


def _decoded(raw: bytes) -> str:
    try:
        note = raw.decode("utf-8") if len(raw) <= MAX_NOTE else ""
    except UnicodeDecodeError:
        note = ""
    if not note or _CONTROL.search(note):
        raise InvalidError(Text("不是签名文本", "It is not a signed note"), field="note")
    return note


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text) or not _encodable(text):
        words = Text("文本须以换行结尾且不含控制字符", "Text ends in a line feed and has no control characters")
        raise InvalidError(words, field="note.text")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or not _encodable(name):
        words = Text(
            "名称不得为空，不得含空格、加号或控制字符", "A name is not empty, without spaces, plus or control signs"
        )
        raise InvalidError(words, field="note.name")


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
