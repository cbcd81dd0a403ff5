"""What stands in a leaf in clear."""

from __future__ import annotations

import pytest

from shouze.errors import ShouzeError
from shouze.gateway.asking import Visitor
from shouze.ledger.entry import parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.rules.use import Place
from shouze.wiring import Installation
from tests.installation import CLERK, PERSON, ask, subscribe

NUMBER = PERSON["phone"]


async def written(opened: Installation) -> str:
    rows = await opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY nseq")
    return b"\n".join(leaf for n, body in rows for leaf in decode_bundle(body, n)).decode()


async def test_a_number_put_where_a_name_belongs_does_not_reach_the_log(opened: Installation) -> None:
    done = await subscribe(opened)
    lost = Visitor(CLERK.actor, Place(NUMBER, f"of {NUMBER}"))
    requests = [
        ask(done.subject, NUMBER),
        ask(done.subject, "name", purposes=(NUMBER,)),
        ask(done.subject, "name", service=NUMBER),
        ask(done.subject, "name", action="disclose", recipient=NUMBER),
        ask(done.subject, "name"),
    ]
    for request in requests:
        try:
            await opened.door.release(lost, request)
        except ShouzeError:
            continue
    assert NUMBER not in await written(opened)


@pytest.mark.parametrize(("writes", "named"), [(1, False), (2, True)])
async def test_what_version_0_1_0_does_not_read_is_not_written_while_it_runs_beside(
    opened: Installation, writes: int, named: bool
) -> None:
    done = await subscribe(opened)
    opened.stores.policies.writes = writes
    with pytest.raises(ShouzeError):
        await opened.door.release(CLERK, ask(done.subject, "name", purposes=("customer-service", "open-account")))
    assert ('"purpose":"open-account"' in await written(opened)) is named


@pytest.mark.parametrize(
    ("site", "clear"), [("SH-02", True), ("Counter 3", True), ("张三", False), ("13812345678", False)]
)
async def test_a_place_is_named_in_clear_where_it_can_be_nobodys(opened: Installation, site: str, clear: bool) -> None:
    done = await subscribe(opened)
    await opened.door.release(Visitor(CLERK.actor, Place(site)), ask(done.subject, "name"))
    leaf = parse_leaf((await written(opened)).splitlines()[-1].encode())
    assert leaf.where.site == (site if clear else None)
