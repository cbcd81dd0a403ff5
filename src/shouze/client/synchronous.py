"""The client for programs without an event loop."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import wraps
from typing import Concatenate, ParamSpec, Self, TypeVar

import httpx

from shouze.client import calls
from shouze.client.calls import Call
from shouze.client.course import Exchange, Outcome, Pause, Reply, course, error_after, failure_of, once
from shouze.client.terms import (
    CHANCE,
    LIMITS,
    RETRIES,
    TIMEOUTS,
    Retries,
    Sign,
    Terms,
    Timeouts,
    checked_url,
    headers_for,
)
from shouze.language import Language

P = ParamSpec("P")
A = TypeVar("A")


def _sent(build: Callable[P, Call[A]]) -> Callable[Concatenate[Client, P], A]:
    """Return the method that sends what ``build`` describes."""

    @wraps(build)
    def verb(client: Client, /, *args: P.args, **fields: P.kwargs) -> A:
        return client.send(build(*args, **fields))

    return verb


class Client:
    """Reaches the door of an installation; threads may share it. Its methods raise ClientError.

    ``base_url`` is https, or http on this machine. ``assertion`` signs for the person on whose behalf a face calls.
    ``verify`` holds the certificates to trust, by default the usual ones. The environment's proxies are not used.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        language: Language = "zh",
        timeout: Timeouts = TIMEOUTS,
        retries: Retries = RETRIES,
        transport: httpx.BaseTransport | None = None,
        assertion: Sign | None = None,
        allow_insecure: bool = False,
        verify: ssl.SSLContext | bool = True,
        sleep: Callable[[float], object] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = CHANCE,
    ) -> None:
        """InvalidError for an address or a token that cannot be used."""
        url = checked_url(base_url, allow_insecure=allow_insecure)
        self.assertion = assertion
        self._terms = Terms(headers_for(token, language), timeout, retries, monotonic, chance)
        self._sleep = sleep
        self._http = httpx.Client(base_url=url, transport=transport, verify=verify, trust_env=False, limits=LIMITS)

    release = _sent(calls.release)
    check = _sent(calls.check)
    compare = _sent(calls.compare)
    match = _sent(calls.match)
    evaluate = _sent(calls.evaluate)
    collect = _sent(calls.collect)
    correct = _sent(calls.correct)
    consent = _sent(calls.consent)
    withdraw = _sent(calls.withdraw)
    agree = _sent(calls.agree)
    terminate = _sent(calls.terminate)
    resume = _sent(calls.resume)
    recognise = _sent(calls.recognise)
    own_standing = _sent(calls.own_standing)
    own_records = _sent(calls.own_records)
    own_recipients = _sent(calls.own_recipients)
    own_proofs = _sent(calls.own_proofs)
    give_back = _sent(calls.give_back)
    freeze = _sent(calls.freeze)
    unfreeze = _sent(calls.unfreeze)
    erase_due = _sent(calls.erase_due)
    append_usage = _sent(calls.append_usage)
    read_usage = _sent(calls.read_usage)
    declare = _sent(calls.declare)
    apply_policy = _sent(calls.apply_policy)
    note_act = _sent(calls.note_act)
    note_publication = _sent(calls.note_publication)
    keep_cosignature = _sent(calls.keep_cosignature)
    exercised = _sent(calls.exercised)
    read_consents = _sent(calls.read_consents)
    count_consents = _sent(calls.count_consents)
    entitled = _sent(calls.entitled)
    declarations = _sent(calls.declarations)
    declared_versions = _sent(calls.declared_versions)
    search_records = _sent(calls.search_records)
    tally_records = _sent(calls.tally_records)
    prove_records = _sent(calls.prove_records)
    policy = _sent(calls.policy)
    policy_entries = _sent(calls.policy_entries)
    issue_token = _sent(calls.issue_token)
    revoke_token = _sent(calls.revoke_token)
    errors = _sent(calls.errors)
    request_bulk = _sent(calls.request_bulk)
    bulk_requests = _sent(calls.bulk_requests)
    bulk_request = _sent(calls.bulk_request)
    approve_bulk = _sent(calls.approve_bulk)
    refuse_bulk = _sent(calls.refuse_bulk)
    run_bulk = _sent(calls.run_bulk)
    stop_bulk = _sent(calls.stop_bulk)
    bulk_file = _sent(calls.bulk_file)
    bulk_certificate = _sent(calls.bulk_certificate)
    bulk_certificate_page = _sent(calls.bulk_certificate_page)

    def acting_for(self, assertion: Sign) -> Self:
        """Return the same client, over the same connections, calling on behalf of one person."""
        other = copy(self)
        other.assertion = assertion
        return other

    def send(self, call: Call[A]) -> A:
        """Send a call, again where need be, and return its answer; ClientError when there is none."""
        steps = course(call, self._terms, self.assertion)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    self._sleep(step.seconds)
                    step = next(steps)
                else:
                    step = steps.send(self._exchanged(step))
        except StopIteration as end:
            answer: A = end.value
        return answer

    @contextmanager
    def parts(self, call: Call[bytes]) -> Iterator[Iterator[bytes]]:
        """Send a call once and give its answer part by part, however long it is; ClientError where there is none.

        The whole answer may take longer than the terms say; each part of it may not.
        """
        step, request_id = once(call, self._terms, self.assertion)
        try:
            with self._http.stream(
                step.method, step.path, headers=step.headers, content=step.body, timeout=step.timeout
            ) as response:
                if not response.is_success:
                    raise error_after(Reply(response.status_code, response.headers, response.read()), request_id)
                yield response.iter_bytes()
        except httpx.RequestError as error:
            raise error_after(failure_of(error), request_id) from None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchanged(self, step: Exchange) -> Outcome:
        try:
            with self._http.stream(
                step.method, step.path, headers=step.headers, content=step.body, timeout=step.timeout
            ) as response:
                return Reply(response.status_code, response.headers, b"".join(self._in_time(response, step.over)))
        except httpx.RequestError as error:
            return failure_of(error)

    def _in_time(self, response: httpx.Response, over: float) -> Iterator[bytes]:
        """Return the body's parts; httpx bounds the wait for each, not for all."""
        for part in response.iter_bytes():
            if self._terms.monotonic() > over:
                raise httpx.ReadTimeout("")
            yield part
