"""Attachments: few, not large, of a kind that their own first bytes show, and scanned where a scanner runs."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.portal.ports import GIVEN
from shouze.registers.acting import Attached

MOST, LARGEST = 5, 10 * 1024 * 1024
"""Files of one complaint, and bytes of one file."""
KINDS = {
    b"%PDF-": ("application/pdf", ".pdf"), b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
}  # fmt: skip
_TEXT = ("text/plain", ".txt")


def checked(files: Sequence[UploadedFile[bytes]]) -> list[Attached]:
    """Return the files as they are kept, named anew; InvalidError names the field ``enclosures``.

    What a browser calls a file, or says that it is, counts for nothing.
    """
    if len(files) > MOST:
        raise _wrong(Text(f"附件超过 {MOST} 个", f"There are more than {MOST} files"))
    return [_checked(each, number) for number, each in enumerate(files, 1)]


def _checked(file: UploadedFile[bytes], number: int) -> Attached:
    if (file.size or 0) > LARGEST:
        raise _wrong(Text("附件超过 10 MiB", "A file is larger than 10 MiB"))
    content = file.read()
    kind = next((kind for begin, kind in KINDS.items() if content.startswith(begin)), None) or _as_text(content)
    if kind is None:
        raise _wrong(Text("附件不是 PDF、PNG、JPEG 或文本", "A file is no PDF, PNG, JPEG or plain text"))
    if GIVEN.scan is not None and not GIVEN.scan(content):
        raise _wrong(Text("附件含有恶意程序", "A file contains malware"))
    return Attached(f"enclosure-{number}{kind[1]}", kind[0], content)


def _as_text(content: bytes) -> tuple[str, str] | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return _TEXT if text and "\0" not in text else None


def _wrong(detail: Text) -> InvalidError:
    remedy = Text("换一个文件后重新提交", "Choose another file and submit again")
    return InvalidError(detail, field="enclosures", remedy=remedy)
