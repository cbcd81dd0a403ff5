"""Compares what a side answered and left with the model: a run that is not right is not measured."""

from __future__ import annotations

from collections.abc import Sequence

from .model import UNFORESEEN, Answer, State
from .operations import Operation


def check_answers(
    title: str, operations: Sequence[Operation], right: Sequence[Answer], given: Sequence[Answer]
) -> None:
    """Raise RuntimeError at the first answer that is not right."""
    for operation, expected, answer in zip(operations, right, given, strict=True):
        if expected is not UNFORESEEN and answer != expected:
            message = f"{title}: {operation} was answered with {answer}, not {expected}"
            raise RuntimeError(message)


def check_state(title: str, right: State, found: State) -> None:
    """Raise RuntimeError unless every record is there with every field, and nothing else is."""
    wrong = sorted(key for key in right.keys() | found.keys() if right.get(key) != found.get(key))
    if wrong:
        message = f"{title}: {len(wrong)} of {len(right)} records are not what they should be, the first {wrong[0]}"
        raise RuntimeError(message)
