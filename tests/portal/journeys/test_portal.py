"""A user's way through the portal in a real browser, on a phone in Chinese and on a desk in English."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route

from tests.desk.journeys.stage import NARROW, WIDE, Window
from tests.portal.journeys.user import ONE, User, another

PAGES = [
    "/", "/rules/mobile", "/rules/mobile/lists", "/log", "/sign-in", "/sign-in/code", "/erasure", "/held",
    "/held/address/correct", "/held/phone/correct", "/used", "/used?show=refused", "/consents", "/services",
    "/services/mobile/leave",
]  # fmt: skip


SHADOW = "document.querySelector('shouze-consents').shadowRoot"


def becomes(page: Page, expression: str) -> None:
    """Wait until an expression is true; the page's own policy forbids Playwright's way to wait for it."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def until(window: Window, path: str, words: str) -> None:
    """Load a page until it says something: the log is signed within seconds."""
    for _ in range(60):
        window.go(path)
        if words in window.text():
            return
        window.page.wait_for_timeout(250)
    raise AssertionError(window.text())


def test_rules_are_read_before_anybody_signs_in(user: User) -> None:
    with user.window("zh", NARROW) as window:
        until(window, "/", "移动电话业务")
        window.check("portal-home-zh-360")
        window.press("移动电话业务")
        assert "我们为何收集" in window.text()
        window.check("portal-rules-zh-360")


@pytest.mark.lasting
def test_a_user_signs_in_looks_decides_proves_and_leaves_by_mistake(user: User, tmp_path: Path) -> None:
    with user.window("zh", NARROW) as window:
        user.sign_in(window)
        assert ONE.address not in window.text()
        window.page.locator("#address button").click()
        window.page.wait_for_selector("#address output")
        assert ONE.address in window.text()
        assert ONE.id_number not in window.text()
        window.check("portal-held-zh-360")
        window.go("/consents")
        window.page.locator("#mobile-offers form[action$=agree] button:not([form])").click()
        window.page.wait_for_selector("#mobile-offers .state.good")
        used = {"service": "mobile", "subject": {"id": user.subject}, "purposes": ["offers"], "items": ["phone"]}
        assert user.door("/v1/check", {**used, "action": "use"}).json()["permitted"]
        window.page.locator("#mobile-offers button[form]").click()
        window.page.wait_for_selector("#mobile-offers button[form][disabled]")
        assert user.door("/v1/check", {**used, "action": "use"}).json()["refusal"]["code"] == "no-consent"
        window.check("portal-consents-zh-360")
        proved(window, tmp_path)
        window.go("/services/mobile/leave")
        window.check("portal-leave-zh-360")
        window.page.check("[name=when][value=later]")
        window.submit("main form.sheet button")
        assert "收集和使用已经停止" in window.text()
        window.check("portal-left-zh-360")
        link = window.page.inner_text(".secret a")
        look = {**used, "purposes": ["customer-service"], "items": ["name"]}
        assert user.door("/v1/release", look).json()["code"] == "service-ended"
        window.go("/services")
        window.check("portal-services-zh-360")
    undone(user, link)
    assert user.door("/v1/release", look).json()["items"] == {"name": ONE.name}


def undone(user: User, link: str) -> None:
    """Undo having left by the link, in a browser that is not signed in."""
    with user.window("zh", NARROW) as window:
        opened(window, link)
        assert "住址" in window.text()
        assert urlsplit(link).fragment in window.page.url, "it may be kept as a bookmark"
        window.check("portal-erasure-waiting-zh-360")
        window.page.click("header button[lang=en]")
        window.page.wait_for_selector("main .note:has-text('Collecting and using stopped')")
        window.press("Undo leaving")
        window.check("portal-erasure-undone-en-360")
        window.go("/held")
        assert "/sign-in" in window.page.url, "the link signs nobody in"


def opened(window: Window, link: str) -> None:
    """Follow a link to having left, until the page's script has shown what it leads to."""
    window.page.goto(link)
    window.page.wait_for_selector("#known", state="attached")


@pytest.mark.lasting
def test_whoever_left_at_once_fetches_the_signed_certificate_by_the_link(user: User, tmp_path: Path) -> None:
    leaver = another(user, 11)
    with leaver.window("en", WIDE) as window:
        leaver.sign_in(window)
        window.go("/services/mobile/leave")
        window.page.check("[name=when][value=now]")
        window.submit("main form.sheet button")
        window.check("portal-left-en-1280")
        link = window.page.inner_text(".secret a")
    for language, size in (("zh", NARROW), ("zh", WIDE), ("en", NARROW), ("en", WIDE)):
        with leaver.window(language, size) as window:
            opened(window, link)
            window.check(f"portal-erasure-{language}-{size['width']}")
            words = window.text()
            with window.page.expect_download() as coming:
                window.page.locator("main form[action$=certificate] button").click()
            coming.value.save_as(tmp_path / "certificate.json")
    told = json.loads((tmp_path / "certificate.json").read_text())
    assert "address" in {each["item"] for each in told["destroyed"]}
    assert {each["item"] for each in told["kept"]} == {"name", "id-number", "phone"}
    for each in (leaver.subject, leaver.who.name, leaver.who.phone, leaver.who.address):
        assert each not in words + json.dumps(told, ensure_ascii=False)


@pytest.mark.lasting
def test_a_correction_with_proof_is_approved_at_the_desk_or_refused_with_the_reason(user: User, tmp_path: Path) -> None:
    asker, new = another(user, 12), "13700000127"
    proof = tmp_path / "proof.pdf"
    proof.write_bytes(b"%PDF-1.7 a proof")
    with asker.window("zh", NARROW) as window:
        asker.sign_in(window)
        for value in (new, "13700000128"):
            window.go("/held/phone/correct")
            window.fill(value=value)
            window.page.set_input_files("main [name=enclosures]", proof)
            window.check("portal-correct-proof-zh-360")
            window.submit("main form.sheet button.main")
        numbers = sorted(re.findall(r"RQ-[\d-]+", window.text()))
        assert "还有" in window.text(), "its clock is told"
        state = window.context.storage_state()
    corrected(asker, numbers[0], numbers[1])
    with asker.window("zh", NARROW, state) as window:
        window.go("/held")
        assert "不予办理的理由：信息无误" in window.text()
        assert "已按您提交的材料更正" in window.text()
        window.check("portal-corrections-zh-360")
        window.page.locator("#phone .value button").click()
        window.page.wait_for_selector("#phone output")
        assert new in window.page.inner_text("#phone output")
        window.page.locator("#phone summary").click()
        assert asker.who.phone in window.page.inner_text("#phone del")
        window.check("portal-former-zh-360")
    for language, size in (("en", WIDE), ("en", NARROW), ("zh", WIDE)):
        with asker.window(language, size, state) as window:
            window.go("/held")
            window.check(f"portal-corrections-{language}-{size['width']}")


def corrected(user: User, granted: str, refused: str) -> None:
    """At the desk: look at the letter, correct as asked, answer; refuse the other."""
    user.stage.desk = user.stage.url.replace("127.0.0.1", "desk.localhost")
    with user.stage.window("en", WIDE, user.stage.first()) as window:
        window.go("/r/people/")
        window.page.locator("main td.number a").first.click()
        window.page.goto(window.page.url + "move")
        window.page.select_option("main [name=post]", "customer-service")
        window.submit("main form.sheet button")
        window.go(f"/r/requests/{granted}/")
        assert "left" in window.text(), "it stands under its clock"
        window.check("desk-correction-en-1280")
        window.press("Do it at the door")
        window.check("desk-correction-unseen-en-1280")
        window.page.locator("section.box a.button").click()
        window.page.wait_for_selector(".letter")
        window.check("desk-correction-letter-en-1280")
        window.go(f"/requests/{granted}/door")
        window.check("desk-correction-seen-en-1280")
        window.submit("main button[value=as-asked]")
        assert "Corrected as asked" in window.text()
        window.check("desk-correction-done-en-1280")
        window.go(f"/r/requests/{granted}/answer")
        answer(window, outcome="granted", text="已按您提交的材料更正")
        window.go(f"/r/requests/{refused}/refuse")
        answer(window, refused_because="right", text="与登记一致")
    user.stage.desk = user.portal


def answer(window: Window, text: str, **chosen: str) -> None:
    """Answer a request at the portal."""
    for name, value in {"way": "portal", **chosen}.items():
        if window.page.locator(f"main select[name={name}]").count():
            window.page.select_option(f"main [name={name}]", value)
        else:
            window.page.check(f"main [name={name}][value={value}]")
    window.fill(text=text)
    window.submit("main form.sheet button")


@pytest.mark.lasting
def test_whom_staff_cancel_follows_the_link_that_was_handed_over_to_the_certificate(user: User, tmp_path: Path) -> None:
    leaver = another(user, 13)
    link = handed(leaver)
    for language, size in (("zh", NARROW), ("en", WIDE), ("zh", WIDE), ("en", NARROW)):
        with leaver.window(language, size) as window:
            opened(window, link)
            window.check(f"portal-erasure-by-staff-{language}-{size['width']}")
            with window.page.expect_download() as coming:
                window.page.locator("main form[action$=certificate] button").click()
            coming.value.save_as(tmp_path / "certificate.json")
    told = json.loads((tmp_path / "certificate.json").read_text())
    assert {each["item"] for each in told["destroyed"]} == {"phone", "email"}
    assert told["kept"] == []


def handed(user: User) -> str:
    """At the desk: cancel the drive of a user who came; return the link that is handed over."""
    user.stage.desk = user.stage.url.replace("127.0.0.1", "desk.localhost")
    with user.stage.window("zh", NARROW, user.stage.first()) as window:
        window.go("/r/people/")
        window.page.locator("main td.number a, main .cards a").first.click()
        window.page.goto(window.page.url + "move")
        window.page.select_option("main [name=post]", "customer-service")
        window.submit("main form.sheet button")
        window.go("/counter")
        for name, value in {"served": "cloud-drive/provide-drive", "found_with": "phone", "channel": "visit"}.items():
            window.page.select_option(f"main [name={name}]", value)
        window.fill(value=user.who.phone)
        window.submit("main form.sheet button.main")
        window.page.select_option("[name=compare-item]", "email")
        window.fill(**{"compare-value": user.who.email})
        window.submit("button[value=compare]")
        window.page.locator("summary", has_text="注销业务").click()
        window.check("desk-cancel-zh-360")
        window.page.check("[name=cancel-sure]")
        window.submit("button[value=cancel]")
        window.check("desk-handed-zh-360")
        link = window.page.inner_text(".handed code")
        window.page.emulate_media(media="print")
        assert window.page.locator("main > :visible").count() == 1, "on paper there is the slip alone"
    user.stage.desk = user.portal
    return link


@pytest.mark.lasting
def test_a_complaint_is_filed_answered_at_the_desk_read_and_brought_up_again(user: User) -> None:
    with user.window("zh", NARROW, user.state()) as window:
        window.go("/complaints")
        assert "您没有投诉" in window.text()
        window.press("提出投诉")
        window.check("portal-complain-zh-360")
        window.page.select_option("main [name=matter]", "disturbed")
        window.page.select_option("main [name=service]", "mobile")
        window.fill(story="我从未同意接收短信")
        window.submit()
        address = urlsplit(window.page.url).path
        number = address.rpartition("/")[2]
        assert number in window.text()
        assert "还有" in window.text()
        window.check("portal-complaint-open-zh-360")
        answered(user, number, "已停止发送")
        window.go(address)
        assert "已停止发送" in window.text()
        window.check("portal-complaint-answered-zh-360")
        window.fill(story="今天又收到一条")
        window.press("再次提出")
        assert "处理中" in window.text()
        assert "今天又收到一条" in window.text()
        window.check("portal-complaint-again-zh-360")
    for language, size in (("en", WIDE), ("en", NARROW), ("zh", WIDE)):
        with user.window(language, size, user.state()) as window:
            for path in ("/complaints", address, "/complaints/new"):
                window.go(path)
                window.check(f"portal{path.replace('/', '-')}-{language}-{size['width']}")


def answered(user: User, number: str, text: str) -> None:
    """Answer a complaint at the desk, to be read at the portal; its reader's look is noted."""
    user.stage.desk = user.stage.url.replace("127.0.0.1", "desk.localhost")
    with user.stage.window("zh", WIDE, user.stage.first()) as window:
        window.go(f"/r/complaints/{number}/answer")
        window.check("desk-complaint-answer-zh-1280")
        window.page.select_option("main [name=way]", "portal")
        window.fill(text=text)
        window.submit("main form.sheet button")
        window.shoot("desk-complaint-answered-zh-1280")
        assert "已答复" in window.text()
    user.stage.desk = user.portal


def proved(window: Window, folder: Path) -> None:
    """Download the proof of a refusal, verify it in the browser, then one that somebody changed."""
    until(window, "/used?show=refused", "拒绝")
    window.check("portal-used-zh-360")
    with window.page.expect_download() as coming:
        window.page.locator(".uses a[download]").first.click()
    good, bad = folder / "good.tlog-proof", folder / "bad.tlog-proof"
    coming.value.save_as(good)
    lines = good.read_text().split("\n")
    extra = lines[1]
    lines[1] = extra[:40] + ("A" if extra[40] != "A" else "B") + extra[41:]
    bad.write_text("\n".join(lines))
    window.go("/log")
    for file, verdict in ((good, "verified"), (bad, "refused")):
        window.page.set_input_files("#proof", file)
        window.page.wait_for_selector(f"[data-verdict={verdict}]")
        window.check(f"portal-log-{verdict}-zh-360")


@pytest.mark.lasting
@pytest.mark.parametrize(
    ("language", "size", "whole"), [("en", WIDE, True), ("en", NARROW, False), ("zh", WIDE, False)]
)
def test_every_page_fits_its_window_in_both_languages(user: User, language: str, size: Any, whole: bool) -> None:
    with user.window(language, size, user.state()) as window:
        for path in PAGES:
            window.go(path)
            assert window.page.url == window.stage.desk + path
            name = f"portal-{path.strip('/').replace('/', '-').partition('?')[0] or 'home'}-{language}-{size['width']}"
            if whole:
                window.check(name)
            else:
                window.shoot(name)
                widths = window.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
                assert widths[0] <= widths[1], name


def test_the_widget_asks_in_an_apps_own_page_under_a_strict_policy(user: User) -> None:
    script = (Path(__file__).parents[3] / "src/shouze/portal/static/portal/consents.js").read_text()
    asked: list[tuple[str, str]] = []
    purpose = {
        "service": "mobile", "purpose": "offers", "version": 1, "name": "Offers", "how": "By SMS.", "kept": "2 years",
        "needed": False, "state": "never", "state_words": "Not agreed", "recipients": [], "changes": [], "at": None,
        "necessary": [], "optional": [{"item": "phone", "name": "number", "refusal": "no offers"}],
    }  # fmt: skip

    def answer(route: Route) -> None:
        path, method = route.request.url.partition("/app")[2], route.request.method
        if path == "/":
            policy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'none'"
            page = '<!doctype html><html lang="en"><title>App</title><main><h1>App</h1><shouze-consents src="/app/own">'
            page += '</shouze-consents></main><script src="/app/consents.js"></script></html>'
            route.fulfill(body=page, content_type="text/html", headers={"content-security-policy": policy})
        elif path == "/consents.js":
            route.fulfill(body=script, content_type="text/javascript")
        else:
            if method != "GET":
                asked.append((method, path))
                purpose["state"] = "agreed" if method == "POST" else "withdrawn"
            told = {"services": [{"service": "mobile", "name": "Mobile", "purposes": [purpose]}]}
            route.fulfill(body=json.dumps(told), content_type="application/json")

    with user.window("en", NARROW) as window:
        page: Page = window.page
        page.route("**/app/**", answer)
        page.goto(user.portal + "/app/")
        page.get_by_role("button", name="Agree", exact=True).focus()
        page.keyboard.press("Enter")
        becomes(page, f"{SHADOW}.activeElement?.id === 'mobile-offers-state'")
        page.get_by_role("button", name="Do not agree / withdraw").click()
        becomes(page, f"{SHADOW}.querySelectorAll('button')[1].disabled")
        assert asked == [("POST", "/own/mobile/offers"), ("DELETE", "/own/mobile/offers")]
        window.check("portal-widget-en-360")
