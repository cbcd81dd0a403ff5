"""Measures how a scan grows with processes, and on a Spark cluster of two workers, with the same findings on each side.

``python benchmarks/discovery/scaling.py`` makes a lake, and scans it in turns: one process, two, and a real master with
two workers of one core, where pyspark is installed. A session is started once; each side's first round is not counted.
Beside the wall clock it tells what the processes of each side spent, for a machine whose processors others hold, too.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from measuring import Comparison, Ratio, Sample, compare, write_results, write_sides

from discovery.speed import TODAY, text
from shouze.cli.scan_running import making
from shouze.discovery.finding import Finding
from shouze.discovery.places import Part, parts_of
from shouze.discovery.reading.database import Manners
from shouze.discovery.scanning import Outcome
from shouze.discovery.spark import Cluster, joined
from shouze.discovery.tasks import Work
from shouze.discovery.workers import Done, Pool

ONE, TWO, CLUSTER = "one process", "two processes", "Spark, two workers"
Told = Iterable[tuple[Part, Outcome | Done]]


class Side(NamedTuple):
    """One way to scan, and the processes that it runs in beside this one."""

    scan: Callable[[Iterator[Part]], Told]
    processes: Callable[[], list[int]]


def lake(folder: Path, files: int, megabytes: int) -> int:
    """Make files of text, dense and sparse, and Parquet; return their bytes."""
    for number in range(files):
        size = megabytes * 1_000_000 // files
        if number % 3 == 2:
            lines = text(number, size, 2_000).decode().splitlines()
            pq.write_table(pa.table({"memo": lines}), folder / f"{number}.parquet", compression="none")
        else:
            (folder / f"{number}.log").write_bytes(text(number, size, (1_000, 10_000)[number % 3]))
    return sum(each.stat().st_size for each in folder.iterdir())


def spent(processes: Iterable[int]) -> float:
    """Return the seconds of processor time that these processes and all that they started have spent."""
    parents, times = {}, {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(status.parent.name)
        parents[number], times[number] = int(said[1]), (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
    chosen = set(processes)
    while more := {each for each, parent in parents.items() if parent in chosen} - chosen:
        chosen |= more
    return sum(times.get(each, 0.0) for each in chosen)


def sample(side: Side, folder: Path, size: int) -> tuple[Sample, str]:
    """Scan once; return MB a second with microseconds of processor time for each MB, and a digest of all findings."""
    before, begun = spent(side.processes()), time.perf_counter()
    rows = [msgspec.json.encode(found.row("en")) for _, found in side.scan(parts_of(str(folder), Manners()))
            if isinstance(found, Finding)]  # fmt: skip
    seconds = time.perf_counter() - begun
    used = spent(side.processes()) - before
    return Sample(size / seconds / 1e6, used * 1e12 / size), hashlib.sha256(b"\n".join(sorted(rows))).hexdigest()


def sides(stack: ExitStack, *, spark: bool) -> dict[str, Side]:
    """Return the sides, with their processes started."""
    make = making((), 0.5, TODAY)
    found = {}
    for name, jobs in ((ONE, 1), (TWO, 2)):
        pool = Pool(make, Manners(), jobs, 600.0)
        stack.callback(pool.end)
        found[name] = Side(pool.run, lambda: [os.getpid()])
    if spark and find_spec("pyspark"):
        from tests.systems.standalone import standalone  # noqa: PLC0415 - Spark is there or not

        cluster = stack.enter_context(standalone(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        begun = time.perf_counter()
        scan = stack.enter_context(joined(Cluster(cluster.master)))
        print(f"Spark's session and executors were ready after {time.perf_counter() - begun:.1f} s")
        work = Work.of(make, Manners())
        found[CLUSTER] = Side(
            lambda parts: scan(parts, work), lambda: [os.getpid(), *(each.pid for each in cluster.workers)]
        )
    return found


def main() -> None:
    """Measure in turns; print the sides, the ratios, and what an empty job costs."""
    parser = argparse.ArgumentParser(description="Measure how a scan grows.")
    parser.add_argument("--megabytes", type=int, default=384)
    parser.add_argument("--files", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-spark", action="store_true", help="have nothing else on the machine")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shouze-lake-")))
        size = lake(folder, given.files, given.megabytes)
        listed = sides(stack, spark=not given.without_spark)
        digests = {sample(side, folder, size)[1] for side in listed.values()}  # warms up, too
        taken = Comparison(f"a lake of {size / 1e6:,.0f} MB in {given.files} files, MB", {name: [] for name in listed})
        for number in range(given.rounds):
            for name in list(listed)[:: 1 if number % 2 == 0 else -1]:
                measured, digest = sample(listed[name], folder, size)
                taken.sides[name].append(measured)
                digests.add(digest)
    print(f"findings the same on every side and in every round: {len(digests) == 1}")
    print(write_sides(taken))
    ratios = [Ratio("two processes / one", TWO, ONE, goal=1.8), Ratio("  processor time for it", TWO, ONE, "cpu")]
    if CLUSTER in taken.sides:
        ratios += [Ratio("Spark, two workers / two processes", CLUSTER, TWO, goal=0.6),
                   Ratio("  processor time for it", CLUSTER, TWO, "cpu")]  # fmt: skip
    print(write_results(compare(taken, ratios)))
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    if len(digests) != 1:
        sys.exit("the findings differ")


if __name__ == "__main__":
    main()
