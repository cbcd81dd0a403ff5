"""A complaint from its call to its late answer, and a request to its correction at the door, in a real browser."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.desk.journeys.stage import NARROW, Stage, Window
from tests.desk.journeys.test_incidents import EMAIL, PHONE, prepared

LISTS = ("complaints", "requests", "letters", "answers", "timings", "absences", "channels")


@pytest.mark.lasting
def test_a_call_becomes_a_complaint_that_is_answered_and_a_request_that_is_done(stage: Stage, tmp_path: Path) -> None:
    prepared(stage, tmp_path)
    with stage.window("en") as window:
        window.begin()
        window.go(f"/r/people/P-{datetime.now(ZoneInfo('Asia/Shanghai')).year}-0001/move")
        while not window.page.locator("main [name=post] option[value=desk]").count():
            window.page.reload()  # pages keep the policy for a few seconds
        window.page.select_option("main [name=post]", "desk")
        window.submit()
        subject = _call(window)
        _choose(window)
        late = _late(window)
        request = _request(window, subject)
        state = window.context.storage_state()
    with stage.window("zh", NARROW, state) as window:
        _look(window, "zh-360", late, request)


def _call(window: Window) -> str:
    """Serve a caller who complains; return the complaint's row."""
    window.go("/counter")
    _fill(window, channel="phone", served="cloud-drive/provide-drive", found_with="phone", value=PHONE)
    window.submit()
    _fill(window, **{"compare-item": "email", "compare-value": EMAIL})
    window.submit("main button[value=compare]")
    window.page.locator("summary", has_text="Complaint").click()
    _fill(window, **{"complain-matter": "disturbed", "complain-story": "天天来电推销"})
    window.submit("main button[value=complain]")
    assert "CP-" in window.text()
    window.check("call-complaint")
    window.go("/r/complaints/")
    window.page.locator("main td.number a").first.click()
    assert "15 calendar days" in window.text()
    assert "天天来电推销" not in window.text()
    window.check("complaint-open")
    return window.page.locator("main td", has_text="0").locator("visible=true").first.inner_text()


def _choose(window: Window) -> None:
    """Choose a stricter way of counting, with its reason, and write a template."""
    window.go("/r/timings/new")
    _fill(window, matter="complaint-answer", counting="calendar-15-same-day", warn="50", escalate="75", because="从严")
    window.check("timing-new")
    window.submit()
    assert "the day of receipt included" in window.text()
    window.go("/r/answers/new")
    _fill(window, title="已停止", kind="answer", text_zh="{number}：已停止。", text_en="{number}: it has stopped.")
    window.submit()
    assert "Edition" in window.text()


def _late(window: Window) -> str:
    """Enter a letter that came sixteen days ago: its clock has run out; answer it from a template, late."""
    window.go("/r/complaints/new")
    _fill(window, source="letter", matter="unasked", received_at=_local(days=-16), story="挂号信：未经同意",
          reach_name="李四", reach_address="青山市和平路 1 号")  # fmt: skip
    window.check("complaint-new")
    window.submit()
    row = window.page.url
    assert "A12-15d" in window.text()
    window.check("complaint-overdue")
    window.page.goto(f"{row}receipt".replace("/r/", "/").replace("//receipt", "/receipt"))
    window.check("complaint-receipt")
    window.page.goto(f"{row}answer")
    window.page.get_by_role("link", name="English").first.click()
    assert "it has stopped." in window.page.input_value("main [name=text]")
    _fill(window, way="letter", posted_number="XA123456789CN")
    window.check("complaint-answer")
    window.submit("main form.sheet button")
    assert "answered late" in window.text()
    window.page.goto(f"{row}resolve")
    _fill(window, resolution="upheld")
    window.submit("main form.sheet button")
    assert "Resolved" in window.text()
    window.page.goto(f"{row}reopen")
    _fill(window, reason="仍有来电")
    window.submit("main form.sheet button")
    assert "Times reopened" in window.text()
    return row


def _request(window: Window, subject: str) -> str:
    """Enter a request, make sure who asks, correct at the door from its page, answer."""
    window.go("/counter")
    _fill(window, channel="phone", served="cloud-drive/provide-drive", found_with="phone", value=PHONE)
    window.submit()
    _fill(window, **{"compare-item": "email", "compare-value": EMAIL})
    window.submit("main button[value=compare]")
    window.page.locator("summary", has_text="Request").click()
    _fill(window, **{"request-kind": "correction", "request-story": "邮箱换了"})
    window.submit("main button[value=request]")
    window.go("/r/requests/")
    window.page.locator("main td.number a").first.click()
    row = window.page.url
    window.press("Do it at the door")
    _fill(window, **{"correct-item": "email", "correct-value": "new@example.invalid"})
    window.submit("main button[value=correct]")
    assert "it holds at once" in window.text()
    window.check("request-door")
    window.page.goto(f"{row}answer")
    _fill(window, outcome="granted", way="phone", text="已更正")
    window.submit("main form.sheet button")
    assert "Answered" in window.text()
    return row


def _holds(window: Window) -> None:
    """Hold a list to what a phone and a sheet of paper have room for: nothing of a row is outside."""
    for media in ("screen", "print"):
        window.page.emulate_media(media=media)
        window.page.set_viewport_size({"width": 703, "height": 900} if media == "print" else NARROW)
        wide = (
            "[...document.querySelectorAll('.wide')].filter((each) => each.scrollWidth > each.clientWidth + 1).length"
        )
        assert window.page.evaluate(wide) == 0, media
    window.page.emulate_media(media="screen")
    window.page.set_viewport_size(NARROW)


def _look(window: Window, name: str, complaint: str, request: str) -> None:
    for each in LISTS:
        window.go(f"/r/{each}/")
        window.check(f"{each}-{name}")
        _holds(window)
    for row, kind in ((complaint, "complaint"), (request, "request")):
        window.page.goto(row)
        window.check(f"{kind}-{name}")
    for act in ("refuse", "join"):
        window.page.goto(f"{complaint}{act}")
        window.check(f"complaint-{act}-{name}")
    for path in ("/r/complaints/new", "/r/requests/new"):
        window.go(path)
        window.check(f"{path.strip('/').replace('/', '-')}-{name}")
    window.go("/r/letters/")
    window.page.locator("main td.number a").first.click()
    window.check(f"letter-row-{name}")
    window.press("Open" if name.startswith("en") else "打开")
    window.check(f"letter-{name}")


def _fill(window: Window, **values: Any) -> None:
    """Fill fields of the form by their names, whatever kind they are."""
    for name, value in values.items():
        field = window.page.locator(f"main [name={name}]").first
        kind = field.evaluate("each => each.type || each.tagName")
        if kind == "radio":
            window.page.check(f"main [name={name}][value={value}]")
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)


def _local(**by: float) -> str:
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(**by)).strftime("%Y-%m-%dT%H:%M")
