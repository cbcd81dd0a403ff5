"""Writes the table of parts in ARCHITECTURE.md from the docstrings of the parts.

``--write`` brings the table up to date; without it, the program only says whether it is (exit 1 when not).
"""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "shouze"
DOCUMENT = ROOT / "ARCHITECTURE.md"
START, END = "<!-- parts: written by tools/architecture.py -->\n", "<!-- end of parts -->\n"


def main() -> int:
    """Compare the document with the docstrings; write it when asked to."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    wanted = f"{before}{START}\n{_table()}\n{END}{after}"
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(wanted, encoding="utf-8")
    elif text != wanted:
        print("ARCHITECTURE.md is out of date; please run: make format")
        return 1
    return 0


def _table() -> str:
    rows = [f"| `{_name(path)}` | {_first_sentence(path)} |" for path in _parts()]
    return "\n".join(["| part | what it does |", "|---|---|", *rows])


def _parts() -> list[Path]:
    """Return every package and every module at the top, in the order of the layers that import-linter checks."""
    found = {path for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE}
    found |= {path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"}
    order = _layers()
    return sorted(found, key=lambda path: (order.index(_name(path).split(".")[0]), _name(path)))


def _layers() -> list[str]:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers")
    return [name.strip(" ()") for layer in layers for name in layer.split("|")]


def _name(path: Path) -> str:
    place = path.parent if path.name == "__init__.py" else path.with_suffix("")
    return ".".join(place.relative_to(PACKAGE).parts)


def _first_sentence(path: Path) -> str:
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    sentence = " ".join(words.split("\n\n")[0].split()).split(". ")[0]
    return sentence.rstrip(".") + "."


if __name__ == "__main__":
    sys.exit(main())
