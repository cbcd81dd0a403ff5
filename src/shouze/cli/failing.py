"""Turns every expected error into one line and an exit code.

2: what was given is not right. 1: a check failed, or the door refused. 3: something needed does not answer.
"""

from __future__ import annotations

import sys

import click

from shouze.errors import ShouzeError
from shouze.language import Language, Text

FAILED, WRONG, UNAVAILABLE = 1, 2, 3
SERVER_ERROR = 500
"""The HTTP status from which on the fault is not the caller's."""
_FAILED_CHECKS = {"tampered"}
_REMEDY_OF_FILES = Text("检查路径、权限和磁盘空间", "Check path, permissions and disk space")

_EXTRAS = {"psycopg": "postgres", "psycopg_pool": "postgres", "django": "desk", "allauth": "desk", "a2wsgi": "desk"}
"""What is installed on demand, by what it brings; commands that load more say so themselves."""
_REMEDY_OF_RIGHTS = Text(
    "核对 database（SHOUZE_DATABASE）中的用户是否适用于此命令（见 docs/servers.md）；升级后以表的所有者运行 "
    "shouze migrate --roles，所有者须有 CREATEROLE",
    "Check that the user in database (SHOUZE_DATABASE) is the one for this command (see docs/servers.md). After an "
    "upgrade run shouze migrate --roles as the tables' owner, who needs CREATEROLE",
)


def exit_code(error: ShouzeError) -> int:
    """Return the exit code for an error."""
    kind = error.kind
    if kind.code in _FAILED_CHECKS:
        return FAILED
    if kind.status >= SERVER_ERROR:
        return UNAVAILABLE
    return FAILED if kind.duty is not None else WRONG


def line_of(error: Exception, language: Language) -> tuple[str, int] | None:
    """Return one line for people and the exit code; None for an error that nobody expected."""
    if isinstance(error, ShouzeError):
        code = f" [{error.kind.code}]" if error.kind.duty else ""
        return error.say(language) + code, exit_code(error)
    if isinstance(error, BrokenPipeError):
        return None
    if isinstance(error, OSError):
        detail = Text("文件或目录无法使用", "The file or folder cannot be used")
        said = ShouzeError(detail, field=error.filename and str(error.filename), remedy=_REMEDY_OF_FILES)
        return said.say(language), UNAVAILABLE
    if isinstance(error, ModuleNotFoundError) and (extra := _EXTRAS.get((error.name or "").partition(".")[0])):
        detail = Text(f"此命令需要 {error.name}", f"This needs {error.name}")
        return ShouzeError(detail, remedy=Text(f"安装 shouze[{extra}]", f"Install shouze[{extra}]")).say(
            language
        ), WRONG
    if (words := _denied(error)) is not None:
        detail = Text(f"数据库角色没有权限（{words}）", f"The database role may not do this ({words})")
        return ShouzeError(detail, field="database", remedy=_REMEDY_OF_RIGHTS).say(language), UNAVAILABLE
    return None


def _denied(error: Exception) -> str | None:
    """Return what PostgreSQL says of a right that is missing, be it by way of SQLAlchemy; None for any other error."""
    told = sys.modules.get("psycopg.errors")  # an extra: where it is not loaded, no server has denied anything
    cause = getattr(error, "orig", error)
    if told is None or not isinstance(cause, told.InsufficientPrivilege):
        return None
    return cause.diag.message_primary or ""


def usage_line(error: click.UsageError, language: Language) -> str:
    """Return one line for a command that cannot be read."""
    english = " ".join(error.format_message().split()).rstrip(".")
    words = english if language == "en" else _usage_in_chinese(error)
    path = error.ctx.command_path if error.ctx else "shouze"
    remedy = Text(f"用法见 {path} --help", f"See {path} --help")
    return f"{words}{'。' if language == 'zh' else '. '}{remedy.to(language)}"


def _usage_in_chinese(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}"
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"没有命令 {error.command_name}"
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_named(error)}"
    if isinstance(error, click.BadParameter):
        choices = getattr(error.param.type, "choices", None) if error.param else None
        return f"{_named(error)} 的取值不正确" + (f"，可用：{'、'.join(choices)}" if choices else "")
    return f"命令写法有误（{error.format_message().rstrip('.')}）"


def _named(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    return error.param.get_error_hint(error.ctx).replace("'", "") if error.ctx else error.param.human_readable_name
