"""Names that go to the door: the desk takes exactly those that the door takes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.registers.naming import check_name, check_number
from shouze.rules.declaration import Name
from shouze.rules.entries import Id


def taken(check: Callable[[str, str], None], text: str) -> bool:
    try:
        check(text, "name")
    except InvalidError:
        return False
    return True


@given(st.text(alphabet="aZ09-_ \n中.", max_size=70) | st.from_regex(r"[a-z0-9][a-z0-9-]{0,70}", fullmatch=True))
def test_a_name_is_taken_exactly_where_the_door_takes_it(text: str) -> None:
    for check, wanted in ((check_name, Name), (check_number, Id)):
        try:
            msgspec.convert(text, wanted)
        except msgspec.ValidationError:
            assert not taken(check, text)
        else:
            assert taken(check, text)


@pytest.mark.parametrize("text", ["Baiyun", "bai_yun", "-baiyun", "白云", "a" * 65, "bai yun"])
def test_what_is_wrong_comes_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        check_name(text, "name")
    assert caught.value.field == "name"
    assert "customer-service" in caught.value.remedy.zh
    assert "customer-service" in caught.value.remedy.en
