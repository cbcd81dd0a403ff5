"""A real mail server on this machine that keeps what it is given."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What the server was given, and where it listens."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@contextmanager
def mailbox(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Run a mail server as long as this lasts; with ``tls`` it offers STARTTLS."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, ready_timeout=30, tls_context=tls)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
