"""Opens the key that an installation signs dispatches with, and changes it."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.ledger.note import COSIGNATURE, Signer, Verifier
from shouze.link.keys import PartyKey
from shouze.sequencer.signing_key import create_signing_key, open_signing_key
from shouze.settings import Settings
from shouze.wiring.key_files import read_key_file, write_key_file

if TYPE_CHECKING:
    from shouze.registers.ports import Own

LINK_KEY = "link.key"
COSIGNING_KEY = "cosigning.key"
"""What an authority cosigns with that comes by dispatch. It is in no backup, and not that of ``shouze witness``: a key
beside another memory, or an older one, could cosign two histories."""


class LinkKey(msgspec.Struct, frozen=True):
    """The file: the party's name, which stays, the key, and the key of the log that peers verify proofs by."""

    party: str
    key: str
    log: str


def enrol_link(home: Path, log: Verifier) -> LinkKey:
    """Return the installation's key for dispatches; make it where there is none. The log's key is kept up to date."""
    path = home / LINK_KEY
    if not path.exists():
        write_key_file(path, LinkKey(log.name, PartyKey.fresh().text, log.vkey))
    found = read_link_key(home)
    if found.log != log.vkey:
        write_key_file(path, LinkKey(found.party, found.key, log.vkey))
    return read_link_key(home)


def enrol_cosigner(home: Path, link: LinkKey, settings: Settings) -> Signer | None:
    """Return the authority's key for cosigning; make it where there is none. None at an operator's."""
    if settings.house != "authority":
        return None
    if not (home / COSIGNING_KEY).exists():
        create_signing_key(home / COSIGNING_KEY, f"{link.party}/witness", kind=COSIGNATURE)
    return read_cosigner(home)


def read_cosigner(home: Path) -> Signer | None:
    """Return the key for cosigning, None where the folder has none."""
    return open_signing_key(home / COSIGNING_KEY, COSIGNATURE) if (home / COSIGNING_KEY).exists() else None


def has_link_key(home: Path) -> bool:
    """Tell whether the folder holds a key for dispatches."""
    return (home / LINK_KEY).exists()


def read_link_key(home: Path) -> LinkKey:
    """Return the key; NotFoundError where the installation has none yet."""
    try:
        return read_key_file(home / LINK_KEY, LinkKey)
    except NotFoundError:
        remedy = Text("先运行 shouze up", "Run shouze up first")
        raise NotFoundError(Text("还没有公文密钥", "There is no key for dispatches yet"), field=LINK_KEY,
                            remedy=remedy) from None  # fmt: skip


def replace_link_key(home: Path, key: PartyKey) -> None:
    """Put another key in the place of the present one; the party's name stays."""
    found = read_link_key(home)
    write_key_file(home / LINK_KEY, LinkKey(found.party, key.text, found.log))


def own_of(found: LinkKey, settings: Settings, url: str, cosigner: Signer | None = None) -> Own:
    """Return the installation as a party, reached at ``url`` where the settings name no other address."""
    from shouze.registers.ports import Own  # noqa: PLC0415 - Django's models stand behind it

    key = PartyKey.read(found.key)
    return Own(found.party, key, found.log, settings.link_address or url, _tls(settings), cosigner)


def _tls(settings: Settings) -> ssl.SSLContext | bool:
    if not settings.link_certificate and not settings.link_authorities:
        return True
    field = "link_authorities"
    try:
        context = ssl.create_default_context(cafile=settings.link_authorities or None)
        field = "link_certificate"
        if settings.link_certificate:
            context.load_cert_chain(settings.link_certificate)
    except OSError:  # an SSLError is one, and names no file
        raise InvalidError(
            Text("公文所用的证书文件无法使用", "The file with certificates for dispatches cannot be used"),
            field=field,
            remedy=Text("核对路径、权限和 PEM 内容", "Check its path, permissions and PEM content"),
        ) from None
    return context
