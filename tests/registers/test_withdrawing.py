"""Who has a tie to an operator does nothing in its rows, whatever the register: one rule for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.errors import ConflictOfInterestError, InvalidError
from shouze.link.kinds import Letter
from shouze.registers.annualreviews.models import AnnualReview
from shouze.registers.appeals.doing import look
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.entitling import open_acts
from shouze.registers.finding import registers
from shouze.registers.instructed.models import Instructed
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Event
from shouze.registers.withdrawing import operators_of
from tests.ledger.building import SIGNER
from tests.registers.cases import scene
from tests.registers.house import do, make, person, signed_in
from tests.registers.instructions.scene import LICENCE, operator, signed
from tests.registers.parties import Other, joined, later
from tests.registers.reports.scene import head, inspector, told
from tests.registers.ties.scene import declared

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined("authority"):
        yield


@pytest.fixture
def other() -> Other:
    operator()
    found = Other()
    found.trusted("operator", licence=LICENCE, log=SIGNER.verifier().vkey)
    return found


def case(_other: Other) -> Any:
    return scene.opened()


def report(other: Other) -> Any:
    other.send("incident-report", told())
    return registers()["reports"].rows().get()


def order(other: Other) -> Any:
    return make("issued", inspector(), {"kind": "suspend", "to": other.party, "document": "1号", "body": "某局",
                "because": "x", "services": "mobile"})  # fmt: skip


def inspection(other: Other) -> Any:
    return make("inspections", inspector(), {"to": other.party, "because": "抽查", "count": 5})


def appeal(_other: Other) -> Any:
    return make("appeals", inspector(), {"operator": operator().number, "operator_name": "", "matter": "late",
                "channel": "letter", "received_at": GIVEN.now(), "story": "没有答复", "agreed": False})  # fmt: skip


def review(_other: Other) -> Any:
    due = GIVEN.now() + timedelta(days=9)
    found: AnnualReview = make("annualreviews", inspector(), {"operator": operator().number, "due": due})
    return found


def instructed(_other: Other) -> Any:
    signed()
    return Instructed.objects.get()


def itself(_other: Other) -> Any:
    return operator()


def letter(other: Other) -> Any:
    other.send("answer", Letter(title="答复", text="x"), matter="letters")
    return DispatchRow.objects.get(direction="in", kind="answer")


ROWS: list[tuple[Callable[[Other], Any], str, dict[str, Any]]] = [
    (case, "add-evidence", {"shows": "x", "of_kind": "record", "digest": "ab" * 32}),
    (report, "assess", {"impact": "ordinary", "impact_because": "x"}),
    (order, "withdraw", {}),
    (inspection, "close", {"no_fee": True, "not_hindered": True}),
    (appeal, "refuse", {}),
    (review, "remind", {"words": ""}),
    (instructed, "serve", {"at": None}),
    (instructed, "remind", {"words": ""}),
    (itself, "end", {}),
    (letter, "read", {}),
]


@pytest.mark.duty("A24")
@pytest.mark.parametrize(("row", "act", "values"), ROWS, ids=lambda each: getattr(each, "__name__", None))
def test_a_tied_officer_does_nothing_and_another_may(
    other: Other, row: Callable[[Other], Any], act: str, values: dict[str, Any]
) -> None:
    entry = row(other)
    name = next(name for name, each in registers().items() if isinstance(entry, each.model))
    tied, free = person("C-0050", Role.INSPECTOR), person("C-0051", Role.INSPECTOR)
    could = {each.name for each in open_acts(registers()[name], entry, free)}
    assert open_acts(registers()[name], entry, tied)
    tie = declared(tied, LICENCE)
    assert open_acts(registers()[name], entry, tied) == []
    before = Event.objects.count()
    with pytest.raises(ConflictOfInterestError) as problem:
        do(entry, act if act in could else next(iter(could)), tied, values)
    assert tie.number in problem.value.say("en")
    assert problem.value.kind.code == "conflict-of-interest"
    assert Event.objects.count() == before
    assert {each.name for each in open_acts(registers()[name], entry, free)} == could
    if act in could:
        do(entry, act, free, values)


def test_nothing_new_is_begun_in_its_matters_either(other: Other) -> None:
    tied = inspector()
    declared(tied, LICENCE)
    for making in (case, order, inspection, appeal, review):
        with pytest.raises(ConflictOfInterestError):
            making(other)
    assert not DispatchRow.objects.filter(direction="out").exists()


def test_another_operators_matters_stay_open_to_them(other: Other) -> None:
    operator("海州网络（虚构）", licence="B2-2")
    declared(inspector(), "B2-2")
    assert open_acts(registers()["cases"], case(other), inspector())


def test_a_tie_bars_from_its_first_day_to_its_last(other: Other) -> None:
    entry, tied = case(other), person("C-0050", Role.INSPECTOR)
    today = timezone.localdate()
    declared(tied, LICENCE, since=today + timedelta(days=2), until=today + timedelta(days=4))
    register = registers()["cases"]
    found = []
    for days in range(6):
        with later(timedelta(days=days)):
            found.append(bool(open_acts(register, entry, tied)))
    assert found == [True, True, False, False, False, True]


def test_what_the_head_ends_bars_no_more(other: Other) -> None:
    entry, tied = case(other), person("C-0050", Role.INSPECTOR)
    tie = declared(tied, LICENCE, since=timezone.localdate() - timedelta(days=9))
    do(tie, "end", head(), {"ended": timezone.localdate() - timedelta(days=2)})
    assert open_acts(registers()["cases"], entry, tied)


def test_what_was_sealed_for_who_works_on_it_is_not_opened_by_them(other: Other) -> None:
    entry, tied = appeal(other), person("C-0050", Role.INSPECTOR)
    declared(tied, LICENCE)
    with pytest.raises(ConflictOfInterestError):
        look(entry, tied)
    assert signed_in(tied).post(reverse("appeal-told", args=[entry.number])).status_code == 403


def test_pages_say_why_and_offer_nothing(other: Other) -> None:
    entry, tied = case(other), person("C-0050", Role.INSPECTOR)
    tie, browser = declared(tied, LICENCE), signed_in(tied, "en")
    page = browser.get(reverse("row", args=["cases", entry.number])).content.decode()
    assert "/add-evidence" not in page
    assert f"You have a tie to this operator ({tie.number}): you withdraw" in page
    answer = browser.get(reverse("act", args=["cases", entry.number, "add-evidence"]))
    assert (answer.status_code, f"You have a tie to this operator ({tie.number})" in answer.content.decode()) == (
        403,
        True,
    )
    values = {"to": other.party, "because": "抽查", "count": 5}
    answer = browser.post("/r/inspections/new", values)
    assert (answer.status_code, "You have a tie" in answer.content.decode()) == (403, True)


def test_nobody_with_a_tie_is_put_in_charge(other: Other) -> None:
    declared(scene.second(), LICENCE)
    with pytest.raises(InvalidError) as problem:
        case(other)
    assert problem.value.field == "second"


def test_an_operator_that_is_named_in_words_alone_is_found(other: Other) -> None:
    entry = report(other)
    entry.peer, entry.operator = None, operator().title
    assert operators_of(registers()["reports"], entry) == {operator().number}
    visit = registers()["visits"].model(operator_name=operator().title)
    assert operators_of(registers()["visits"], visit) == {operator().number}


def test_at_an_operator_nothing_is_asked(other: Other, django_assert_num_queries: Any) -> None:
    entry = case(other)
    with joined("operator"), django_assert_num_queries(0):
        from shouze.registers.withdrawing import barred

        assert barred(registers_of_authority()["cases"], entry, inspector_of(entry), GIVEN.now()) is None


def registers_of_authority() -> Any:
    from shouze.registers.finding import _registers_of

    return _registers_of("authority")


def inspector_of(entry: Any) -> Any:
    return entry.officer


def test_whose_matter_a_row_is_follows_from_its_columns(other: Other) -> None:
    """A register that names an operator in another way says so itself (``about``), or the rule would not reach it."""
    reached = {
        name for name, each in registers().items() if each.about or {"operator", "peer"} & {*each.model_fields()}
    }
    assert reached >= {
        "announcements", "annualreviews", "appeals", "cases", "credit", "dispatches", "filings", "inspections",
        "conduct", "instructed", "issued", "notices", "reports", "supervised", "visits",
    }  # fmt: skip
    for making in (case, report, order, inspection, appeal, review, itself, letter):
        entry = making(other)
        register = next(each for each in registers().values() if isinstance(entry, each.model))
        assert operators_of(register, entry) == {operator().number}, register.name
