"""The door for programs without an event loop: the same verbs, one call at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from shouze.gateway.asking import Checked, Compared, ConsentGiven, Done, Outcome, Released, Request, Visitor
from shouze.gateway.consented import Consented, Counted
from shouze.gateway.door import Door
from shouze.gateway.match import Matched
from shouze.gateway.own import OwnStanding, Recognised
from shouze.gateway.usage.asking import UsageAppended, UsageBatch, UsagePurged, UsageRead, UsageSpan
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Agreement

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, Any]], Any]


class SynchronousDoor:
    """The verbs of ``Door``, each run to its end; to be used from one thread."""

    def __init__(self, door: Door, run: Run) -> None:
        """``run`` runs a coroutine to its end on the loop that the door's parts live on."""
        self._door = door
        self._run = run

    def _do(self, verb: Coroutine[Any, Any, T]) -> T:
        done: T = self._run(verb)
        return done

    def collect(
        self, visitor: Visitor, request: Request, values: Mapping[str, str], consents: Sequence[ConsentGiven] = ()
    ) -> Done:
        """Take in items of a new or known subject; all of them, or nothing."""
        return self._do(self._door.collect(visitor, request, values, consents))

    def recognise(self, visitor: Visitor, item: str, value: str) -> Recognised:
        """Tell a portal which subject holds an identifier now."""
        return self._do(self._door.recognise(visitor, item, value))

    def read_standing(self, visitor: Visitor) -> OwnStanding:
        """Tell a subject where it stands; opens no value."""
        return self._do(self._door.read_standing(visitor))

    def resume(self, visitor: Visitor, request: Request) -> Done:
        """Take up a service again that was left, while its destruction waits."""
        return self._do(self._door.resume(visitor, request))

    def release(self, visitor: Visitor, request: Request) -> Released:
        """Open the asked and permitted items, after the record is durable."""
        return self._do(self._door.release(visitor, request))

    def read_many(self, visitor: Visitor, requests: Sequence[Request]) -> list[Released | RefusedError]:
        """Release for up to 1,000 requests in one step; each is decided alone."""
        return self._do(self._door.read_many(visitor, requests))

    def check(self, visitor: Visitor, request: Request) -> Checked:
        """Answer as ``release`` would, without opening; recorded as a check."""
        return self._do(self._door.check(visitor, request))

    def compare(self, visitor: Visitor, request: Request, item: str, value: str) -> Compared:
        """Tell whether an identifier is the subject's, without showing or opening anything."""
        return self._do(self._door.compare(visitor, request, item, value))

    def match(self, visitor: Visitor, request: Request, values: Sequence[str]) -> Matched:
        """Tell about how many users hold one of many values, and never which value."""
        return self._do(self._door.match(visitor, request, values))

    def correct(
        self, visitor: Visitor, request: Request, values: Mapping[str, str], expected: Mapping[str, int] | None = None
    ) -> Done:
        """Replace items by their corrected values; ``expected`` names versions that must be the present ones."""
        return self._do(self._door.correct(visitor, request, values, expected))

    def consent(self, visitor: Visitor, request: Request, consents: Sequence[ConsentGiven]) -> Done:
        """Note what a known user agrees to."""
        return self._do(self._door.consent(visitor, request, consents))

    def withdraw(self, visitor: Visitor, request: Request) -> Done:
        """End consent for purposes, or for items of them, at once."""
        return self._do(self._door.withdraw(visitor, request))

    def agree(self, visitor: Visitor, request: Request, agreement: Agreement) -> Done:
        """Note a limit agreed with one user."""
        return self._do(self._door.agree(visitor, request, agreement))

    def agree_many(
        self, visitor: Visitor, requests: Sequence[Request], agreements: Sequence[Agreement]
    ) -> list[Outcome]:
        """Note the same limits with up to 1,000 users in one step; each is decided alone."""
        return self._do(self._door.agree_many(visitor, requests, agreements))

    def withdraw_many(self, visitor: Visitor, requests: Sequence[Request]) -> list[Outcome]:
        """End consent of up to 1,000 users in one step; each is decided alone."""
        return self._do(self._door.withdraw_many(visitor, requests))

    def terminate_many(self, visitor: Visitor, requests: Sequence[Request]) -> list[Outcome]:
        """End the use of a service by up to 1,000 users in one step; each is decided alone."""
        return self._do(self._door.terminate_many(visitor, requests))

    def terminate(self, visitor: Visitor, request: Request, undo_days: int = 0) -> Done:
        """End the subject's use of a service now; what ends is destroyed ``undo_days`` later."""
        return self._do(self._door.terminate(visitor, request, undo_days))

    def give_back(self, visitor: Visitor, request: Request, items: Sequence[str]) -> Done:
        """End the binding of identifiers that may be issued to another."""
        return self._do(self._door.give_back(visitor, request, items))

    def freeze(self, visitor: Visitor, request: Request, incident: str | None) -> Done:
        """Freeze the subject's account for an incident, or release it with None."""
        return self._do(self._door.freeze(visitor, request, incident))

    def read_consents(self, visitor: Visitor, request: Request) -> Consented:
        """Tell what one subject agreed to for a service; opens no value."""
        return self._do(self._door.read_consents(visitor, request))

    def count_consents(self, visitor: Visitor, after: str | None, limit: int) -> Counted:
        """Count the consents of the next subjects after one, 10,000 at the most."""
        return self._do(self._door.count_consents(visitor, after, limit))

    def erase_due(self, limit: int = 200) -> int:
        """Erase what has come to its end, of up to ``limit`` subjects; return how many were treated."""
        return self._do(self._door.erase_due(limit))

    def append_usage(self, visitor: Visitor, batch: UsageBatch) -> UsageAppended:
        """Append records of use of many users; those refused are counted, the others appended together."""
        return self._do(self._door.append_usage(visitor, batch))

    def read_usage(self, visitor: Visitor, request: Request, span: UsageSpan) -> UsageRead:
        """Open a page of one user's records of use, after the record is durable."""
        return self._do(self._door.read_usage(visitor, request, span))

    def purge_usage(self) -> UsagePurged:
        """Drop the records of use whose retention has ended, ten days at a time."""
        return self._do(self._door.purge_usage())
