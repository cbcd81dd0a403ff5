"""Acts upon registers, noted in the log."""

from __future__ import annotations

import json

from shouze.gateway.acts import RegisterAct, note_act
from shouze.gateway.asking import Visitor
from shouze.rules.use import Actor, Place
from shouze.wiring import Installation
from tests.gateway.test_passage import raw_leaves


async def test_an_act_is_recorded_with_who_when_where_and_what(opened: Installation) -> None:
    visitor = Visitor(Actor("staff", "S-1", "privacy-officer"), Place("HQ", None, "192.0.2.1"))
    await note_act(opened.door.room, visitor, RegisterAct("complaints", "answer", "17", "A" * 43, "A12-15d"))
    leaf = json.loads((await raw_leaves(opened))[-1])
    assert (leaf["who"]["id"], leaf["where"]["site"], leaf["what"]["act"]) == ("S-1", "HQ", "complaints-answer")
    assert leaf["verdict"]["article"] == "A12-15d"
    assert len(leaf["sd"]) >= 2
