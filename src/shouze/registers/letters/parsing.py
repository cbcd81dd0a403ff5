"""Reads an e-mail (RFC 5322, MIME) as a letter, whatever somebody sent; pure and total: any bytes make a ``Mail``.

It tells machines' mail from people's (RFC 3834), bounces by what they are about (RFC 3464), and what a filter in
front of the mailbox called spam.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from html.parser import HTMLParser

from shouze.language import Text

LONGEST_TEXT = 50_000
MOST_ENCLOSURES, LARGEST_ENCLOSURE = 20, 10 * 1024 * 1024
MOST_PARTS, MOST_REFERENCES = 200, 50
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESS = re.compile(r"[^@\s<>\"(),;:]{1,64}@[^@\s<>\"(),;:]{1,190}")
_NUMBER = re.compile(r"\b([A-Z]{1,4}-20[0-9]{2}-[0-9]{4,9})\b")
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "list-id", "list-unsubscribe", "feedback-id")
_BULK = {"bulk", "junk", "list", "auto_reply"}
_DAEMONS = ("mailer-daemon@", "postmaster@", "mail-daemon@")
_SKIPPED = frozenset({"script", "style", "head", "title", "template"})
_BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"})


@dataclass(frozen=True)
class Enclosed:
    """A file that came with a letter."""

    name: str = field(repr=False)
    media: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Mail:
    """What an e-mail says, and what it is; nothing of it is shown by ``repr``."""

    message_id: str = field(repr=False)
    sender: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    references: tuple[str, ...] = field(repr=False)
    numbers: tuple[str, ...] = ()
    """Numbers of entries that the subject names."""
    automatic: bool = False
    bounce: bool = False
    spam: bool = False
    enclosures: tuple[Enclosed, ...] = ()
    problems: tuple[Text, ...] = ()
    """What was left out, and why."""


def parse(content: bytes) -> Mail:
    """Return what these bytes say."""
    message = email.message_from_bytes(content)
    parts = list(_parts(message))
    enclosures, problems = _enclosures(parts)
    text = _text(parts)
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        problems = [*problems, Text("正文过长，已截断", "The text is too long and was cut")]
    subject, sender = _header(message, "subject")[:300], _sender(message)
    bounce = _is_bounce(message, sender)
    about = _references(message) if not bounce else (*_bounced(parts), *_references(message))
    return Mail(
        message_id=_first_id(message), sender=sender, subject=subject, text=text, references=about,
        numbers=tuple(dict.fromkeys(_NUMBER.findall(subject.upper())))[:3], automatic=bounce or _is_automatic(message),
        bounce=bounce, spam=_is_spam(message), enclosures=tuple(enclosures), problems=tuple(problems),
    )  # fmt: skip


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts that are no containers; those of messages within are the last."""
    for place, part in enumerate(message.walk()):
        if place >= MOST_PARTS:
            return
        yield part


def _header(message: Message, name: str) -> str:
    try:
        found = message.get(name)
        return _decoded(str(found)) if found is not None else ""
    except (ValueError, LookupError, TypeError):
        return ""


def _decoded(text: str) -> str:
    """Return a header's words (RFC 2047); what cannot be decoded stays as it stands."""
    try:
        words = [part if isinstance(part, str) else _characters(part, charset) for part, charset in decode_header(text)]
    except (ValueError, LookupError, email.errors.MessageError):
        words = [text]
    return _plain(" ".join("".join(words).split()))


def _characters(content: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8", "gb18030"):
        try:
            if name:
                return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def _plain(text: str) -> str:
    """Return text without characters that steer (but line ends and tabs), and without lone surrogates."""
    kept = "".join(each for each in text if each.isprintable() or each in "\n\t")
    return kept.encode("utf-8", "replace").decode("utf-8")


def _sender(message: Message) -> str:
    found = _ADDRESS.search(_header(message, "reply-to")) or _ADDRESS.search(_header(message, "from"))
    if found:
        return found[0].lower()
    listed = [address for _, address in getaddresses([_header(message, "from")]) if _ADDRESS.fullmatch(address)]
    return listed[0].lower() if listed else ""


def _first_id(message: Message) -> str:
    found = _MESSAGE_ID.search(_header(message, "message-id"))
    return found[0] if found else ""


def _references(message: Message) -> tuple[str, ...]:
    words = f"{_header(message, 'in-reply-to')} {_header(message, 'references')}"
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(words)))[:MOST_REFERENCES]


def _is_automatic(message: Message) -> bool:
    submitted = _header(message, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if _header(message, "precedence").lower() in _BULK or _header(message, "return-path") == "<>":
        return True
    return any(message.get(name) is not None for name in _AUTOMATIC)


def _is_bounce(message: Message, sender: str) -> bool:
    report = message.get_content_type() == "multipart/report"
    delivery = report and str(message.get_param("report-type", "")).lower() == "delivery-status"
    failed = "x-failed-recipients" in message
    return delivery or failed or sender.startswith(_DAEMONS)


def _bounced(parts: list[Message]) -> tuple[str, ...]:
    """Return the ids of the messages that a bounce carries (RFC 3462), or quotes in its text."""
    ids: list[str] = []
    for part in parts[1:]:
        if part.get_content_type() in ("text/rfc822-headers", "text/plain", "message/delivery-status"):
            ids += _MESSAGE_ID.findall(_payload(part)[:LONGEST_TEXT])
        if found := _first_id(part):
            ids.append(found)
    return tuple(dict.fromkeys(ids))[:MOST_REFERENCES]


def _is_spam(message: Message) -> bool:
    flagged = _header(message, "x-spam-flag").lower().startswith("yes")
    return flagged or _header(message, "x-spam-status").lower().startswith("yes")


def _text(parts: list[Message]) -> str:
    plain = [_payload(part) for part in parts if part.get_content_type() == "text/plain" and not _is_file(part)]
    if not any(each.strip() for each in plain):
        plain = [
            _from_html(_payload(part))
            for part in parts
            if part.get_content_type() == "text/html" and not _is_file(part)
        ]
    lines = "\n".join(plain).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_plain(line).rstrip() for line in lines)).strip()


def _payload(part: Message) -> str:
    try:
        content = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError, AssertionError):
        return ""
    return _characters(content, charset) if isinstance(content, bytes) else ""


def _is_file(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())
    except (ValueError, LookupError, TypeError):
        return False


def _enclosures(parts: list[Message]) -> tuple[list[Enclosed], list[Text]]:
    kept: list[Enclosed] = []
    problems: list[Text] = []
    for part in parts:
        if part.is_multipart() or not _is_file(part):
            continue
        content = part.get_payload(decode=True)
        size = len(content) if isinstance(content, bytes) else 0
        if len(kept) >= MOST_ENCLOSURES:
            return kept, [*problems, Text("附件过多，其余未收", "Too many files; the rest was left out")]
        if size > LARGEST_ENCLOSURE:
            problems.append(Text("一个附件超过 10 MiB，未收", "A file larger than 10 MiB was left out"))
        elif isinstance(content, bytes) and content:
            kept.append(Enclosed(_file_name(part), part.get_content_type(), content))
    return kept, problems


def _file_name(part: Message) -> str:
    try:
        name = _decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        name = ""
    return re.sub(r"[\\/:*?\"<>|\n\t]", "_", name)[:120] or "file"


class _Text(HTMLParser):
    """Collects the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._within = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:  # Python's own name
        if tag in _SKIPPED:
            self._within += 1
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:  # Python's own name
        if tag in _SKIPPED:
            self._within = max(self._within - 1, 0)

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.pieces.append(data)


def _from_html(page: str) -> str:
    reader = _Text()
    try:
        reader.feed(page[: LONGEST_TEXT * 10])
        reader.close()
    except (AssertionError, ValueError):
        return ""
    lines = "".join(reader.pieces).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)
