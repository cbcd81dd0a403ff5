"""The register of reviewings: the privacy officer acts, who keeps registers reads."""

from __future__ import annotations

import pytest

from shouze.errors import NotYoursError
from shouze.registers.roles import KEEPERS, Role
from tests.registers.commitments.scene import association
from tests.registers.house import do, officer, person, signed_in
from tests.registers.reviewings.scene import passes_findings, told

pytestmark = pytest.mark.django_db


def test_each_role_reads_what_is_its_own_and_only_the_officer_answers() -> None:
    other = association()
    told(other, "reviewed")
    row = passes_findings(other)
    for number, role in enumerate(Role):
        who = person(f"S-9{number}", role)
        status = signed_in(who).get(f"/r/reviewings/{row.number}/").status_code
        assert status == (200 if role in KEEPERS else 403), role
        if role != Role.OFFICER:
            with pytest.raises(NotYoursError):
                do(row, "answer", who, {"reply": "x", "may_share": True})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_page_says_who_sees_it(language: str) -> None:
    other = association()
    told(other, "reviewed")
    row = passes_findings(other)
    page = signed_in(officer(), language).get(f"/r/reviewings/{row.number}/").content.decode()
    assert ("The authority does only if we agree" if language == "en" else "只有本单位同意") in page
    assert ("Not kept" if language == "en" else "未遵守") in page
