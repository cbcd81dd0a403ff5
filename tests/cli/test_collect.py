"""Taking in users from a file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from shouze.cli.story.people import person
from tests.cli.shell import Shell

HEADER = "name,phone,id-number"
CONSENTED = ("--consent-act", "ticked", "--channel", "app")
WORDS = ("--service", "mobile", "--purpose", "open-account", "--purpose", "customer-service", "--account", "crm")


def rows(*numbers: int, header: str = HEADER) -> str:
    people = [person(number) for number in numbers]
    return "\r\n".join([header, *(f"{each.name},{each.phone},{each.id_number}" for each in people)])


def rejected(path: str) -> list[dict[str, str]]:
    beside = Path(path).with_suffix(".rejected.csv")
    assert beside.stat().st_mode & 0o777 == 0o600
    with beside.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows_are_taken_in_whatever_their_encoding(shell: Shell, write: Callable[..., str], encoding: str) -> None:
    path = write("people.csv", rows(0, 1, 2).encode(encoding))
    assert "3 rows collected, 0 rejected" in shell("collect", path, *WORDS, *CONSENTED)
    assert not Path(path).with_suffix(".rejected.csv").exists()
    assert "faults 0" in shell("log", "verify")


def test_more_rows_than_go_at_once_are_taken_in(shell: Shell, write: Callable[..., str]) -> None:
    path = write("people.csv", rows(*range(600)))
    assert "600 rows collected" in shell("collect", path, *WORDS, *CONSENTED)


def test_a_number_that_is_taken_is_rejected_with_its_row(shell: Shell, write: Callable[..., str]) -> None:
    twice = rows(0, 1) + f"\r\n{person(2).name},{person(0).phone},{person(2).id_number}"
    path = write("people.csv", twice)
    output = shell("collect", path, *WORDS, *CONSENTED, code=1)
    assert "2 rows collected, 1 rejected" in output
    (row,) = rejected(path)
    assert (row["rejected:row"], row["rejected:field"], row["rejected:code"]) == ("4", "values.phone", "conflict")
    assert row["phone"] == person(0).phone
    assert person(0).phone not in output


def test_a_rejected_row_can_be_mended_and_taken_in(shell: Shell, write: Callable[..., str]) -> None:
    path = write("people.csv", rows(0) + f"\r\n{person(1).name},12,{person(1).id_number}")
    shell("collect", path, *WORDS, *CONSENTED, code=1)
    beside = Path(path).with_suffix(".rejected.csv")
    mended = write("mended.csv", beside.read_text().replace(",12,", f",{person(1).phone},"))
    assert "1 rows collected, 0 rejected" in shell("collect", mended, *WORDS, *CONSENTED)


def test_a_file_of_rejected_rows_is_not_written_over(shell: Shell, write: Callable[..., str]) -> None:
    write("people.rejected.csv", "kept")
    output = shell("collect", write("people.csv", rows(0)), *WORDS, *CONSENTED, code=2)
    assert "people.rejected.csv" in output


def test_columns_of_consent_decide_for_each_user(shell: Shell, write: Callable[..., str]) -> None:
    header = f"{HEADER},consent:offers,consent:customer-service"
    one, two, three = person(0), person(1), person(2)
    content = "\n".join(
        [
            header,
            f"{one.name},{one.phone},{one.id_number},true,true",
            f"{two.name},{two.phone},{two.id_number},FALSE,false",
            f"{three.name},{three.phone},{three.id_number},maybe,true",
        ]
    )
    path = write("people.csv", content)
    shell("collect", path, *WORDS, *CONSENTED, code=1)
    (row,) = rejected(path)
    assert (row["rejected:row"], row["rejected:field"]) == ("4", "consent:offers")


def test_a_row_that_lacks_a_cell_is_rejected(shell: Shell, write: Callable[..., str]) -> None:
    path = write("people.csv", f"{rows(0)}\r\nalone")
    shell("collect", path, *WORDS, *CONSENTED, code=1)
    assert rejected(path)[0]["rejected:field"] == "row"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--service", "nowhere", "--purpose", "open-account", "--account", "crm"), "--service"),
        (("--service", "mobile", "--purpose", "nothing", "--account", "crm"), "--purpose nothing"),
        (("--service", "mobile", "--purpose", "offers", "--account", "nobody"), "--account"),
        (("--service", "mobile", "--purpose", "offers"), "--account"),
        ((*WORDS, "--recipient", "stranger"), "--recipient stranger"),
    ],
)
def test_what_would_go_wrong_in_every_row_is_said_once(
    shell: Shell, write: Callable[..., str], words: tuple[str, ...], field: str
) -> None:
    output = shell("collect", write("people.csv", rows(0)), *words, *CONSENTED, code=2)
    assert field in output


def test_an_item_that_is_not_declared_is_named_by_its_column(shell: Shell, write: Callable[..., str]) -> None:
    path = write("people.csv", rows(0, header="name,phone,blood-group"))
    assert "blood-group" in shell("collect", path, *WORDS, *CONSENTED, code=2)


def test_a_broken_file_keeps_what_came_before_and_names_the_line(shell: Shell, write: Callable[..., str]) -> None:
    path = write("people.csv", f'{rows(0, 1)}\r\n"unclosed')
    assert "line 4" in shell("collect", path, *WORDS, *CONSENTED, code=2)
    assert "faults 0" in shell("log", "verify")


def test_a_file_that_is_not_there_is_named(shell: Shell) -> None:
    assert "nowhere.csv" in shell("collect", "nowhere.csv", *WORDS, *CONSENTED, code=2)


def test_bytes_in_no_known_encoding_are_refused(shell: Shell, write: Callable[..., str]) -> None:
    path = write("people.csv", b"name,phone\n\xff\xff,1\n")
    assert "GB18030" in shell("collect", path, *WORDS, *CONSENTED, code=2)


def test_records_name_the_system_user_and_no_value_is_printed(shell: Shell, write: Callable[..., str]) -> None:
    output = shell("collect", write("people.csv", rows(0)), *WORDS, *CONSENTED)
    assert person(0).name not in output
    assert b"cli:" in (shell.home / "log.db").read_bytes()
