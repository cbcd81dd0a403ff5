"""A Spark cluster of our own on loopback: a master and two workers of one core each."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0
_DEPLOY = "org.apache.spark.deploy"


@dataclass(frozen=True)
class Standalone:
    """Its address, the folder in which its workers run, and their processes."""

    master: str
    folder: Path
    workers: tuple[subprocess.Popen[bytes], ...]

    def executors(self) -> list[int]:
        """Return the processes that the workers started."""
        return [each for worker in self.workers for each in children(worker.pid)]


@contextmanager
def standalone(folder: Path) -> Iterator[Standalone]:
    """Run the cluster while the block runs; ``tools/setup.sh spark`` installs Spark and Java."""
    found = find_spec("pyspark")
    assert found, "pyspark is missing: run tools/setup.sh spark"
    assert found.origin
    assert shutil.which("java"), "Java is missing: run tools/setup.sh spark"
    start = Path(found.origin).parent / "bin" / "spark-class"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    paths = os.pathsep.join((str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")))
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(folder / "work"),
                   "SPARK_DAEMON_MEMORY": "256m", "PYTHONPATH": paths}  # fmt: skip
    place = ("--host", "127.0.0.1", "--webui-port", "0", "--port")
    master = f"spark://127.0.0.1:{port}"
    with ExitStack() as stack:

        def run(name: str, *words: object) -> subprocess.Popen[bytes]:
            return stack.enter_context(running(folder / name, environment, [start, *words]))

        run("master", f"{_DEPLOY}.master.Master", *place, port)
        until(lambda: "ALIVE" in (folder / "master").read_text(), "the master does not answer")
        size = ("--cores", "1", "--memory", "2g")
        names = ("worker-1", "worker-2")
        workers = tuple(run(name, f"{_DEPLOY}.worker.Worker", *place, 0, *size, master) for name in names)
        until(
            lambda: all("registered with master" in (folder / name).read_text() for name in names),
            "a worker is missing",
        )
        yield Standalone(master, folder / "work", workers)


@contextmanager
def running(log: Path, environment: dict[str, str], words: list[object]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server while the block runs; what it says goes into a file."""
    command = list(map(str, words))
    with (
        log.open("wb") as file,
        subprocess.Popen(command, env=environment, stdout=file, stderr=file, start_new_session=True) as running,
    ):
        try:
            yield running
        finally:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(PATIENCE)


def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait until something holds; fail with these words when it does not in time."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.1)


def children(parent: int) -> list[int]:
    """Return the processes that one started and that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, started_by = status.read_text().rpartition(")")[2].split()[:2]
            if int(started_by) == parent and state != "Z":
                found.append(int(status.parent.name))
    return found
