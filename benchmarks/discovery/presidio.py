"""Presidio's recognisers over the six kinds, with the same patterns and checks, where it is installed.

No model is loaded: the recognisers are called directly, and the AnalyzerEngine has a blank Chinese pipeline of spaCy's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from shouze.discovery.matching import Matcher

Check = Callable[[str], bool]
LINES = 40
"""Lines of a document: the best setting that the reference found."""


def installed() -> bool:
    """Tell whether Presidio is there; it is nothing that the project needs."""
    return find_spec("presidio_analyzer") is not None


def recognisers(matcher: Matcher, checks: dict[str, Check]) -> list[Any]:
    """Return a recogniser for each kind."""
    from presidio_analyzer import Pattern, PatternRecognizer  # noqa: PLC0415 - it is there or not

    class Checked(PatternRecognizer):  # type: ignore[misc, unused-ignore]  # the library may be missing
        def __init__(self, kind: str, pattern: str) -> None:
            super().__init__(kind, patterns=[Pattern(kind, pattern, 0.5)], supported_language="zh",
                             global_regex_flags=re.ASCII)  # fmt: skip
            self.check = checks[kind]

        def validate_result(self, pattern_text: str) -> bool:
            return self.check(pattern_text)

    return [Checked(each.id, str(each.pattern)) for each in matcher.detectors]


def directly(matcher: Matcher, checks: dict[str, Check]) -> Callable[[bytes], set[tuple[int, int, int]]]:
    """Return what calls each recogniser on each document."""
    called = list(enumerate(recognisers(matcher, checks)))

    def find(content: bytes) -> set[tuple[int, int, int]]:
        found = set()
        for offset, document in _documents(content):
            for number, each in called:
                said = each.analyze(document, [matcher.detectors[number].id])
                found |= {(number, offset + one.start, offset + one.end) for one in said}
        return found

    return find


def by_engine(matcher: Matcher, checks: dict[str, Check]) -> Callable[[bytes], set[tuple[int, int, int]]]:
    """Return what asks the AnalyzerEngine."""
    import spacy  # noqa: PLC0415 - it comes with presidio
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415 - as above
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415 - as above

    language = SpacyNlpEngine(models=[{"lang_code": "zh", "model_name": "blank"}])
    language.nlp = {"zh": spacy.blank("zh")}
    registry = RecognizerRegistry(recognizers=recognisers(matcher, checks), supported_languages=["zh"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=language, supported_languages=["zh"])
    numbers = {each.id: number for number, each in enumerate(matcher.detectors)}

    def find(content: bytes) -> set[tuple[int, int, int]]:
        return {
            (numbers[one.entity_type], offset + one.start, offset + one.end)
            for offset, document in _documents(content)
            for one in engine.analyze(document, language="zh")
        }

    return find


def _documents(content: bytes) -> list[tuple[int, str]]:
    lines = content.decode().splitlines(keepends=True)
    found, offset = [], 0
    for start in range(0, len(lines), LINES):
        document = "".join(lines[start : start + LINES])
        found.append((offset, document))
        offset += len(document)
    return found
