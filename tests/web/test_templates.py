"""Words in templates: none stands there in one language alone, none is built in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "src/shouze").rglob("templates/**/*.html"))
SAID = re.compile(r"""\{%\s*say\s+(?P<zh>"[^"]*"|'[^']*')\s+(?P<en>"[^"]*"|'[^']*')""")
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
ELEMENTS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PROPER = {"守则", "Shouze", "English", "中文", "CSV", "XLSX", "JSON", "SHA-256", "·", "守则Shouze", "YAML", "PDF"}


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_says_everything_in_both_languages(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    pairs = list(SAID.finditer(text))
    assert len(pairs) == len(re.findall(r"\{%\s*say\b", text)), "a say tag without two texts"
    for pair in pairs:
        assert CHINESE.search(pair["zh"]) or pair["zh"][1:-1] == "zh-Hans", pair["zh"]
        assert not CHINESE.search(pair["en"]), pair["en"]
    left = ELEMENTS.sub("\n", TAGS.sub("", text))
    bare = {line.strip() for line in left.splitlines() if re.search(r"[A-Za-z\u4e00-\u9fff]{2,}", line)}
    assert {each for each in bare if each.strip("· …") not in PROPER} == set()


def test_no_template_has_a_script_or_style_of_its_own() -> None:
    for path in TEMPLATES:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)(?![^>]*application/json)", text), path
