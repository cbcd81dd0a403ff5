"""Opens a file by what its first bytes say, then by its name; whatever breaks is told, never passed over."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from shouze.discovery.reading.archives import archive_reader
from shouze.discovery.reading.columnar import read_avro, read_orc, read_parquet, read_sqlite
from shouze.discovery.reading.delimited import read_delimited
from shouze.discovery.reading.documents import mail_reader, mailbox_reader, read_html, read_office, read_pdf
from shouze.discovery.reading.piece import Kept, Limits, Piece, Reader, TooMuchError, Unread
from shouze.discovery.reading.plain import is_text, read_text
from shouze.discovery.reading.records import read_json, read_json_lines, read_xml, read_yaml
from shouze.discovery.reading.sheets import read_sheets
from shouze.errors import InvalidError
from shouze.language import Text

_PICTURES = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".webp"}
_PHOTO = re.compile(r"(?i)(照片|人像|头像|相片|photo|portrait|avatar|face|身份证|sfz|idcard|id_card|证件)")
_PAPERS = re.compile(r"(?i)(身份证|sfz|idcard|id_card|证件|营业执照)")
_FINGERPRINTS = {".wsq", ".fpt", ".fmd", ".iso-fmr", ".ansi-fmr", ".fir"}
_FINGERPRINT_HEADS = (b"FMR\0", b"FIR\0", b"\xff\xa0\xff")
_NOT_READ = {
    b"Rar!": Text("RAR 压缩包不能读取", "RAR archives cannot be read"),
    b"7z\xbc\xaf": Text("7z 压缩包不能读取", "7z archives cannot be read"),
    b"\x28\xb5\x2f\xfd": Text("zstd 压缩文件不能读取", "zstd files cannot be read"),
}
_TOO_MUCH = Text("超出读取上限（过大，或解压后过大）", "Beyond the limits: too large, or too large once unfolded")
_BROKEN = Text("内容损坏或与类型不符，读到损坏处为止", "Broken, or not what its type says; read up to there")


def read_file(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield the pieces of an open, seekable file; whatever goes wrong becomes an ``Unread``.

    # Invariant: no exception of a broken file comes out of here, and no word of its content.
    """
    try:
        head = file.read(65536)
        file.seek(0)
        if not head:
            return
        kept = _by_type(head, place)
        if kept is not None:
            yield kept
            return
        yield from reader_of(head, place, file)(file, place, limits)
    except TooMuchError:
        yield Unread(place, _TOO_MUCH)
    except InvalidError as problem:
        yield Unread(
            place, Text(f"{problem.detail.zh}：{problem.remedy.zh}", f"{problem.detail.en}: {problem.remedy.en}")
        )
    except Exception:  # noqa: BLE001 - broken files break libraries in every way; it is told as unread
        yield Unread(place, _BROKEN)


def reader_of(head: bytes, place: str, file: BinaryIO) -> Reader:
    """Return what reads a file with these first bytes and this name."""
    suffix = f".{place.rpartition('.')[2].lower()}"
    for magic, reader in _MAGIC:
        if head.startswith(magic):
            return reader
    if head[257:262] == b"ustar":
        return archive_reader("tar", read_file)
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(file)
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if head.startswith(b"From ") and b"\n\n" in head:
        return mailbox_reader(read_file)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    return next((reader for magic, reader in _LIKE if start.startswith(magic)), read_text)


def _by_type(head: bytes, place: str) -> Kept | Unread | None:
    name = place.rpartition("/")[2]
    suffix = f".{name.rpartition('.')[2].lower()}"
    if suffix in _FINGERPRINTS or head.startswith(_FINGERPRINT_HEADS):
        return Kept(place, "fingerprint", Text("指纹文件的类型", "A file of the type of fingerprints"))
    if suffix in _PICTURES:
        if _PAPERS.search(place):
            return Kept(place, "id-copy", Text("图片，名称指向证件", "A picture whose name speaks of documents"))
        if _PHOTO.search(place):
            return Kept(place, "photo", Text("图片，名称指向人像", "A picture whose name speaks of people"))
        return Unread(place, Text("图片：不识别图中文字", "A picture: text in pictures is not read"))
    for magic, reason in _NOT_READ.items():
        if head.startswith(magic):
            return Unread(place, reason)
    known = head.startswith((b"PK", *(magic for magic, _ in _MAGIC))) or head[257:262] == b"ustar"
    if not known and suffix not in _BY_SUFFIX and not is_text(head):
        return Unread(place, Text("不认识的二进制文件", "A binary file of an unknown kind"))
    return None


def _in_zip(file: BinaryIO) -> Reader:
    try:
        names = set(zipfile.ZipFile(file).namelist())
    finally:
        file.seek(0)
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return read_office
    if any(name.startswith("xl/") for name in names):
        return read_sheets
    if "mimetype" in names and "content.xml" in names:
        return _open_document(file)
    return archive_reader("zip", read_file)


def _open_document(file: BinaryIO) -> Reader:
    try:
        with zipfile.ZipFile(file) as archive:
            kind = archive.read("mimetype")[:100]
    finally:
        file.seek(0)
    return read_sheets if b"spreadsheet" in kind else read_office


_MAGIC: tuple[tuple[bytes, Reader], ...] = (
    (b"SQLite format 3\0", read_sqlite),
    (b"PAR1", read_parquet),
    (b"ORC", read_orc),
    (b"Obj\x01", read_avro),
    (b"%PDF", read_pdf),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", read_sheets),
    (b"\x1f\x8b", archive_reader("gz", read_file)),
    (b"BZh", archive_reader("bz2", read_file)),
    (b"\xfd7zXZ\0", archive_reader("xz", read_file)),
)
_LIKE: tuple[tuple[bytes, Reader], ...] = (
    (b"<?xml", read_xml), (b"<!doctype html", read_html), (b"<html", read_html), (b"{", read_json),
    (b"[{", read_json), (b"received:", mail_reader(read_file)), (b"return-path:", mail_reader(read_file)),
)  # fmt: skip
_BY_SUFFIX: dict[str, Reader] = {
    ".csv": read_delimited, ".tsv": read_delimited, ".tab": read_delimited, ".json": read_json,
    ".jsonl": read_json_lines, ".ndjson": read_json_lines, ".xml": read_xml, ".yaml": read_yaml, ".yml": read_yaml,
    ".html": read_html, ".htm": read_html, ".eml": mail_reader(read_file), ".mbox": mailbox_reader(read_file),
    ".xlsx": read_sheets, ".xls": read_sheets, ".ods": read_sheets, ".xlsb": read_sheets, ".docx": read_office,
    ".pptx": read_office, ".odt": read_office, ".pdf": read_pdf, ".parquet": read_parquet, ".orc": read_orc,
    ".avro": read_avro, ".tar": archive_reader("tar", read_file),
}  # fmt: skip


def read_bytes(content: bytes, place: str, limits: Limits | None = None) -> list[Piece]:
    """Return the pieces of a content that is in memory."""
    return list(read_file(io.BytesIO(content), place, limits or Limits()))
