"""Who used it: every handling, refusals included, by post or agent, with a proof."""

from __future__ import annotations

import html
import re

import pytest

from shouze.client import Client as DoorClient
from shouze.client import RecordOfOwn, RecordsOfOwn
from shouze.errors import Kind
from shouze.language import Text
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.portal.ports import GIVEN
from shouze.rules.citing import article_words
from shouze.rules.refusal import CATALOGUE, RefusedError, article_of
from tests.installation import CLERK, MARKETING, ask
from tests.portal.house import Portal, browser, signed_in, text
from tests.portal.house import ask as ask_code

UNKNOWN = Kind("of-tomorrow", 403, Text("", ""), Text("", ""))


def handled(portal: Portal, subject: str) -> None:
    """Have a clerk look at the user's name, and marketing be refused."""
    door, run = portal.opened.installation.door, portal.opened.run
    run(door.release(CLERK, ask(subject, "name", "phone")))
    with pytest.raises(RefusedError):
        run(door.release(MARKETING, ask(subject, "phone", purposes=["offers"], action="use")))
    portal.covered()


@pytest.mark.duty("A13-6-oplog")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_handling_tells_who_when_where_what_for_and_how_it_ended(portal: Portal, language: str) -> None:
    subject = portal.subscriber()
    handled(portal, subject)
    shown = text(signed_in(subject, language).get("/used"))
    expected = (
        ("拒绝", "用户未同意", "第九条第一款", "HQ", "mobile@1")
        if language == "zh"
        else ("Refused", "not consented", "Art. 9(1)", "HQ", "mobile@1")
    )
    assert [words for words in expected if words not in shown] == []
    assert "S-0042" not in shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_is_told_by_its_reason_in_words_its_article_and_its_code(
    portal: Portal, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [
        RecordOfOwn(
            index=number, at=GIVEN.now(), kind="staff", post="marketing", agent=None, account=None, site=None,
            act="use", service="mobile",
            purposes=("offers",), items=("phone",), recipient=None, outcome="refused", code=code,
            article=article_of(kind.duty) if kind.duty else None, rule=None,
        )
        for number, (code, kind) in enumerate([*CATALOGUE.items(), ("of-tomorrow", UNKNOWN)], 1)
    ]  # fmt: skip
    page = RecordsOfOwn(records=tuple(refused), cursor=None, receipt=None)
    monkeypatch.setattr(DoorClient, "own_records", lambda *_, **__: page)
    shown = html.unescape(text(signed_in(portal.subscriber(), language).get("/used?show=refused")))
    told = re.findall(r'<p class="why">(.*?)</p>', shown)
    assert len(told) == len(CATALOGUE) + 1
    for words, (code, kind) in zip(told, CATALOGUE.items(), strict=False):
        why, article = (kind.title.zh, "（依{}）") if language == "zh" else (kind.title.en, " (by {})")
        cited = article_words(article_of(kind.duty)) if kind.duty else None
        named = article.format(cited.zh if language == "zh" else cited.en) if cited else ""
        assert words == f"{'拒绝原因：' if language == 'zh' else 'Refused: '}{why}{named} <code>{code}</code>"
    assert told[-1].endswith("of-tomorrow <code>of-tomorrow</code>")


def test_refusals_are_listed_alone_when_asked_for(portal: Portal) -> None:
    subject = portal.subscriber()
    handled(portal, subject)
    shown = text(signed_in(subject).get("/used?show=refused"))
    assert shown.count('class="refused"') == shown.count("Download the proof") == 1


def test_a_proof_is_checked_with_the_logs_key_alone(portal: Portal) -> None:
    subject = portal.subscriber()
    handled(portal, subject)
    visitor = signed_in(subject)
    address = text(visitor.get("/used")).partition('<a href="/used/')[2].partition('"')[0]
    raw = visitor.get(f"/used/{address}").content
    proof = PortableProof.parse(raw)
    vkey = portal.opened.installation.signer.verifier().vkey
    assert proof.extra is not None
    assert check(proof, proof.extra, [Verifier.from_vkey(vkey)]).size > proof.index


def test_nobody_gets_a_proof_of_what_is_anothers(portal: Portal) -> None:
    subject = portal.subscriber()
    handled(portal, subject)
    address = text(signed_in(subject).get("/used")).partition('<a href="/used/')[2].partition('"')[0]
    portal.begin()
    other = signed_in(portal.subscriber())
    portal.covered()
    assert other.get(f"/used/{address}").status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1.5"])
def test_a_place_that_is_none_shows_the_newest(portal: Portal, before: str) -> None:
    subject = portal.subscriber()
    portal.covered()
    assert signed_in(subject).get(f"/used?before={before}&show=everything").status_code == 200


def test_the_log_page_shows_the_signed_checkpoint_to_everybody(portal: Portal) -> None:
    portal.subscriber()
    portal.covered()
    shown = text(browser().get("/log"))
    assert portal.opened.installation.signer.verifier().vkey in shown.replace("&#x27;", "'")
    assert "No witness has cosigned it" in shown


def test_ones_own_looks_are_folded_and_nobody_elses_and_each_has_its_proof(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    for _ in range(3):
        visitor.get("/services")
    handled(portal, subject)
    shown = text(visitor.get("/used"))
    assert "3 looks of your own" in shown
    folded = shown[shown.index("<details>") : shown.index("</details>")]
    assert folded.count("Download the proof") == 3
    assert " Read · name" not in folded
    assert "</strong> Read · name" in shown.replace(folded, "")
    portal.covered()
    assert text(visitor.get("/used?show=refused")).count("<details>") == 0


def test_the_portal_is_called_so_where_it_recognised_somebody(portal: Portal) -> None:
    subject = portal.subscriber()
    ask_code(portal)
    portal.covered()
    assert "<strong>This portal</strong> Recognised" in text(signed_in(subject).get("/used"))
