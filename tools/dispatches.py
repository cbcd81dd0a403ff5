"""Writes docs/spec/dispatches, the JSON Schemas of dispatches and receipts, from the code.

``--write`` brings the files up to date; without it, the program only says whether they are (exit 1 when not).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from shouze.link.schemas import schemas

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "spec" / "dispatches"


def main() -> int:
    """Compare the files with the code; write them when asked to."""
    wanted = {f"{name}.json": f"{json.dumps(schema, indent=1, sort_keys=True)}\n" for name, schema in schemas().items()}
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    if "--write" in sys.argv[1:]:
        for name in found.keys() - wanted.keys():
            (FOLDER / name).unlink()
        for name, text in wanted.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
    elif found != wanted:
        print("docs/spec/dispatches is out of date; please run: .venv/bin/python tools/dispatches.py --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
