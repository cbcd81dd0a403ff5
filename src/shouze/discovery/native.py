"""Has Hyperscan write its matches into an array, without a call of Python for each.

That takes two things that are optional: the distribution's own library (`libhs.so.5`, of Vectorscan or Hyperscan), as
the one within python-hyperscan can be reached through its module alone; and llvmlite, which makes machine code of the
few lines of `WRITES` when a process begins to scan. Nothing compiled is kept in a file.

# Invariant: no row is written beyond the room there is; a pass that was stopped for it is done again with more.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from shouze.discovery.spans import Places

LIBRARY = "libhs.so.5"
LEAST = (5, 4, 2)
"""Older ones lack what was mended in 2022 of Hyperscan's handling of memory; Vectorscan counts on from there."""
ROOM = 32_768
"""Rows that there is room for at first."""
WRITES = """
define i32 @write(i32 %number, i64 %start, i64 %end, i32 %flags, ptr %rows) {
  %room = load i64, ptr %rows
  %count.place = getelementptr i64, ptr %rows, i64 1
  %count = load i64, ptr %count.place
  %has.room = icmp ult i64 %count, %room
  br i1 %has.room, label %take, label %stop
take:
  %table.place = getelementptr i64, ptr %rows, i64 2
  %table = load ptr, ptr %table.place
  %number.place = getelementptr i64, ptr %table, i64 %count
  %start.place = getelementptr i64, ptr %number.place, i64 %room
  %end.place = getelementptr i64, ptr %start.place, i64 %room
  %wide = zext i32 %number to i64
  store i64 %wide, ptr %number.place
  store i64 %start, ptr %start.place
  store i64 %end, ptr %end.place
  %more = add i64 %count, 1
  store i64 %more, ptr %count.place
  ret i32 0
stop:
  ret i32 1
}
"""
"""What is called for each match: writes and counts it, or stops for want of room; ``rows`` is a `_Rows`."""
_SUCCESS, _TERMINATED = 0, -3
_BLOCK = 1
_LONGEST = 2**32 - 1


class _Rows(ctypes.Structure):
    _fields_ = (("room", ctypes.c_uint64), ("count", ctypes.c_uint64), ("table", ctypes.c_void_p))


class _CompileError(ctypes.Structure):
    _fields_ = (("message", ctypes.c_char_p), ("expression", ctypes.c_int))


class InBulk:
    """The pass whose matches are written by a few lines of machine code."""

    def __init__(self, hyperscan: Any, write: int, room: int = ROOM) -> None:
        """Take the library and where the function that writes lies, of `reached`."""
        self._hyperscan, self._write = hyperscan, write
        self._databases: list[tuple[ctypes.c_void_p, ctypes.c_void_p]] = []
        self._table = np.empty((3, room), np.int64)  # a column after the other
        self._at_work = threading.Lock()  # the room and Hyperscan's own are for one thread at a time

    def add(self, wanted: Sequence[tuple[bytes, int, int]]) -> None:
        """Compile one database more; ValueError where Hyperscan does not take an expression."""
        expressions, numbers, flags = zip(*wanted, strict=True)
        several, database, scratch = ctypes.c_uint * len(wanted), ctypes.c_void_p(), ctypes.c_void_p()
        problem = ctypes.POINTER(_CompileError)()
        said = self._hyperscan.hs_compile_multi(
            (ctypes.c_char_p * len(wanted))(*expressions), several(*flags), several(*numbers), len(wanted), _BLOCK,
            None, ctypes.byref(database), ctypes.byref(problem),
        )  # fmt: skip
        if said != _SUCCESS:
            words = problem.contents.message.decode("utf-8", "replace")
            self._hyperscan.hs_free_compile_error(problem)
            raise ValueError(words)
        weakref.finalize(self, self._hyperscan.hs_free_database, database)
        _agreed(self._hyperscan.hs_alloc_scratch(database, ctypes.byref(scratch)))
        weakref.finalize(self, self._hyperscan.hs_free_scratch, scratch)
        self._databases.append((database, scratch))

    def rows(self, content: bytes) -> Places:
        """Return what all of them find, a row each: number, start (0 unless asked for), end."""
        if len(content) > _LONGEST:
            raise OverflowError(len(content))
        with self._at_work:
            count = 0
            for database, scratch in self._databases:
                while (found := self._scanned(database, scratch, content, count)) is None:
                    self._table = np.concatenate((self._table, np.empty_like(self._table)), axis=1)
                count = found
            return self._table[:, :count].copy().T

    def _scanned(self, database: Any, scratch: Any, content: bytes, count: int) -> int | None:
        """Write rows behind ``count`` of them; return how many there are then, None where there was no room."""
        rows = _Rows(self._table.shape[1], count, self._table.ctypes.data)
        at = ctypes.byref(rows)
        said = self._hyperscan.hs_scan(database, content, len(content), 0, scratch, self._write, at)
        if said == _TERMINATED:
            return None
        _agreed(said)
        return int(rows.count)


def reached() -> tuple[Any, int] | None:
    """Return the distribution's library and where the function that writes lies; None where one cannot be had."""
    hyperscan = _loaded()
    write = None if hyperscan is None else _written()
    return None if write is None else (hyperscan, write)


def _loaded() -> Any:
    """Return the library with its functions declared; None without one that is new enough and for this processor."""
    try:
        found = ctypes.CDLL(LIBRARY)
        found.hs_version.restype = ctypes.c_char_p
        version = found.hs_version().split()[0].split(b".")
        if tuple(map(int, version)) < LEAST or found.hs_valid_platform() != _SUCCESS:
            return None
        pointer, number = ctypes.c_void_p, ctypes.c_uint
        found.hs_compile_multi.argtypes = (pointer, pointer, pointer, number, number, pointer, pointer, pointer)
        found.hs_alloc_scratch.argtypes = (pointer, pointer)
        found.hs_scan.argtypes = (pointer, ctypes.c_char_p, number, number, pointer, pointer, pointer)
        for each in (found.hs_free_database, found.hs_free_scratch, found.hs_free_compile_error):
            each.argtypes = (pointer,)
    except (OSError, AttributeError, ValueError, IndexError):
        return None  # not there, or not what it is called
    return found


@cache
def _written() -> int | None:
    """Return where the machine code of `WRITES` lies in this process; None where none can be made, or run."""
    try:
        llvm = import_module("llvmlite.binding")
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        module = llvm.parse_assembly(WRITES)
        module.verify()
        made = llvm.create_mcjit_compiler(module, llvm.Target.from_default_triple().create_target_machine(opt=2))
        made.finalize_object()
        place = int(made.get_function_address("write"))
        if not _may_run(place):
            return None
    except (ImportError, OSError, RuntimeError):
        return None
    _KEPT.append(made)
    return place


def _may_run(place: int) -> bool:
    """Tell whether the system lets this process run what it wrote there.

    Where it does not (SELinux, systemd's MemoryDenyWriteExecute), LLVM says nothing, and a call would end the process.
    """
    for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
        span, rights = line.split(maxsplit=2)[:2]
        first, last = (int(each, 16) for each in span.split("-"))
        if first <= place < last:
            return "x" in rights
    return False


_KEPT: list[Any] = []
"""What holds the machine code, for as long as the process runs."""


def _agreed(said: int) -> None:
    if said != _SUCCESS:
        raise RuntimeError(said)
