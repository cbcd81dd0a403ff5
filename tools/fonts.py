"""Makes the font of the reports from Noto Sans CJK SC, and the list of the characters it has.

    python tools/fonts.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

needs fontTools, which the project does not depend on; the font changes only with Noto's own versions. Left out are
hangul and the forms of other regions; everything else that a citizen's name is written with, and Noto has, is in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parents[1] / "src" / "shouze" / "reports" / "fonts"
FAMILY = "Noto Sans CJK SC"
WANTED = (
    (0x0020, 0x024F), (0x0370, 0x04FF), (0x2000, 0x22FF), (0x2460, 0x24FF), (0x25A0, 0x26FF), (0x3000, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF),
)  # fmt: skip


def main(collection: str) -> None:
    """Write the font and its list."""
    from fontTools import subset, ttLib  # type: ignore[import-not-found]  # noqa: PLC0415 - see above

    faces = ttLib.TTCollection(collection).fonts
    place = next(n for n, each in enumerate(faces) if each["name"].getDebugName(4) == FAMILY)
    options: Any = subset.Options(font_number=place, layout_features=["kern"], name_IDs=["*"], hinting=False)
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]
    face = subset.load_font(collection, options)
    characters = {c for c in face.getBestCmap() if any(first <= c <= last for first, last in WANTED)}
    made = subset.Subsetter(options)
    made.populate(unicodes=characters)
    made.subset(face)
    subset.save_font(face, str(FONTS / "NotoSansCJKsc-Regular.otf"), options)
    (FONTS / "characters.json").write_text(json.dumps(list(ranges(characters))) + "\n", encoding="ascii")


def ranges(characters: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Yield first and last of each run of characters, ascending."""
    found = sorted(characters)
    first = last = found[0]
    for each in found[1:]:
        if each != last + 1:
            yield first, last
            first = each
        last = each
    yield first, last


if __name__ == "__main__":
    main(sys.argv[1])
