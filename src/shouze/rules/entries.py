"""What enters the policy beside declarations: posts, agents, orders …

Each entry has an id; writing an entry of the same kind and id replaces it. Times are RFC 3339 with an offset; a span
is open at its right end.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from shouze.rules.declaration import Name, Told, Words
from shouze.rules.period import Moment
from shouze.rules.use import Action, ActorKind

Names = frozenset[Name]
"""A set of ids. In what restricts (an order), an empty set means all of them."""
Id = Annotated[str, msgspec.Meta(pattern=r"^[\w.:@()（）〔〕\[\]#/-]{1,128}$(?!\n)")]
"""An id given by people elsewhere: letters of any script, digits and a few marks."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Anything of the policy with an id."""

    id: Id


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What may be done, of which items, where, from when until when (Art. 13(3)).

    A part left out is not limited; an empty part permits nothing, so that removing a name never widens a grant.
    ``course``: only for who holds a certificate of that course, in its term (Art. 15).
    ``reviewed_until``: until when the system that it is used from has been reviewed (Art. 13(5)); left out: nobody
    asks.
    """

    services: Names
    actions: frozenset[Action]
    purposes: Names | None = None
    items: Names | None = None
    sites: frozenset[Id] | None = None
    since: Moment | None = None
    until: Moment | None = None
    course: Name | None = None
    reviewed_until: Moment | None = None


class Post(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """A post whose holders may do what its grants say."""

    name: Told
    grants: tuple[Grant, ...] = ()


class Account(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """A service account: a program of the operator's that acts at the door.

    ``administers`` lets its tokens write declarations and policy, and issue tokens; it opens nothing.
    """

    name: Told
    grants: tuple[Grant, ...] = ()
    administers: bool = False


class Person(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """One of the operator's own staff (``id`` is the work number) with grants of their own, beside the post's."""

    grants: tuple[Grant, ...] = ()


class Certified(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """That a person (by work number) passed a course, and until when that counts (Art. 15).

    ``id`` is ``course@person``: one of each.
    """

    course: Name
    person: Id
    since: Moment
    until: Moment | None = None


class Agent(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """Who serves users on the operator's behalf (Art. 11): contract, verdict of the review, what its staff may do."""

    name: Told
    contract_since: Moment
    contract_until: Moment
    fit: bool
    fit_until: Moment
    grants: tuple[Grant, ...] = ()


class Order(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """The authority's demand to suspend (Art. 14(2)); an empty part covers all. ``id`` is the order's number."""

    authority: Told
    reason: Told
    since: Moment
    until: Moment | None = None
    services: Names = frozenset()
    purposes: Names = frozenset()
    actions: frozenset[Action] = frozenset()
    items: Names = frozenset()
    agents: frozenset[Id] = frozenset()


class Silence(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """That a law forbids for now to tell users of looks for one demand; ``id`` is the demand's number.

    A look is one of these when it names that number as its ticket. It is recorded like any other, and shown to the
    user from ``until`` on.
    """

    law: Words
    until: Moment


class Freeze(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """An incident's first measure (Art. 14(1)): a service, agent, item, action or person frozen."""

    incident: Words
    target: Literal["service", "agent", "item", "action", "actor"]
    name: Id
    since: Moment


class Approval(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """A second person's yes to one bulk operation (Art. 13(3)); ``run_only``: to the run of a bulk request alone."""

    requested_by: Id
    approved_by: Id
    reason: Words
    action: Literal["export", "copy", "destroy"]
    service: Name
    purpose: Name
    items: Annotated[Names, msgspec.Meta(min_length=1)]
    volume: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    since: Moment
    until: Moment
    run_only: bool = False


class Ending(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """That the operator ends a service (``id``): use stops at that moment (Art. 9(4), PIPL 47)."""

    at: Moment


class Provision(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """What a recipient is provided with (Art. 10): it narrows what the rules declare; an empty part provides nothing.

    Where several stand for one recipient of a service, only what all of them allow is provided.
    """

    service: Name
    recipient: Name
    purposes: Names
    items: Names
    since: Moment | None = None
    until: Moment | None = None


class Caller(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """A token: who its bearer is, until when. Only the SHA-256 of its 256-bit secret is kept."""

    secret_sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    kind: ActorKind | Literal["face"]
    actor: Id
    until: Moment
    post: Name | None = None
    agent: Id | None = None
    revoked: bool = False


class Issuer(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """A face (desk or portal) whose signed assertions name the person it acts for; an Ed25519 public key, base64."""

    face: Literal["desk", "portal"]
    public_key: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{43}=$(?!\n)")]
    revoked: bool = False


class PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What ``shouze policy apply`` reads: entries to write, and entries to remove as ``kind/id``."""

    format: Literal["shouze-policy/1"] = "shouze-policy/1"
    posts: tuple[Post, ...] = ()
    accounts: tuple[Account, ...] = ()
    people: tuple[Person, ...] = ()
    certificates: tuple[Certified, ...] = ()
    agents: tuple[Agent, ...] = ()
    orders: tuple[Order, ...] = ()
    silences: tuple[Silence, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    approvals: tuple[Approval, ...] = ()
    endings: tuple[Ending, ...] = ()
    provisions: tuple[Provision, ...] = ()
    callers: tuple[Caller, ...] = ()
    issuers: tuple[Issuer, ...] = ()
    remove: tuple[Words, ...] = ()


KINDS: dict[str, type[Entry]] = {
    "posts": Post,
    "accounts": Account,
    "people": Person,
    "certificates": Certified,
    "agents": Agent,
    "orders": Order,
    "silences": Silence,
    "freezes": Freeze,
    "approvals": Approval,
    "endings": Ending,
    "provisions": Provision,
    "callers": Caller,
    "issuers": Issuer,
}
