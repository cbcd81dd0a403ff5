"""A forgotten password: a link by mail once, or the words that say who makes one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shouze.registers.mailing import MailServer
from shouze.registers.roles import Role
from shouze.registers.rows import Delivery
from shouze.worker.delivering import Ways, deliver
from tests.desk.mailbox import mailbox
from tests.registers.house import person

pytestmark = pytest.mark.django_db
RESET = "/account/password/reset/"
ADDRESS = "lin@example.invalid"
PASSWORD = "correct-horse-42-battery"


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "shouze.web.outbox.Outbox"  # the test runner of Django's puts one of its own there


def asked(language: str = "zh", address: str = ADDRESS) -> Any:
    person("S-0001", Role.OFFICER, email=ADDRESS)
    return Client(headers={"accept-language": language}).post(RESET, {"email": address})


@pytest.mark.parametrize(("language", "words"), [("zh", "请管理员为您签发登录链接"), ("en", "Ask your administrator")])
def test_without_a_mail_server_the_page_says_who_makes_a_link(language: str, words: str) -> None:
    answer = asked(language)
    assert (answer.status_code, words in answer.content.decode()) == (404, True)
    page = Client(headers={"accept-language": language}).get("/account/login/").content.decode()
    assert words in page
    assert RESET not in page
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_mailed_link_sets_a_password_once_and_its_text_is_gone_once_delivered(settings: Any, language: str) -> None:
    with mailbox() as box:
        url = f"smtp://127.0.0.1:{box.port}"
        settings.MAIL_SERVER = MailServer(url, "shouze@example.invalid")
        assert RESET in Client().get("/account/login/").content.decode()
        assert asked(language).status_code == 302
        assert deliver(timezone.now(), Ways(url, "shouze@example.invalid", "", "")) == 1
    (mail,) = box.messages
    assert mail["to"] == ADDRESS
    assert ("守则" in mail["subject"]) == (language == "zh")
    assert ("工号" in mail.get_content()) == (language == "zh")
    assert "/account/password/reset/key/" not in str(Delivery.objects.values().get())
    found = re.search(r"http://testserver(/account/password/reset/key/\S+)", mail.get_content())
    assert found is not None
    browser = Client()
    form = browser.get(found[1], follow=True).request["PATH_INFO"]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    browser.post("/account/login/", {"login": "S-0001", "password": PASSWORD})
    assert browser.get("/").status_code == 200
    assert b"password1" not in Client().get(found[1], follow=True).content


def test_an_unknown_address_is_answered_alike_and_no_mail_goes_there(settings: Any) -> None:
    settings.MAIL_SERVER = MailServer("smtp://127.0.0.1:1", "shouze@example.invalid")
    unknown = asked(address="nobody@example.invalid")
    known = Client().post(RESET, {"email": ADDRESS})
    assert (unknown.status_code, unknown.headers["location"]) == (known.status_code, known.headers["location"])
    assert list(Delivery.objects.values_list("to", flat=True)) == [ADDRESS]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_pages_speak_the_readers_language(settings: Any, language: str) -> None:
    settings.MAIL_SERVER = MailServer("smtp://127.0.0.1:1", "shouze@example.invalid")
    browser = Client(headers={"accept-language": language})
    pages = browser.get(RESET).content.decode() + browser.get(f"{RESET}done/").content.decode()
    assert ("发送链接" in pages, "请查收邮件" in pages) == ((True, True) if language == "zh" else (False, False))
