"""Why a dispatch is refused: each reason by its name, kept with what was refused."""

from __future__ import annotations

from enum import StrEnum

from shouze.errors import Kind, ShouzeError
from shouze.language import Text


class Reason(StrEnum):
    """The names under which refusals are told and kept."""

    OVERSIZED = "oversized"
    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknown-version"
    UNKNOWN_KIND = "unknown-kind"
    UNKNOWN_SENDER = "unknown-sender"
    KEY_ENDED = "key-ended"
    ALTERED = "altered"
    WRONG_AUDIENCE = "wrong-audience"
    FUTURE_DATED = "future-dated"
    NOT_ENTITLED = "not-entitled"
    ATTACHMENT_ALTERED = "attachment-altered"
    CONTRADICTED = "contradicted"


WORDS: dict[Reason, Text] = {
    Reason.OVERSIZED: Text("公文或附件过大", "The dispatch or an attachment is too large"),
    Reason.MALFORMED: Text("不是规范的公文", "It is not a canonical dispatch"),
    Reason.UNKNOWN_VERSION: Text("不认识此公文版本", "Its version is not known here"),
    Reason.UNKNOWN_KIND: Text("不认识此种公文", "Its kind is not known here"),
    Reason.UNKNOWN_SENDER: Text("发文方未经本方确认", "Nobody here has confirmed its sender"),
    Reason.KEY_ENDED: Text("签署所用的密钥已停用", "The key that signed it has ended"),
    Reason.ALTERED: Text("签名与内容不符", "Its signature does not fit its content"),
    Reason.WRONG_AUDIENCE: Text("不是发给本方的", "It is addressed to somebody else"),
    Reason.FUTURE_DATED: Text("落款时间在将来", "It is dated in the future"),
    Reason.NOT_ENTITLED: Text("发文方无权作出此种公文", "Its sender may not send this kind"),
    Reason.ATTACHMENT_ALTERED: Text("附件与公文所记摘要不符", "An attachment is not the one it names"),
    Reason.CONTRADICTED: Text("同一编号或次序有两份不同的公文", "Two different dispatches have one number or place"),
}


class RejectedError(ShouzeError):
    """A dispatch is not taken; nothing of it was done."""

    kind = Kind(
        "dispatch-refused",
        422,
        Text("公文未被接收", "The dispatch is not taken"),
        Text("按所述原因核对后重新发送", "Look at the reason that is named, and send it anew"),
    )

    def __init__(self, reason: Reason, field: str | None = None) -> None:
        """Keep the reason; the words follow from it."""
        self.reason = reason
        super().__init__(WORDS[reason], field=field or reason.value)
