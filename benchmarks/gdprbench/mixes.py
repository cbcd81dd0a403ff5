"""Who asks what how often: the four roles, in the mixes that were published, which disagree.

* ``repo``: the workload files of the public repository at its head; its regulator is the file of an earlier commit,
  of which one query class is left. Every run begins with a check of expiry and a look into the log.
* ``paper``: the proportions of the paper; a class with several conditions is drawn evenly among them.
* ``brown``: the fork that K9db was measured with; it has no regulator.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from .drawing import scrambled_zipfian, uniform

ROLES = ("controller", "customer", "processor", "regulator")
Draw = Callable[[Random, int], int]


class Share(NamedTuple):
    """One query class: its weight, and how its record is drawn."""

    weight: float
    draw: Draw


class Mix(NamedTuple):
    """One role in one variant; ``opening``: operations that every run begins with."""

    shares: dict[str, Share]
    opening: tuple[str, ...] = ()


def _shares(draw: Draw, **weights: float) -> dict[str, Share]:
    return {name.replace("_", "-"): Share(weight, draw) for name, weight in weights.items()}


_COMPLIANCE = ("verify-ttl", "system-logs")
_REPO_CONTROLLER = _shares(
    uniform, create=0.25, delete_by_key=0.25, update_metadata_by_pur=0.25, update_metadata_by_usr=0.25
)
MIXES: dict[str, dict[str, Mix]] = {
    "repo": {
        "controller": Mix(_REPO_CONTROLLER, _COMPLIANCE),
        "customer": Mix(
            _shares(
                scrambled_zipfian,
                read_by_key=0.2, read_by_pur=0.1, read_by_usr=0.1, update_by_key=0.2,
                update_metadata_by_pur=0.1, update_metadata_by_usr=0.1, delete_by_key=0.2,
            ),
            _COMPLIANCE,
        ),
        "processor": Mix(_shares(uniform, read_by_key=0.2, read_by_pur=0.4, read_by_usr=0.4), _COMPLIANCE),
        "regulator": Mix(_shares(scrambled_zipfian, read_metadata_by_usr=1), _COMPLIANCE),
    },
    "paper": {
        "controller": Mix(
            _shares(
                uniform,
                create=0.25, delete_by_pur=0.25 / 3, delete_by_ttl=0.25 / 3, delete_by_usr=0.25 / 3,
                update_metadata_by_pur=0.25, update_metadata_by_usr=0.25,
            )
        ),
        "customer": Mix(
            _shares(
                scrambled_zipfian,
                read_by_usr=0.2, read_metadata_by_key=0.2, update_by_key=0.2, update_metadata_by_key=0.2,
                delete_by_key=0.2,
            )
        ),
        "processor": Mix(
            _shares(scrambled_zipfian, read_by_key=0.8)
            | _shares(uniform, read_by_pur=0.2 / 3, read_by_obj=0.2 / 3, read_by_dec=0.2 / 3)
        ),
        "regulator": Mix(
            _shares(scrambled_zipfian, read_metadata_by_usr=0.46, system_logs=0.31, verify_deletion=0.23)
        ),
    },
    "brown": {
        "controller": Mix(_REPO_CONTROLLER, _COMPLIANCE),
        "customer": Mix(
            _shares(scrambled_zipfian, read_by_key=0.2, read_by_usr=0.2, update_by_key=0.4, delete_by_key=0.2),
            _COMPLIANCE,
        ),
        "processor": Mix(_shares(scrambled_zipfian, read_by_key=0.8, read_by_pur=0.1, read_by_usr=0.1), _COMPLIANCE),
    },
}  # fmt: skip
