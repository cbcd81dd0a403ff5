"""Remembers what a policy answers to uses that are alike.

A policy is immutable, and its answers change only at moments that it names (the ends of grants, orders, contracts,
terms …). Between two neighbouring moments the same use has the same answer, whoever the subject is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from shouze.rules.policy import Policy

POLICIES = 2
"""Policies remembered at once: the present one, and the one before while requests under it are under way."""
ANSWERS = 4096
"""Answers remembered of one policy; beyond that all are forgotten."""


class _Answers(dict[Any, Any]):
    """Answers by key, bounded."""

    def __setitem__(self, key: Any, answer: Any) -> None:
        if len(self) >= ANSWERS:
            self.clear()
        super().__setitem__(key, answer)


class Memory:
    """What is remembered of one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.answers = _Answers()
        self._moments = sorted(set(moments(policy)))

    def span(self, now: datetime) -> int:
        """Return the number of the span between two moments in which ``now`` lies; a moment begins its span."""
        return bisect_right(self._moments, now)


_memories: list[Memory] = []


def remembered(policy: Policy) -> Memory:
    """Return the memory of this very policy (by identity: nothing else makes two policies the same)."""
    for memory in _memories:
        if memory.policy is policy:
            return memory
    memory = Memory(policy)
    _memories[:] = [memory, *_memories][:POLICIES]
    return memory


def moments(part: object) -> Iterator[datetime]:
    """Yield every moment that a part of a policy names."""
    if isinstance(part, datetime):
        yield part
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield from moments(getattr(part, name))
    elif isinstance(part, dict):
        for each in part.values():
            yield from moments(each)
    elif isinstance(part, (tuple, list, frozenset)):
        for each in part:
            yield from moments(each)
