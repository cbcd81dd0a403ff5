"""Lists as administrations publish them: merged cells, missing versions, old and new columns, in every kind of file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from shouze.errors import InvalidError
from shouze.registers.notices.problems import default
from shouze.registers.notices.reading import read
from shouze.registers.notices.tables import tables
from tests.registers.notices import shapes
from tests.registers.notices.shapes import App

NEW = """关于侵害用户权益App名单的通报
序号,应用名称,App备案号,应用开发者,应用来源,应用版本,所涉问题,属地
1,天气,渝ICP备1号-4A,某公司,某商店,2.7.4,违规收集个人信息、超范围收集个人信息,重庆
2,出行（小程序）,,某出行,小程序,,账号注销难,重庆
"""
OLD = "序号,应用名称,开发者\n1,漫画,某网络\n2,文档,某科技\n"
SPANNED = """<p>附件</p><table><tr><td colspan="7">名单</td></tr>
<tr><th>序号</th><th>应用名称</th><th>应用主办者</th><th>备案号</th><th>应用版本</th><th>应用来源</th><th>所涉问题</th></tr>
<tr><td rowspan="2">1</td><td rowspan="2">家&amp;园</td><td rowspan="2">某公司</td><td rowspan="2"></td>
<td rowspan="2">1.0</td><td rowspan="2">应用宝</td><td>违规收集个人信息</td></tr><tr><td>账号注销难</td></tr>
<tr><td>2</td><td>聘</td><td>某商贸</td><td></td><td>1.0.9</td><td>vivo</td><td><p>1.违规收集个人信息</p><p>2.其他</p></td></tr>
</table>"""


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["通报名单"])
    sheet.merge_cells("A1:D1")
    sheet.append(["序号", "应用名称", "开发者", "所涉问题", "处置"])
    sheet.append([1, "家园", "某公司", "违规收集个人信息", "下架"])
    sheet.append([None, None, None, "账号注销难", None])
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:B4")
    sheet.merge_cells("C3:C4")
    sheet.append([2, "聘", "某商贸", "超范围收集个人信息", "下架"])
    book.create_sheet("说明")
    book.save(out)
    return out.getvalue()


def test_a_list_of_today_with_its_title_above() -> None:
    found = read(NEW.encode(), "x.csv")
    assert [each.app_name for each in found.named] == ["天气", "出行（小程序）"]
    assert found.named[0].filing_no == "渝ICP备1号-4A"
    assert (found.named[1].version, found.named[1].source) == ("", "小程序")
    assert found.unread == []
    assert read(NEW.encode("gb18030"), "x.csv").named == found.named


def test_an_old_list_of_three_columns() -> None:
    found = read(OLD.encode(), "x.csv")
    assert [(each.app_name, each.developer, each.problems) for each in found.named] == [
        ("漫画", "某网络", ""), ("文档", "某科技", ""),
    ]  # fmt: skip


def test_merged_cells_of_a_page_and_problems_on_lines() -> None:
    found = read(SPANNED.encode(), "x.html")
    assert [(each.app_name, each.problems.split("\n")) for each in found.named] == [
        ("家&园", ["违规收集个人信息", "账号注销难"]), ("聘", ["1.违规收集个人信息", "2.其他"]),
    ]  # fmt: skip


def test_merged_cells_of_a_spreadsheet_and_columns_nobody_knows() -> None:
    found = read(workbook(), "x.xlsx")
    assert [(each.seq, each.app_name, each.problems) for each in found.named] == [
        ("1", "家园", "违规收集个人信息\n账号注销难"), ("2", "聘", "超范围收集个人信息"),
    ]  # fmt: skip
    assert found.columns == ["处置"]


def test_cells_that_were_merged_before_somebody_saved_the_file() -> None:
    found = read("序号,应用名称,所涉问题\n1,家园,违规收集个人信息\n,,账号注销难\n2,聘,x\n".encode(), "x.csv")
    assert [each.problems for each in found.named] == ["违规收集个人信息\n账号注销难", "x"]


def test_what_cannot_be_read_is_told_by_its_line_and_the_rest_is_read() -> None:
    text = "序号,应用名称,开发者\n1,漫画,某网络\n2,,某科技\n\n注：以上名单,,\n序号,应用名称,开发者\n3,文档,某\n"
    found = read(text.encode(), "x.csv")
    assert [each.app_name for each in found.named] == ["漫画", "文档"]
    assert [line for line, _ in found.unread] == [3, 5]


@pytest.mark.parametrize(
    "raw", [b"", b"a,b\n1,2\n", b"PK\x03\x04broken", b"<table><tr><td>x</td></tr></table>", b"\xff\xff\x00"]
)
def test_what_has_no_list_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidError):
        read(raw, "x")


def test_spans_without_end_stay_bounded() -> None:
    (table,) = tables(b'<table><tr><td rowspan="99999999" colspan="99999999">x</td></tr></table>', "x")
    assert (len(table), len(table[0])) == (1000, 1000)


WORDS = sorted({each.zh for each in default().known.values()})
_word = st.text("天气出行阅读商城助手abcXYZ0189·", min_size=1, max_size=8).map(lambda text: f"某{text}")
_apps = st.lists(
    st.builds(App, name=_word, developer=_word, version=st.text("0123456789.", max_size=6).map(lambda text: f"v{text}"),
              problems=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True)),
    min_size=1, max_size=5, unique_by=lambda each: each.name,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_apps, st.sampled_from([shapes.as_csv, shapes.as_gbk, shapes.as_left_open, shapes.as_sheet, shapes.as_page]),
       st.sampled_from(["、", ";", "；", "\n"]))  # fmt: skip
def test_whatever_the_shape_every_app_is_read_with_all_its_problems(
    apps: list[App], shape: shapes.Shape, joint: str
) -> None:  # fmt: skip
    found = read(shape(apps, joint), "x")
    assert (found.unread, found.passed) == ([], 0)
    told = [(each.app_name, each.developer, each.version, default().split(each.problems)) for each in found.named]
    assert told == [(each.name, each.developer, each.version, list(each.problems)) for each in apps]


@settings(max_examples=20, deadline=None)
@given(_apps)
def test_old_lists_are_read_whole(apps: list[App]) -> None:
    found = read(shapes.as_old(apps, ""), "x")
    assert [(each.app_name, each.developer) for each in found.named] == [(each.name, each.developer) for each in apps]
    assert found.unread == []


_table = st.lists(st.lists(st.sampled_from(["", "甲", "乙", "违规收集个人信息", "3"]), max_size=6), max_size=8)


@settings(max_examples=150, deadline=None)
@given(_table)
def test_no_line_of_any_table_is_lost_without_a_word(lines: list[list[str]]) -> None:
    """Each cell is in an app that was read, or its line is told as unread, or its column as unknown."""
    out = io.StringIO()
    csv.writer(out).writerows([["序号", "应用名称", "开发者", "所涉问题", "处置"], *lines])
    found = read(out.getvalue().encode(), "x")
    told = {line for line, _ in found.unread}
    assert found.columns == ["处置"]
    named = [(each.seq, each.app_name, each.developer, each.problems.split("\n")) for each in found.named]
    for number, cells in enumerate(csv.reader(io.StringIO(out.getvalue())), 1):
        if number == 1 or not any(cells) or number in told:
            continue
        seq, name, developer, problem = [*cells, "", "", "", ""][:4]
        same = [
            each for each in named if (not name or each[:3] == (seq, name, developer)) and problem in (*each[3], "")
        ]
        assert same, (number, cells)
    assert len(named) <= sum(bool(cells[1:2] and cells[1]) for cells in lines)


def test_a_second_column_of_the_same_meaning_is_told_and_so_are_cells_beyond_the_heading() -> None:
    found = read("应用名称,开发者,运营者\n甲,乙,丙\n丁,戊,己,庚\n".encode(), "x")
    assert [(each.app_name, each.developer) for each in found.named] == [("甲", "乙"), ("丁", "戊")]
    assert (found.columns, [line for line, _ in found.unread]) == (["运营者"], [3])


def test_problems_of_one_list_do_not_go_to_the_last_app_of_another() -> None:
    page = "<table><tr><th>应用名称</th><th>所涉问题</th></tr><tr><td>甲</td><td>x</td></tr></table>"
    other = "<table><tr><th>应用名称</th><th>所涉问题</th></tr><tr><td></td><td>无主</td></tr></table>"
    found = read((page + "<table><tr><td>a</td><td>b</td><td>c</td></tr></table>" + other * 3).encode(), "x")
    assert [(each.app_name, each.problems) for each in found.named] == [("甲", "x")]
    assert (len(found.unread), found.passed) == (3, 1)
