"""Asks a ClamAV daemon about bytes, by its own protocol (``zINSTREAM``), without writing them anywhere."""

from __future__ import annotations

import socket
from collections.abc import Callable

from shouze.errors import UnavailableError
from shouze.language import Text

SECONDS = 30.0
PIECE = 64 * 1024


def clamd(address: str) -> Callable[[bytes], bool]:
    """Return what asks the daemon at ``host:port`` or at a socket's path whether bytes are harmless.

    UnavailableError where it does not answer: nothing passes unlooked at where a scanner is meant to run.
    """

    def scan(content: bytes) -> bool:
        try:
            with _connected(address) as daemon:
                daemon.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), PIECE):
                    piece = content[start : start + PIECE]
                    daemon.sendall(len(piece).to_bytes(4, "big") + piece)
                daemon.sendall(bytes(4))
                told = _answer(daemon)
        except OSError:
            told = b""
        if told not in (b"stream: OK", b"") and not told.endswith(b"FOUND"):
            told = b""
        if not told:
            raise UnavailableError(Text("病毒扫描没有应答", "The virus scanner does not answer"), field="enclosures")
        return told == b"stream: OK"

    return scan


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(SECONDS)
        try:
            daemon.connect(address)
        except OSError:
            daemon.close()
            raise
        return daemon
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(daemon: socket.socket) -> bytes:
    told = b""
    while not told.endswith(b"\0") and (piece := daemon.recv(4096)):
        told += piece
    return told.rstrip(b"\0\n")
