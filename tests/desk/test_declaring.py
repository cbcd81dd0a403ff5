"""The pages of declarations, over HTTP: editing without scripts, checking while typing, preview, comparison, files."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shouze.cli import story
from shouze.desk import declaration_form as form
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.operators.models import OperatorRow
from shouze.registers.roles import Role
from shouze.rules.declaration import DeclarationFile, check_file
from shouze.rules.document import read_document
from shouze.web.nested import complete
from shouze.wiring.statutes import read_statutes
from tests.registers.declarations.scene import drafted, in_force, plain, wider
from tests.registers.house import approver, do, officer, person, signed_in

pytestmark = pytest.mark.django_db


def fields(content: Any, path: str = "") -> dict[str, Any]:
    """Return content as a browser would post it."""
    if isinstance(content, dict):
        return {
            k: v for name, each in content.items() for k, v in fields(each, f"{path}.{name}" if path else name).items()
        }
    if isinstance(content, list) and (not content or isinstance(content[0], dict)):
        return {k: v for number, each in enumerate(content) for k, v in fields(each, f"{path}[{number}]").items()}
    if isinstance(content, bool):
        return {path: "yes"} if content else {}
    return {path: "" if content is None else content}


def posted(row: DeclarationRow, **more: Any) -> dict[str, Any]:
    return fields(complete(form.PARTS, form.form_of(row.content))) | {"version": row.version} | more


def page(browser: Client, row: DeclarationRow, name: str) -> str:
    answer = browser.get(reverse(name, args=[row.number]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_editor_shows_the_draft_in_the_readers_language(language: str) -> None:
    row = drafted()
    shown = page(signed_in(officer(), language), row, "declaration-edit")
    assert ("保存草稿" if language == "zh" else "Save the draft") in shown
    assert 'name="purposes[0].items[1].refusal.zh"' in shown


def test_saving_what_was_shown_changes_nothing_in_the_rules() -> None:
    row = drafted()
    answer = signed_in(officer()).post(reverse("declaration-edit", args=[row.number]), posted(row, do="save"))
    assert answer.status_code == 302
    before = row.digest
    row.refresh_from_db()
    assert (row.digest, row.version) == (before, 2)


def test_a_purpose_is_added_and_removed_without_scripts_and_saved() -> None:
    row, browser = drafted(), signed_in(officer())
    address = reverse("declaration-edit", args=[row.number])
    added = browser.post(address, posted(row, do="add:purposes")).content.decode()
    assert 'name="purposes[1].id"' in added
    assert DeclarationRow.objects.get(pk=row.pk).version == 1
    removed = browser.post(address, posted(row, do="remove:purposes[0].items[1]")).content.decode()
    assert 'name="purposes[0].items[0].item"' in removed
    assert 'name="purposes[0].items[1].item"' not in removed
    given = posted(row, do="save", **{"name.zh": "星桥网盘"})
    browser.post(address, given)
    row.refresh_from_db()
    assert (row.title, row.content["name"]["zh"]) == ("星桥网盘", "星桥网盘")


def test_a_draft_with_gaps_is_kept_and_cannot_be_submitted() -> None:
    row, browser = drafted(), signed_in(officer())
    browser.post(reverse("declaration-edit", args=[row.number]), posted(row, do="save", **{"name.en": ""}))
    row.refresh_from_db()
    assert (row.digest, row.state) == ("", "draft")
    answer = browser.post(reverse("act", args=["declarations", row.number, "submit"]), {"version": row.version})
    assert answer.status_code == 422
    assert "需要改正" in page(browser, row, "declaration-edit")


@pytest.mark.duty("A09-3-necessity")
def test_what_the_app_type_does_not_need_is_told_while_typing_at_its_place() -> None:
    row = drafted()
    given = posted(row) | {
        "purposes[0].items[1].need": "necessary",
        "purposes[0].items[1].because.zh": "需要",
        "purposes[0].items[1].because.en": "Needed",
    }
    answer = signed_in(officer(), "en").post(reverse("declaration-check", args=[row.number]), given).content.decode()
    begin = answer.index('id="at-purposes-0-items-1-need-wrong" hx-swap-oob="true"')
    assert "The item is not necessary for this type of app" in answer[begin : begin + 300]
    assert DeclarationRow.objects.get(pk=row.pk).version == 1


def test_whoever_saw_an_older_version_overwrites_nothing() -> None:
    row, browser = drafted(), signed_in(officer())
    address = reverse("declaration-edit", args=[row.number])
    browser.post(address, posted(row, do="save", **{"name.zh": "甲"}))
    assert browser.post(address, posted(row, do="save", **{"name.zh": "乙"})).status_code == 409
    row.refresh_from_db()
    assert row.title == "甲"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR, Role.AGENT])
def test_the_editor_is_for_those_who_keep_the_rules(role: Role) -> None:
    row = drafted()
    browser = signed_in(person("S-7", role))
    address = reverse("declaration-edit", args=[row.number])
    assert browser.get(address).status_code == 403
    assert browser.post(address, posted(row, do="save")).status_code == 403
    seen = 403 if role is Role.AGENT else 200
    assert browser.get(reverse("declaration-rules", args=[row.number])).status_code == seen
    assert browser.get(reverse("declaration-import")).status_code == 403


def test_what_is_submitted_is_edited_no_more() -> None:
    row = do(drafted(), "submit", officer())
    assert signed_in(officer()).get(reverse("declaration-edit", args=[row.number])).status_code == 403


@pytest.mark.duty("A09-2-refusal")
def test_the_preview_tells_users_in_both_languages_what_article_9_asks_for() -> None:
    row = in_force()
    shown = page(signed_in(approver()), row, "declaration-rules")
    for words in (
        "提供云盘服务", "Providing the drive", "云盘应用“隐私”页", "不能用邮箱找回密码", "您的同意",
        "The password cannot be recovered", "服务终止时删除", "Erased when the service ends", 'lang="en"', row.digest,
    ):  # fmt: skip
        assert words in shown, words


def test_a_comparison_tells_what_became_wider_and_who_is_asked_anew() -> None:
    in_force()
    row = drafted(wider())
    shown = page(signed_in(officer(), "en"), row, "declaration-compare")
    assert "Means: Export" in shown
    assert "Consents asked anew" in shown
    assert "Not counted yet." in shown


def test_a_file_goes_out_as_the_console_reads_it_and_comes_back_as_drafts() -> None:
    row, browser = drafted(plain("mobile")), signed_in(officer())
    written = browser.get(reverse("declaration-file", args=[row.number])).content
    document, lines = read_document(written, DeclarationFile)
    check_file(document, lines, read_statutes())
    row.refresh_from_db()
    upload = SimpleUploadedFile("rules.yaml", story.read("declaration.yaml"), "application/yaml")
    assert browser.post(reverse("declaration-import"), {"written": [upload]}).status_code == 302
    assert DeclarationRow.objects.filter(service="mobile").first().digest == row.digest  # type: ignore[union-attr]  # it is there
    assert DeclarationRow.objects.count() == 3


def test_a_file_that_is_wrong_names_its_line_and_leaves_nothing() -> None:
    upload = SimpleUploadedFile("rules.yaml", story.read("declaration.yaml").replace(b"need: ", b"want: ", 1))
    answer = signed_in(officer(), "en").post(reverse("declaration-import"), {"written": [upload]})
    assert answer.status_code == 422
    assert "Line 3" in answer.content.decode()
    assert not DeclarationRow.objects.exists()
    assert not OperatorRow.objects.exists()


def test_the_editor_takes_a_dozen_queries(django_assert_max_num_queries: Any) -> None:
    row, browser = drafted(plain("mobile")), signed_in(officer())
    with django_assert_max_num_queries(12):
        page(browser, row, "declaration-edit")
