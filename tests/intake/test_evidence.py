"""What proves a consent, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.chinatime import SHANGHAI
from shouze.intake.evidence import read_moment
from tests.intake.scene import GOOD, MAP, changed, checked

VARYING = """\
format: shouze-map/1
service: mobile
purposes: [open-account]
items: {name: xm, phone: sjhm}
identify: [phone]
consent:
  - purpose: open-account
    version: {column: sheng}
    act: {column: dz}
    channel: {column: ty}
    at: {column: rwsj}
    items: [phone]
"""


def test_a_constant_and_a_column_prove_what_was_agreed_to_and_when() -> None:
    consent = checked(GOOD).arrivals[0].consents["open-account"]
    assert (consent.version, consent.act, consent.channel) == (1, "signed", "shop")
    assert consent.at == datetime(2020, 1, 2, tzinfo=SHANGHAI)
    assert consent.items == {"name", "phone", "id-number", "address"}


@pytest.mark.parametrize(("cell", "proven"), [("Y", True), ("y ", True), ("是", True), ("N", False), (None, False)])
def test_only_rows_that_say_so_prove_consent(cell: str | None, proven: bool) -> None:
    assert ("offers" in checked(changed(ty=cell)).arrivals[0].consents) is proven


def test_without_a_time_nothing_is_proven_and_the_row_is_taken_all_the_same() -> None:
    assert checked(changed(rwsj="")).arrivals[0].consents == {}


def test_evidence_may_stand_in_the_columns_of_each_row() -> None:
    row = changed(sheng="1", dz="电话录音", ty="客服")
    consent = checked(row, text=VARYING).arrivals[0].consents["open-account"]
    assert (consent.version, consent.act, consent.channel, consent.items) == (
        1,
        "电话录音",
        "客服",
        frozenset({"phone"}),
    )


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [("sheng", "2", "version"), ("sheng", "0", "version"), ("sheng", "一", "version"), ("dz", "长" * 129, "words")],
)
def test_evidence_that_cannot_be_is_rejected_with_its_column(column: str, cell: str, code: str) -> None:
    row = changed(**{"sheng": "1", "dz": "录音", column: cell})
    [rejected] = checked(row, text=VARYING).rejected
    assert (rejected.column, rejected.code) == (column, code)


def test_of_several_proofs_for_a_purpose_the_first_that_holds_counts() -> None:
    both = MAP.replace("purposes: [open-account, offers]", "purposes: [open-account]").replace(
        "purpose: offers", "purpose: open-account"
    )
    assert checked(GOOD, text=both).arrivals[0].consents["open-account"].act == "signed"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-01-02", datetime(2020, 1, 2, tzinfo=SHANGHAI)),
        ("2020/1/2", datetime(2020, 1, 2, tzinfo=SHANGHAI)),
        ("2020.1.2", datetime(2020, 1, 2, tzinfo=SHANGHAI)),
        ("20200102", datetime(2020, 1, 2, tzinfo=SHANGHAI)),
        ("2020年1月2日 3:04", datetime(2020, 1, 2, 3, 4, tzinfo=SHANGHAI)),
        ("2020-01-02 03:04:05.123", datetime(2020, 1, 2, 3, 4, 5, 123000, tzinfo=SHANGHAI)),
        ("2020-01-02T03:04:05Z", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("0000-00-00", None),
        ("2020-02-30", None),
        ("昨天", None),
        ("", None),
    ],
)
def test_times_are_read_as_legacy_systems_write_them(text: str, moment: datetime | None) -> None:
    assert read_moment(text) == moment


@given(
    st.datetimes(min_value=datetime.fromisoformat("1000-01-01")),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S"]),
)
def test_a_time_is_read_back_as_it_was_written(moment: datetime, form: str) -> None:
    assert read_moment(moment.strftime(form)) == moment.replace(microsecond=0, tzinfo=SHANGHAI)


@given(st.text(max_size=30))
def test_whatever_is_written_there_is_no_surprise(text: str) -> None:
    moment = read_moment(text)
    assert moment is None or moment.tzinfo is not None
