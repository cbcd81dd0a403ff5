"""The client reaches the door over HTTP: typed calls, bounded retries, typed errors.

    with Client("https://door.example", token) as door:
        door.release(service="mobile", subject=Subject(id="…"), purposes=["customer-service"], items=["phone"])

``AsyncClient`` has the same methods. Each takes the fields of its message as keywords and returns its answer.
"""

from __future__ import annotations

from shouze.client.answers import (
    Checked,
    Compared,
    Consents,
    ConsentsCounted,
    ConsentShown,
    ConsentTally,
    Declarations,
    DeclarationShown,
    Done,
    EntriesInForce,
    Erased,
    Errors,
    Evaluated,
    Exercised,
    ExercisedRow,
    Frozen,
    Issued,
    PolicyInForce,
    Published,
    Receipt,
    Refusal,
    Released,
    ShownCaller,
    UsageAppended,
    UsageRead,
    UsageRow,
)
from shouze.client.assertions import Assertions, PersonAssertion
from shouze.client.asynchronous import AsyncClient
from shouze.client.messages import (
    AgreedLimit,
    Circumstances,
    ConsentGiven,
    NamedAction,
    Party,
    Place,
    Resource,
    Subject,
    UsageRecord,
)
from shouze.client.problems import (
    ClientError,
    Conflict,
    Invalid,
    NotFound,
    Refused,
    Unauthenticated,
    Unavailable,
    Unexpected,
)
from shouze.client.records import FoundRecord, FoundRecords, Proved, Tallied
from shouze.client.synchronous import Client
from shouze.client.terms import Retries, Timeouts

__all__ = [
    "AgreedLimit",
    "Assertions",
    "AsyncClient",
    "Checked",
    "Circumstances",
    "Client",
    "ClientError",
    "Compared",
    "Conflict",
    "ConsentGiven",
    "ConsentShown",
    "ConsentTally",
    "Consents",
    "ConsentsCounted",
    "DeclarationShown",
    "Declarations",
    "Done",
    "EntriesInForce",
    "Erased",
    "Errors",
    "Evaluated",
    "Exercised",
    "ExercisedRow",
    "FoundRecord",
    "FoundRecords",
    "Frozen",
    "Invalid",
    "Issued",
    "NamedAction",
    "NotFound",
    "Party",
    "PersonAssertion",
    "Place",
    "PolicyInForce",
    "Proved",
    "Published",
    "Receipt",
    "Refusal",
    "Refused",
    "Released",
    "Resource",
    "Retries",
    "ShownCaller",
    "Subject",
    "Tallied",
    "Timeouts",
    "Unauthenticated",
    "Unavailable",
    "Unexpected",
    "UsageAppended",
    "UsageRead",
    "UsageRecord",
    "UsageRow",
]
