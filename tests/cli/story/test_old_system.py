"""The old system of the demonstration holds what its scan is to find, and the same every time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from shouze.cli import story
from shouze.cli.story.old_system import build
from shouze.discovery.carried import detectors
from shouze.discovery.finding import Finding
from shouze.discovery.places import parts_of
from shouze.discovery.reading.database import Manners
from shouze.discovery.scanning import Scanner
from shouze.wiring.statutes import read_statutes


def test_every_kind_is_found_and_orders_that_look_like_numbers_are_not(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes(story.read("old_system.toml"))
    items = read_statutes().items
    titles = {item: row.text for item, row in items.items()}
    scanner = Scanner(detectors([tmp_path / "own.toml"], items), titles, date(2026, 11, 1))
    found = {
        (each.location, each.item)
        for part in parts_of(str(build(tmp_path / "old", 120)), Manners())
        for each in scanner.scan(part.source, part.pieces(Manners()))
        if isinstance(each, Finding)
    }
    assert {
        ("crm_2019.db/t_khxx.sjhm", "phone"), ("crm_2019.db/t_khxx.sfzh", "id-number"),
        ("crm_2019.db/t_khxx.mz", "ethnicity"), ("crm_2019.db/t_dlzh.mm", "password"),
        ("crm_2019.db/t_yg.sj", "phone"), ("exports/客户回访2020.csv.手机号码", "phone"),
        ("exports/礼品发放登记.xlsx/登记.身份证号", "id-number"), ("backup_2018.zip/khb.csv.sjhm", "phone"),
        ("logs/sms-2021.log", "phone"),
    } <= found  # fmt: skip
    assert not [place for place, _ in found if "t_dd" in place or "t_cs" in place or "job-2021" in place]


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    first, second = build(tmp_path / "a", 20), build(tmp_path / "b", 20)
    for name in ("logs/sms-2021.log", "logs/job-2021.log", "exports/客户回访2020.csv", "crm_2019.db"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
