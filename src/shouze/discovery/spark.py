"""Scans a lake on the operator's own Spark cluster: tasks go out as addresses, findings come back and are joined here.

Every job is ``mapInArrow`` over a range of numbers: each number is a task, each task opens its files where it runs, so
that no content passes through the JVM. Several jobs run at once, so that cores do not wait for the slowest task, and
only what these tell is in memory here.

# Invariant: no address, word or value of a source is in a plan, a job's name or a log of Spark's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as TooLateError
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from typing import Any

from shouze.discovery.installed import extra
from shouze.discovery.places import Part
from shouze.discovery.reading.piece import Unread
from shouze.discovery.scanning import Outcome
from shouze.discovery.tasks import Parts, Work, scan_task, tasks_of, told_of
from shouze.discovery.workers import Done
from shouze.errors import InvalidError, UnavailableError
from shouze.language import Text

PATIENCE = 120.0
"""Seconds that executors have to take the first work."""
_AT_ONCE = 32
"""Jobs at most that run at once; on large clusters each has several tasks."""
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.adaptive.enabled": "false",  # there is nothing to plan: both only cost time for each job
    "spark.sql.codegen.wholeStage": "false",
}
_SCHEMA = "task long, told binary"
_FAILED = Text("集群未能完成此任务，见 Spark 日志", "The cluster could not finish the task: see Spark's log")

Scan = Callable[[Iterable[Part], Work], Iterator[tuple[Part, Outcome | Done]]]


@dataclass(frozen=True)
class Cluster:
    """Where a scan runs: the master's URL, a packed environment to send along, and settings of Spark's."""

    master: str
    archives: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    patience: float = PATIENCE


def lake(parts: Iterable[Part], work: Work, cluster: Cluster) -> Iterator[tuple[Part, Outcome | Done]]:
    """Scan on the cluster; the order of parts is not kept. Whoever stops reading ends the jobs.

    InvalidError: a part is no file, or the executors lack this package. UnavailableError: the cluster does not answer.
    """
    files = map(_file, parts)
    first = list(islice(files, 1))  # what is wrong with a source is told before Spark starts
    with joined(cluster) as scan:
        yield from scan(chain(first, files), work)


@contextmanager
def joined(cluster: Cluster) -> Iterator[Scan]:
    """Join the cluster and try its executors; return what scans there, as often as is wanted."""
    with ThreadPoolExecutor(_AT_ONCE) as threads, _session(cluster) as session:
        _try_executors(session, threads, cluster.patience)
        cores = session.sparkContext.defaultParallelism
        yield lambda parts, work: _gathered(session, threads, tasks_of(parts, cores), work)


def _file(part: Part) -> Part:
    if part.kind == "table":
        words = Text("数据库不经 Spark 扫描", "Databases are not scanned on Spark")
        remedy = Text("去掉 --engine spark", "Leave out --engine spark")
        raise InvalidError(words, field="SOURCE", remedy=remedy)
    return part


@contextmanager
def _session(cluster: Cluster) -> Iterator[Any]:
    """Start a session of our own; on leaving, whatever happened, its jobs are cancelled and it is stopped."""
    python = "./environment/bin/python" if cluster.archives else sys.executable
    os.environ.setdefault("PYSPARK_PYTHON", python)  # Spark asks the environment alone
    builder = extra("pyspark.sql", "spark").SparkSession.builder.master(cluster.master).appName("shouze scan")
    archives = {"spark.archives": f"{cluster.archives}#environment"} if cluster.archives else {}
    for name, value in {**_SETTINGS, **archives, **cluster.settings}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as problem:  # whatever Java says of a master that is not there
        words = Text("无法连接 Spark 主节点", "Spark's master does not answer")
        remedy = Text("核对 --master、网络和 Java", "Check --master, the network and Java")
        raise UnavailableError(words, field=cluster.master, remedy=remedy) from problem
    try:
        yield session
    finally:
        session.sparkContext.cancelAllJobs()
        session.stop()


def _try_executors(session: Any, threads: ThreadPoolExecutor, patience: float) -> None:
    """Ask every core what is installed where it runs."""
    count = session.sparkContext.defaultParallelism
    asked = threads.submit(lambda: session.range(0, count, 1, count).mapInArrow(_versions(), _SCHEMA).toArrow())
    try:
        found = {said.decode() for said in asked.result(patience).column("told").to_pylist()}
    except TooLateError:
        words = Text("没有执行器接受任务", "No executor took any work")
        remedy = Text(
            "检查工作节点是否在线、核心和内存是否空闲", "Check that workers are up, with free cores and memory"
        )
        raise UnavailableError(words, field="--master", remedy=remedy) from None
    except Exception as problem:  # an executor without this package fails in its own words
        raise _unlike("") from problem
    if found != {version("shouze")}:
        raise _unlike(", ".join(sorted(found)))


def _unlike(found: str) -> InvalidError:
    ours = version("shouze")
    there = Text(f"（那里是 {found}）", f" (there: {found})") if found else Text("", "")
    return InvalidError(
        Text(f"执行器上没有同样的守则{there.zh}", f"The executors do not have the same Shouze{there.en}"),
        field="--engine",
        remedy=Text(f"在每个工作节点安装 shouze[scan,spark]=={ours}，或用 --archives 随任务发送环境",
                    f"Install shouze[scan,spark]=={ours} on every worker, or send an environment by --archives"),
    )  # fmt: skip


def _versions() -> Callable[[Any], Iterator[Any]]:
    """Return what tells a version; it travels by itself and names nothing of this package."""

    def tell(batches: Any) -> Iterator[Any]:
        from importlib import import_module, metadata  # noqa: PLC0415 - it is imported where it runs

        arrow = import_module("pyarrow")
        try:
            found = metadata.version("shouze")
            for library in ("hyperscan", "re2", "shouze.discovery.tasks"):
                import_module(library)
        except ImportError:
            found = "-"
        for batch in batches:
            yield arrow.record_batch([batch.column(0), [found.encode()] * len(batch)], names=["task", "told"])

    return tell


def _scanning(work: Work, tasks: Sequence[Parts]) -> Callable[[Any], Iterator[Any]]:
    """Return the function over Arrow batches: numbers of tasks in, what they tell out."""

    def scan(batches: Any) -> Iterator[Any]:
        arrow = extra("pyarrow")
        for batch in batches:
            for number in batch.column(0).to_pylist():
                for chunk in scan_task(work, tasks[number]):
                    columns = [arrow.array([number], arrow.int64()), arrow.array([chunk], arrow.binary())]
                    yield arrow.record_batch(columns, names=["task", "told"])

    return scan


def _gathered(
    session: Any, threads: ThreadPoolExecutor, tasks: Iterator[Parts], work: Work
) -> Iterator[tuple[Part, Outcome | Done]]:
    """Run jobs, some at once, and yield what each told when it is over."""
    running: dict[Future[Any], list[Parts]] = {}
    while True:
        cores = session.sparkContext.defaultParallelism
        at_once, width = min(2 * cores, _AT_ONCE), -(-2 * cores // _AT_ONCE)
        while len(running) < at_once and (job := list(islice(tasks, width))):
            running[threads.submit(_run, session, work, job)] = job
        if not running:
            return
        for over in wait(running, return_when=FIRST_COMPLETED).done:
            yield from _told(session, over, running.pop(over))


def _run(session: Any, work: Work, job: list[Parts]) -> Any:
    count = len(job)
    return session.range(0, count, 1, count).mapInArrow(_scanning(work, job), _SCHEMA).toArrow()


def _told(session: Any, over: Future[Any], job: list[Parts]) -> Iterator[tuple[Part, Outcome | Done]]:
    """Yield what a job told; what failed for good is told as unread and left to the next run."""
    if over.exception() is None:
        rows = over.result()
        for number, chunk in zip(rows.column("task").to_pylist(), rows.column("told").to_pylist(), strict=True):
            yield from told_of(job[number], chunk)
        return
    if session.sparkContext._jsc.sc().isStopped():  # noqa: SLF001 - Spark says it nowhere else
        words = Text("Spark 集群已中断", "The Spark cluster broke off")
        raise UnavailableError(words, field="--master") from over.exception()
    for task in job:
        for part in task:
            yield part, Unread(part.place, _FAILED)
