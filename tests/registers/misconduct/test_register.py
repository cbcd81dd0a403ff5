"""Reports on officers: handled by a head or the Ministry, put before the person, measured, referred, answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from shouze.errors import InvalidError, NotYoursError, SealedError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.misconduct.facts import SPEAKS
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.misconduct.register import REGISTER
from shouze.registers.misconduct.taking import asked_after, end, file, look, read
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from shouze.rules.duty import Terms, judged
from tests.registers.house import do, person
from tests.registers.misconduct.scene import SECRET, head, inspector, ministry, put, reported
from tests.registers.parties import Other, later

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
SO = {"finding": "established", "found_because": "转账记录"}


def clocks() -> list[tuple[str, int | None]]:
    return list(Clock.objects.filter(register="misconduct", met=None).values_list("kind", "person"))


def stands() -> str:
    return judged("misconduct.handled", SPEAKS[0].fact(), GIVEN.now(), Terms(), always=False).state


@pytest.mark.duty("A18-auth-secrecy", "A24")
def test_a_report_goes_its_way_from_the_public_page_to_the_answer() -> None:
    row = reported()
    assert (row.keeper, row.above, clocks(), stands()) == (head(), False, [("handle", head().pk)], "due")
    asked = put(row)
    do(asked, "answer", inspector(), {"answer": "没有此事"})
    row.refresh_from_db()
    assert row.explained_at is not None
    row = do(row, "find", head(), SO)
    assert clocks() == [("tell", head().pk)]
    row = do(row, "measure", head(), {"measure": "moved", "measures": "调离监督岗位"})
    row = do(row, "refer", head(), {"referred_to": "派驻纪检监察组", "reference": "移〔2026〕1号"})
    with pytest.raises(NotYoursError):
        do(row, "close", head())
    row = do(row, "tell", head(), {"told": "已查实并处理，已移送"})
    assert do(row, "close", head()).state == "closed"
    assert (clocks(), stands()) == ([], "met")


def test_who_reports_and_what_they_wrote_stand_in_no_table_in_clear() -> None:
    row = reported()
    told = read(row)
    assert (told.name, told.reach, told.story) == SECRET
    look(row, head())
    with connection.cursor() as asked:
        for table in connection.introspection.table_names():
            asked.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            kept = str([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in line] for line in asked])
            assert not any(word in kept or str(word.encode())[2:-1] in kept for word in SECRET), table


def test_nobody_is_named_for_having_reported_and_a_look_is_recorded() -> None:
    row = reported("inside")
    assert [each.by for each in Event.objects.filter(register="misconduct", entry=row.pk)] == [None]
    look(row, head())
    last = Event.objects.filter(register="misconduct", entry=row.pk).order_by("-id")[0]
    assert (last.act, last.by) == ("look", head())


def test_what_is_about_a_head_goes_to_the_ministry_whether_ticked_chosen_or_named() -> None:
    another = person("C-0002", Role.HEAD)
    with pytest.raises(InvalidError) as problem:
        reported(above=True)
    assert problem.value.field == "named"
    assert not Misconduct.objects.exists()
    ministry()
    for more in ({"above": True}, {"person": another}, {"named": f"负责人{another.name}"}, {"named": "工号 C-0002"}):
        row = reported(**more)
        assert (row.above, row.keeper) == (True, ministry()), more


def test_a_head_who_is_only_mentioned_does_not_see_it_and_another_handles_it() -> None:
    another = person("C-0002", Role.HEAD)
    row = reported(story=f"{head().name}在场")
    assert (row.above, row.keeper) == (False, another)
    with pytest.raises(NotYoursError):
        do(row, "dismiss", head(), {"told": "x"})


def test_found_to_be_about_a_head_it_leaves_all_heads_for_the_ministry() -> None:
    another = person("C-0002", Role.HEAD)
    row = reported(named="一位处长")
    with pytest.raises(InvalidError) as problem:
        do(row, "name", head(), {"kind": "abuse", "person": another})
    assert problem.value.field == "person"
    ministry()
    row = do(row, "name", head(), {"kind": "abuse", "person": another})
    assert (row.above, row.keeper, row.title) == (True, ministry(), "滥用职权")
    with pytest.raises(NotYoursError):
        do(row, "dismiss", head(), {"told": "x"})


def test_nobody_works_on_what_is_about_them() -> None:
    row = reported(named="")
    with pytest.raises(InvalidError) as problem:
        do(row, "name", head(), {"kind": "abuse", "person": head()})
    assert problem.value.field == "person"


def test_nothing_is_found_against_anybody_who_was_not_asked() -> None:
    row = reported()
    for finding in ("established", "partly"):
        with pytest.raises(InvalidError) as problem:
            do(row, "find", head(), {**SO, "finding": finding})
        assert problem.value.field == "finding"
    row = do(row, "find", head(), {**SO, "finding": "unfounded"})
    with pytest.raises(InvalidError) as problem:
        do(row, "measure", head(), {"measure": "talk", "measures": "x"})
    assert problem.value.field == "measure"


def test_it_is_put_before_somebody_who_is_named_and_by_a_day_ahead() -> None:
    row = reported(named="某人")
    told = {"said": "x", "until": GIVEN.now() + timedelta(days=1)}
    with pytest.raises(InvalidError) as problem:
        do(row, "put", head(), told)
    assert problem.value.field == "until"
    row = do(row, "name", head(), {"kind": "abuse", "person": inspector()})
    with pytest.raises(InvalidError) as problem:
        do(row, "put", head(), {**told, "until": GIVEN.now()})
    assert problem.value.field == "until"


def test_number_and_code_tell_the_reporter_and_nothing_else_does() -> None:
    head()
    row, code = file({"kind": "abuse", "story": "x"}, "public")
    assert asked_after(f" {row.number.lower()} ", code) == row
    assert asked_after(row.number, code[:-1]) is None
    assert asked_after("MC-2026-9999", code) is None
    assert code not in str(Misconduct.objects.values_list())
    by_dispatch = Misconduct.objects.filter(pk=row.pk)
    by_dispatch.update(tag="")
    assert asked_after(row.number, "") is None


def test_an_operator_reports_and_hears_by_dispatch_which_nobody_here_reads(other: Other) -> None:
    other.trusted("operator")
    head()
    other.send("misconduct-report", Letter(title="反映", text=f"{inspector().name}索要费用"))
    row = Misconduct.objects.get()
    assert (row.channel, row.keeper, row.tag) == ("dispatch", head(), "")
    assert f",{inspector().pk}," in row.concerned
    do(row, "dismiss", head(), {"told": "已有结论"}, reason="重复")
    said = unverified(DispatchRow.objects.get(direction="out").signed)
    assert said is not None
    assert isinstance(said.body, Letter)
    assert (said.kind, said.body.text, said.matter) == ("misconduct-outcome", "已有结论", "m")


def test_a_dispatch_that_nobody_may_work_on_waits_for_somebody_who_may(other: Other) -> None:
    other.trusted("operator")
    other.send("misconduct-report", Letter(title="反映", text=f"{head().name}索要费用"))
    row = Misconduct.objects.get()
    assert (row.keeper, row.above) == (None, True)
    assert clocks() == [("handle", None)]
    assert Clock.objects.get(register="misconduct").roles == ",ministry,"


def test_what_was_settled_long_ago_is_opened_by_nobody() -> None:
    row = do(reported(), "dismiss", head(), {"told": "x"}, reason="不属实")
    with later(timedelta(days=GIVEN.post.retention_days + 1)):
        end(GIVEN.now())
    row.refresh_from_db()
    with pytest.raises(SealedError):
        read(row)


@pytest.mark.parametrize("story", ["", " ", "长" * 10_001])
def test_an_empty_or_endless_story_is_told(story: str) -> None:
    with pytest.raises(InvalidError) as problem:
        reported(story=story)
    assert problem.value.field == "story"


def test_nobody_else_acts_on_it_by_whatever_way() -> None:
    row = reported()
    for role in set(Role) - {Role.HEAD, Role.MINISTRY}:
        other = person(f"X-{role[:5]}", role)
        for act in REGISTER.acts:
            with pytest.raises(NotYoursError):
                acting.do(REGISTER, act, row.pk, other, Asked({}, "x"))
