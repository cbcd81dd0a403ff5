"""Joins the parts of one installation; the only place that chooses implementations.

``serving`` is imported where HTTP is served, and only there: it loads twice as much as all the rest.
"""

from shouze.wiring.clocks import check_clock
from shouze.wiring.doors import open_door, open_door_synchronously, place_of
from shouze.wiring.joining import Decorate, Gateway, Installation, gateway, installation, sequencing
from shouze.wiring.log import (
    LogRoom,
    compare_with_witness,
    cosigning,
    hand_over,
    open_log,
    publishing,
    read_verifier,
    retaining,
    sequencer,
    shown_in,
    to_cosign,
    unwitnessed,
)
from shouze.wiring.preparing import finish, grant_roles, is_prepared, look, open_stores, prepare
from shouze.wiring.shards import ShardRoom
from shouze.wiring.statutes import read_statutes
from shouze.wiring.turning import turn_log
from shouze.wiring.verifying import Course, verify, verify_shards
from shouze.wiring.waiting import Waiting

__all__ = [
    "Course", "Decorate", "Gateway", "Installation", "LogRoom", "ShardRoom", "Waiting", "check_clock",
    "compare_with_witness",
    "cosigning", "finish", "gateway", "grant_roles", "hand_over", "installation", "is_prepared", "look", "open_door",
    "open_door_synchronously", "open_log", "open_stores", "place_of", "prepare", "publishing", "read_statutes",
    "read_verifier", "retaining", "sequencer", "sequencing", "shown_in", "to_cosign", "turn_log", "unwitnessed",
    "verify", "verify_shards",
]  # fmt: skip
