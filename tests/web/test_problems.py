"""What goes wrong on a page, as its reader and as the administrator hear of it."""

from __future__ import annotations

import logging

import pytest

from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db


def test_to_be_asked_for_the_password_again_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "shouze.web"):
        answer = signed_in(officer()).get("/account/2fa/totp/activate/")
    assert (answer.status_code, "reauthenticate" in answer.headers["location"]) == (302, True)
    assert caplog.records == []


def test_a_page_that_is_missing_says_so_in_the_readers_language() -> None:
    answer = signed_in(officer(), "en").get("/nowhere")
    assert (answer.status_code, "There is no such page" in answer.content.decode()) == (404, True)
