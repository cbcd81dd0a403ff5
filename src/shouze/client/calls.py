"""The door's calls as pure descriptions: both faces of the client send these and add nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, ParamSpec, TypeVar
from urllib.parse import quote

import msgspec

from shouze.client.answers import (
    Checked,
    Compared,
    Consents,
    ConsentsCounted,
    Cosigned,
    Declarations,
    Done,
    Entitled,
    EntriesInForce,
    Erased,
    Errors,
    Evaluated,
    Exercised,
    Frozen,
    Issued,
    PolicyInForce,
    Published,
    Receipt,
    Released,
    UsageAppended,
    UsageRead,
)
from shouze.client.bulk import BulkRequest, BulkRequests, Certificate, FromPlace, RequestBulk
from shouze.client.matching import Match, Matched
from shouze.client.messages import (
    Agree,
    AppendUsage,
    AskExercised,
    Check,
    Collect,
    Compare,
    Consent,
    Correct,
    CountConsents,
    EraseDue,
    Evaluation,
    Freeze,
    GiveBack,
    IssueToken,
    KeepCosignature,
    Message,
    NoteAct,
    NotePublication,
    Place,
    ReadConsents,
    ReadUsage,
    Release,
    Resume,
    Terminate,
    Withdraw,
)
from shouze.client.own import (
    Left,
    OwnProofs,
    OwnRecipients,
    OwnRecords,
    OwnStanding,
    ProofsOfOwn,
    RecipientsOfOwn,
    Recognise,
    Recognised,
    RecordsOfOwn,
    Stands,
)
from shouze.client.problems import Invalid
from shouze.client.records import FoundRecords, Proved, ProveRecords, SearchRecords, Tallied, TallyRecords
from shouze.language import Text

JSON, YAML = "application/json", "application/yaml"
Repetition = Literal["freely", "by-key", "unsent"]
"""When a call may be sent again: always; always, under one ``Idempotency-Key``; or only when it never left."""
P = ParamSpec("P")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Call(Generic[A]):
    """One call: how it is sent, what it is answered with. Its body may hold values and is never shown."""

    name: str
    method: str
    path: str
    answer: type[A]
    repetition: Repetition = "freely"
    body: bytes = field(default=b"", repr=False)
    media: str = JSON
    key: str | None = None
    """The ``Idempotency-Key`` under which it is repeated, where the caller has one that outlives the process."""

    def under(self, key: str) -> Call[A]:
        """Return the same call under a key of the caller's own."""
        return replace(self, key=key)


def _verb(
    name: str,
    message: Callable[P, Message],
    answer: type[A],
    repetition: Repetition = "freely",
    path: str | None = None,
) -> Callable[P, Call[A]]:
    """Return the function from a message's fields to its call."""
    place = path or f"/v1/{name.replace('_', '-')}"

    def build(*args: P.args, **fields: P.kwargs) -> Call[A]:
        body = _encoded(lambda: msgspec.json.encode(message(*args, **fields)))
        return Call(name, "POST", place, answer, repetition, body)

    build.__name__, build.__doc__ = name, message.__doc__
    return build


def _encoded(write: Callable[[], bytes]) -> bytes:
    with suppress(UnicodeEncodeError):  # the error itself holds the text
        return write()
    raise Invalid(
        Text("文字中有不成对的代理码位", "The text contains a lone surrogate"),
        remedy=Text("按 UTF-8 读取文字", "Read the text as UTF-8"),
    )


def _written(document: bytes | str) -> bytes:
    return document if isinstance(document, bytes) else _encoded(document.encode)


release = _verb("release", Release, Released)
check = _verb("check", Check, Checked)
compare = _verb("compare", Compare, Compared)
match = _verb("match", Match, Matched)
evaluate = _verb("evaluate", Evaluation, Evaluated, path="/access/v1/evaluation")
collect = _verb("collect", Collect, Done, "by-key")
correct = _verb("correct", Correct, Done, "by-key")
consent = _verb("consent", Consent, Done, "by-key")
withdraw = _verb("withdraw", Withdraw, Done, "by-key")
agree = _verb("agree", Agree, Done, "by-key")
terminate = _verb("terminate", Terminate, Left, "by-key")
resume = _verb("resume", Resume, Done, "by-key")
recognise = _verb("recognise", Recognise, Recognised)
own_standing = _verb("own_standing", OwnStanding, Stands, path="/v1/own/standing")
own_records = _verb("own_records", OwnRecords, RecordsOfOwn, path="/v1/own/records")
own_recipients = _verb("own_recipients", OwnRecipients, RecipientsOfOwn, path="/v1/own/recipients")
own_proofs = _verb("own_proofs", OwnProofs, ProofsOfOwn, path="/v1/own/proofs")
give_back = _verb("give_back", GiveBack, Done, "by-key")
freeze = _verb("freeze", Freeze, Frozen, "by-key")
unfreeze = _verb("unfreeze", Freeze, Frozen, "by-key")
erase_due = _verb("erase_due", EraseDue, Erased)
append_usage = _verb("append_usage", AppendUsage, UsageAppended, "by-key", path="/v1/usage")
read_usage = _verb("read_usage", ReadUsage, UsageRead, path="/v1/usage/read")
note_act = _verb("note_act", NoteAct, Receipt, "by-key", path="/v1/acts")
note_publication = _verb("note_publication", NotePublication, Receipt, "by-key", path="/v1/publications")
keep_cosignature = _verb("keep_cosignature", KeepCosignature, Cosigned, "by-key", path="/v1/cosignatures")
exercised = _verb("exercised", AskExercised, Exercised, path="/v1/grants/exercised")
read_consents = _verb("read_consents", ReadConsents, Consents, path="/v1/consents/read")
count_consents = _verb("count_consents", CountConsents, ConsentsCounted, path="/v1/consents/count")
search_records = _verb("search_records", SearchRecords, FoundRecords, path="/v1/records/search")
tally_records = _verb("tally_records", TallyRecords, Tallied, path="/v1/records/tally")
prove_records = _verb("prove_records", ProveRecords, Proved, path="/v1/records/prove")
issue_token = _verb("issue_token", IssueToken, Issued, "unsent", path="/v1/tokens")


def declare(document: bytes | str) -> Call[Published]:
    """Check and publish a declaration file, written in YAML or JSON."""
    return Call("declare", "PUT", "/v1/declarations", Published, "by-key", _written(document), YAML)


def entitled() -> Call[Entitled]:
    """Return what the token's own grants let it ask for: purposes, actions, items."""
    return Call("entitled", "GET", "/v1/grants", Entitled)


def declarations() -> Call[Declarations]:
    """Return the operator, and the rules of each service in the version that was published last."""
    return Call("declarations", "GET", "/v1/declarations", Declarations)


def declared_versions(service: str) -> Call[Declarations]:
    """Return every published version of one service's rules, oldest first."""
    return Call("declared_versions", "GET", f"/v1/declarations/{quote(service, safe='')}", Declarations)


def apply_policy(document: bytes | str) -> Call[Published]:
    """Write and remove the entries of a policy file, written in YAML or JSON; all or none."""
    return Call("apply_policy", "POST", "/v1/policy", Published, "by-key", _written(document), YAML)


def policy() -> Call[PolicyInForce]:
    """Return the compiled policy without the hashes of tokens."""
    return Call("policy", "GET", "/v1/policy", PolicyInForce)


def policy_entries() -> Call[EntriesInForce]:
    """Return the entries in force as a policy file in JSON, without tokens."""
    return Call("policy_entries", "GET", "/v1/policy/entries", EntriesInForce)


def revoke_token(token_id: str) -> Call[Published]:
    """Revoke a token by its id (which is not the token)."""
    return Call("revoke_token", "DELETE", f"/v1/tokens/{quote(token_id, safe='')}", Published, "by-key")


request_bulk = _verb("request_bulk", RequestBulk, BulkRequest, "by-key", path="/v1/bulk/requests")


def bulk_requests() -> Call[BulkRequests]:
    """Return the newest bulk requests that the caller made or may decide about."""
    return Call("bulk_requests", "GET", "/v1/bulk/requests", BulkRequests)


def bulk_request(request_id: str) -> Call[BulkRequest]:
    """Return a bulk request and how far its run has come."""
    return Call("bulk_request", "GET", _bulk(request_id), BulkRequest)


def approve_bulk(request_id: str, **place: Any) -> Call[BulkRequest]:
    """Approve somebody else's bulk request."""
    return _bulk_act("approve", request_id, place)


def refuse_bulk(request_id: str, **place: Any) -> Call[BulkRequest]:
    """Refuse somebody else's bulk request."""
    return _bulk_act("refuse", request_id, place)


def run_bulk(request_id: str, **place: Any) -> Call[BulkRequest]:
    """Run an approved bulk request, or go on with one that was stopped; ``bulk_request`` tells how far it is."""
    return _bulk_act("run", request_id, place)


def stop_bulk(request_id: str, **place: Any) -> Call[BulkRequest]:
    """Stop a run after the chunk under way."""
    return _bulk_act("stop", request_id, place)


def bulk_file(request_id: str) -> Call[bytes]:
    """Return a result as it is kept: a tar archive of age files. It is in memory as a whole."""
    return Call("bulk_file", "GET", f"{_bulk(request_id)}/file", bytes)


def bulk_certificate(request_id: str) -> Call[Certificate]:
    """Return the certificate of a destruction."""
    return Call("bulk_certificate", "GET", f"{_bulk(request_id)}/certificate", Certificate)


def bulk_certificate_page(request_id: str) -> Call[bytes]:
    """Return the certificate of a destruction as a page to print, HTML in UTF-8."""
    return Call("bulk_certificate_page", "GET", f"{_bulk(request_id)}/certificate/page", bytes)


def _bulk(request_id: str) -> str:
    return f"/v1/bulk/requests/{quote(request_id, safe='')}"


def _bulk_act(act: str, request_id: str, place: Mapping[str, Any]) -> Call[BulkRequest]:
    body = _encoded(lambda: msgspec.json.encode(FromPlace(place=Place(**place))))
    return Call(f"{act}_bulk", "POST", f"{_bulk(request_id)}/{act}", BulkRequest, "by-key", body)


def errors() -> Call[Errors]:
    """Return the catalogue of errors and refusals, in both languages."""
    return Call("errors", "GET", "/v1/errors", Errors)
