"""What a record of a visit says, line by line: two officers at least, copies by their digest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.link.supervision import Officer, Taken
from shouze.registers.visits.recording import named, officers_of, taken_of, written

NAMES = st.text(st.characters(codec="utf-8", categories=["Lo", "Ll"]), min_size=1, max_size=8)
NUMBERS = st.lists(st.integers(1, 10**9), min_size=2, max_size=8, unique=True)
DIGEST = "0123456789abcdef" * 4


@pytest.mark.duty("A17-2-premises")
@pytest.mark.parametrize(
    "text",
    ["", "周某 浙-1", "周某 浙-1\n吴某", "周某 浙-1\n周某 浙-1", "周某 浙-1\n吴某 浙-１", "周某 A-1\n吴某 a-1",
     "周某\n吴某", "周某 浙\n吴某 杭", "周某 1\n吴某 2\n郑某 2",
     "周某 浙-1\n周某 浙-2", "周某 浙-1\n周某，浙-2\n吴某 浙-3",
     "Wu Mou 浙-1\nwu mou 浙-2", "Ｗu Mou 浙-1\nWU MOU 浙-2"],
)  # fmt: skip
def test_fewer_than_two_officers_each_with_a_number_of_their_own_are_refused(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        officers_of(text)
    assert caught.value.field == "officers"


def test_a_line_is_a_name_and_a_number_however_they_are_kept_apart() -> None:
    wanted = (Officer(name="周某", identification="浙-1"), Officer(name="Wu Mou", identification="浙-2"))
    assert officers_of(" 周某，浙-1 \n\nWu Mou 浙-２") == wanted
    assert officers_of(named(wanted)) == wanted


@settings(max_examples=40)
@given(NUMBERS, NAMES)
def test_officers_are_read_back_as_they_are_written(numbers: list[int], name: str) -> None:
    officers = officers_of("\n".join(f"{name}{chr(0x4E00 + n)} {number}" for n, number in enumerate(numbers)))
    assert [each.identification for each in officers] == [str(number) for number in numbers]
    assert officers_of(named(officers)) == officers


@settings(max_examples=40)
@given(NUMBERS, st.integers(0, 7))
def test_a_number_that_comes_twice_is_refused_wherever_it_stands(numbers: list[int], place: int) -> None:
    lines = [f"某{n} {number}" for n, number in enumerate([*numbers, numbers[place % len(numbers)]])]
    with pytest.raises(InvalidError):
        officers_of("\n".join(lines))


def test_more_than_twenty_officers_are_refused() -> None:
    with pytest.raises(InvalidError):
        officers_of("\n".join(f"某{number} {number}" for number in range(21)))


def test_a_copy_is_named_by_its_digest_and_a_carrier_by_its_words() -> None:
    found = taken_of(f"硬盘 K-1\n复制：日志 {DIGEST.upper()}\n{DIGEST}")
    assert found == (Taken(what="硬盘 K-1"), Taken(what="复制：日志", sha256=DIGEST), Taken(what=DIGEST, sha256=DIGEST))
    assert taken_of(written(found[:2])) == found[:2]


@pytest.mark.parametrize("line", ["复制 日志", "copy of the log", f"复制 {DIGEST[:-1]}", f"复制 {DIGEST}0", "长" * 501])
def test_a_copy_without_its_whole_digest_and_a_line_too_long_are_refused(line: str) -> None:
    with pytest.raises(InvalidError) as caught:
        taken_of(line)
    assert caught.value.field == "taken"


def test_more_things_than_a_dispatch_holds_are_refused() -> None:
    assert len(taken_of("硬盘\n" * 200)) == 200
    with pytest.raises(InvalidError):
        taken_of("硬盘\n" * 201)
