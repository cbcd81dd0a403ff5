"""Complaints by e-mail from a real mailbox: Dovecot over TLS; each message once, whatever happens between two looks."""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shouze.registers.channels.models import Channel
from shouze.registers.channels.probing import probe_mail
from shouze.registers.complaints.models import Complaint
from shouze.registers.letters import mailbox
from shouze.registers.letters.intake import take_in
from shouze.registers.letters.mailbox import fetch_mail
from shouze.registers.letters.models import Letter, Mailbox
from shouze.registers.letters.ports import Post
from shouze.registers.letters.sending import send_letters
from shouze.registers.ports import GIVEN
from tests.desk.mailbox import mailbox as outgoing
from tests.registers.complaints.scene import BOX
from tests.registers.house import make, officer
from tests.registers.letters.mails import mail

pytestmark = [pytest.mark.systems, pytest.mark.django_db]
PATIENCE = 30.0
PASSWORD = "ein:wort/mit@zeichen"
CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl = {ssl}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secured}
    ssl = yes
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""


@dataclass
class Server:
    """Where the server listens, and a way to put mail into the mailbox as a mail server does."""

    plain: int
    secured: int
    context: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"imaps://privacy:ein%3Awort%2Fmit%40zeichen@localhost:{self.secured}/INBOX"

    def opened(self) -> imaplib.IMAP4_SSL:
        found = imaplib.IMAP4_SSL("localhost", self.secured, ssl_context=self.context, timeout=PATIENCE)
        found.login("privacy", PASSWORD)
        return found

    def put(self, *messages: bytes, at: datetime | None = None) -> None:
        with self.opened() as box:
            for each in messages:
                when = imaplib.Time2Internaldate(at) if at else None
                assert box.append("INBOX", None, when, each)[0] == "OK"

    def count(self) -> int:
        with self.opened() as box:
            return int(box.select("INBOX", readonly=True)[1][0] or b"0")

    def empty(self) -> None:
        with self.opened() as box:
            if box.select("INBOX")[1][0] == b"0":
                return
            box.store("1:*", "+FLAGS", r"(\Deleted)")
            box.expunge()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run a server of its own on loopback; ``make test-systems`` installs it."""
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are nobody else's to enter
        yield from _running(Path(folder))


def _running(folder: Path) -> Iterator[Server]:
    program = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
    assert program, "dovecot-imapd is missing: run tools/setup.sh dovecot"
    folder.chmod(0o755)
    _certificate(folder)
    plain, secured = _free(), _free()
    root = os.getuid() == 0
    owner = "dovecot" if root else Path(folder).owner()
    uid = 65534 if root else os.getuid()
    (folder / "mail").mkdir(mode=0o777)
    (folder / "mail").chmod(0o777)
    written = CONFIGURATION.format(
        folder=folder, ssl="yes", user=owner, group=owner, plain=plain, secured=secured, password=PASSWORD, uid=uid,
        gid=uid,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(written)
    with subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.PIPE) as running:
        try:
            _wait(secured, running, folder)
            yield Server(plain, secured, ssl.create_default_context(cafile=str(folder / "cert.pem")))
        finally:
            running.terminate()
            running.wait(PATIENCE)


@pytest.fixture(autouse=True)
def trusted(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Trust the server's certificate, as a machine with that authority does, and begin with an empty mailbox."""
    context = server.context
    monkeypatch.setattr("ssl.create_default_context", lambda: context)
    monkeypatch.setattr(GIVEN, "post", Post(mail_from=BOX, imap_url=server.url))
    yield
    monkeypatch.undo()
    server.empty()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2)).add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _wait(port: int, running: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert running.poll() is None, running.stderr.read().decode() if running.stderr else ""
        assert time.monotonic() < until, (folder / "log").read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def fetched() -> int:
    return fetch_mail(datetime.now(UTC))


@pytest.mark.duty("A12-accept")
def test_each_message_becomes_a_complaint_once_received_when_it_arrived(server: Server) -> None:
    arrived = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    server.put(mail().as_bytes(), at=arrived)
    server.put(mail("另一件", sender="wang@example.invalid").as_bytes())
    assert [fetched(), fetched(), Complaint.objects.count()] == [2, 0, 2]
    assert Complaint.objects.order_by("id")[0].received_at == arrived
    assert server.count() == 2
    server.put(mail("第三件", sender="wang@example.invalid").as_bytes())
    assert [fetched(), Complaint.objects.count()] == [1, 3]


def test_a_mailbox_that_numbers_anew_or_a_bookmark_that_was_lost_changes_nothing(server: Server) -> None:
    server.put(*(mail(f"第 {n} 件").as_bytes() for n in range(3)))
    fetched()
    Mailbox.objects.update(validity=1)
    assert [fetched(), Complaint.objects.count()] == [3, 3]
    Mailbox.objects.all().delete()
    assert [fetched(), Complaint.objects.count()] == [3, 3]


def test_what_fails_between_two_messages_goes_on_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put(*(mail(f"第 {n} 件").as_bytes() for n in range(3)))
    taken = list[bytes]()

    def once(raw: bytes, arrived_at: Any) -> Any:
        if len(taken) == 1:
            taken.append(raw)
            raise OSError("the disk is away")
        taken.append(raw)
        return take_in(raw, arrived_at)

    monkeypatch.setattr(mailbox, "take_in", once)
    with pytest.raises(OSError, match="disk"):
        fetched()
    assert Mailbox.objects.get().problem == "OSError"
    assert [fetched(), Complaint.objects.count(), Mailbox.objects.get().problem] == [2, 3, ""]


def test_mail_is_deleted_once_it_is_kept_where_the_setting_says_so(server: Server, monkeypatch: Any) -> None:
    server.put(mail().as_bytes())
    monkeypatch.setattr(GIVEN, "post", Post(mail_from=BOX, imap_url=server.url, imap_after="delete"))
    assert [fetched(), server.count(), Complaint.objects.count()] == [1, 0, 1]


def test_of_a_message_that_is_too_large_the_headers_are_read(server: Server, monkeypatch: Any) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 2000)
    message = mail("短")
    message.add_attachment(b"x" * 5000, maintype="image", subtype="png", filename="a.png")
    server.put(message.as_bytes())
    assert fetched() == 1
    assert Letter.objects.get(kind="matter").enclosures.count() == 0
    assert Complaint.objects.count() == 1


def test_a_certificate_that_is_not_trusted_or_a_wrong_password_reads_nothing(server: Server, monkeypatch: Any) -> None:
    server.put(mail().as_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr("ssl.create_default_context", lambda: context)
    with pytest.raises(ssl.SSLCertVerificationError):
        fetched()
    monkeypatch.setattr("ssl.create_default_context", lambda: server.context)
    wrong = Post(mail_from=BOX, imap_url=server.url.replace("ein", "kein"))
    monkeypatch.setattr(GIVEN, "post", wrong)
    with pytest.raises(imaplib.IMAP4.error):
        fetched()
    assert not Letter.objects.exists()


def test_without_tls_from_the_beginning_it_is_begun_before_the_password(server: Server, monkeypatch: Any) -> None:
    server.put(mail().as_bytes())
    plain = Post(
        mail_from=BOX, imap_url=server.url.replace("imaps", "imap").replace(str(server.secured), str(server.plain))
    )
    monkeypatch.setattr(GIVEN, "post", plain)
    assert fetched() == 1


@pytest.mark.duty("A12-contact")
def test_the_published_mailbox_is_tried_by_a_letter_that_has_to_arrive(server: Server, monkeypatch: Any) -> None:
    values = {
        "title": "投诉邮箱", "serves": ["complaint"], "services": [], "kind": "e-mail", "address": BOX, "try_days": 30,
    }  # fmt: skip
    row: Channel = make("channels", officer(), values)
    now = GIVEN.now()
    with outgoing() as box:
        post = Post(f"smtp://127.0.0.1:{box.port}", BOX, server.url)
        monkeypatch.setattr(GIVEN, "post", post)
        assert [probe_mail(now), probe_mail(now)] == [1, 0]
        send_letters(GIVEN.now())
        probe_mail(now + timedelta(hours=2))
        row.refresh_from_db()
        assert (row.state, "did not arrive" in row.problem) == ("broken", True)
        server.put(box.messages[0].as_bytes())
        fetched()
    row.refresh_from_db()
    assert (row.state, row.problem, Complaint.objects.count()) == ("works", "", 0)
