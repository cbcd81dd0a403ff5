"""What the program is asked, and mistakes in it, in both languages."""

from __future__ import annotations

import pytest

from shouze.language import Language
from shouze.verifier.asking import read


def said(capsys: pytest.CaptureFixture[str], language: Language, *words: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as left:
        read(words, language)
    told = capsys.readouterr()
    return left.value.code, told.out + told.err


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ((), "错误：缺少 WHAT", "error: the following arguments are required"),
        (("folder", "log"), "错误：缺少 --vkey", "required: --vkey"),
        (("folder",), "缺少 folder", "required: folder"),
        (("folder", "log", "--vkey"), "--vkey 后缺少取值", "--vkey: expected one argument"),
        (("sample", "log", "--vkey", "k", "--nonce", "0", "--count", "x"), "--count 的取值不正确", "invalid int value"),
        (("folder", "log", "--vkey", "k", "--lang", "fr"), "--lang 的取值不正确", "invalid choice"),
        (("folder", "log", "--vkey", "k", "--odd"), "没有这样的参数：--odd", "unrecognized arguments: --odd"),
        (("dance",), "WHAT 的取值不正确，可用：'folder'", "invalid choice"),
    ],
)
def test_a_mistake_is_told_in_the_readers_language(
    words: tuple[str, ...], zh: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, chinese = said(capsys, "zh", *words)
    assert code == 2
    assert zh in chinese
    assert "用法：shouze-verify" in chinese
    assert not {"usage", "error"} & set(chinese.replace(":", " ").split())
    code, english = said(capsys, "en", *words)
    assert (code, en in english, "usage: shouze-verify" in english) == (2, True, True)


@pytest.mark.parametrize("kind", [(), ("folder",), ("proof",), ("sample",), ("export",)])
def test_the_help_is_in_the_readers_language(kind: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, chinese = said(capsys, "zh", *kind, "--help")
    assert (code, "用法：" in chinese, "选项" in chinese, "显示本说明" in chinese) == (0, True, True, True)
    assert "options" not in chinese
    assert "show this message" in said(capsys, "en", *kind, "--help")[1]
