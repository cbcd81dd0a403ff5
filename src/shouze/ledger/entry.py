"""Write and read handling records, the leaves of the log.

A leaf is canonical JSON (RFC 8785). Who, where, when and what stay readable, because Order 24, Article 13(6) asks for
them; whatever tells the subject apart is in it only as a salted commitment (``shouze.ledger.disclosure``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import lt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.disclosure import COUNT, Value, digest_of, read_disclosure
from shouze.ledger.tile import MAX_ENTRY

Word = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,63}\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=256)]
Boot = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9-]{1,64}\Z")]
Count = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
Number = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
Digest = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{43}\Z")]
Time = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z")]
Key = Annotated[str, Meta(min_length=1, max_length=512)]
Root = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{43}=\Z")]
Previous = Annotated[str, Meta(pattern=r"\A([A-Za-z0-9+/]{43}=)?\Z")]


class Who(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Who handles: ``kind`` (staff, agent, service, subject, system …), id, post, agent, sign-in."""

    kind: Word
    id: Name | None = None
    post: Name | None = None
    agent: Name | None = None
    auth: Name | None = None


class Where(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """From where: site, terminal, network address."""

    site: Name | None = None
    term: Name | None = None
    ip: Name | None = None


class Shard(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A log that an act upon logs speaks of: its origin; its key (C2SP vkey), or its last size and root (base64)."""

    origin: Name
    vkey: Key | None = None
    size: Count | None = None
    root: Root | None = None


class What(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """What is done: the act, for which service and purposes, to which items, how many rows, disclosed to whom.

    The system's own acts (boot, shutdown, heartbeat …) have neither service nor purposes nor items; those upon logs
    (``ledger.shard``) name one.
    """

    act: Word
    purposes: tuple[Name, ...]
    items: tuple[Name, ...]
    rows: Count
    service: Name | None = None
    recipient: Name | None = None
    shard: Shard | None = None


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """How it was decided or ended: permitted, refused, failed, aborted …; code, article, policy digest, declaration.

    ``purpose`` is the one of several under which it was refused, where not each of them refuses alike.
    """

    outcome: Word
    code: Word | None = None
    article: Name | None = None
    policy: Name | None = None
    declaration: Name | None = None
    purpose: Name | None = None


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One handling record as it stands in the log.

    ``t`` is UTC to the microsecond; ``nseq`` counts the leaves of one boot of one node from 1; ``prev`` is the base64
    leaf hash of the one before, empty for the first; ``sd`` are commitments and decoys.
    """

    v: Literal[1]
    t: Time
    node: Count
    boot: Boot
    nseq: Number
    prev: Previous
    who: Who
    where: Where
    what: What
    verdict: Verdict
    sd: tuple[Digest, ...]
    sd_alg: Literal["sha-256"]

    @property
    def at(self) -> datetime:
        """The time of the record, with its zone (UTC)."""
        return datetime.fromisoformat(self.t)


class Draft(msgspec.Struct, frozen=True, gc=False):
    """What one record will say, and the private fields that it will only commit to.

    # Invariant: a leaf names no subject. Id, sign-in and address of a subject's own act are private fields.
    """

    who: Who
    where: Where
    what: What
    verdict: Verdict
    private: Mapping[str, Value] = {}

    def __repr__(self) -> str:
        """Show what it says in clear."""
        return f"Draft({self.who!r}, {self.where!r}, {self.what!r}, {self.verdict!r})"

    def __post_init__(self) -> None:
        """Refuse to name a subject; InvalidError names the field that would."""
        named = naming_subject(self.who, self.where)
        if named:
            words = Text("用户本人的此项内容只能作为私密字段", "A subject's own is a private field")
            remedy = Text("将其移入 private", "Move it into private")
            raise InvalidError(words, field=named, remedy=remedy)


_leaves = msgspec.json.Decoder(Leaf)
_json = msgspec.json.Encoder(order="sorted")


def naming_subject(who: Who, where: Where) -> str | None:
    """Return the first field in which a subject's own act would name the subject in clear, or None."""
    if who.kind != "subject":
        return None
    clear = {"who.id": who.id, "who.auth": who.auth, "where.ip": where.ip}
    return next((name for name, value in clear.items() if value is not None), None)


def seal_leaf(
    draft: Draft, *, node: int, boot: str, nseq: int, prev: str, time: datetime, sd: tuple[str, ...]
) -> bytes:
    """Return the leaf's bytes; ``sd`` comes from ``disclosure.digests``, ``prev`` from ``chain.Chain.prev``.

    InvalidError names the field that does not fit, or the leaf when it is longer than 65,535 bytes.
    """
    at = _written(time, time.tzinfo)
    words = _words(draft.who, draft.where, draft.what, draft.verdict)
    # Sorted by name (RFC 8785), what differs from leaf to leaf comes before all that a thousand leaves have in common.
    begun = (
        f'{{"boot":"{boot}","node":{node},"nseq":{nseq},"prev":"{prev}","sd":["{_BETWEEN.join(sd)}"],'
        f'"sd_alg":"sha-256","t":"{at}","v":1,'
    )
    if not _BEGUN.fullmatch(begun) or len(sd) % COUNT or not all(map(lt, sd, sd[1:])) or not 0 < nseq <= _LARGEST:
        return _encoded(Leaf(1, at, node, boot, nseq, prev, draft.who, draft.where, draft.what, draft.verdict, sd,
                             "sha-256"))  # fmt: skip
    raw = begun.encode("ascii") + words
    if len(raw) > MAX_ENTRY:
        raise InvalidError(Text("记录超过 65535 字节", "The record is longer than 65,535 bytes"), field="leaf")
    return raw


_BETWEEN = '","'
_LARGEST = (1 << 53) - 1
_BEGUN = re.compile(
    r'\{"boot":"[A-Za-z0-9-]{1,64}","node":[0-9]{1,15},"nseq":[1-9][0-9]{0,15},"prev":"(?:[A-Za-z0-9+/]{43}=)?",'
    r'"sd":\["[A-Za-z0-9_-]{43}"(?:,"[A-Za-z0-9_-]{43}")*\],"sd_alg":"sha-256","t":"[0-9T:.-]{26}Z","v":1,'
)
_written = lru_cache(4)(lambda time, _zone: _time(time))
"""Moments as leaves have them: those of one batch are the same. The zone tells apart moments equal otherwise."""
_SAMPLE_SD = tuple(digit * 43 for digit in "ABCDEFGH")


@lru_cache(4096)
def _words(who: Who, where: Where, what: What, verdict: Verdict) -> bytes:
    """Return the part of a leaf that says verdict, what, where and who, with the brace that ends it.

    # Invariant: what is sealed can be read back: these words have passed the strict reader that verifies the log.
    """
    raw = _encoded(Leaf(1, "2026-01-01T00:00:00.000000Z", 0, "0", 1, "", who, where, what, verdict, _SAMPLE_SD,
                        "sha-256"))  # fmt: skip
    return raw[raw.index(b'"verdict":') :]


def _encoded(leaf: Leaf) -> bytes:
    try:
        raw = _json.encode(leaf)
        _read(raw)
    except (msgspec.MsgspecError, UnicodeEncodeError, TypeError, OverflowError) as error:
        raise InvalidError(Text("无法写入记录", "It cannot be recorded"), field=_place(error)) from None
    return raw


def parse_leaf(raw: bytes) -> Leaf:
    """Return the leaf; TamperedError unless the bytes are exactly what ``seal_leaf`` writes."""
    try:
        return _read(raw)
    except (InvalidError, msgspec.MsgspecError, ValueError, RecursionError):
        raise TamperedError(Text("不是规范的操作记录", "It is not a canonical record"), field="leaf") from None


def always_commits(leaf: Leaf) -> bool:
    """Tell whether the record of such an act has always something to open (``sequencer.openings``)."""
    nobody = leaf.what.act == "collect" and leaf.what.rows == 0
    return leaf.what.service is not None and leaf.who.kind != "system" and not nobody


def verify_disclosure(leaf: Leaf, text: str) -> tuple[str, Value]:
    """Return field and value that a disclosure proves; InvalidError when malformed, TamperedError when not its."""
    name, value = read_disclosure(text)
    if digest_of(text) not in leaf.sd:
        raise TamperedError(Text("披露串与记录不符", "The leaf does not commit to it"), field="disclosure")
    return name, value


def _read(raw: bytes) -> Leaf:
    if len(raw) > MAX_ENTRY:
        raise InvalidError(Text("记录超过 65535 字节", "The record is longer than 65,535 bytes"), field="leaf")
    leaf = _leaves.decode(raw)
    if _json.encode(leaf) != raw or _time(leaf.at) != leaf.t:
        raise InvalidError(Text("不是规范的 JSON", "It is not canonical JSON"), field="leaf")
    if not leaf.sd or len(leaf.sd) % COUNT or list(leaf.sd) != sorted(set(leaf.sd)):
        raise InvalidError(Text("承诺的数目或次序不符", "Commitments are not as many or not in order"), field="sd")
    named = naming_subject(leaf.who, leaf.where)
    if named:
        raise InvalidError(Text("记录指明了用户", "The record names the subject"), field=named)
    return leaf


def _time(time: datetime) -> str:
    if time.utcoffset() != timedelta():
        raise InvalidError(Text("应为 UTC 时间", "It has to be UTC"), field="time")
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _place(error: Exception) -> str:
    # The message itself may quote what was written; only the path after the dollar sign is safe to repeat.
    _, found, path = str(error).rpartition("`$.")
    return path.rstrip("`") if found and isinstance(error, msgspec.ValidationError) else "leaf"
