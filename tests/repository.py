"""The files of this repository, as the gates read them."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.conftest import ROOT


@cache
def files(suffix: str = "", *, under: str = "") -> tuple[Path, ...]:
    """Return the files that are committed or about to be, relative to the root, below a folder, with a suffix."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", under or "."]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(Path(name) for name in sorted(set(listed)) if name.endswith(suffix) and (ROOT / name).is_file())


@cache
def text(path: Path) -> str:
    """Return a file's text; a file that is not text is empty."""
    return (ROOT / path).read_bytes().decode(errors="ignore")


@cache
def tree(path: Path) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(text(path))


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments of a Python file with their line numbers."""
    for token in tokenize.generate_tokens(io.StringIO(text(path)).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
