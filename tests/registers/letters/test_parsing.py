"""E-mails read as letters: whatever somebody sends makes one; machines, bounces and spam are told from people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.registers.letters.parsing import LARGEST_ENCLOSURE, LONGEST_TEXT, MOST_ENCLOSURES, parse
from tests.registers.letters.mails import SENDER, bounce_of, mail

HEADERS = st.sampled_from(
    ["From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Content-Type", "Content-Transfer-Encoding",
     "Content-Disposition", "Auto-Submitted", "Reply-To", "Date", "MIME-Version", "Return-Path", "X-Spam-Flag"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["text/plain; charset=nonsense", "multipart/mixed; boundary=b",
         "multipart/report; report-type=delivery-status",
         "message/rfc822", "=?utf-8?b?5oqV6K+J?=", "=?gbk?q?=CD=B6?=", "=?x?y?z?=", "base64",
         "quoted-printable", "text/html",
         "attachment; filename*=utf-8''%E6%8A%95", "attachment; filename*0*=x'y'z; filename*1=q", "yes", "<a@b> <c@d>",
         "a@b (c) , <x@y", "\"", "x-uuencode", "text/plain; charset*=utf-8''x", "message/delivery-status"]
    ),
)  # fmt: skip


def test_a_person_writes() -> None:
    found = parse(mail(subject="投诉 [cp-2026-0007]", In_Reply_To="<x@y>", References="<r@s> <x@y>").as_bytes())
    assert (found.sender, found.subject, found.text) == (SENDER, "投诉 [cp-2026-0007]", "我的号码被泄露了，请处理")
    assert (found.numbers, found.references) == (("CP-2026-0007",), ("<x@y>", "<r@s>"))
    assert (found.automatic, found.bounce, found.spam) == (False, False, False)
    assert "泄露" not in repr(found)


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated (vacation)"}, {"Precedence": "bulk"},
     {"X_Autoreply": "yes"}, {"List_Id": "<l.example>"}, {"Return_Path": "<>"}],
)  # fmt: skip
def test_machines_are_told_from_people(headers: dict[str, str]) -> None:
    assert parse(mail(**headers).as_bytes()).automatic


def test_auto_submitted_no_is_a_person() -> None:
    assert not parse(mail(Auto_Submitted="no").as_bytes()).automatic


def test_a_bounce_says_what_came_back() -> None:
    found = parse(bounce_of("<ours-1@operator.invalid>"))
    assert (found.bounce, found.automatic) == (True, True)
    assert found.references[0] == "<ours-1@operator.invalid>"


def test_what_a_filter_called_spam_is_spam() -> None:
    assert parse(mail(X_Spam_Flag="YES").as_bytes()).spam
    assert parse(mail(X_Spam_Status="Yes, score=9.1").as_bytes()).spam


def test_a_page_becomes_text() -> None:
    message = mail()
    message.set_content(
        "<head><title>t</title></head><p>您好</p><script>x()</script><p>请 删除<br>谢谢</p>", subtype="html"
    )
    assert parse(message.as_bytes()).text == "您好\n请 删除\n谢谢"


@pytest.mark.parametrize("charset", ["gb18030", "gbk", "utf-8", "big5"])
def test_text_comes_in_many_charsets(charset: str) -> None:
    message = mail()
    message.set_content("個人信息 投訴" if charset == "big5" else "个人信息 投诉", charset=charset)
    assert "信息" in parse(message.as_bytes()).text


def test_files_have_limits_and_what_is_left_out_is_said() -> None:
    message = mail()
    for n in range(MOST_ENCLOSURES + 2):
        message.add_attachment(b"x", maintype="image", subtype="png", filename=f"截图{n}.png")
    found = parse(message.as_bytes())
    assert (len(found.enclosures), found.enclosures[0].name) == (MOST_ENCLOSURES, "截图0.png")
    assert "Too many files" in found.problems[0].en
    message = mail("长" * (LONGEST_TEXT + 5))
    message.add_attachment(b"x" * (LARGEST_ENCLOSURE + 1), maintype="a", subtype="b", filename="../../etc/passwd")
    message.add_attachment(b"y", maintype="a", subtype="b", filename="../../etc/passwd")
    found = parse(message.as_bytes())
    assert (len(found.text), [each.name for each in found.enclosures]) == (LONGEST_TEXT, [".._.._etc_passwd"])
    assert {each.en for each in found.problems} == {
        "A file larger than 10 MiB was left out",
        "The text is too long and was cut",
    }


@given(st.binary(max_size=2000))
def test_any_bytes_make_a_letter(content: bytes) -> None:
    parse(content)


@given(st.lists(st.tuples(HEADERS, VALUES), max_size=8), st.binary(max_size=300))
def test_any_headers_make_a_letter_that_can_be_kept(headers: list[tuple[str, str]], body: bytes) -> None:
    written = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "surrogatepass")
    found = parse(written + b"\r\n" + body + b"\r\n--b\r\n" + body + b"\r\n--b--\r\n")
    for text in (found.sender, found.subject, found.text, found.message_id, *found.references):
        text.encode()
        assert "\x00" not in text
