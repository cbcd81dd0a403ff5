"""Leaving by the operator's own app: what ends is told first, use stops at once, mistakes are undone, all certified."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from shouze.portal.models import Parting, Visit
from shouze.portal.ports import GIVEN
from shouze.rules.refusal import RefusedError
from tests.installation import CLERK, ask
from tests.portal.house import Portal, browser, is_signed
from tests.portal.house import signed_in as user_signed_in
from tests.portal.test_handing_over import App, _app, assertion
from tests.portal.test_parted import swept

__all__ = ["_app"]
LEAVE = "/api/services/mobile/leave"


def asked(path: str, body: Any, language: str = "en") -> tuple[int, dict[str, Any]]:
    """Ask as an app does that nobody is signed in to."""
    answer = browser(language).post(path, json.dumps(body), "application/json")
    return answer.status_code, json.loads(answer.content)


def used(portal: Portal, subject: str) -> None:
    portal.opened.run(portal.opened.installation.door.release(CLERK, ask(subject, "name")))


@pytest.mark.duty("A09-4-cancel")
@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.lasting)])
def test_what_ends_and_what_a_law_keeps_is_told_before_anything_ends(portal: Portal, language: str) -> None:
    subject = portal.subscriber()
    status, told = App(portal, subject, language)("GET", LEAVE)
    assert (status, told["undo_days"]) == (200, 7)
    assert "address" in {each["item"] for each in told["ends"]}
    kept = {each["item"]: each for each in told["kept"]}
    assert kept.keys() == {"name", "id-number", "phone"}
    law = "《中华人民共和国网络安全法》第二十四条" if language == "zh" else "Cybersecurity Law, Article 24"
    assert kept["name"]["law"] == law
    assert datetime.fromisoformat(kept["name"]["by"]) > GIVEN.now()
    used(portal, subject)


@pytest.mark.duty("A09-4-stop")
@pytest.mark.parametrize("when", ["later", pytest.param("now", marks=pytest.mark.lasting)])
def test_use_stops_at_once_and_the_link_is_told_once(portal: Portal, when: str) -> None:
    subject = portal.subscriber()
    app = App(portal, subject)
    status, told = app("POST", LEAVE, {"when": when})
    assert (status, told["certified"], told["undo_until"] is None) == (200, when == "now", when == "now")
    assert told["link"] == f"http://portal.localhost/erasure#{told['secret']}"
    with pytest.raises(RefusedError) as refused:
        used(portal, subject)
    assert refused.value.refusal.code == "service-ended"
    assert told["secret"] not in str(Parting.objects.values().get())
    assert app("GET", LEAVE)[0] == 404, "it is left"
    assert app("POST", LEAVE, {"when": when})[0] == 404
    _, services = app("GET", "/api/services")
    assert [(each["service"], bool(each["left"]), each["linked"]) for each in services["services"]] == [
        ("mobile", True, True)
    ]


@pytest.mark.lasting
def test_a_mistake_is_undone_within_the_time_signed_in_or_by_the_link(portal: Portal) -> None:
    for by_link in (False, True):
        portal.begin()
        subject = portal.subscriber()
        app = App(portal, subject)
        _, told = app("POST", LEAVE, {"when": "later"})
        if by_link:
            assert asked("/api/erasure/undo", {"secret": told["secret"]}) == (200, {"state": "resumed"})
        else:
            assert app("DELETE", LEAVE) == (200, {"state": "resumed"})
        used(portal, subject)
        _, after = asked("/api/erasure", {"secret": told["secret"]})
        assert after["undone_at"] is not None
        assert after["undo_until"] is None


@pytest.mark.lasting
def test_after_the_time_it_is_not_undone_by_the_link(portal: Portal) -> None:
    _, told = App(portal, portal.subscriber())("POST", LEAVE, {"when": "later"})
    swept(portal, timedelta(days=7, minutes=1))
    status, problem = asked("/api/erasure/undo", {"secret": told["secret"]})
    assert (status, problem["code"], problem["detail"]) == (409, "conflict", "It is too late to undo it")


@pytest.mark.duty("A09-4-cancel")
def test_the_certificate_is_fetched_by_the_secret_once_something_is_destroyed(portal: Portal) -> None:
    subject = portal.subscriber()
    _, told = App(portal, subject)("POST", LEAVE, {"when": "later"})
    status, problem = asked("/api/erasure/certificate", {"secret": told["secret"]})
    assert (status, problem["code"]) == (409, "conflict")
    swept(portal, timedelta(days=7, minutes=1))
    _, after = asked("/api/erasure", {"secret": told["link"]})
    assert (after["certified"], after["number"]) == (True, told["number"])
    assert "address" in {each["item"] for each in after["destroyed"]}
    assert after["to_be_destroyed"] == []
    assert [each["state"] for each in after["stores"]][:3] == ["reached", "reached", "bound"]
    status, certificate = asked("/api/erasure/certificate", {"secret": told["secret"]})
    assert status == 200
    assert is_signed(json.dumps(certificate).encode())
    assert [each for each in (subject, *portal.person.values()) if each in str([after, certificate])] == []


@pytest.mark.lasting
def test_another_link_ends_the_one_before(portal: Portal) -> None:
    app = App(portal, portal.subscriber())
    assert app("POST", "/api/services/mobile/link")[0] == 404, "nothing was left"
    _, first = app("POST", LEAVE, {"when": "later"})
    status, second = app("POST", "/api/services/mobile/link")
    assert (status, second["secret"] == first["secret"]) == (200, False)
    assert asked("/api/erasure", {"secret": first["secret"]})[0] == 404
    assert asked("/api/erasure", {"secret": second["secret"]})[0] == 200


@pytest.mark.parametrize("body", [None, {}, {"when": "soon"}, {"when": "now", "subject": "x"}, {"when": None}])
def test_nothing_ends_without_a_choice(portal: Portal, body: Any) -> None:
    subject = portal.subscriber()
    status, problem = App(portal, subject)("POST", LEAVE, body)
    assert (status, problem["code"]) == (422, "invalid")
    used(portal, subject)


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/services"),
        ("GET", LEAVE),
        ("POST", LEAVE),
        ("DELETE", LEAVE),
        ("POST", "/api/services/mobile/link"),
    ],
)
def test_only_whoevers_token_it_is_leaves(portal: Portal, method: str, path: str) -> None:
    subject = portal.subscriber()
    body, told = json.dumps({"when": "now"}), {"authorization": f"Bearer {'x' * 43}"}
    visits = {
        "nobody": browser().generic(method, path, body, "application/json"),
        "a cookie": user_signed_in(subject).generic(method, path, body, "application/json"),
        "a guess": browser().generic(method, path, body, "application/json", headers=told),
        "the hand-over": browser().generic(
            method, path, body, "application/json", headers={"authorization": f"Bearer {assertion(subject)}"}
        ),
    }  # fmt: skip
    assert {who: answer.status_code for who, answer in visits.items()} == dict.fromkeys(visits, 401)
    used(portal, subject)


@pytest.mark.duty("A13-3-permissions")
def test_nobody_leaves_or_comes_back_for_another(portal: Portal) -> None:
    first = portal.subscriber()
    other = App(portal, first)
    portal.begin()
    subject = portal.subscriber()
    app = App(portal, subject)
    app("POST", LEAVE, {"when": "later"})
    assert other("DELETE", LEAVE)[0] == 403
    assert other("POST", "/api/services/mobile/link")[0] == 404
    assert [each["left"] for each in other("GET", "/api/services")[1]["services"]] == [None]
    assert other("GET", LEAVE)[0] == 200
    with pytest.raises(RefusedError):
        used(portal, subject)
    used(portal, first)


@pytest.mark.lasting
def test_a_token_ends_with_its_time_and_with_the_account(portal: Portal) -> None:
    app = App(portal, portal.subscriber())
    portal.opened.clock.move(timedelta(minutes=16))
    assert app("GET", "/api/services")[0] == 401
    Visit.objects.update(ended_at=GIVEN.now())
    assert app("POST", LEAVE, {"when": "now"})[0] == 401


@pytest.mark.lasting
def test_guessed_links_are_answered_alike_and_soon_not_at_all(portal: Portal) -> None:
    _, told = App(portal, portal.subscriber())("POST", LEAVE, {"when": "later"})
    gone = asked("/api/erasure", {"secret": "x" * 43})
    assert gone[0] == 404
    for path in ("/api/erasure", "/api/erasure/undo", "/api/erasure/certificate"):
        assert asked(path, {"secret": told["secret"][:-1]}) == asked(path, {"secret": ""}) == gone
        assert browser().get(f"{path}?secret={told['secret']}").status_code == 405, "in a body alone"
    for _ in range(30):
        last = asked("/api/erasure", {"secret": told["secret"]})
    assert (last[0], last[1]["code"]) == (429, "busy"), "the right one too"
