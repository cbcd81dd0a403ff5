"""Writes docs/errors.md, the catalogue of errors, from the code.

``--write`` brings the document up to date; without it, the program only says whether it is (exit 1 when not).
"""

from __future__ import annotations

import sys
from pathlib import Path

from shouze.api.answers import ErrorRow
from shouze.api.pages import error_rows

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "errors.md"
HEAD = """\
# Errors

Every error has a stable code. Over HTTP it is answered as RFC 9457 `application/problem+json` with this code, in the
language that `Accept-Language` asks for. The article is that of MIIT Order No. 24 (2013) on which a refusal rests.
`GET /v1/errors` answers the same. This file is written by `tools/errors.py`.

| code | HTTP | article | 中文 | English | 如何处理 | what to do |
|---|---|---|---|---|---|---|
"""


def main() -> int:
    """Compare the document with the code; write it when asked to."""
    wanted = HEAD + "".join(f"{_row(each)}\n" for each in error_rows())
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(wanted, encoding="utf-8")
    elif not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != wanted:
        print("docs/errors.md is out of date; please run: .venv/bin/python tools/errors.py --write")
        return 1
    return 0


def _row(row: ErrorRow) -> str:
    words = (row.title.zh, row.title.en, row.remedy.zh, row.remedy.en)
    return f"| `{row.code}` | {row.status} | {row.article or ''} | {' | '.join(words)} |"


if __name__ == "__main__":
    sys.exit(main())
