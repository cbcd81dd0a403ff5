"""Mail over a real server: in clear only where the server offers nothing else, and never with a password."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shouze.registers.mailing import MailServer
from tests.desk.mailbox import Mailbox, mailbox

SENDER = "shouze@example.invalid"


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """Return the server's side of TLS, with a certificate for 127.0.0.1 that nobody has vouched for."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    path = tmp_path / "mail.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


@contextmanager
def reached(
    url: str = "smtp://127.0.0.1:{port}", tls: ssl.SSLContext | None = None
) -> Iterator[tuple[Mailbox, MailServer]]:
    with mailbox(tls) as box:
        yield box, MailServer(url.format(port=box.port), SENDER)


def test_a_message_names_its_sender_and_its_number() -> None:
    with reached() as (box, server):
        server.send("zhou@example.invalid", "守则", "正文", "delivery-7")
    (message,) = box.messages
    assert (message["from"], message["subject"]) == (SENDER, "守则")
    assert "delivery-7" in message["message-id"]


def test_a_server_that_offers_tls_is_spoken_to_over_tls_and_has_to_prove_itself(tls: ssl.SSLContext) -> None:
    with reached(tls=tls) as (box, server), pytest.raises(ssl.SSLCertVerificationError):
        server.send("zhou@example.invalid", "s", "b", "1")
    assert box.messages == []


def test_no_password_is_said_without_tls() -> None:
    with reached("smtp://desk:secret@127.0.0.1:{port}") as (box, server), pytest.raises(smtplib.SMTPException):
        server.send("zhou@example.invalid", "s", "b", "1")
    assert box.messages == []


def test_a_mail_servers_url_is_shown_nowhere() -> None:
    assert "secret" not in repr(MailServer("smtps://desk:secret@mail.invalid", SENDER))
