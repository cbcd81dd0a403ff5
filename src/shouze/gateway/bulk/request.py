"""A bulk request: what is asked, where it stands, what has come of it.

requested → approved | refused | lapsed; approved → running → done | stopped | failed; what is over expires. ``stopped``
may be run on from the next chunk, ``failed`` may not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace

from shouze.errors import InvalidError
from shouze.gateway.asking import Note, SubjectId, Value
from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.rules.use import Actor, ActorKind

State = Literal["requested", "approved", "refused", "lapsed", "running", "done", "stopped", "failed", "expired"]
Reach = Literal["users", "users-and-former", "listed"]
Format = Literal["csv", "ndjson"]
BulkAction = Literal["export", "copy", "destroy"]
RecipientKey = Annotated[str, msgspec.Meta(pattern=r"^age1[02-9ac-hj-np-z]{58}$(?!\n)")]
RequestId = SubjectId
"""26 lower-case letters and digits, random."""
WHOLE = frozenset[State]({"approved", "running", "stopped", "done"})
"""States in which there may be a result, which has an end."""
RUNNABLE = frozenset[State]({"approved", "running", "stopped"})


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Subjects named one by one: ``by`` is ``id``, or the item whose identifiers ``values`` are."""

    by: Name
    values: Annotated[tuple[Value, ...], msgspec.Meta(min_length=1)]

    def __repr__(self) -> str:
        """Return how many, never which."""
        return f"Listed(by={self.by}, {len(self.values)} values)"


class BulkScope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whom it is about: the service's users, those who left as well, or listed ones.

    ``consented`` leaves out who has no standing consent to that purpose of the service.
    """

    reach: Reach = "users"
    consented: Name | None = None


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is asked; ``volume`` is the most subjects that it may be about.

    ``provided_to`` is the declared recipient whom an export or a copy is provided to; without one it stays with the
    operator. ``recipient_key`` is an age X25519 public key; days are those within which another has to decide,
    and those from the approval on that run and result may live.
    """

    service: Name
    purpose: Name
    action: BulkAction
    items: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=100)]
    scope: BulkScope = BulkScope()
    volume: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    provided_to: Name | None = None
    recipient_key: RecipientKey | None = None
    format: Format = "csv"
    decide_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 3
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 7

    def __post_init__(self) -> None:
        """Refuse items named twice, a result without a reader's key, and a key where there is no result."""
        if len(set(self.items)) < len(self.items):
            remedy = Text("每项只写一次", "Name each once")
            raise InvalidError(Text("重复", "Something is named twice"), field="items", remedy=remedy)
        if self.action == "destroy" and self.provided_to is not None:
            remedy = Text("不填", "Leave it out")
            raise InvalidError(
                Text("销毁不向任何人提供", "Destroying provides nobody"), field="provided_to", remedy=remedy
            )
        if (self.action == "destroy") == (self.recipient_key is not None):
            raise InvalidError(
                Text("导出、复制须有接收方公钥，销毁则无", "Exports and copies have a recipient's key, others none"),
                field="recipient_key",
                remedy=Text(
                    "用 age-keygen 生成密钥对，只给出公钥", "Make a pair with age-keygen and give the public key"
                ),
            )


class Remarks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What people write freely about a request; kept as personal information, sealed under the key of its day."""

    reason: Note
    ticket: Note | None = None
    recipient: Note | None = None

    def __repr__(self) -> str:
        """Return nothing of what was written."""
        return "Remarks(…)"


class Party(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asked: an actor without the token or sign-in of the moment."""

    kind: ActorKind
    id: str
    post: str | None = None
    agent: str | None = None

    @classmethod
    def of(cls, actor: Actor) -> Party:
        """Return who an actor is."""
        return cls(actor.kind, actor.id, actor.post, actor.agent)


class Counts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Subjects: looked at, written or destroyed, with nothing held, kept by a named law, refused by code."""

    seen: int = 0
    rows: int = 0
    not_held: int = 0
    kept: int = 0
    refused: Mapping[str, int] = {}

    def plus(self, other: Counts) -> Counts:
        """Return both together."""
        refused = Counter(self.refused)
        refused.update(other.refused)
        return Counts(
            self.seen + other.seen, self.rows + other.rows, self.not_held + other.not_held, self.kept + other.kept,
            dict(refused),
        )  # fmt: skip


class Leaf(msgspec.Struct, frozen=True):
    """Where a record stands in the log, how many subjects it is about, and the policy it was decided under."""

    node: int
    boot: str
    nseq: int
    leaf: bytes
    act: str
    outcome: str
    rows: int
    policy: str = ""


class Chunk(msgspec.Struct, frozen=True, omit_defaults=True):
    """Up to 1,000 subjects of a run, those after ``after`` and up to ``last``.

    ``part`` names the file of its rows. A chunk of a destruction is ``open`` from its record on until all of it is
    destroyed, so that who comes after a crash neither leaves anything nor counts it twice.
    """

    number: int
    after: str
    last: str
    counts: Counts
    leaves: tuple[Leaf, ...]
    part: str | None = None
    open: bool = False


class Job(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request on its way; ``until`` is the end of its approval and of its result.

    ``runner`` is the run under way, ``beat`` when it last gave a sign, ``cursor`` the last subject that is done with,
    ``why`` the code of what stopped or failed it.
    """

    id: RequestId
    form: Form
    asked_by: Party
    asked_at: datetime
    decide_by: datetime
    state: State = "requested"
    listed: int = 0
    unknown: int = 0
    """Listed identifiers that point to nobody, or to several."""
    decided_by: str | None = None
    decided_at: datetime | None = None
    until: datetime | None = None
    runner: str | None = None
    beat: datetime | None = None
    stopping: bool = False
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    why: str | None = None
    cursor: str = ""
    chunks: int = 0
    counts: Counts = Counts()
    leaves: tuple[Leaf, ...] = ()
    """The records of the request itself; those of chunks stand with the chunks."""

    @property
    def due(self) -> datetime | None:
        """Return when the request comes to an end by itself."""
        if self.state == "requested":
            return self.decide_by
        return self.until if self.state in WHOLE and not self._certain else None

    @property
    def _certain(self) -> bool:
        """Tell whether nothing is left to expire: what is destroyed stays so."""
        return self.state == "done" and self.form.action == "destroy"

    def noted(self, leaf: Leaf) -> Job:
        """Return the job with one more record."""
        return replace(self, leaves=(*self.leaves, leaf))
