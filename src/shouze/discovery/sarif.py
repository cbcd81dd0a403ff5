"""Findings as SARIF 2.1.0, which code platforms show beside the lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import msgspec

from shouze.discovery.detector import Detector
from shouze.discovery.finding import Finding, told
from shouze.language import Language

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(
    findings: Sequence[Finding], detectors: Sequence[Detector], language: Language, version: str
) -> dict[str, Any]:
    """Return the document; a finding that is no file of text stands at its place's name, without a region."""
    titles = {each.id: each.title.text for each in detectors}
    kinds = sorted({each.kind for each in findings})
    rules = [
        {"id": kind, "shortDescription": {"text": titles[kind].to(language) if kind in titles else kind}}
        for kind in kinds
    ]
    driver = {"name": "shouze scan", "semanticVersion": version, "rules": rules}
    results = [_result(each, kinds, language) for each in findings]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [
        {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    ]}  # fmt: skip


def _result(finding: Finding, kinds: Sequence[str], language: Language) -> dict[str, Any]:
    reason = finding.reason.to(language)
    own: dict[str, Any] = {"item": finding.item, "confidence": finding.confidence, "count": finding.count}
    if finding.known is not None:
        reason = f"{told(finding.known).to(language)}; {reason}"
        own["known"] = msgspec.structs.asdict(finding.known)
    return {
        "ruleId": finding.kind,
        "ruleIndex": kinds.index(finding.kind),
        "level": "error" if finding.confidence >= 0.9 else "warning",
        "message": {"text": f"{finding.item} ×{finding.count} ({finding.sample}): {reason}"},
        "locations": [{"physicalLocation": _location(finding)}],
        "partialFingerprints": {"shouzeMark/v1": finding.mark},
        "properties": own,
    }


def _location(finding: Finding) -> dict[str, Any]:
    place = finding.location
    found: dict[str, Any] = {"artifactLocation": {"uri": quote(str(PurePosixPath(place)))}}
    line = finding.place.rpartition(":")[2]
    if finding.spans and line.isdigit():
        first = finding.spans[0]
        found["region"] = {"startLine": int(line), "startColumn": first.start + 1, "endColumn": first.end + 1}
    return found
