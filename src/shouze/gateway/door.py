"""The door: every verb by which personal information is handled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from shouze.errors import UnavailableError
from shouze.gateway import collect, consent, consented, correct, leaving, many, match, own, release, together
from shouze.gateway.arriving import Arrival, Arrived, Mark, Turn
from shouze.gateway.asking import Checked, Compared, ConsentGiven, Done, Outcome, Released, Request, Visitor
from shouze.gateway.consented import Consented, Counted
from shouze.gateway.match import Matched
from shouze.gateway.own import OwnStanding, Recognised
from shouze.gateway.room import Room
from shouze.gateway.takeover import taking_in
from shouze.gateway.usage.asking import UsageAppended, UsageBatch, UsagePurged, UsageRead, UsageSpan
from shouze.gateway.usage.ports import UsageStore
from shouze.gateway.usage.verbs import Usage
from shouze.language import Text
from shouze.rules.policy import Policy
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Agreement


class Door:
    """The verbs over one room; all calls come from one event loop.

    Each verb takes a visitor and a request and raises ShouzeError: RefusedError with code and article where the rules
    refuse, InvalidError for what is malformed, ConflictError where the state stands against it, UnavailableError where
    a part does not answer. The request's ``action`` is the verb's own, but for ``release`` and ``check``, which take
    it from the request.
    """

    def __init__(self, room: Room, usage: UsageStore | None = None) -> None:
        """``usage`` keeps records of use; without it nothing is appended, read or purged there."""
        self.room = room
        self._usage = Usage(room, usage) if usage else None

    async def refresh(self) -> Policy:
        """Read the latest policy now; return it."""
        latest = await self.room.policies.latest()
        if latest.epoch > self.room.policy.epoch:
            self.room.policy = latest
        return self.room.policy

    async def collect(
        self, visitor: Visitor, request: Request, values: Mapping[str, str], consents: Sequence[ConsentGiven] = ()
    ) -> Done:
        """Take in items of a new or known subject; all of them, or nothing."""
        asked = replace(request, action="collect", items=tuple(values))
        return await collect.collect(self.room, visitor, asked, values, consents)

    async def release(self, visitor: Visitor, request: Request) -> Released:
        """Open the asked and permitted items, after the record is durable."""
        return await release.release(self.room, visitor, request)

    async def read_many(self, visitor: Visitor, requests: Sequence[Request]) -> list[Released | RefusedError]:
        """Release for up to 1,000 requests in one step; each is decided alone."""
        return await many.read_many(self.room, visitor, requests)

    async def check(self, visitor: Visitor, request: Request) -> Checked:
        """Answer as ``release`` would, without opening; recorded as a check."""
        return await release.check(self.room, visitor, request)

    async def compare(self, visitor: Visitor, request: Request, item: str, value: str) -> Compared:
        """Tell whether an identifier is the subject's, without showing or opening anything."""
        asked = replace(request, action="compare", items=(item,))
        return await release.compare_identifier(self.room, visitor, asked, value)

    async def match(self, visitor: Visitor, request: Request, values: Sequence[str]) -> Matched:
        """Tell about how many users hold one of many values of the request's one item, and never which value."""
        await self.refresh()
        return await match.match(self.room, visitor, replace(request, action="match"), values)

    async def correct(
        self, visitor: Visitor, request: Request, values: Mapping[str, str], expected: Mapping[str, int] | None = None
    ) -> Done:
        """Replace items by their corrected values; ``expected`` names versions that must be the present ones."""
        asked = replace(request, action="correct", items=tuple(values))
        return await correct.correct(self.room, visitor, asked, values, expected or {})

    async def consent(self, visitor: Visitor, request: Request, consents: Sequence[ConsentGiven]) -> Done:
        """Note what a known user agrees to."""
        asked = replace(request, action="consent", purposes=tuple(given.purpose for given in consents), items=())
        return await consent.consent(self.room, visitor, asked, consents)

    async def withdraw(self, visitor: Visitor, request: Request) -> Done:
        """End consent for purposes, or for items of them, at once."""
        return await consent.withdraw(self.room, visitor, replace(request, action="withdraw"))

    async def agree(self, visitor: Visitor, request: Request, agreement: Agreement) -> Done:
        """Note a limit agreed with one user."""
        return await consent.agree(self.room, visitor, replace(request, action="agree"), agreement)

    async def agree_many(
        self, visitor: Visitor, requests: Sequence[Request], agreements: Sequence[Agreement]
    ) -> list[Outcome]:
        """Note the same limits with up to 1,000 users in one step; each is decided alone."""
        asked = [replace(each, action="agree") for each in requests]
        return await together.agree_many(self.room, visitor, asked, agreements)

    async def withdraw_many(self, visitor: Visitor, requests: Sequence[Request]) -> list[Outcome]:
        """End consent of up to 1,000 users in one step; each is decided alone."""
        return await together.withdraw_many(self.room, visitor, [replace(each, action="withdraw") for each in requests])

    async def terminate_many(self, visitor: Visitor, requests: Sequence[Request]) -> list[Outcome]:
        """End the use of a service by up to 1,000 users in one step; each is decided alone."""
        asked = [replace(each, action="terminate") for each in requests]
        return await together.terminate_many(self.room, visitor, asked)

    async def terminate(self, visitor: Visitor, request: Request, undo_days: int = 0) -> Done:
        """End the subject's use of a service now; what ends is destroyed ``undo_days`` later."""
        return await leaving.terminate(self.room, visitor, replace(request, action="terminate"), undo_days)

    async def resume(self, visitor: Visitor, request: Request) -> Done:
        """Take up a service again that was left, while its destruction waits; the subject's own act."""
        return await own.resume(self.room, visitor, replace(request, action="resume"))

    async def recognise(self, visitor: Visitor, item: str, value: str) -> Recognised:
        """Tell a portal which subject holds an identifier now."""
        return await own.recognise(self.room, visitor, item, value)

    async def read_standing(self, visitor: Visitor) -> OwnStanding:
        """Tell a subject where it stands; opens no value."""
        return await own.read_standing(self.room, visitor)

    async def give_back(self, visitor: Visitor, request: Request, items: Sequence[str]) -> Done:
        """End the binding of identifiers that may be issued to another."""
        asked = replace(request, action="bind", items=tuple(items))
        return await leaving.give_back(self.room, visitor, asked)

    async def freeze(self, visitor: Visitor, request: Request, incident: str | None) -> Done:
        """Freeze the subject's account for an incident, or release it with None."""
        asked = replace(request, action="freeze")
        return await leaving.freeze_account(self.room, visitor, asked, incident)

    async def take_in(
        self, visitor: Visitor, request: Request, arrivals: Sequence[Arrival], mark: Mark, ask_until: datetime,
        turn: Turn | None = None,
    ) -> list[Arrived]:  # fmt: skip
        """Take in a batch of users held elsewhere before; write the run's mark along, when it is its turn."""
        asked = replace(request, action="collect", subject=None)
        return await taking_in.take_in(self.room, visitor, asked, arrivals, mark, ask_until, turn)

    async def read_consents(self, visitor: Visitor, request: Request) -> Consented:
        """Tell what one subject agreed to for a service; opens no value."""
        return await consented.read_consents(self.room, visitor, replace(request, action="read", items=()))

    async def count_consents(self, visitor: Visitor, after: str | None, limit: int) -> Counted:
        """Count the consents of the next subjects after one, 10,000 at the most."""
        return await consented.count_consents(self.room, visitor, after, min(limit, consented.MOST))

    async def erase_due(self, limit: int = leaving.PAGE) -> int:
        """Erase what has come to its end, of up to ``limit`` subjects; return how many were treated."""
        return await leaving.erase_due(self.room, limit)

    async def append_usage(self, visitor: Visitor, batch: UsageBatch) -> UsageAppended:
        """Append records of use of many users; those refused are counted, the others appended together."""
        return await self.usage.append(visitor, batch)

    async def read_usage(self, visitor: Visitor, request: Request, span: UsageSpan) -> UsageRead:
        """Open a page of one user's records of use, after the record is durable."""
        return await self.usage.read(visitor, request, span)

    async def purge_usage(self) -> UsagePurged:
        """Drop the records of use whose retention has ended, ten days at a time."""
        return await self.usage.purge()

    @property
    def usage(self) -> Usage:
        """Return the verbs on records of use; UnavailableError where none are kept."""
        if self._usage is None:
            raise UnavailableError(Text("此处不保存服务使用记录", "No records of use are kept here"), field="usage")
        return self._usage
