"""One intended handling: who, where, what for, of which items."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

ActorKind = Literal["staff", "agent-staff", "service", "subject"]
Action = Literal[
    "collect", "read", "use", "disclose", "correct", "export", "copy", "destroy", "compare", "match",
    "consent", "withdraw", "agree", "terminate", "resume", "erase", "bind", "freeze", "approve", "inspect",
]  # fmt: skip
ACTIONS: tuple[Action, ...] = get_args(Action)

OPENING: frozenset[Action] = frozenset({"read", "use", "disclose", "correct", "export", "copy"})
"""Actions that look at what is held."""
BULK: frozenset[Action] = frozenset({"export", "copy", "destroy"})
"""Actions that Article 13(3) puts under another person's review."""
APPROVE: Action = "approve"
"""To say yes or no to another's bulk operation; a second person's act, so that no program can be granted it."""
INSPECT: Action = "inspect"
"""To look at the handling records themselves; an act of the operator's own, so that no agent is granted it."""
MATCH: Action = "match"
"""To count how many of many values are of users, to find copies; the operator's own, so that no agent is granted it."""
RESUME: Action = "resume"
"""To take up a service again that was left by mistake; the subject's own act, which nobody can be granted."""
OF_ITEMS: frozenset[Action] = OPENING | {"collect", "compare", "match", "destroy"}
"""Actions on items, for which purpose, means and items must be declared; the others act on the subject's standing."""

SUBJECT_RIGHTS = "subject-rights"
"""The purpose under which a subject sees and corrects what is held (Art. 9(2)); it needs no declaration."""


USAGE = "#usage"
"""What ends the name of a ground under which records of use are held; the name of no purpose has this sign."""


class Actor(msgspec.Struct, frozen=True, gc=False):
    """Who acts: staff in a post, an agent's staff, a service account, or the subject itself.

    ``session`` names the sign-in behind the act; ``id`` of a subject is the subject's own id. ``caller`` names the
    token that was presented, ``issuer`` the face whose assertion named the person; both None within the process.
    """

    kind: ActorKind
    id: str
    post: str | None = None
    agent: str | None = None
    session: str | None = None
    caller: str | None = None
    issuer: str | None = None


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where: the site, the terminal, the network address."""

    site: str | None = None
    terminal: str | None = None
    address: str | None = None


class Use(msgspec.Struct, frozen=True, gc=False):
    """One intended handling, for one purpose; ``in_run`` as a part of a bulk request's run."""

    actor: Actor
    service: str
    purpose: str
    action: Action
    items: tuple[str, ...] = ()
    place: Place = Place()
    recipient: str | None = None
    subject: str | None = None
    approval: str | None = None
    volume: int = 1
    in_run: bool = False

    @property
    def ground(self) -> str:
        """Return the retention ground that the use draws on: the purpose of the service."""
        return ground_of(self.service, self.purpose)


def ground_of(service: str, purpose: str) -> str:
    """Return the name of a retention ground."""
    return f"{service}/{purpose}"


def parts_of(ground: str) -> tuple[str, str]:
    """Return service and purpose of a retention ground, or of the records of use held for it."""
    service, _, purpose = ground.removesuffix(USAGE).partition("/")
    return service, purpose


def service_of(ground: str) -> str:
    """Return the service of a retention ground."""
    return parts_of(ground)[0]


def usage_of(ground: str) -> str:
    """Return the name under which records of use of the service are held for a ground; their keys are their own."""
    return f"{ground}{USAGE}"
