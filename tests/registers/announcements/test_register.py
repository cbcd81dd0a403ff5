"""What goes before the public: by three people, within the law's articles, corrected, removed, repaired."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.announcements.models import Edition
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.announcements.scene import NAME, drafted, published, publisher
from tests.registers.house import do, make, person, signed_in
from tests.registers.reports.scene import head, inspector
from tests.registers.supervised.test_register import ROW

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def wrong(**more: Any) -> str | None:
    with pytest.raises(InvalidError) as problem:
        drafted(**more)
    return problem.value.field


@pytest.mark.duty("A20-credit", "A23")
def test_one_drafts_the_head_approves_and_a_third_person_publishes() -> None:
    every = person("C-0100", Role.INSPECTOR, Role.HEAD, Role.PUBLISHER)
    row = drafted()
    with pytest.raises(NotYoursError):
        do(row, "publish", publisher())
    row = do(row, "approve", every)
    with pytest.raises(NotYoursError):
        do(row, "publish", every)
    row = do(row, "publish", publisher())
    assert (row.state, row.edition) == ("published", 1)
    assert len(row.digest) == 64
    own = make("announcements", every, {name: getattr(row, name) for name in ("kind", "body", "operator_name",
               "decided_on", "articles", "facts")})  # fmt: skip
    with pytest.raises(NotYoursError):
        do(own, "approve", every)
    with pytest.raises(NotYoursError):
        do(do(own, "approve", head()), "publish", every)


@pytest.mark.duty("A23")
def test_only_breaches_under_article_23_are_announced_and_every_other_is_a_record() -> None:
    assert wrong(articles=["8", "12"]) == "kind"
    assert drafted(articles=["8", "12"], kind="record").state == "draft"
    assert drafted(articles=["8", "13"]).state == "draft"


def test_what_a_draft_has_to_say() -> None:
    assert wrong(operator_name="") == "operator_name"
    assert wrong(articles=[]) == "articles"
    assert wrong(decided_on=None) == "decided_on"
    assert wrong(fine=None) == "fine"
    for told in ("致电13812345678的用户", "证件310101199001011234", "a.b@example.cn"):
        assert wrong(facts=told) == "facts"
    assert drafted(facts="文号2026123456789012号").state == "draft"


def test_an_operator_of_the_register_is_named_as_it_stands_there() -> None:
    known = make("supervised", inspector(), ROW)
    row = drafted(operator=known.number, operator_name="", licence="", credit_code="")
    assert (row.operator_name, row.licence) == (known.title, "A1-1")


def test_the_authority_has_its_own_clocks_for_approving_publishing_and_retracting() -> None:
    row = drafted()
    clock = Clock.objects.get(register="announcements", entry=row.pk)
    assert (clock.kind, clock.since, clock.due) == ("approve", datetime(2026, 11, 1, 16, tzinfo=UTC), None)
    row = do(row, "approve", head())
    assert Clock.objects.get(register="announcements", entry=row.pk).roles == ",publisher,"
    row = do(row, "publish", publisher())
    assert not Clock.objects.filter(register="announcements", entry=row.pk).exists()
    with pytest.raises(InvalidError):
        do(row, "propose", inspector(), {"removed_because": "revoked"})
    # Friday the 13th: three working days end with Wednesday the 18th (Penalty Law, Arts. 48, 85)
    row = do(row, "propose", inspector(), {"removed_because": "revoked", "revoked_on": date(2026, 11, 13)})
    assert Clock.objects.get(register="announcements", entry=row.pk).due == datetime(
        2026, 11, 18, 15, 59, 59, 999_999, UTC
    )


def test_a_correction_is_another_edition_and_the_first_stays_until_it_is_published() -> None:
    row = published()
    row = do(row, "amend", inspector(), {"fine": 10_000})
    assert '"fine":20000' in Edition.objects.get(number=row.number, current=True).content
    row = do(do(row, "approve", head()), "publish", publisher())
    one, two = Edition.objects.filter(number=row.number).order_by("edition")
    assert (one.current, two.current, two.kind) == (False, True, "correction")
    assert '"fine":10000' in two.content


def test_a_removal_leaves_a_notice_without_name_and_empties_what_stood_there() -> None:
    row = do(published(), "propose", inspector(), {"removed_because": "error", "keep_name": False})
    with pytest.raises(NotYoursError):
        do(row, "remove", publisher())
    row = do(do(row, "agree", head()), "remove", publisher())
    said = [each.content + each.sought + each.title for each in Edition.objects.filter(number=row.number)]
    assert row.state == "removed"
    assert not any(NAME in each for each in said)
    kept = do(published(), "propose", inspector(), {"removed_because": "error", "keep_name": True})
    kept = do(do(kept, "agree", head()), "remove", publisher())
    assert NAME in Edition.objects.get(number=kept.number, current=True).content


def test_credit_is_repaired_on_application_after_a_check_by_decision_of_another() -> None:
    row = do(published(), "apply", inspector(), {"applied_on": date(2026, 11, 25)})
    row = do(row, "check", inspector(), {"fulfilled": False, "finding": "罚款未缴"})
    with pytest.raises(NotYoursError):
        do(row, "grant", head())
    row = do(row, "keep", head())
    assert row.state == "published"
    row = do(row, "apply", inspector(), {"applied_on": date(2026, 11, 26)})
    row = do(do(row, "check", inspector(), {"fulfilled": True, "finding": "已缴"}), "grant", head())
    assert do(row, "remove", publisher()).removed_because == "repaired"


@pytest.mark.parametrize(
    ("role", "sees", "drafts", "approves"),
    [
        (Role.INSPECTOR, True, True, False),
        (Role.HEAD, True, True, True),
        (Role.PUBLISHER, True, False, False),
        (Role.CHAIR, True, False, False),
        (Role.AUDITOR, True, False, False),
        (Role.MINISTRY, False, False, False),
        (Role.ASSOCIATION, False, False, False),
        (Role.OFFICER, False, False, False),
    ],
)
@pytest.mark.parametrize("register", ["announcements", "credit"])
def test_what_each_role_may_do(register: str, role: Role, *, sees: bool, drafts: bool, approves: bool) -> None:
    row, browser = drafted(register), signed_in(person("C-0101", role))

    def asked(name: str, *parts: str) -> bool:
        return bool(browser.get(reverse(name, args=[register, *parts])).status_code == 200)

    assert (asked("listing"), asked("row", row.number)) == (sees, sees)
    assert asked("act", row.number, "change") == drafts
    assert asked("act", row.number, "approve") == approves
    assert asked("act", do(row, "approve", head()).number, "publish") == (role == Role.PUBLISHER)


@pytest.mark.parametrize("register", ["announcements", "credit"])
def test_no_decision_is_announced_before_its_day(register: str) -> None:
    ahead = {"decided_on": timezone.localdate() + timedelta(days=2)}
    with pytest.raises(InvalidError) as problem:
        drafted(register, **ahead, **({"listed_on": ahead["decided_on"]} if register == "credit" else {}))
    assert problem.value.field == "decided_on"
