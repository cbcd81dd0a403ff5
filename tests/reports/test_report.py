"""What a report says, in either language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from shouze.language import LANGUAGES, Text
from shouze.reports.report import Facts, Figure, Figures, Prose, Report, Seal, Section, Table, said

AT = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)


def report(*names: str) -> Report:
    """Return a report that has one of everything; ``names`` are people's."""
    figure = Figure(Text("投诉", "Complaints"), 12, Text("今年收到", "received this year"), AT, "/r/complaints/")
    return Report(
        name="sample", title=Text("样张", "Sample"), operator=Text("星桥", "Starbridge"),
        basis=Text("第十六条", "Art. 16"), made=AT, number="S-1", documents=[("甲.pdf", "ab" * 32)],
        sections=[Section(Text("其一", "First"), [
            Prose(Text("一行\n又一行", "a line\nanother")),
            Facts([(Text("姓名", "Name"), "、".join(names)), (Text("不详", "Unknown"), None)]),
            Figures([figure]),
            Table(Text("表", "Table"), [Text("时间", "At"), Text("数", "N")], [[AT, 1], [None, Text("二", "two")]]),
        ])],
    )  # fmt: skip


def test_moments_are_shown_in_chinas_time() -> None:
    told = said(report(), "zh")
    assert told["made_shown"] == "2026-11-28 00:30"
    assert told["sections"][0]["blocks"][3]["rows"][0] == ["2026-11-28 00:30", "1"]


def test_every_figure_says_how_and_when_it_was_counted() -> None:
    [figure] = said(report(), "en")["sections"][0]["blocks"][2]["rows"]
    assert figure == {
        "label": "Complaints", "value": 12, "counted": "received this year; counted at 2026-11-28 00:30",
        "address": "/r/complaints/",
    }  # fmt: skip


def test_what_is_not_known_is_a_dash() -> None:
    assert said(report(), "zh")["sections"][0]["blocks"][1]["rows"] == [["姓名", "—"], ["不详", "—"]]


def test_words_that_are_empty_in_a_language_are_a_dash_there() -> None:
    rows = Facts([(Text("英文名", "Name in English"), Text("星桥", ""))])
    whole = replace(report(), sections=[Section(Text("其一", "First"), [rows])])
    shown = {each: said(whole, each)["sections"][0]["blocks"][0]["rows"][0][1] for each in LANGUAGES}
    assert shown == {"zh": "星桥", "en": "—"}


def test_a_letter_names_whom_it_goes_to_and_leaves_room_for_the_seal() -> None:
    seal = Section(Text("其二", "Second"), [Seal(Text("某局", "A CA"), AT), Seal(Text("某局", "A CA"))])
    told = said(replace(report(), to=Text("某公司", "A company"), sections=[seal]), "zh")
    assert told["to"] == "某公司"
    dated, blank = told["sections"][0]["blocks"]
    assert (dated["kind"], dated["name"], dated["day"]) == ("seal", "某局", "2026年11月28日")
    assert "年" in blank["day"]
    assert "2" not in blank["day"], "the day is written in by hand"
