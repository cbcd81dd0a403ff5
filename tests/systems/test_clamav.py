"""Attachments before a real ClamAV: what it finds is refused, the rest is kept, and without it nothing passes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouze.errors import InvalidError, UnavailableError
from shouze.portal.enclosing import LARGEST, checked
from shouze.portal.ports import GIVEN
from shouze.portal.scanning import clamd
from shouze.registers.complaints.models import Complaint
from shouze.registers.letters.models import Enclosure
from tests.portal.conftest import opened, portal
from tests.portal.house import Portal, signed_in, text

pytestmark = pytest.mark.systems
__all__ = ["opened", "portal"]
PATIENCE = 60.0
EICAR = b"X5O!P%@AP[4" + b"\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The file that scanners agreed to find; in two pieces, so that they do not find this one."""
CONFIGURATION = """\
Foreground yes
DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd.socket
LocalSocketMode 600
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength 12M
{user}
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Run a daemon of its own that knows one signature; return its socket and its port on loopback."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin")
    assert program, "clamd is missing: run tools/setup.sh clamav"
    folder = Path("/tmp") / f"clamd-{os.getpid()}"  # a socket's path is short
    (folder / "signatures").mkdir(parents=True)
    (folder / "signatures" / "ours.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    user = "User root" if os.getuid() == 0 else ""
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder, port=port, user=user))
    try:
        with subprocess.Popen([program, "-c", str(folder / "clamd.conf")], stdout=subprocess.PIPE) as running:
            try:
                _wait(folder / "clamd.socket", running)
                yield str(folder / "clamd.socket"), f"127.0.0.1:{port}"
            finally:
                running.terminate()
                running.wait(PATIENCE)
    finally:
        shutil.rmtree(folder)


def _wait(path: Path, running: subprocess.Popen[bytes]) -> None:
    over = time.monotonic() + PATIENCE
    while not path.exists():
        assert running.poll() is None, "clamd did not start"
        assert time.monotonic() < over, "clamd did not get ready"
        time.sleep(0.05)


@pytest.fixture(params=["socket", "port"])
def scanned(request: pytest.FixtureRequest, daemon: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GIVEN, "scan", clamd(daemon[request.param == "port"]))


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("x", content)


def packed(content: bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", content)
    return held.getvalue()


@pytest.mark.parametrize(
    "content", [EICAR, "情况如下\n".encode() + EICAR, b"%PDF-1.7\n" + EICAR, b"%PDF-1.7\n" + packed(EICAR)]
)
def test_what_clamav_finds_is_refused(scanned: None, content: bytes) -> None:
    with pytest.raises(InvalidError) as refused:
        checked([file(content)])
    assert refused.value.field == "enclosures"


@pytest.mark.parametrize("content", ["情况如下".encode(), b"%PDF-1.7\n%%EOF", EICAR[:-1], b"a" * LARGEST])
def test_what_it_does_not_find_is_kept_as_it_is(scanned: None, content: bytes) -> None:
    assert [each.content for each in checked([file(content)])] == [content]


def complain(subject: str, content: bytes) -> Any:
    sent = {"matter": "disturbed", "service": "mobile", "story": "短信", "enclosures": file(content)}
    return signed_in(subject).post("/complaints/new", sent)


def test_a_complaint_is_filed_with_what_is_clean_and_not_with_what_is_not(portal: Portal, scanned: None) -> None:
    subject = portal.subscriber()
    refused = complain(subject, EICAR)
    assert (refused.status_code, "contains malware" in text(refused)) == (422, True)
    assert not Complaint.objects.exists()
    assert complain(subject, b"a letter").status_code == 302
    assert Enclosure.objects.count() == 1


def test_while_the_daemon_is_down_nothing_passes_and_the_page_says_so(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GIVEN, "scan", clamd(str(tmp_path / "nobody")))
    with pytest.raises(UnavailableError):
        checked([file(b"a letter")])
    answer = complain(portal.subscriber(), b"a letter")
    assert (answer.status_code, "scanner does not answer" in text(answer)) == (422, True)
    assert not Complaint.objects.exists()


def test_a_stream_that_the_daemon_cuts_off_is_taken_for_no_answer(daemon: tuple[str, str]) -> None:
    with pytest.raises(UnavailableError):
        clamd(daemon[0])(b"a" * (13 * 1024 * 1024))
