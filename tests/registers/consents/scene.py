"""A flow at every stage."""

from __future__ import annotations

from typing import Any

from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.consents.models import Flow
from shouze.registers.consents.register import REGISTER
from tests.registers.house import PROOF, do, officer


def flow(**changed: Any) -> Flow:
    values = {
        "title": "注册页", "service": "cloud-drive", "kind": "app", "place": "应用 › 注册",
        "purposes": ["provide-drive"],
        "shows": "目的、方式、范围", "act": "ticked", "shown_version": 1, "review_months": 6,
    }  # fmt: skip
    return acting.make(REGISTER, officer(), Asked(values | changed, documents=[PROOF]))


def faulty(*faults: str) -> Flow:
    given = {"faults": list(faults or ("pre-ticked", "bundled")), "words": "默认勾选", "owner": officer().username}
    row: Flow = do(flow(), "review", officer(), given)
    return row
