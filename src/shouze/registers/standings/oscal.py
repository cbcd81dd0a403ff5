"""The duties and how an operator stands in them as OSCAL (NIST, 1.1.3): a catalog, and assessment results.

https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/. OSCAL knows satisfied and not satisfied: what is met or due is
satisfied, what is breached or not evidenced is not; the property ``state`` says which. Ids are made from content: the
same answers at the same moment give the same document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from shouze.language import Language, Text
from shouze.rules.catalogue import Duty, Statutes
from shouze.rules.citing import ORDER, article_words
from shouze.rules.duties.answering import Answer, owed
from shouze.rules.duties.matters import MATTERS
from shouze.rules.duties.telling import STATE_WORDS
from shouze.rules.duty import Evidence

VERSION: Final = "1.1.3"
NAMES: Final = "https://shouze.invalid/ns/oscal"
"""The namespace of properties; a name, and no address."""
_STATUS: Final[Mapping[str, tuple[str, str]]] = {
    "met": ("satisfied", "pass"),
    "due": ("satisfied", "other"),
    "breached": ("not-satisfied", "fail"),
    "not-evidenced": ("not-satisfied", "other"),
}
_TITLE = Text("用户个人信息保护义务的履行情况", "Standing in the duties of protecting users' personal information")
_METHOD = Text("由台账和操作记录逐项回答，不作抽样", "Every duty is answered from registers and log, not by sample")


def catalog(known: Statutes, now: datetime, language: Language) -> dict[str, Any]:
    """Return the duties of operator and staff as a catalog: a group for each article, a control for each duty."""
    groups: dict[str, list[Duty]] = {}
    for each in owed(known):
        groups.setdefault(each.article.partition("(")[0], []).append(each)
    return {
        "catalog": {
            "uuid": _id("catalog", language, now.isoformat()),
            "metadata": _metadata(ORDER.to(language), now, known),
            "groups": [
                {"id": f"art-{article}", "class": "article", "title": article_words(article).to(language),
                 "controls": [_control(each, language) for each in duties]}
                for article, duties in groups.items()
            ],
        }
    }  # fmt: skip


def assessment_results(
    known: Statutes, answers: Mapping[str, Answer], operator: Text, now: datetime, language: Language
) -> dict[str, Any]:
    """Return where an operator stands as assessment results: a finding and an observation for each duty answered."""
    told = [(known.duties[duty], answers[duty]) for duty in known.duties if duty in answers]
    seed = (language, now.isoformat(), operator.zh)
    plan, listed = _id("plan", *seed), _id("listed", *seed)
    result = {
        "uuid": _id("result", *seed),
        "title": _TITLE.to(language),
        "description": f"{operator.to(language)}: {_METHOD.to(language)}",
        "start": now.isoformat(),
        "end": now.isoformat(),
        "reviewed-controls": {
            "control-selections": [{"include-controls": [{"control-id": control_id(duty.id)} for duty, _ in told]}],
            "links": [{"href": f"#{listed}", "rel": "reference"}],
        },
        "observations": [_observation(each, duty, seed, now, language) for duty, each in told],
        "findings": [_finding(each, duty, seed, language) for duty, each in told],
    }
    return {
        "assessment-results": {
            "uuid": _id("results", *seed),
            "metadata": _metadata(f"{_TITLE.to(language)}: {operator.to(language)}", now, known),
            "import-ap": {"href": f"#{plan}"},
            "results": [result],
            "back-matter": {"resources": [
                {"uuid": plan, "title": "Assessment plan", "description": _METHOD.to(language)},
                {"uuid": listed, "title": "Catalog", "description": "shouze report oscal-catalog"},
            ]},
        }
    }  # fmt: skip


def control_id(duty: str) -> str:
    """Return a duty's id as an OSCAL token."""
    return re.sub(r"[^\w.-]", ".", duty)


def _control(duty: Duty, language: Language) -> dict[str, Any]:
    name = control_id(duty.id)
    return {
        "id": name,
        "class": duty.kind,
        "title": duty.text.to(language),
        "props": [
            {"name": "label", "value": article_words(duty.article).to(language)},
            {"name": "duty", "ns": NAMES, "value": duty.id},
            {"name": "edition", "ns": NAMES, "value": duty.edition},
        ],
        "parts": [{"id": f"{name}_smt", "name": "statement", "prose": duty.text.to(language)}],
    }


def _observation(answer: Answer, duty: Duty, seed: Sequence[str], now: datetime, language: Language) -> dict[str, Any]:
    told = {
        "uuid": _id("observation", duty.id, *seed),
        "title": f"{article_words(duty.article).to(language)} {duty.id}",
        "description": _state(answer, language),
        "methods": ["EXAMINE"],
        "collected": now.isoformat(),
    }
    evidence = [{"description": each} for each in _evidence(answer.evidence, language)]
    return {**told, "relevant-evidence": evidence} if evidence else told


def _finding(answer: Answer, duty: Duty, seed: Sequence[str], language: Language) -> dict[str, Any]:
    state, reason = _STATUS[answer.state]
    moments = (("since", answer.since), ("due", answer.due))
    return {
        "uuid": _id("finding", duty.id, *seed),
        "title": duty.text.to(language),
        "description": _state(answer, language),
        "props": [
            {"name": "state", "ns": NAMES, "value": answer.state},
            *({"name": name, "ns": NAMES, "value": at.isoformat()} for name, at in moments if at),
        ],
        "target": {
            "type": "statement-id", "target-id": f"{control_id(duty.id)}_smt",
            "status": {"state": state, "reason": reason},
        },
        "related-observations": [{"observation-uuid": _id("observation", duty.id, *seed)}],
    }  # fmt: skip


def _state(answer: Answer, language: Language) -> str:
    return STATE_WORDS[answer.state].to(language)


def _evidence(evidence: Iterable[Evidence], language: Language) -> list[str]:
    words = Text("{words}：{state}；{counts}", "{words}: {state}; {counts}")
    told = []
    for each in evidence:
        known = MATTERS.get(each.matter)
        counts = ", ".join(f"{name} {getattr(each, name)}" for name in ("shown", "lacking", "open", "unshown", "late"))
        named = known.words if known else Text(each.matter, each.matter)
        told.append(words.fill(words=named, state=STATE_WORDS[each.state], counts=counts).to(language))
    return told


def _metadata(title: str, now: datetime, known: Statutes) -> dict[str, Any]:
    edition = next(iter(known.duties.values())).edition
    return {"title": title, "last-modified": now.isoformat(), "version": edition, "oscal-version": VERSION}


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join((NAMES, *parts))))
