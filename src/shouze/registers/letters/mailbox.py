"""Reads the mailbox that complaints come to, by IMAP (RFC 9051) over TLS: each message once, however often it is read.

How far it was read is written in the transaction that keeps the letter. A message that was taken in before is known by
its Message-ID, so a mailbox that numbers anew (UIDVALIDITY) is read again without harm.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.db import transaction

from shouze.registers.letters.intake import take_in
from shouze.registers.letters.models import Mailbox
from shouze.registers.ports import GIVEN

SECONDS = 20.0
PAGE = 50
LARGEST = 25 * 1024 * 1024
"""Of a larger message the headers alone are read."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]{1,64})"')
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def fetch_mail(now: datetime) -> int:
    """Take in what came since the last time, fifty messages at the most; return how many."""
    if not GIVEN.post.imap_url:
        return 0
    url = urlsplit(GIVEN.post.imap_url)
    name = f"{url.hostname}/{unquote(url.username or '')}{url.path or '/INBOX'}"[:120]
    bookmark, _ = Mailbox.objects.get_or_create(name=name)
    try:
        with _opened(GIVEN.post.imap_url) as server:
            taken = _read(server, bookmark, unquote(url.path.strip("/")) or "INBOX")
    except (OSError, imaplib.IMAP4.error) as problem:
        Mailbox.objects.filter(pk=name).update(problem=type(problem).__name__[:64])
        raise
    Mailbox.objects.filter(pk=name).update(read_at=now, problem="")
    return taken


@contextmanager
def _opened(address: str) -> Iterator[imaplib.IMAP4]:
    url = urlsplit(address)
    host, secured = url.hostname or "localhost", url.scheme == "imaps"
    context = ssl.create_default_context()
    server = (
        imaplib.IMAP4_SSL(host, url.port or 993, ssl_context=context, timeout=SECONDS)
        if secured
        else imaplib.IMAP4(host, url.port or 143, timeout=SECONDS)
    )
    try:
        if not secured and (host not in _LOOPBACK or "STARTTLS" in server.capabilities):
            server.starttls(context)  # Invariant: no password leaves the machine in clear.
        server.login(unquote(url.username or ""), unquote(url.password or ""))
        yield server
    finally:
        server.shutdown()


def _read(server: imaplib.IMAP4, bookmark: Mailbox, folder: str) -> int:
    deletes = GIVEN.post.imap_after == "delete"
    status, _ = server.select(f'"{folder}"', readonly=not deletes)
    if status != "OK":
        raise imaplib.IMAP4.error("no such folder")
    validity = int((server.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
    last = bookmark.last if bookmark.validity == validity else 0
    uids = [uid for uid in _uids(server, last) if uid > last][:PAGE]
    for uid in uids:
        raw, arrived_at = _message(server, uid)
        with transaction.atomic():
            if raw:
                take_in(raw, arrived_at)
            Mailbox.objects.filter(pk=bookmark.pk).update(validity=validity, last=uid)
        if deletes:
            server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
    if deletes and uids:
        server.expunge()
    return len(uids)


def _uids(server: imaplib.IMAP4, last: int) -> list[int]:
    _, found = server.uid("SEARCH", f"UID {last + 1}:*")
    return sorted(int(each) for line in found if line for each in line.split())


def _message(server: imaplib.IMAP4, uid: int) -> tuple[bytes, datetime | None]:
    """Return a message's bytes (of one too large: its headers) and when it arrived at the server."""
    _, told = server.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
    line = b" ".join(each if isinstance(each, bytes) else each[0] for each in told if each)
    size = _SIZE.search(line)
    part = "BODY.PEEK[]" if size and int(size[1]) <= LARGEST else "BODY.PEEK[HEADER]"
    _, content = server.uid("FETCH", str(uid), f"({part})")
    raw = next((each[1] for each in content if isinstance(each, tuple)), b"")
    return raw, _moment(line)


def _moment(line: bytes) -> datetime | None:
    found = _DATE.search(line)
    try:
        return datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z") if found else None
    except (ValueError, UnicodeDecodeError):
        return None
