"""The link to having left: it serves whoever has it, without signing in, and gives nobody else anything to find."""

from __future__ import annotations

import html
import re
import secrets
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouze.client import Client, Unavailable
from shouze.portal.models import Parting, Visit
from shouze.portal.ports import GIVEN
from shouze.rules.refusal import RefusedError
from tests.installation import CLERK, ask
from tests.portal.house import Portal, browser, is_signed, signed_in, text


def left(subject: str, when: str, language: str = "en") -> str:
    """Leave the mobile service; return the secret of the link that the page shows."""
    return secret_in(text(signed_in(subject, language).post("/services/mobile/leave", {"when": when})))


def secret_in(shown: str) -> str:
    """Return the secret of the link that a page shows."""
    found = re.search(r'href="(http://portal\.localhost/erasure#([^"]{43}))"', shown)
    assert found is not None
    return html.unescape(found[2])


def looked(secret: str, language: str = "en") -> str:
    """Return what a browser that never signed in sees by the link."""
    return text(browser(language).post("/erasure", {"secret": secret}))


def fetched(secret: str) -> bytes:
    """Return what comes where the certificate is."""
    return bytes(browser().post("/erasure/certificate", {"secret": secret}).content)


def swept(portal: Portal, later: timedelta) -> None:
    """Let time pass, and the door erase what is due."""
    portal.opened.clock.move(later)
    portal.opened.run(portal.opened.installation.door.erase_due())


@pytest.mark.duty("A09-4-cancel")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_before_destruction_it_says_what_is_due_when_and_what_a_law_keeps(portal: Portal, language: str) -> None:
    secret = left(portal.subscriber(), "later", language)
    shown = looked(secret, language)
    expected = (
        ("将被销毁", "住址", "依", "撤销注销", "不能直接删除")
        if language == "zh"
        else ("What is destroyed", "address", "kept under", "Undo leaving", "cannot be erased from here")
    )
    assert [words for words in expected if words not in shown] == []


def test_a_mistake_is_undone_by_the_link_alone(portal: Portal) -> None:
    subject = portal.subscriber()
    secret = left(subject, "later")
    visitor = browser()
    assert "You took it up again" in text(visitor.post("/erasure/undo", {"secret": secret}))
    portal.opened.run(portal.opened.installation.door.release(CLERK, ask(subject, "name")))
    assert visitor.get("/held").status_code == 302, "it signs nobody in"
    assert Visit.objects.filter(subject=subject).count() == 1, "that of leaving"


def test_whoever_is_still_signed_in_gets_another_link_and_the_one_before_serves_no_more(portal: Portal) -> None:
    subject = portal.subscriber()
    first = left(subject, "later")
    visitor = signed_in(subject)
    assert "Get another link" in text(visitor.get("/services"))
    second = secret_in(text(visitor.post("/services/mobile/link")))
    assert "Undo leaving" in looked(second)
    assert browser().post("/erasure", {"secret": first}).status_code == 422
    assert browser().post("/services/mobile/link").status_code == 302, "by whoever is signed in"
    stranger = signed_in(again(portal))
    assert stranger.post("/services/mobile/link").status_code == 404


@pytest.mark.parametrize("when", [pytest.param("now", marks=pytest.mark.lasting), "later"])
def test_what_is_destroyed_is_not_undone(portal: Portal, when: str) -> None:
    subject = portal.subscriber()
    secret = left(subject, when)
    swept(portal, timedelta(days=7, minutes=1))
    assert "Undo leaving" not in looked(secret)
    answer = browser().post("/erasure/undo", {"secret": secret})
    assert (answer.status_code, "too late" in text(answer)) == (409, True)
    with pytest.raises(RefusedError):
        portal.opened.run(portal.opened.installation.door.release(CLERK, ask(subject, "name")))


def test_the_whole_link_may_be_pasted(portal: Portal) -> None:
    secret = left(portal.subscriber(), "later")
    assert "Undo leaving" in looked(f" http://portal.localhost/erasure#{secret} ")


def test_only_the_digest_of_the_secret_is_kept_and_no_address_holds_it(portal: Portal) -> None:
    secret = left(portal.subscriber(), "later")
    assert secret not in str(Parting.objects.values().get())
    shown = browser().get(f"/erasure?secret={secret}")
    assert secret not in text(shown)
    assert browser().get(f"/erasure/{secret}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/erasure", *(pytest.param(f"/erasure/{each}", marks=pytest.mark.lasting) for each in ("undo", "certificate"))],
)
def test_wrong_links_ended_ones_and_anothers_number_are_answered_alike(portal: Portal, path: str) -> None:
    subject = portal.subscriber()
    secret = left(subject, "later")
    row = Parting.objects.get()
    ended = left(again(portal), "later")
    Parting.objects.exclude(pk=row.pk).update(until=row.asked_at)
    wrong = (secrets.token_urlsafe(32), secret[:-1], secret.swapcase(), row.number, row.token, subject, ended, "'--")
    told = set()
    for each in wrong:
        with CaptureQueriesContext(connection) as asked:
            answer = browser().post(path, {"secret": each})
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text(answer)).replace(html.escape(each), "")
        told.add((answer.status_code, len(asked), page))
    assert len(told) == 1
    assert next(iter(told))[0] == 422
    assert Parting.objects.filter(undone_at=None).count() == 2


def again(portal: Portal) -> str:
    """Return another user."""
    portal.begin()
    return portal.subscriber()


def test_guessing_is_stopped_and_stops_nobody_elsewhere(portal: Portal) -> None:
    secret = left(portal.subscriber(), "later")
    for _ in range(30):
        assert browser().post("/erasure", {"secret": secrets.token_urlsafe(32)}).status_code == 422
    for path in ("/erasure", "/erasure/undo", "/erasure/certificate"):
        assert browser().post(path, {"secret": secret}).status_code == 429, "whoever guessed learns no more by it"
    assert browser(REMOTE_ADDR="10.0.0.7").post("/erasure", {"secret": secret}).status_code == 200
    portal.opened.clock.move(timedelta(minutes=16))
    assert browser().post("/erasure", {"secret": secret}).status_code == 200


def test_one_link_tells_nothing_of_another(portal: Portal) -> None:
    mine = left(portal.subscriber(), "later")
    theirs = left(again(portal), "now")
    numbers = [re.findall(r"EC-[0-9A-F]{12}", looked(each)) for each in (mine, theirs)]
    assert len({*numbers[0], *numbers[1]}) == 2
    browser().post("/erasure/undo", {"secret": theirs})
    assert "Undo leaving" in looked(mine)


def test_nothing_is_undone_by_a_form_of_another_site_and_nothing_is_cached(portal: Portal) -> None:
    secret = left(portal.subscriber(), "later")
    assert browser(enforce_csrf_checks=True).post("/erasure/undo", {"secret": secret}).status_code == 403
    answer = browser().post("/erasure", {"secret": secret})
    assert answer.headers["cache-control"] == "no-store"


def test_the_door_is_asked_only_when_something_is_due(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = left(portal.subscriber(), "later")
    with monkeypatch.context() as patched:
        patched.setattr(GIVEN, "door", None)
        with CaptureQueriesContext(connection) as asked:
            assert "Undo leaving" in looked(secret)
    assert len(asked) <= 7, [each["sql"] for each in asked]
    swept(portal, timedelta(days=8))
    looked(secret)
    with monkeypatch.context() as patched:
        patched.setattr(GIVEN, "door", None)
        assert "All but what a law keeps is destroyed" in looked(secret)


def test_a_door_that_does_not_answer_is_said_so_and_takes_no_link_away(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise Unavailable

    secret = left(portal.subscriber(), "later")
    swept(portal, timedelta(days=8))
    with monkeypatch.context() as patched:
        patched.setattr(Client, "own_standing", broken)
        assert browser().post("/erasure", {"secret": secret}).status_code == 503
    assert b"shouze-erasure" in fetched(secret)


def test_links_and_sign_ins_outlive_the_portals_keys(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = portal.subscriber()
    visitor, secret = signed_in(subject), left(subject, "now")
    before = fetched(secret)
    monkeypatch.setattr(GIVEN, "secret", b"another")
    monkeypatch.setattr(GIVEN, "key", Ed25519PrivateKey.generate())
    assert visitor.get("/held").status_code == 200
    assert fetched(secret) == before
    assert not is_signed(before), "it is checked with the key that signed it, which is not published any more"
