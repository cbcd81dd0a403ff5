"""Taking over another system's users, as an operator would, and what no terminal shows."""

from __future__ import annotations

import csv
import json
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from shouze.cli.story.people import person
from tests.cli.shell import PATIENCE, Shell, running
from tests.intake import legacy

MAP = legacy.MAP.format(source="{}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "map.yaml").write_text(MAP)
    return tmp_path


def take(shell: Shell, folder: Path, source: str | Path, *words: str, code: int = 0) -> str:
    return shell("import", str(source), "--map", str(folder / "map.yaml"), "--as", "crm", *words, code=code)


def answer(shell: Shell, folder: Path, source: str | Path, *words: str) -> dict[str, object]:
    result = shell.result("import", str(source), "--map", str(folder / "map.yaml"), "--as", "crm", "--json", *words)
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_a_newcomer_takes_over_a_holding(shell: Shell, tmp_path: Path) -> None:
    source, chart = legacy.write_csv(tmp_path / "old.csv", 300, "mixed"), tmp_path / "map.yaml"
    shell("import", str(source), "--map", str(chart), "--suggest")
    suggested = chart.read_text()
    assert 'phone: "sjhm"' in suggested
    evidence = "consent:\n  - {purpose: open-account, version: 1, act: signed, channel: shop, at: {column: rwsj}}"
    chart.write_text(suggested.replace("consent: []", evidence))
    assert "ready to be taken in" in take(shell, tmp_path, source, "--dry-run", code=1)
    assert list(tmp_path.glob("*.rejected.csv")) == []
    said = take(shell, tmp_path, source, code=1)
    expected = legacy.outcomes(300)
    for words, count in (
        ("new", expected["good"]), ("rejected", expected["rejected"]), ("duplicates", expected["duplicate"]),
    ):  # fmt: skip
        assert any(line.split()[0] == words and line.split()[-1] == str(count) for line in said.splitlines()), words
    assert "still to be asked for offers" in said
    assert "faults 0" in shell("log", "verify")
    mended = tmp_path / "mended.csv"
    mended.write_bytes((tmp_path / "old.rejected.csv").read_bytes())
    assert "new" not in take(shell, tmp_path, mended, code=1).split()


def test_rejected_rows_are_mended_and_taken_in(shell: Shell, folder: Path) -> None:
    source = legacy.write_csv(folder / "old.csv", 200)
    take(shell, folder, source, code=1)
    rejects = folder / "old.rejected.csv"
    assert rejects.stat().st_mode & 0o777 == 0o600
    with rejects.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        rows = list(csv.DictReader(file))
    number = int(rows[0]["yh_id"]) - 1
    one = person(number)
    rows[0] |= {"xm": one.name, "sjhm": one.phone, "sfzh": one.id_number, "rwsj": "2020-01-01"}
    mended = folder / "mended.csv"
    with mended.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerow(rows[0])
    assert answer(shell, folder, mended)["outcomes"] == {"new": 1}


@pytest.mark.parametrize("kind", ["db", "xlsx", "parquet"])
def test_each_kind_of_source_is_taken_over_with_the_same_map(shell: Shell, folder: Path, kind: str) -> None:
    place = {
        "db": lambda: legacy.write_sqlite(folder / "old.db", 120),
        "xlsx": lambda: str(legacy.write_xlsx(folder / "old.xlsx", 120)),
        "parquet": lambda: str(legacy.write_parquet(folder / "old.parquet", 120)),
    }[kind]()
    found = answer(shell, folder, place, "--rejects", str(folder / "old.rejected.csv"), "--workers", "1")
    expected = legacy.outcomes(120, typed=True)
    assert found["outcomes"] == {
        kind: count
        for kind, count in (
            ("new", expected["good"]), ("rejected", expected["rejected"]), ("duplicate", expected["duplicate"]),
        )
        if count
    }  # fmt: skip


def test_a_second_run_updates_and_writes_over_nothing(shell: Shell, folder: Path) -> None:
    source = legacy.write_csv(folder / "old.csv", 120)
    first = answer(shell, folder, source)
    second = answer(shell, folder, source)
    assert isinstance(first["outcomes"], dict)
    assert isinstance(second["outcomes"], dict)
    assert second["outcomes"]["unchanged"] == first["outcomes"]["new"]
    assert second["rejects"] != first["rejects"]


def test_conflicts_and_duplicates_are_listed_by_row_and_item(shell: Shell, folder: Path) -> None:
    lines = [",".join(legacy.HEADER)] + [",".join(cells) for cells in (_row(0), _row(1), _row(0, 2))]
    (folder / "old.csv").write_text("\n".join(lines))
    take(shell, folder, folder / "old.csv", code=1)
    with (folder / "old.report.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["row"], row["kind"], row["item"], row["earlier row"]) for row in csv.DictReader(file)] == [
            ("4", "duplicate", "phone", "2")
        ]
    both = (folder / "map.yaml").read_text().replace("identify: [phone]", "identify: [phone, id-number]")
    (folder / "map.yaml").write_text(both)
    (folder / "later.csv").write_text("\n".join([lines[0], ",".join(_row(0, 1))]))
    assert answer(shell, folder, folder / "later.csv")["outcomes"] == {"conflict": 1}
    assert "conflict" in (folder / "later.report.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(("sent", "told"), [(signal.SIGINT, True), (signal.SIGKILL, False)])
def test_a_run_that_is_stopped_or_killed_goes_on(shell: Shell, folder: Path, sent: signal.Signals, told: bool) -> None:
    source = legacy.write_csv(folder / "old.csv", 8_000)
    words = ("import", str(source), "--map", str(folder / "map.yaml"), "--as", "crm")
    with running(shell.home, *words) as started:
        _wait_for_a_batch(shell.home, started)
        started.send_signal(sent)
        said = started.communicate(timeout=PATIENCE)[0]
    assert ("stopped: the same command goes on" in said) is told
    found = answer(shell, folder, source)
    outcomes, expected = found["outcomes"], legacy.outcomes(8_000)
    assert isinstance(outcomes, dict)
    assert outcomes["new"] + outcomes.get("again", 0) == expected["good"]
    assert (outcomes["rejected"], outcomes["duplicate"]) == (expected["rejected"], expected["duplicate"])
    assert "again" not in outcomes or not told
    assert "faults 0" in shell("log", "verify")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_value_is_shown_kept_or_logged_but_in_the_file_of_rejected_rows(
    shell: Shell, folder: Path, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoken = Shell(shell.home, language)
    source = legacy.write_csv(folder / "old.csv", 200, "mixed")
    said = take(spoken, folder, source, "--dry-run", code=1) + take(spoken, folder, source, code=1)
    said += take(spoken, folder, source, "--json", code=1) + caplog.text
    said += "".join(path.read_text(encoding="utf-8-sig") for path in folder.glob("*.report*.csv"))
    with sqlite3.connect(shell.home / "custody.db") as database:
        bodies = database.execute("SELECT digest, body FROM import_run").fetchall()
    database.close()
    assert len(bodies) == 2
    said += repr(bodies)
    for number in range(200):
        one = person(number)
        for canary in (one.phone, one.id_number, one.email, f"星桥路{number}号"):
            assert canary not in said
    held = b"".join((shell.home / f"{name}.db").read_bytes() for name in ("custody", "log", "keys"))
    assert not any(person(number).phone.encode() in held for number in range(200))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as", "nobody"), "--as"),
        (("--map", "nowhere.yaml"), "nowhere.yaml"),
        (("--suggest",), "map.yaml"),
        (("--workers", "-1"), "--workers"),
    ],
)
def test_what_would_go_wrong_is_said_before_anything_is_read(
    shell: Shell, folder: Path, words: tuple[str, ...], said: str
) -> None:
    source = legacy.write_csv(folder / "old.csv", 3)
    assert said in take(shell, folder, source, *words, code=2)
    with sqlite3.connect(shell.home / "custody.db") as database:
        assert database.execute("SELECT count(*) FROM import_run").fetchone() == (0,)
    database.close()


def test_a_mistake_in_the_map_is_named_with_its_line(shell: Shell, folder: Path) -> None:
    (folder / "map.yaml").write_text(MAP.replace("name: xm", "name: xingming"))
    said = take(shell, folder, legacy.write_csv(folder / "old.csv", 3), code=2)
    assert "line 6" in said
    assert "items.name" in said


def test_without_evidence_every_user_is_still_to_be_asked(shell: Shell, folder: Path) -> None:
    (folder / "map.yaml").write_text(MAP.split("consent:")[0])
    found = answer(shell, folder, legacy.write_csv(folder / "old.csv", 20))
    outcomes = found["outcomes"]
    assert isinstance(outcomes, dict)
    assert found["to_ask"] == dict.fromkeys(("open-account", "customer-service", "offers"), outcomes["new"])


def _wait_for_a_batch(home: Path, started: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    with sqlite3.connect(f"file:{home}/custody.db?mode=ro", uri=True) as database:
        while database.execute("SELECT count(*) FROM import_run WHERE row > 0").fetchone() == (0,):
            assert started.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
    database.close()


def _row(number: int, other: int | None = None) -> tuple[str, ...]:
    """Return a good row: the telephone number of one person, the rest of another."""
    one = person(number if other is None else other)
    return ("1", one.name, person(number).phone, one.id_number, "云泽省", "1号", one.email, "2020-01-01", "N", "")
