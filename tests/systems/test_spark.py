"""Scanning a lake on a real Spark cluster: a master and two workers, with the findings of this machine to the byte."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shouze.cli.scan_running import making
from shouze.discovery import spark
from shouze.discovery.places import parts_of
from shouze.discovery.reading.database import Manners
from shouze.discovery.reading.piece import Unread
from shouze.discovery.spark import Cluster, lake
from shouze.discovery.tasks import Work
from shouze.discovery.workers import Done
from shouze.errors import InvalidError, UnavailableError
from tests.cli.shell import program
from tests.discovery.looking import PEOPLE, TODAY
from tests.discovery.test_workers import Bad
from tests.systems.standalone import PATIENCE, Standalone, children, standalone, until

pytestmark = pytest.mark.systems


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """Run a cluster for all tests."""
    with standalone(tmp_path_factory.mktemp("spark")) as running:
        yield running


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a lake of mixed files, some of them broken, large enough for several tasks."""
    folder = tmp_path_factory.mktemp("lake")
    for day in range(6):
        into = folder / f"dt=2026-11-0{day + 1}"
        into.mkdir()
        (into / "people.csv").write_text(PEOPLE * 40, encoding="utf-8")
        (into / "app.log").write_text("".join(
            f"{day}:{number} 手机 1381234{number % 10_000:04} 已登录\n正常\n" for number in range(1_500)
        ), encoding="gb18030")  # fmt: skip
        (into / "calls.jsonl").write_text("\n".join(f'{{"phone":"139{each:08}"}}' for each in range(300)))
        numbers = [f"138{each:08}" for each in range(2_000)]
        pq.write_table(pa.table({"sjhm": numbers, "memo": [f"回电 {each}" for each in numbers]}), into / "t.parquet")
        (into / "padding.txt").write_text("一切正常。\n" * 2_500_000, encoding="utf-8")
    (folder / "broken.parquet").write_bytes(b"PAR1" + bytes(range(256)) * 9)
    (folder / "cut.csv.gz").write_bytes(b"\x1f\x8b\x08\x00" + bytes(40))
    (folder / "b.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(50))
    (folder / "unknown.bin").write_bytes(bytes(range(256)) * 20)
    return folder


def _scan(home: Path, *words: str, code: int = 1) -> str:
    """Run the command line as a program; return what it said."""
    done = subprocess.run(program("--lang", "en", "--home", str(home), "scan", *words), capture_output=True, text=True,
                          timeout=PATIENCE, check=False)  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def _on(cluster: Standalone) -> tuple[str, ...]:
    return ("--engine", "spark", "--master", cluster.master)


def _lines(path: Path) -> list[bytes]:
    return sorted(path.read_bytes().splitlines())


def test_findings_are_those_of_this_machine_to_the_byte(tmp_path: Path, cluster: Standalone, files: Path) -> None:
    ours = _scan(tmp_path, str(files), "--jsonl", str(tmp_path / "ours"))
    theirs = _scan(tmp_path, str(files), *_on(cluster), "--jsonl", str(tmp_path / "theirs"))
    assert _lines(tmp_path / "theirs") == _lines(tmp_path / "ours")
    assert len(_lines(tmp_path / "ours")) > 9_000
    unread = {"broken.parquet", "cut.csv", "b.rar", "unknown.bin"}
    for told in (ours, theirs):
        assert {name for name in unread if f"Not read: {name}:" in told} == unread
    assert ours.splitlines()[-1] == theirs.splitlines()[-1]
    assert len(list(cluster.folder.glob("app-*/*"))) >= 2


def test_own_detectors_and_an_environment_go_along(tmp_path: Path, cluster: Standalone, files: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('''family = { zh = "自有", en = "own" }
[[detector]]
id = "day-no"
item = "account"
title = { zh = "号", en = "number" }
why = { zh = "号", en = "a number of ours" }
pattern = '\\b[0-5]:\\d{3}\\b'
alone = 0.9
right = ["⟦1:123⟧"]
wrong = ["x"]
''', encoding="utf-8")  # fmt: skip
    words = (f"{files}/dt=*/*.log", "--detectors", str(own))
    _scan(tmp_path, *words, "--jsonl", str(tmp_path / "ours"))
    _scan(
        tmp_path, *words, *_on(cluster), "--archives", str(_environment(tmp_path)), "--jsonl", str(tmp_path / "theirs")
    )
    assert _lines(tmp_path / "theirs") == _lines(tmp_path / "ours")
    assert len(list(cluster.folder.glob("app-*/*/environment/used"))) == 2
    assert b'"kind":"day-no"' in (tmp_path / "theirs").read_bytes()


def test_a_file_that_crashes_or_hangs_is_told_and_the_rest_goes_on(tmp_path: Path, cluster: Standalone) -> None:
    for name in ("a", "crash", "hang", "z"):
        (tmp_path / f"{name}.txt").write_text("x\n")
    work = Work(Work.of(Bad, Manners()).how, patience=4.0)
    told = list(lake(parts_of(str(tmp_path), Manners()), work, Cluster(cluster.master)))
    assert {part.place for part, each in told if isinstance(each, Unread)} == {"crash.txt", "hang.txt"}
    assert sum(isinstance(each, Done) for _, each in told) == 4


def test_a_scan_that_is_stopped_ends_its_jobs_and_goes_on_later(
    tmp_path: Path, cluster: Standalone, files: Path
) -> None:
    words = (str(files), *_on(cluster), "--resume", str(tmp_path / "journal"), "--jsonl", str(tmp_path / "theirs"))
    command = program("--lang", "en", "--home", str(tmp_path), "scan", *words)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        until(lambda: b'"done":true' in _content(tmp_path / "journal") or started.poll() is not None, "nothing is done")
        started.send_signal(signal.SIGINT)
        _, said = started.communicate(timeout=PATIENCE)
    assert started.returncode != 0
    assert "Traceback" not in said
    _scan(tmp_path, *words)
    _scan(tmp_path, str(files), "--jsonl", str(tmp_path / "ours"))
    assert _lines(tmp_path / "theirs") == _lines(tmp_path / "ours")
    until(lambda: not cluster.executors(), "executors are left")


def test_an_executor_that_dies_loses_nothing(tmp_path: Path, cluster: Standalone, files: Path) -> None:
    words = (str(files), *_on(cluster), "--resume", str(tmp_path / "journal"), "--jsonl", str(tmp_path / "theirs"))
    command = program("--lang", "en", "--home", str(tmp_path), "scan", *words)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        until(lambda: b'"done":true' in _content(tmp_path / "journal") or started.poll() is not None, "nothing is done")
        executor = next(iter(children(cluster.workers[0].pid)), None)
        assert executor is not None
        os.kill(executor, signal.SIGKILL)
        _, said = started.communicate(timeout=PATIENCE)
    assert started.returncode == 1, said
    _scan(tmp_path, str(files), "--jsonl", str(tmp_path / "ours"))
    assert _lines(tmp_path / "theirs") == _lines(tmp_path / "ours")


def test_what_a_cluster_cannot_do_is_told(tmp_path: Path, cluster: Standalone, monkeypatch: pytest.MonkeyPatch) -> None:
    output = _scan(tmp_path, str(tmp_path), "--engine", "spark", "--master", "nonsense://127.0.0.1", code=3)
    assert "Spark's master does not answer" in output
    database = f"sqlite:///{tmp_path}/x.db"
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE t (a TEXT)")
    assert "Databases are not scanned on Spark" in _scan(tmp_path, database, *_on(cluster), code=2)
    work = Work.of(making((), 0.5, TODAY), Manners())
    large = {"spark.executor.memory": "64g"}
    with pytest.raises(UnavailableError, match="No executor took any work"):
        list(lake([], work, Cluster(cluster.master, settings=large, patience=10.0)))
    monkeypatch.setattr(spark, "version", lambda _name: "9.9")
    with pytest.raises(InvalidError, match="not have the same"):
        list(lake([], work, Cluster(cluster.master)))


def _environment(folder: Path) -> Path:
    """Pack what stands for a packed environment: a Python that notes its use and is the one that runs the tests."""
    python = folder / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\ntouch "$(dirname "$0")/../used"\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    with tarfile.open(folder / "environment.tar.gz", "w:gz") as archive:
        archive.add(folder / "environment" / "bin", "bin")
    return folder / "environment.tar.gz"


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
