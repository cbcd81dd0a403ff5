"""Taking a scan in from the browser."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shouze.registers.findings.models import Finding
from shouze.registers.scans.models import Scan
from tests.registers.findings.scene import entry, inventory
from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db


def test_a_file_becomes_findings_and_the_page_tells_how_many() -> None:
    file = SimpleUploadedFile("crm.json", inventory(entry(), entry("crm.users.phone")))
    answer = signed_in(officer(), "en").post(reverse("scan-import"), {"file": file}, follow=True)
    assert "2 new places" in answer.content.decode()
    assert Finding.objects.count() == 2


@pytest.mark.parametrize("content", [None, b"x"])
def test_what_is_no_result_of_a_scan_is_told_and_nothing_is_kept(content: bytes | None) -> None:
    given = {} if content is None else {"file": SimpleUploadedFile("x.json", content)}
    assert signed_in(officer(), "en").post(reverse("scan-import"), given).status_code == 422
    assert (Scan.objects.count(), Finding.objects.count()) == (0, 0)


def test_another_way_to_make_a_scan_leads_to_the_same_page() -> None:
    answer = signed_in(officer()).get("/r/scans/new")
    assert (answer.status_code, answer.headers["location"]) == (302, reverse("scan-import"))
