"""The words of public notices for what is wrong, told apart and mapped to the duties that they breach.

# Invariant: a word that nobody has mapped is kept as it stands; no article is guessed for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.refusal import article_of

_SEPARATORS = re.compile(r"[;；、,，/|\n\r\t]+")
_NUMBERED = re.compile(r"(?:^|(?<=[\s;；、,，。]))[(（]?\d{1,2}[)）.．、](?!\d)\s*")
_ENDS = re.compile(r"^[\s\x00-\x1f。.:：]+|[\s\x00-\x1f。.:：]+$")


class Problem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that notices find wrong: its words, other spellings, the duties breached (none: outside the Order)."""

    zh: str
    en: str
    duties: tuple[str, ...]
    also: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[str, ...]:
        """Return the articles breached, such as ``9(3)``."""
        return tuple(dict.fromkeys(map(article_of, self.duties)))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    problem: tuple[Problem, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The known problems, found in a cell by their longest spelling first."""

    known: dict[str, Problem]

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Vocabulary:
        """Return the vocabulary; a later problem takes the spellings of an earlier one."""
        return cls({_plain(word): each for each in problems for word in (each.zh, *each.also)})

    def split(self, cell: str) -> list[str]:
        """Return the problems in a cell: known ones by their own words, others as they stand, each once."""
        text, found = _NUMBERED.sub("\n", cell), dict[int, str]()
        for spelled in sorted(self.known, key=len, reverse=True):
            for match in re.finditer(_loose(spelled), text, re.IGNORECASE):
                found[match.start()] = self.known[spelled].zh
                # What is taken out leaves as much room, so that places stay.
                text = text[: match.start()] + "\n" * (match.end() - match.start()) + text[match.end() :]
        at = 0
        for part in _SEPARATORS.split(text):
            at = text.find(part, at) if part else at
            if word := _ENDS.sub("", part):
                found[at] = word
            at += len(part)
        return list(dict.fromkeys(found[place] for place in sorted(found)))

    def articles(self, problems: Iterable[str]) -> list[str]:
        """Return the articles that known problems breach, each once."""
        told = (each for word in problems if (known := self.known.get(_plain(word))) for each in known.articles)
        return list(dict.fromkeys(told))

    def unknown(self, problems: Iterable[str]) -> list[str]:
        """Return the problems that nobody has mapped."""
        return [word for word in problems if _plain(word) not in self.known]


def _plain(word: str) -> str:
    return re.sub(r"\s+", "", word).casefold()


def _loose(spelled: str) -> str:
    return r"\s*".join(map(re.escape, spelled))


def read(raw: bytes) -> tuple[Problem, ...]:
    """Read a mapping; InvalidError where it is none."""
    try:
        return msgspec.convert(tomllib.loads(raw.decode()), _File).problem
    except (ValueError, msgspec.ValidationError):
        raise InvalidError(Text("不是问题用语的映射文件", "It is not a mapping of problems"), field="map") from None


@cache
def default() -> Vocabulary:
    """Return the mapping that the package carries."""
    return Vocabulary.of(read(resources.files("shouze.registers.notices").joinpath("problems.toml").read_bytes()))


def with_own(raw: bytes) -> Vocabulary:
    """Return the mapping with one's own in front."""
    return Vocabulary({**default().known, **Vocabulary.of(read(raw)).known})
