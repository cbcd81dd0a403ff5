"""Writes docs/coverage.md: for each row of the Order, where it is enforced, what shows it, which tests try it.

``--write`` brings the document up to date; without it, the program only says whether it is (exit 1 when not).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

from shouze.rules.catalogue import Duty
from shouze.rules.duties.answering import ALL_CHECKS, AUTHORITY, CHECKS, INDUSTRY, OPERATOR, matters_of, owed
from shouze.rules.duties.general import SUMS, parts_of
from shouze.rules.duties.matters import MATTERS
from shouze.settings import Settings
from shouze.wiring.desk import configure
from shouze.wiring.statutes import read_statutes

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "coverage.md"
CASES = "tests/rules/duties/test_answering.py"
"""Tries each answer of every check."""
MARK = "pytest.mark.duty"
NOT_ENFORCING = ("src/shouze/rules/duties/", "src/shouze/rules/statutes/")
HEAD = """\
# Coverage

For each row of MIIT Order No. 24 (2013): how it is answered, where it is enforced, what shows that it is met, which
tests try it. [How answers are made](duties.md). A matter in *italics* is one that nobody speaks of yet: until its
register does, what rests on it is not evidenced. This file is written by `tools/coverage.py`.

Every check is tried for each of its answers by `{cases}`; the tests below try the rest.

| duty | article | answered by | enforced in | evidence | tests |
|---|---|---|---|---|---|
"""


def main() -> int:
    """Compare the document with the code; write it when asked to."""
    wanted = HEAD.format(cases=CASES) + "".join(f"{each}\n" for each in rows())
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(wanted, encoding="utf-8")
    elif not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != wanted:
        print("docs/coverage.md is out of date; please run: .venv/bin/python tools/coverage.py --write")
        return 1
    return 0


def rows() -> Iterator[str]:
    """Yield the table's lines, one for each row of the Order."""
    known = read_statutes()
    stated = {each.id for parties in (OPERATOR, AUTHORITY, INDUSTRY) for each in owed(known, parties)}
    spoken, enforced, tried = _spoken_of(), _enforced(known.duties), _tried()
    for duty in known.duties.values():
        told = (
            f"`{duty.id}`", duty.article, _answered_by(duty, stated), _listed(enforced.get(duty.id, ())),
            _evidence(duty.id, spoken) if duty.id in stated else "", _listed(tried.get(duty.id, ())),
        )  # fmt: skip
        yield f"| {' | '.join(told)} |"


def _answered_by(duty: Duty, stated: Iterable[str]) -> str:
    if duty.id not in stated:
        return "others owe it" if duty.kind == "duty" else f"no state: {duty.kind}"
    check = SUMS.get(duty.id) or ALL_CHECKS[duty.id]
    return f"`{check.__module__.removeprefix('shouze.rules.')}.{check.__name__}`"


def _evidence(duty: str, spoken: Iterable[str]) -> str:
    if duty in SUMS:
        return ", ".join(_ranges(parts_of(duty, CHECKS)))
    return ", ".join(f"`{each}`" if each in spoken else f"*{each}*" for each in sorted(matters_of(duty)))


def _ranges(duties: Iterable[str]) -> list[str]:
    """Return articles for the duties of a sum, so that the table stays readable."""
    return sorted({each.split("-")[0] for each in duties})


def _spoken_of() -> frozenset[str]:
    with tempfile.TemporaryDirectory() as folder:
        configure(Path(folder), Settings(), None, None)
        from shouze.registers.ports import GIVEN  # noqa: PLC0415 - Django is set up first
        from shouze.registers.roles import House  # noqa: PLC0415 - Django is set up first
        from shouze.registers.speaking import speakers  # noqa: PLC0415 - Django is set up first

        found: set[str] = set()
        for GIVEN.house in get_args(House):
            found |= {*speakers()}
        return frozenset(found & {*MATTERS})


def _enforced(duties: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the modules whose comments or acts name each duty."""
    ids = "|".join(re.escape(each) for each in sorted(duties, reverse=True))
    named = re.compile(rf"(?<![\w/-])(?:{ids})(?![\w/-])")
    found: dict[str, list[str]] = {}
    for path in _files("src/shouze"):
        if not path.startswith(NOT_ENFORCING) and "/migrations/" not in path:
            for duty in set(named.findall((ROOT / path).read_text(encoding="utf-8"))):
                found.setdefault(duty, []).append(path.removeprefix("src/shouze/"))
    return found


def _tried() -> Mapping[str, list[str]]:
    """Return the test files that say which duty they try."""
    found: dict[str, list[str]] = {}
    for path in _files("tests"):
        written = (ROOT / path).read_text(encoding="utf-8")
        if MARK not in written:
            continue
        marks = [each for each in ast.walk(ast.parse(written)) if isinstance(each, ast.Call) and _is_mark(each)]
        for duty in {a.value for each in marks for a in each.args if isinstance(a, ast.Constant)}:
            found.setdefault(str(duty), []).append(path.removeprefix("tests/"))
    return found


def _is_mark(call: ast.Call) -> bool:
    return ast.unparse(call.func) == MARK


def _files(under: str) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", under]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted({name for name in listed if name.endswith(".py") and (ROOT / name).is_file()})


def _listed(paths: Iterable[str]) -> str:
    return "<br>".join(f"`{each}`" for each in sorted(paths))


if __name__ == "__main__":
    sys.exit(main())
