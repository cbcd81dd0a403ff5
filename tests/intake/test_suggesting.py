"""A map is suggested from headers and samples, and can be used as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze import wiring
from shouze.errors import InvalidError
from shouze.intake.map import Columns, ImportMap, Place, check_map, read_map
from shouze.intake.sources.opening import open_source
from shouze.intake.suggesting import suggest
from shouze.language import Language
from tests.intake import legacy
from tests.intake.scene import policy

TITLES = {item: row.text for item, row in wiring.read_statutes().items.items()}


def suggested(path: Path, language: Language = "zh") -> tuple[str, ImportMap]:
    with open_source(str(path)) as source:
        text = suggest(source, policy(), TITLES, Place(), language, None)
        found, lines = read_map(text.encode())
        check_map(found, lines, policy(), source.header)
    return text, found


@pytest.mark.parametrize(
    "header",
    [
        "xm,sjhm,sfzh,dz",
        "姓名,手机号码,身份证号,联系地址",
        "cust_name,MOBILE_NO,id_card,addr",
        "YH_XM,用户手机号,Sfzhm,txdz",
    ],
)
def test_columns_are_recognised_by_their_names(tmp_path: Path, header: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"{header}\n张三,13812345678,11010519491231002X,云泽市\n")
    columns = header.split(",")
    _, found = suggested(path)
    assert found.service == "mobile"
    assert found.items == dict(zip(("name", "phone", "id-number", "address"), columns, strict=True)) or (
        set(found.items) == {"name", "phone", "id-number", "address"}
        and {found.columns(item).columns[0] for item in found.items} == set(columns)
    )
    assert found.identify == ("phone",)


@pytest.mark.parametrize("fuller", ["phone", "email"])
def test_users_are_recognised_by_what_most_rows_have(tmp_path: Path, fuller: str) -> None:
    path = tmp_path / "people.csv"
    rows = [("13812345678", "a@example.cn"), *([("13912345678", "")] if fuller == "phone" else [("", "b@example.cn")])]
    path.write_text("phone,email\n" + "\n".join(map(",".join, rows)) + "\n")
    assert suggested(path)[1].identify == (fuller,)


def test_columns_with_names_that_say_nothing_are_recognised_by_their_content(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = "\n".join(f"{each.cells[2]},{each.cells[3]},x" for each in legacy.legacy(60) if each.wrong is None)
    path.write_text(f"f1,f2,f3\n{rows}\n")
    text, found = suggested(path, "en")
    assert {item: found.columns(item) for item in found.items} == {
        "phone": Columns(columns=("f1",)), "id-number": Columns(columns=("f2",)),
    }  # fmt: skip
    assert "by its content" in text
    assert '"f3"' in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_comments_speak_one_language_and_hold_no_value(tmp_path: Path, language: Language) -> None:
    path = legacy.write_csv(tmp_path / "people.csv", 200, "mixed")
    text, found = suggested(path, language)
    assert set(found.items) == {"name", "phone", "id-number", "address"}
    assert found.consent == ()
    chinese = any("\u4e00" <= character <= "\u9fff" for character in text)
    assert chinese == (language == "zh")
    for each in legacy.legacy(200):
        assert not any(len(cell) > 3 and cell in text for cell in (each.cells[2], each.cells[3], each.cells[6]))


def test_a_source_in_which_nothing_is_recognised_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InvalidError):
        suggested(tmp_path / "odd.csv")
