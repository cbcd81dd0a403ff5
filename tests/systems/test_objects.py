"""Scanning a real object store over S3's protocol: the findings of the same files in a folder, here and on Spark."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.shell import program
from tests.discovery.looking import PEOPLE
from tests.systems.standalone import PATIENCE, ROOT, running, standalone, until

pytestmark = pytest.mark.systems

LAKE = "s3://lake"
APART = ROOT / ".venv" / "objects"
"""Where ``tools/setup.sh objects`` installs the store, and what reaches it."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run a store on loopback, told to every process by its environment."""
    assert APART.is_dir(), "the object store is missing: run tools/setup.sh objects"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (
            ("FSSPEC_S3_ENDPOINT_URL", f"http://127.0.0.1:{port}"), ("AWS_ACCESS_KEY_ID", "nobody"),
            ("AWS_SECRET_ACCESS_KEY", "nothing"), ("AWS_DEFAULT_REGION", "us-east-1"),
            ("PYTHONPATH", os.pathsep.join((str(APART), os.environ.get("PYTHONPATH", "")))),
        ):  # fmt: skip
            environment.setenv(name, value)
        log = tmp_path_factory.mktemp("store") / "log"
        words: list[object] = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
        with running(log, dict(os.environ), words):
            until(lambda: "Running on" in log.read_text(), "the store does not answer")
            yield


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, store: None) -> Path:
    """Make the same files in a folder and in the store."""
    folder = tmp_path_factory.mktemp("lake")
    for day in range(3):
        into = folder / f"dt=2026-11-0{day + 1}"
        into.mkdir()
        (into / "people.csv").write_text(PEOPLE * 20, encoding="utf-8")
        (into / "app.log").write_text("".join(
            f"{day}:{number} 手机 1381234{number % 10_000:04} 已登录\n正常\n" for number in range(800)
        ), encoding="gb18030")  # fmt: skip
        pq.write_table(pa.table({"sjhm": [f"138{each:08}" for each in range(900)]}), into / "t.parquet")
    (folder / "large.log").write_text("一切正常。\n" * 600_000 + "手机 13812345678\n", encoding="utf-8")
    (folder / "broken.parquet").write_bytes(b"PAR1" + bytes(range(256)) * 9)
    _keep(folder, "lake")
    return folder


def _keep(folder: Path, bucket: str) -> None:
    """Have the store keep a folder's files."""
    lines = ("import sys, fsspec", "store = fsspec.filesystem('s3')", "store.mkdirs(sys.argv[2], exist_ok=True)",
             "store.put(sys.argv[1] + '/', sys.argv[2] + '/', recursive=True)")  # fmt: skip
    subprocess.run([sys.executable, "-c", "\n".join(lines), folder, bucket], check=True, timeout=PATIENCE)


def _scan(home: Path, *words: str, code: int = 1) -> str:
    done = subprocess.run(program("--lang", "en", "--home", str(home), "scan", *words), capture_output=True, text=True,
                          timeout=PATIENCE, check=False)  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def _rows(path: Path) -> list[str]:
    """Return the rows without what they are called by, in an order of their own."""
    rows = [json.loads(each) for each in path.read_bytes().splitlines()]
    return sorted(json.dumps({**each, "source": None, "mark": None}) for each in rows)


def test_a_store_is_scanned_as_the_same_files_in_a_folder(tmp_path: Path, files: Path) -> None:
    told = _scan(tmp_path, LAKE, "--jsonl", str(tmp_path / "store"))
    _scan(tmp_path, str(files), "--jsonl", str(tmp_path / "folder"))
    assert _rows(tmp_path / "store") == _rows(tmp_path / "folder")
    assert len(_rows(tmp_path / "store")) > 2_400
    assert "Not read: broken.parquet:" in told
    assert _scan(tmp_path, f"{LAKE}/dt=2026-11-0*/*.csv").splitlines()[-1].startswith("3 files or tables")


def test_a_cluster_scans_the_store_by_itself(tmp_path: Path, files: Path) -> None:
    with standalone(tmp_path) as cluster:
        words = (LAKE, "--engine", "spark", "--master", cluster.master)
        _scan(tmp_path, *words, "--jsonl", str(tmp_path / "theirs"))
    _scan(tmp_path, LAKE, "--jsonl", str(tmp_path / "ours"))
    theirs, ours = (sorted((tmp_path / name).read_bytes().splitlines()) for name in ("theirs", "ours"))
    assert theirs == ours


def test_a_store_that_does_not_answer_or_let_in_is_told(
    tmp_path: Path, store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "cannot be listed" in _scan(tmp_path, "s3://nobodys", code=2)
    monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "cannot be listed" in _scan(tmp_path, LAKE, code=2)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert "cannot be listed" in _scan(tmp_path, LAKE, code=2)


def test_a_resumed_scan_reads_an_object_written_anew_again(tmp_path: Path, store: None) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    words = ("s3://written", "--resume", str(tmp_path / "journal"), "--jsonl", str(tmp_path / "told"))
    for number in ("13812345678", "13912345678"):  # of the same size
        (folder / "a.log").write_text(f"{number}\n")
        _keep(folder, "written")
        _scan(tmp_path, *words)
    _scan(tmp_path, *words)
    assert len((tmp_path / "journal").read_bytes().splitlines()) == 4
    assert b"139****5678" in (tmp_path / "told").read_bytes()
