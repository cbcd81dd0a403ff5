"""Sets a report as a PDF: PDF/A-2a and PDF/UA-1 (tagged, for archives and for screen readers), by typst.

The same report gives the same bytes. The font lies beside this module; a character that it lacks is taken from the
fonts of the machine and, where none has it, drawn as a frame around its code point: it is never left out in silence.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

from shouze.errors import ConflictError
from shouze.language import Text

_HERE = files("shouze.reports")
_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def set_pdf(told: dict[str, Any]) -> bytes:
    """Return a report, as ``report.said`` tells it, as a PDF; ConflictError where typst is not installed."""
    try:
        import typst  # noqa: PLC0415 - 80 MB that only reports need
    except ImportError:
        remedy = Text("安装 shouze[pdf]", "Install shouze[pdf]")
        raise ConflictError(Text("PDF 需要 typst", "PDF needs typst"), field="typst", remedy=remedy) from None
    text = json.dumps(told, ensure_ascii=False)
    rare = uncovered(text)

    def compiled(drawn: str, machine: bool) -> bytes:
        with as_file(_HERE.joinpath("fonts")) as fonts:
            made: bytes = typst.compile(  # type: ignore[misc]  # the stub gives its parameter no value for bytes
                _HERE.joinpath("report.typ").read_bytes(),
                font_paths=[str(fonts)],
                ignore_system_fonts=not machine,
                sys_inputs={"report": text, "drawn": drawn},
                pdf_standards=list(_STANDARDS),
            )
        return made

    if not rare:
        return compiled("", machine=False)
    try:
        return compiled("", machine=True)
    except typst.TypstError:
        return compiled(f"[{''.join(map(re.escape, sorted(rare)))}]", machine=False)


def uncovered(text: str) -> set[str]:
    """Return the printable characters of a text that the font lacks."""
    runs = _runs()
    return {each for each in set(text) if each >= " " and not any(first <= ord(each) <= last for first, last in runs)}


@cache
def _runs() -> list[tuple[int, int]]:
    found = json.loads(_HERE.joinpath("fonts", "characters.json").read_bytes())
    return [(first, last) for first, last in found]
