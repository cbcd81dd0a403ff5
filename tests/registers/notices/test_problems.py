"""The words for what is wrong: told apart whatever stands between them, mapped to articles, never guessed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.registers.notices.problems import default, with_own

WORDS = default()
FORCED = "APP强制、频繁、过度索取权限"


@pytest.mark.parametrize(
    ("cell", "problems"),
    [
        ("违规收集个人信息;" + FORCED, ["违规收集个人信息", FORCED]),
        (FORCED + "、违规收集个人信息", [FORCED, "违规收集个人信息"]),
        ("1.违规收集个人信息\n2.强制、频繁、过度索取权限", ["违规收集个人信息", FORCED]),
        ("1、违规收集个人信息；2、超范围收集个人信息。", ["违规收集个人信息", "超范围收集个人信息"]),
        ("（1）账号注销 难；SDK信息公示不到位", ["账号注销难", "SDK信息公示不到位"]),
        ("sdk信息公示不到位", ["SDK信息公示不到位"]),
        ("违规收集个人信息、新说法", ["违规收集个人信息", "新说法"]),
        ("新说法、违规收集个人信息、另一说法", ["新说法", "违规收集个人信息", "另一说法"]),
        ("违规收集个人信息,违规收集个人信息", ["违规收集个人信息"]),
        ("", []),
        ("；、 ", []),
    ],
)
def test_a_cell_is_told_apart(cell: str, problems: list[str]) -> None:
    assert WORDS.split(cell) == problems


@given(
    st.lists(st.sampled_from(sorted({each.zh for each in WORDS.known.values()})), unique=True, max_size=5),
    st.sampled_from(["、", ";", "；", "\n", " / ", "，"]),
)
def test_whatever_joins_known_words_they_come_apart_in_their_order(words: list[str], joint: str) -> None:
    assert WORDS.split(joint.join(words)) == words


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(each.strip() for each in WORDS.split(text))


def test_articles_follow_from_duties_of_the_catalogue() -> None:
    assert WORDS.articles(["违规收集个人信息"]) == ["9(1)", "9(2)"]
    assert WORDS.articles(["未明示个人信息处理规则", "账号注销难"]) == ["8", "9(2)", "9(4)"]
    assert WORDS.articles(["信息窗口乱跳转", "新说法"]) == []
    assert WORDS.unknown(["信息窗口乱跳转", "新说法"]) == ["新说法"]
    statute = Path("src/shouze/rules/statutes/order24.toml").read_text(encoding="utf-8")
    known = {row["id"] for rows in tomllib.loads(statute).values() if isinstance(rows, list) for row in rows}
    assert {duty for each in WORDS.known.values() for duty in each.duties} - known == set()


def test_ones_own_mapping_goes_first() -> None:
    own = '[[problem]]\nzh = "新说法"\nen = "new"\nduties = ["A12-contact"]\nalso = ["违规收集个人信息"]\n'
    words = with_own(own.encode())
    assert words.split("违规收集个人信息") == ["新说法"]
    assert words.articles(["新说法", "账号注销难"]) == ["12", "9(4)"]
    for broken in (b"\xff", b"x", b'[[problem]]\nzh = "x"\n'):
        with pytest.raises(InvalidError):
            with_own(broken)
