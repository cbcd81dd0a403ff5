"""Attachments: what a file is, its own bytes say; few, not large, and scanned where a scanner runs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouze.errors import InvalidError, UnavailableError
from shouze.portal.enclosing import LARGEST, checked
from shouze.portal.ports import GIVEN
from shouze.portal.scanning import clamd

EICAR = b"a stand-in for malware"


def file(content: bytes, name: str = "x.exe", media: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media)


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"%PDF-1.7 x", "application/pdf"), (b"\x89PNG\r\n\x1a\n..", "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("情况如下".encode(), "text/plain"),
    ],
)  # fmt: skip
def test_a_file_is_kept_as_what_it_is_under_a_name_of_ours(content: bytes, media: str) -> None:
    (kept,) = checked([file(content, "../../<script>.exe")])
    assert (kept.media, kept.content) == (media, content)
    assert kept.name.startswith("enclosure-1.")


@pytest.mark.parametrize("content", [b"MZ\x90\x00\x03", b"PK\x03\x04\x00\xff", b"", b"a\0b"])
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError) as refused:
        checked([file(content, "letter.pdf", "application/pdf")])
    assert refused.value.field == "enclosures"


def test_too_many_or_too_large_is_refused() -> None:
    with pytest.raises(InvalidError):
        checked([file(b"x")] * 6)
    with pytest.raises(InvalidError):
        checked([file(b"x" * (LARGEST + 1))])


@pytest.fixture
def daemon() -> Iterator[str]:
    """Speak ClamAV's protocol on this machine: what contains EICAR is found."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(stream.read(4), "big"):
                    content += stream.read(size)
                stream.write(b"stream: Eicar FOUND\0" if EICAR in content else b"stream: OK\0")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield f"127.0.0.1:{listening.getsockname()[1]}"
    listening.close()


def test_where_a_scanner_runs_malware_is_refused(daemon: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GIVEN, "scan", clamd(daemon))
    assert checked([file(b"a letter" * 20_000)])
    with pytest.raises(InvalidError):
        checked([file(b"x" + EICAR)])


def test_where_the_scanner_does_not_answer_nothing_passes(daemon: str) -> None:
    port = daemon.rpartition(":")[2]
    with pytest.raises(UnavailableError):
        clamd(f"127.0.0.1:{int(port) - 1 if int(port) > 1025 else 9}")(b"a letter")


def test_where_there_is_no_scanner_at_all_nothing_passes_and_nothing_is_left_open(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        clamd(str(tmp_path / "nobody"))(b"a letter")
