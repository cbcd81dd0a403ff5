"""What ``shouze-verify`` can be asked, read and explained in the reader's language."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from shouze.language import Language, Text

WRONG = 2
_WORDS = {
    "program": Text("用公钥核验操作日志或单条记录的证明。", "Verify a handling log, or proofs, with a public key."),
    "folder": Text("核验已发布的日志目录", "verify the folder of a published log"),
    "proof": Text("核验证明文件", "check proof files"),
    "sample": Text("抽取样本，任何人可凭随机数重抽", "draw a sample that anybody can draw again with the nonce"),
    "export": Text("核验 shouze log export 写出的目录", "verify a folder that shouze log export wrote"),
    "pack": Text("核验 shouze pack make 制作的证据包（目录）", "verify an evidence pack (a folder)"),
    "contradiction": Text("核验日志自相矛盾的证明文件", "check the file of a log's contradiction"),
    "party": Text(
        "对方公文密钥的指纹（经当面核对）", "fingerprint of the party's key for dispatches, as people compared it"
    ),
    "nonce": Text(
        "随机数（十六进制，至少 16 字节），在检查点签署之后才给出", "hexadecimal, 16 bytes or more, told after signing"
    ),
    "count": Text("抽取条数；默认由下两项算出", "how many; else worked out from the next two"),
    "share": Text("应能发现的问题比例（0.01）", "share of bad records that should be met (0.01)"),
    "certainty": Text("发现的把握（0.95）", "with which certainty (0.95)"),
    "vkey": Text("日志公钥，或存有公钥的文件", "the log's public key, or a file that holds it"),
    "witness": Text("见证人公钥（可重复）；给出则须有其签名", "a witness's public key; it then has to have cosigned"),
    "older": Text("较早的检查点文件：日志须由其延伸而来", "an older checkpoint: the log has to extend it"),
    "from": Text(
        "此前核验过的检查点文件：证明一致，只重算其后的记录",
        "a checkpoint verified before: consistency is proven, only what came after is hashed again",
    ),
    "resume": Text("进度文件：停止后再次运行即继续", "a file that keeps how far it got: run again, it goes on"),
    "jobs": Text("并行进程数（默认为处理器数）", "processes at a time (as many as processors)"),
    "lang": Text("语言：zh 或 en", "language: zh or en"),
    "help": Text("显示本说明", "show this message"),
    "usage": Text("用法：", "usage: "),
    "arguments": Text("参数", "arguments"),
    "options": Text("选项", "options"),
    "error": Text("错误：", "error: "),
}
_MISTAKES = (
    (r"the following arguments are required: (.*)", "缺少 {}"),
    (r"argument (\S+): expected .*", "{} 后缺少取值"),
    (r"argument (\S+): invalid choice: .* \(choose from (.*)\)", "{} 的取值不正确，可用：{}"),
    (r"argument (\S+): (?:invalid|ignored) .*", "{} 的取值不正确"),
    (r"argument (\S+): not allowed with argument (\S+)", "{} 不能与 {} 同时使用"),
    (r"unrecognized arguments: (.*)", "没有这样的参数：{}"),
)
"""What argparse says of a mistake, and how that is said in Chinese."""


def read(given: Sequence[str], language: Language) -> argparse.Namespace:
    """Return what is asked; leaves the program, with words in the reader's language, where that cannot be read."""
    words = {name: text.to(language) for name, text in _WORDS.items()}
    parser = _Parser("shouze-verify", description=words["program"], language=language)
    kinds = parser.add_subparsers(dest="what", required=True, title=words["arguments"], metavar="WHAT")
    asked = {"folder": _folder, "proof": _proof, "sample": _sample, "export": _export, "pack": _export,
             "contradiction": _contradiction}  # fmt: skip
    for name, fill in asked.items():
        kind = kinds.add_parser(name, help=words[name], description=words[name], language=language)
        fill(kind.arguments, kind.options, words)
        kind.options.add_argument("--vkey", required=True, help=words["vkey"])
        kind.options.add_argument("--witness", action="append", default=[], help=words["witness"])
        kind.options.add_argument("--lang", choices=("zh", "en"), help=words["lang"])
    return parser.parse_args(given)


class _Parser(argparse.ArgumentParser):
    """A parser whose headings and mistakes are in the reader's language."""

    def __init__(self, prog: str, *, language: Language, **more: str) -> None:
        self.language = language
        super().__init__(prog, allow_abbrev=False, add_help=False, **more)  # type: ignore[arg-type]  # words alone
        self.arguments = self.add_argument_group(_WORDS["arguments"].to(language))
        self.options = self.add_argument_group(_WORDS["options"].to(language))
        self.options.add_argument("-h", "--help", action="help", help=_WORDS["help"].to(language))

    def format_usage(self) -> str:
        """Return the line of usage."""
        return self._in_language(super().format_usage())

    def format_help(self) -> str:
        """Return the help."""
        return self._in_language(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave."""
        self.exit(WRONG, f"{self.format_usage()}{_WORDS['error'].to(self.language)}{_said(message, self.language)}\n")

    def _in_language(self, text: str) -> str:
        return _WORDS["usage"].to(self.language) + text.removeprefix("usage: ")


_Arguments = argparse._ArgumentGroup  # noqa: SLF001 - what add_argument_group returns has no public name


def _folder(arguments: _Arguments, options: _Arguments, words: dict[str, str]) -> None:
    arguments.add_argument("folder", type=Path)
    options.add_argument("--older", type=Path, help=words["older"])
    options.add_argument("--from", type=Path, dest="since", help=words["from"])
    options.add_argument("--resume", type=Path, help=words["resume"])
    _jobs(options, words)


def _proof(arguments: _Arguments, _options: _Arguments, _words: dict[str, str]) -> None:
    arguments.add_argument("files", type=Path, nargs="+")


def _sample(arguments: _Arguments, options: _Arguments, words: dict[str, str]) -> None:
    arguments.add_argument("folder", type=Path)
    options.add_argument("--nonce", required=True, help=words["nonce"])
    options.add_argument("--count", type=int, help=words["count"])
    options.add_argument("--share", type=float, default=0.01, help=words["share"])
    options.add_argument("--certainty", type=float, default=0.95, help=words["certainty"])


def _contradiction(arguments: _Arguments, options: _Arguments, words: dict[str, str]) -> None:
    arguments.add_argument("file", type=Path)
    options.add_argument("--party", default="", help=words["party"])


def _export(arguments: _Arguments, options: _Arguments, words: dict[str, str]) -> None:
    arguments.add_argument("folder", type=Path)
    _jobs(options, words)


def _jobs(options: _Arguments, words: dict[str, str]) -> None:
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help=words["jobs"])


def _said(message: str, language: Language) -> str:
    if language == "en":
        return message
    for pattern, words in _MISTAKES:
        if found := re.fullmatch(pattern, message):
            return words.format(*found.groups())
    return f"命令写法有误（{message}）"
