"""What was found is matched with known users, place by place, without keeping a value."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from shouze.discovery.finding import Finding, Known, told
from shouze.discovery.known import BATCH, Matching, Values
from shouze.discovery.places import parts_of
from shouze.discovery.reading.database import Manners
from tests.discovery.looking import scanner

HERE = Manners()


class Door:
    """Counts as a gateway does that has these users, exactly."""

    def __init__(self, users: Iterable[str], items: Iterable[str] = ("phone",)) -> None:
        self.users, self.items, self.asked = set(users), set(items), list[tuple[str, int]]()

    def ask(self, item: str, values: list[str]) -> Known | None:
        self.asked.append((item, len(values)))
        assert len(set(values)) == len(values)
        return Known(len(values), len(self.users & set(values)), 15) if item in self.items else None


def phones(count: int, start: int = 0) -> list[str]:
    return [f"138{number:08}" for number in range(start, start + count)]


def matched(folder: Path, door: Door) -> dict[str, Known]:
    """Scan a folder, and return what is known by place."""
    matching, marks = Matching(), dict[str, str]()
    for part in parts_of(str(folder), HERE):
        for each in scanner().scan(part.source, part.pieces(HERE)):
            if isinstance(each, Finding):
                matching.note(part, each)
                marks[each.mark] = each.location
    return {marks[mark]: known for mark, known in matching.match(scanner(), HERE, door.ask)}


def test_a_columns_users_are_counted_whatever_its_rows_repeat(tmp_path: Path) -> None:
    rows = [f"王小明,{phone}" for phone in phones(300) * 3]
    (tmp_path / "t.csv").write_text("xm,sjhm\n" + "\n".join(rows), encoding="utf-8")
    door = Door(phones(120, 200))
    assert matched(tmp_path, door) == {"t.csv.sjhm": Known(300, 100, 15)}
    assert ("phone", 300) in door.asked


def test_a_logs_users_are_counted_and_nothing_else_of_it_is_asked(tmp_path: Path) -> None:
    lines = [f"订单 13{n:09} 手机 {phone} 已发货" for n, phone in enumerate(phones(150))]
    (tmp_path / "a.log").write_text("\n".join(lines), encoding="utf-8")
    assert matched(tmp_path, Door(phones(50)))["a.log"] == Known(150, 50, 15)


def test_a_table_within_an_archive_is_found_again(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.writestr("t.csv", "sjhm\n" + "\n".join(phones(200)))
    (known,) = matched(tmp_path, Door(phones(200))).values()
    assert known.subjects == 200


def test_fewer_values_than_a_batch_needs_are_not_asked_about(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("sjhm\n" + "\n".join(phones(99)), encoding="utf-8")
    door = Door(phones(99))
    assert (matched(tmp_path, door), door.asked) == ({}, [])


def test_many_values_go_in_batches_and_the_margin_grows_by_the_root_of_their_number() -> None:
    door = Door(phones(30_000))
    values = Values("phone", door.ask)
    values.add(phones(4 * BATCH + 50))
    assert values.told() == Known(4 * BATCH + 50, 30_000, 34)
    sizes = [size for _, size in door.asked]
    assert (len(sizes), max(sizes), min(sizes) > 100) == (5, BATCH, True), "no rest is too small to be asked about"


def test_an_item_that_is_not_matched_is_not_asked_about_again() -> None:
    door = Door([], items=())
    values = Values("email", door.ask)
    values.add(phones(5 * BATCH))
    assert (values.told(), len(door.asked)) == (None, 1)


def test_a_number_within_the_margin_says_nothing() -> None:
    assert "none of our users" in told(Known(500, 15, 15)).en
    assert told(Known(40_000, 31_204, 30)).en == "about 31,204 (±30) of our users are among 40,000 values"
