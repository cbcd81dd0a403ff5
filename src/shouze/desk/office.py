"""What the portal asks of the office: one message for each, with how the registers answer it.

Wiring carries them, within one process or from a portal of its own (``desk.hearing``), there in MessagePack.

# Invariant: no message names a subject; whose complaint, answer or correction it is says who asks, and that alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec

from shouze.desk import ending
from shouze.language import Text
from shouze.registers.complaints import figures, filing
from shouze.registers.complaints.fields import MATTERS
from shouze.registers.describing import Attached
from shouze.registers.office import EndedService, Figures, Filed, Wish
from shouze.registers.publicly import Entrusted, Publicly, Rules
from shouze.registers.requests import filing as asking
from shouze.rules.declaration import Operator

AUDIENCE = "shouze-office"
"""Of assertions that are meant for the office: they open nothing at the door."""
EVERYBODY = "everybody"
"""Whom an assertion names that asks for nobody: no subject's id is of this form."""
MEDIA = "application/msgpack"
PATH = "/office"
LARGEST = 52 * 1024 * 1024
"""Bytes of a message: five files of 10 MiB, and what stands around them."""
_Short = Annotated[str, msgspec.Meta(max_length=128)]
_Story = Annotated[str, msgspec.Meta(max_length=20_000)]
_Files = Annotated[list[Attached], msgspec.Meta(max_length=5)]


class Asked(msgspec.Struct, frozen=True, tag_field="asks", forbid_unknown_fields=True):
    """A message to the office."""

    gives: ClassVar[Any]
    """The type of the answer."""

    def __repr__(self) -> str:
        """Say what is asked; what a user wrote is in no line of a log."""
        return f"{type(self).__name__}()"


class ForAll(Asked, frozen=True):
    """Something that everybody may know."""

    def answer(self) -> Any:
        """Return what the registers say."""
        raise NotImplementedError


class OfOne(Asked, frozen=True):
    """Something that is one subject's own."""

    def answer(self, subject: str) -> Any:
        """Return what the registers say to this subject."""
        raise NotImplementedError


class InForce(ForAll, frozen=True, tag="rules"):
    """The rules in force."""

    gives: ClassVar[Any] = list[Rules]

    def answer(self) -> Sequence[Rules]:
        """Return them."""
        return Publicly().in_force()


class Versions(ForAll, frozen=True, tag="versions"):
    """Every version of one service's rules."""

    gives: ClassVar[Any] = list[Rules]
    service: _Short

    def answer(self) -> Sequence[Rules]:
        """Return them."""
        return Publicly().versions(self.service)


class Operators(ForAll, frozen=True, tag="operator"):
    """Who the operator is, and how it is reached."""

    gives: ClassVar[Any] = Operator | None

    def answer(self) -> Operator | None:
        """Return it."""
        return Publicly().operator()


class Holders(ForAll, frozen=True, tag="holders"):
    """What posts, accounts and agents are called."""

    gives: ClassVar[Any] = dict[str, Text]

    def answer(self) -> Mapping[str, Text]:
        """Return their names by their keys."""
        return Publicly().holders()


class Agents(ForAll, frozen=True, tag="agents"):
    """Which agents are entrusted now."""

    gives: ClassVar[Any] = list[Entrusted]

    def answer(self) -> Sequence[Entrusted]:
        """Return them."""
        return Publicly().agents()


class Matters(ForAll, frozen=True, tag="matters"):
    """What one can complain about."""

    gives: ClassVar[Any] = dict[str, Text]

    def answer(self) -> dict[str, Text]:
        """Return the matters in words."""
        return {name: text for name, text in MATTERS.items() if name != "unsorted"}


class Speed(ForAll, frozen=True, tag="figures"):
    """How fast complaints of a period were answered."""

    gives: ClassVar[Any] = Figures
    since: datetime
    until: datetime

    def answer(self) -> Figures:
        """Count them."""
        return figures.figures(self.since, self.until, self.until)


class File(OfOne, frozen=True, tag="file"):
    """A complaint."""

    gives: ClassVar[Any] = Filed
    matter: _Short
    service: _Short
    story: _Story
    enclosures: _Files

    def answer(self, subject: str) -> Filed:
        """File it."""
        return filing.file(subject, self.matter, self.service, self.story, self.enclosures)


class Mine(OfOne, frozen=True, tag="mine"):
    """One's complaints."""

    gives: ClassVar[Any] = list[Filed]

    def answer(self, subject: str) -> list[Filed]:
        """List them."""
        return filing.mine(subject)


class Look(OfOne, frozen=True, tag="look"):
    """One complaint with what was written."""

    gives: ClassVar[Any] = Filed
    number: _Short

    def answer(self, subject: str) -> Filed:
        """Show it, and note that its answer was read."""
        return filing.look(subject, self.number)


class Reopen(OfOne, frozen=True, tag="reopen"):
    """A complaint begun anew."""

    gives: ClassVar[Any] = Filed
    number: _Short
    story: _Story

    def answer(self, subject: str) -> Filed:
        """Begin it anew."""
        return filing.reopen(subject, self.number, self.story)


class Withdraw(OfOne, frozen=True, tag="withdraw"):
    """A complaint withdrawn."""

    gives: ClassVar[Any] = Filed
    number: _Short

    def answer(self, subject: str) -> Filed:
        """Withdraw it."""
        return filing.withdraw(subject, self.number)


class AskCorrection(OfOne, frozen=True, tag="ask-correction"):
    """A correction that a person looks at."""

    gives: ClassVar[Any] = Wish
    service: _Short
    purpose: _Short
    item: _Short
    value: _Story
    enclosures: _Files

    def answer(self, subject: str) -> Wish:
        """File it as a request, sealed."""
        return asking.ask_correction(subject, self.service, self.purpose, self.item, self.value, self.enclosures)


class Corrections(OfOne, frozen=True, tag="corrections"):
    """What one asked to have corrected."""

    gives: ClassVar[Any] = list[Wish]

    def answer(self, subject: str) -> list[Wish]:
        """List it."""
        return asking.corrections(subject)


class Endings(OfOne, frozen=True, tag="endings"):
    """What staff ended of one's own."""

    gives: ClassVar[Any] = list[EndedService]

    def answer(self, subject: str) -> Sequence[EndedService]:
        """List it."""
        return ending.of_subject(subject)


class Ended(ForAll, frozen=True, tag="ended"):
    """What staff ended, for whoever has the link whose digest this is: they need not be anybody's any more."""

    gives: ClassVar[Any] = EndedService | None
    token: _Short

    def answer(self) -> EndedService | None:
        """Return it."""
        return ending.by_link(self.token)


class TakenOver(ForAll, frozen=True, tag="taken-over"):
    """That the portal keeps what was ended, from now on."""

    gives: ClassVar[Any] = None
    token: _Short

    def answer(self) -> None:
        """Forget it here."""
        ending.taken_over(self.token)


Message = (
    InForce | Versions | Operators | Holders | Agents | Matters | Speed | File | Mine | Look | Reopen | Withdraw
    | AskCorrection | Corrections | Endings | Ended | TakenOver
)  # fmt: skip


class Trouble(msgspec.Struct, frozen=True):
    """Why there is no answer."""

    code: str
    detail: Text
    remedy: Text
    field: str | None = None


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Message).decode
"""Return the message; msgspec.ValidationError or DecodeError where it is none."""
