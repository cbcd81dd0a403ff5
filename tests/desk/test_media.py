"""Labels that tell nothing, the page that they lead to, and the certificate of a destruction."""

from __future__ import annotations

from datetime import timedelta

import pytest
import segno
from django.utils import timezone

from shouze.registers.media.models import Medium
from shouze.registers.roles import Role
from tests.registers.house import approver, do, officer, person, signed_in
from tests.registers.media.scene import kept

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-4-media")
def test_a_label_holds_an_opaque_address_and_no_content() -> None:
    row = kept(title="某市开户资料", mark="K-7")
    page = signed_in(officer()).get("/media/labels").content.decode()
    address = f"http://testserver/m/{row.tag}"
    assert segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=2) in page
    assert "某市开户资料" not in page
    assert row.number not in address
    assert "style=" not in page


def test_labels_are_printed_of_one_place_and_not_of_what_is_gone() -> None:
    here, there, lost = kept(), kept(place="B-1"), kept()
    do(lost, "lose", officer())
    page = signed_in(officer()).get("/media/labels", {"place": "A-12"}).content.decode()
    assert here.number in page
    assert there.number not in page
    assert lost.number not in page


def test_a_label_leads_to_its_carrier_for_who_may_see_it() -> None:
    row = kept()
    assert signed_in(officer()).get(f"/m/{row.tag}").headers["location"] == f"/r/media/{row.number}/"
    assert signed_in(officer()).get("/m/0000").status_code == 404
    assert signed_in(person("B-1", Role.AGENT, agent="baiyun")).get(f"/m/{row.tag}").status_code == 403


@pytest.mark.duty("A13-4-media")
def test_a_certificate_names_both_people_and_is_there_once_the_witness_attested() -> None:
    row = kept()
    values = {"method": "burnt", "destroyed_at": timezone.now() - timedelta(minutes=1), "witness": approver()}
    do(row, "destroy", officer(), values)
    browser = signed_in(officer(), "en")
    assert browser.get(f"/media/{row.number}/certificate").status_code == 404
    do(Medium.objects.get(pk=row.pk), "attest", approver())
    page = browser.get(f"/media/{row.number}/certificate").content.decode()
    assert all(each in page for each in ("S-0001", "S-0002", "Burnt"))
