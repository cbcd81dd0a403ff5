"""Every error Shouze answers with: one base, one catalogue.

An error has a stable code, an HTTP status, words in both languages that name the field and the remedy, and the
duty it rests on where it rests on one.

# Invariant: no error carries a value of personal information; it names the field, never what was in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from shouze.language import Language, Text


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the error catalogue: what a code means and what its reader can do about it."""

    code: str
    status: int
    title: Text
    remedy: Text
    duty: str | None = None


class ShouzeError(Exception):
    """Base of every error that Shouze raises on purpose.

    ``detail`` says what is wrong in this instance, ``field`` where (a path such as ``values.phone``), ``line`` in
    which line of a file (counted from 1), ``remedy`` what to do when the kind's own remedy is not specific enough.
    """

    kind = Kind(
        "internal",
        500,
        Text("内部错误", "Internal error"),
        Text("请把请求编号告知管理员", "Tell the administrator the request id"),
    )

    def __init__(
        self,
        detail: Text | None = None,
        *,
        field: str | None = None,
        line: int | None = None,
        remedy: Text | None = None,
    ) -> None:
        """Keep the parts; the message of the exception is the English text."""
        self.detail = detail or self.kind.title
        self.field = field
        self.line = line
        self.remedy = remedy or self.kind.remedy
        super().__init__(self.say("en"))

    def say(self, language: Language) -> str:
        """Return one line for people: where, what, and the remedy."""
        where = self.field or ""
        if self.line is not None:
            where = f"{f'第 {self.line} 行' if language == 'zh' else f'line {self.line}'}{', ' if where else ''}{where}"
        colon, stop = ("：", "。") if language == "zh" else (": ", ". ")
        prefix = f"{where}{colon}" if where else ""
        return f"{prefix}{self.detail.to(language)}{stop}{self.remedy.to(language)}"


class InvalidError(ShouzeError):
    """What was sent or written cannot be read as what it should be; nothing was done."""

    kind = Kind(
        "invalid",
        422,
        Text("内容不符合要求", "The content is not valid"),
        Text("按说明改正该字段后重新提交", "Correct the named field and send it again"),
    )


class UnauthenticatedError(ShouzeError):
    """Nobody known: no token, or one that is wrong, expired, revoked, forged or used before."""

    kind = Kind(
        "unauthenticated",
        401,
        Text("未能确认调用者身份", "The caller is not known"),
        Text("请使用有效、未过期、未吊销的令牌", "Use a valid token that is neither expired nor revoked"),
    )


class NotFoundError(ShouzeError):
    """The named thing does not exist (never used for subjects: those are refusals)."""

    kind = Kind("not-found", 404, Text("未找到", "Not found"), Text("请核对名称或编号", "Check the name or number"))


class ConflictError(ShouzeError):
    """The state has moved on, or something else already holds the place."""

    kind = Kind(
        "conflict",
        409,
        Text("与当前状态冲突", "It conflicts with the present state"),
        Text("请读取最新状态后重试", "Read the latest state and try again"),
    )


class NotYoursError(ShouzeError):
    """A person may not do this act upon this row of a register now."""

    kind = Kind(
        "not-yours",
        403,
        Text("您不能办理此项", "You may not do this"),
        Text("请有权的同事办理", "Ask a colleague who may"),
        duty="A13-3-permissions",
    )


class ConflictOfInterestError(NotYoursError):
    """An officer of an authority acts in a matter of a party that they have a tie to, or were withdrawn from."""

    kind = Kind(
        "conflict-of-interest",
        403,
        Text("应当回避", "You have to withdraw"),
        Text("请没有利害关系的同事办理", "Ask a colleague who has no tie to the party"),
        duty="A24",
    )


class TooManyError(ShouzeError):
    """More was asked in a short time than anybody needs; ``seconds`` until it may be asked again."""

    kind = Kind(
        "too-many",
        429,
        Text("请求过于频繁", "Too many requests"),
        Text("稍候再试；程序按 Retry-After 等待", "Wait a little; programs wait for the seconds in Retry-After"),
    )

    def __init__(self, seconds: int = 1, detail: Text | None = None, *, field: str | None = None) -> None:
        """Keep how long to wait."""
        self.seconds = seconds
        super().__init__(detail, field=field)


class TamperedError(ShouzeError):
    """Something stored does not verify; writing stops rather than continues on doubt."""

    kind = Kind(
        "tampered",
        503,
        Text("存储内容未通过完整性校验", "Something stored does not verify"),
        Text("停止写入并立即联系管理员", "Writing has stopped: call the administrator at once"),
    )


class SealedError(ShouzeError):
    """A value cannot be opened: its key is destroyed or out of reach."""

    kind = Kind(
        "sealed",
        503,
        Text("无法开启：密钥已销毁或不可用", "It cannot be opened: the key is destroyed or out of reach"),
        Text("检查密钥环是否可用", "Check that the key ring is available"),
    )


class UnavailableError(ShouzeError):
    """A part that the door needs does not answer; nothing was released."""

    kind = Kind(
        "unavailable",
        503,
        Text("暂时不可用", "Not available for the moment"),
        Text("稍后重试；若持续出现请联系管理员", "Try again shortly; call the administrator if it goes on"),
    )


class OfficeUnknownError(UnavailableError):
    """The desk does not take this portal's key: the policy in force does not name it, or clocks differ."""

    kind = Kind(
        "office-unknown", 503, Text("受理部门不认识这个门户", "The office does not know this portal"),
        UnavailableError.kind.remedy,
    )  # fmt: skip
