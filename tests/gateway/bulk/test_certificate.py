"""The certificate of a destruction, checked against the log by somebody who has nothing else."""

from __future__ import annotations

import base64

import pytest

from shouze.errors import ConflictError
from shouze.gateway.bulk.certificate import page
from shouze.ledger.entry import parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.ledger.tree import leaf_hash, root_of
from tests.gateway.bulk.scene import ANALYST, CANARIES, OFFICER, Scene


@pytest.mark.duty("A13-3-bulk")
async def test_whoever_has_the_log_can_check_it(office: Scene) -> None:
    job = await office.approved(action="destroy")
    await office.bulk.run(ANALYST, job.id)
    certificate = await office.bulk.certificate(OFFICER, job.id)
    rows = await office.opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY at, nseq")
    log = {}
    for n, body in rows:
        for raw in decode_bundle(body, n):
            leaf = parse_leaf(raw)
            log[leaf.node, leaf.boot, leaf.nseq] = leaf_hash(raw), leaf
    for told in certificate.leaves:
        hashed, leaf = log[told.node, told.boot, told.nseq]
        assert hashed == told.leaf
        assert (leaf.what.act, leaf.verdict.outcome, leaf.what.rows) == (told.act, told.outcome, told.rows)
    assert certificate.root == base64.b64encode(root_of([told.leaf for told in certificate.leaves])).decode()
    destroyed = [log[told.node, told.boot, told.nseq][1] for told in certificate.leaves if told.act == "destroy"]
    assert sum(leaf.what.rows for leaf in destroyed) == certificate.counts.rows == 25
    approved = next(log[t.node, t.boot, t.nseq][1] for t in certificate.leaves if t.act == "bulk-approve")
    assert approved.who.id == certificate.approved_by == OFFICER.actor.id
    assert set(certificate.policies) >= {leaf.verdict.policy for leaf in destroyed}


async def test_it_prints_in_both_languages_and_shows_nothing_that_people_wrote(small: Scene) -> None:
    job = await small.approved(action="destroy")
    await small.bulk.run(ANALYST, job.id)
    certificate = await small.bulk.certificate(ANALYST, job.id)
    chinese, english = page(certificate, "zh"), page(certificate, "en")
    assert "个人信息销毁证明" in chinese
    assert "Certificate of destruction" in english
    assert certificate.root in english
    assert not any(canary in text for canary in CANARIES for text in (chinese, english))


async def test_there_is_none_before_the_end_and_none_for_an_export(small: Scene) -> None:
    job = await small.approved(action="destroy")
    with pytest.raises(ConflictError):
        await small.bulk.certificate(ANALYST, job.id)
    export = await small.approved()
    await small.bulk.run(ANALYST, export.id)
    with pytest.raises(ConflictError):
        await small.bulk.certificate(ANALYST, export.id)
