"""DOCX, PPTX, ODT, PDF, HTML and e-mail, as lines of text; what is attached to mail is read as a file of its own."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from typing import Any, BinaryIO

from shouze.discovery.installed import extra
from shouze.discovery.reading.piece import Limits, Lines, Piece, Reader, Unread, whole
from shouze.discovery.reading.plain import encoding_of, halved, utf8
from shouze.discovery.reading.zipped import check_zip
from shouze.language import Text

_PARTS = re.compile(
    r"word/(document|header\d*|footer\d*|comments|footnotes)\.xml|ppt/(slides|notesSlides)/[^/]+\.xml|content\.xml"
)
_PARAGRAPHS = {"p", "h", "list-item"}
_PAGES = 5_000


def read_office(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield the paragraphs of each part of a document; comments, headers and notes too."""
    archive = check_zip(file, limits)
    for member in archive.infolist():
        if _PARTS.fullmatch(member.filename):
            limits.spend(member.file_size)
            with archive.open(member) as part:
                lines = _paragraphs(part)
                yield from _lines(f"{place}/{member.filename}", lines)


def read_html(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield the texts of a page by their lines in the source; attributes such as links and values too."""
    html = extra("lxml.html")
    content = whole(file, limits)
    if not content.strip():
        return
    encoding = encoding_of(content[:65536])
    plain = encoding in {"utf-8", "gb18030", "mixed"}
    text = utf8(content, encoding) if plain else content.decode(encoding, "replace").encode()
    root = html.fromstring(text, parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    found: dict[int, list[str]] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        words = [element.text, *(element.get(name) for name in ("href", "value", "content", "alt", "title"))]
        found.setdefault(min(element.sourceline or 1, 10_000_000), []).extend(
            " ".join(each.split()) for each in words if each and each.strip()
        )
        if element.tail and element.tail.strip():
            found.setdefault(element.sourceline or 1, []).append(" ".join(element.tail.split()))
    for number, words in sorted(found.items()):
        if words:
            yield Lines(place, number, halved("\t".join(words).encode("utf-8", "replace")))


def read_pdf(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield the text of each page; pages that are pictures hold none, which is said."""
    reader = extra("pypdf").PdfReader(io.BytesIO(whole(file, limits)))
    if reader.is_encrypted and not reader.decrypt(""):
        yield Unread(place, Text("有密码保护", "It is protected by a password"))
        return
    pictures = 0
    for number, page in enumerate(reader.pages[:_PAGES], 1):
        text = page.extract_text()
        limits.spend(len(text))
        pictures += not text.strip()
        yield from _lines(f"{place}/page {number}", text.splitlines())
    if pictures:
        yield Unread(place, Text(f"{pictures} 页没有文字（可能是图片，不识别图中文字）",
                                 f"{pictures} pages hold no text (pictures? text in them is not read)"))  # fmt: skip


def mail_reader(further: Reader) -> Reader:
    """Return the reader of messages and mailboxes; ``further`` reads what is attached."""

    def read(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
        message = email.message_from_bytes(whole(file, limits), policy=email.policy.default)
        yield from _message(message, place, limits, further)

    return read


def mailbox_reader(further: Reader) -> Reader:
    """Return the reader of mailboxes (mbox)."""

    def read(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
        content = whole(file, limits)
        for number, part in enumerate(re.split(rb"(?m)^From .*\n", content)[1:], 1):
            limits.open_member()
            message = email.message_from_bytes(part, policy=email.policy.default)
            yield from _message(message, f"{place}/{number}", limits, further)

    return read


def _message(message: Any, place: str, limits: Limits, further: Reader) -> Iterator[Piece]:
    heads = [f"{name}: {' '.join(str(message.get(name, '')).split())}" for name in
             ("From", "To", "Cc", "Bcc", "Reply-To", "Subject") if message.get(name)]  # fmt: skip
    yield from _lines(place, heads)
    for part in message.walk():
        if not isinstance(part, EmailMessage) or part.is_multipart():
            continue
        limits.open_member()
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content:
            continue
        limits.spend(len(content))
        name = part.get_filename() or ("body.html" if part.get_content_subtype() == "html" else "body.txt")
        yield from further(io.BytesIO(content), f"{place}/{name}", limits)


def _paragraphs(part: Any) -> Iterator[str]:
    etree = extra("lxml.etree")
    words: list[str] = []
    events = etree.iterparse(
        part, events=("end",), resolve_entities=False, no_network=True, recover=True, huge_tree=False
    )
    for _, element in events:
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if name in _PARAGRAPHS and not words:
            words.extend(text for text in element.itertext())
        elif name == "t" and element.text:
            words.append(element.text)
        if name in _PARAGRAPHS:
            yield "".join(words)
            words = []
            element.clear()


def _lines(place: str, lines: Iterable[str]) -> Iterator[Lines]:
    content = "\n".join(line.replace("\n", " ").replace("\r", " ") for line in lines)
    if content.strip():
        yield Lines(place, 1, halved(content.encode("utf-8", "replace")), len(content))
