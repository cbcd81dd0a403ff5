"""The published JSON Schemas (2020-12): one for each kind's whole payload, one for a receipt's."""

from __future__ import annotations

from typing import Any

import msgspec

from shouze.link.dispatch import Envelope
from shouze.link.kinds import KINDS
from shouze.link.receipt import Receipt

_DRAFT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of the payload of each kind of dispatch, and of a receipt, by name."""
    found = {kind: _of(kind, Envelope[body]) for kind, (body, _) in KINDS.items()}  # type: ignore[valid-type]  # mypy wants a fixed type
    for kind, schema in found.items():
        envelope = next(each for name, each in schema["$defs"].items() if name.startswith("Envelope"))
        envelope["properties"]["kind"] = {"const": kind}
    return {**found, "receipt": _of("receipt", Receipt)}


def _of(title: str, shape: Any) -> dict[str, Any]:
    schema: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(shape)))
    return {**_DRAFT, "title": title, **schema}
