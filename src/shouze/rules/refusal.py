"""Why the door stays shut: refusal codes, each with its article."""

from __future__ import annotations

from dataclasses import dataclass

from shouze.errors import Kind, ShouzeError
from shouze.language import Text

_ASK = Text("请向个人信息保护负责人申请相应授权", "Ask the privacy office for the grant")
_DECLARE = Text("先在收集使用规则中声明并公布", "Declare it in the rules for collecting and using, and publish them")
_CONSENT = Text("先告知用户并取得其同意", "Tell the user and obtain consent first")

_ROWS = (
    # code, status, duty, title, remedy
    ("not-declared", 403, "A08-make-rules", Text("未在收集使用规则中声明", "It is not declared"), _DECLARE),
    ("purpose-not-declared", 403, "A09-2-purpose", Text("该目的未声明", "The purpose is not declared"), _DECLARE),
    ("means-not-declared", 403, "A09-2-means", Text("该处理方式未声明", "The means is not declared"), _DECLARE),
    ("item-not-declared", 403, "A09-2-scope", Text("该信息项未声明", "The item is not declared"), _DECLARE),
    (
        "beyond-necessary",
        403,
        "A09-3-necessity",
        Text("超出该目的所必需的范围", "It goes beyond what the purpose needs"),
        Text("只请求该目的声明的信息项", "Ask only for the items that the purpose declares"),
    ),
    (
        "no-consent",
        403,
        "A09-1-consent",
        Text("用户未同意或已撤回同意", "The user has not consented, or no longer"),
        _CONSENT,
    ),
    (
        "consent-outdated",
        403,
        "A09-1-consent",
        Text("规则变更后用户尚未重新同意", "The rules have changed since the user consented"),
        _CONSENT,
    ),
    (
        "against-agreement",
        403,
        "A09-3-contract",
        Text("违反与用户的约定", "It is against what was agreed with the user"),
        Text("遵守与该用户的约定", "Keep to what was agreed with this user"),
    ),
    (
        "retention-ended",
        403,
        "A09-3-purpose-limit",
        Text("声明的保存期限已届满", "The declared retention has ended"),
        Text("该信息将被删除，不得再使用", "It is being erased and may not be used"),
    ),
    (
        "service-ended",
        403,
        "A09-4-stop",
        Text("用户已终止使用该服务或服务已终止", "The user has left the service, or the service has ended"),
        Text("停止收集和使用", "Stop collecting and using"),
    ),
    (
        "law-does-not-qualify",
        403,
        "A09-5-carveout",
        Text("该依据不是法律或行政法规", "The ground is not a law or administrative regulation"),
        Text("改用法律、行政法规或取得用户同意", "Name a law or administrative regulation, or obtain consent"),
    ),
    (
        "recipient-not-declared",
        403,
        "A10-no-illegal-supply",
        Text("接收方未声明或不在约定范围和期限内", "The recipient is not declared for this, or its term is over"),
        Text("先声明接收方及其依据和期限", "Declare the recipient with its ground and term"),
    ),
    (
        "agent-unfit",
        403,
        "A11-no-unfit",
        Text("代理人不符合要求或合同不在有效期", "The agent is not fit, or its contract is not in force"),
        Text("完成代理人审查或更换代理人", "Complete the agent's review, or entrust another"),
    ),
    (
        "caller-unknown",
        401,
        "A13-3-permissions",
        Text("令牌无效、过期或已吊销", "The token is not valid, has expired or is revoked"),
        Text("换用有效令牌", "Use a valid token"),
    ),
    ("not-entitled", 403, "A13-3-permissions", Text("没有相应权限", "The caller is not entitled to this"), _ASK),
    (
        "allowance-used",
        403,
        "A10-op-secrecy",
        Text("当日的匹配次数已用完", "The day's allowance for matching is used up"),
        Text("明日再试", "Go on tomorrow"),
    ),
    (
        "untrained",
        403,
        "A15-train-know/skill/resp",
        Text("没有此项授权所要求的有效培训证书", "The certificate of training that the grant needs is missing or over"),
        Text("完成课程并通过考核", "Take the course and pass its test"),
    ),
    (
        "system-not-reviewed",
        403,
        "A13-5-access",
        Text("所用系统未经接入审查或审查已过期", "The system was not reviewed before it connected, or not lately"),
        Text("完成该系统的接入审查", "Have the system reviewed"),
    ),
    (
        "needs-approval",
        403,
        "A13-3-bulk",
        Text("批量导出、复制、销毁须经他人审查同意", "Bulk export, copying and destruction need another's approval"),
        Text("提交审查申请并由他人批准", "Request it, and have a second person approve"),
    ),
    (
        "record-unavailable",
        503,
        "A13-6-oplog",
        Text("无法写入操作记录，因此不予开启", "The record cannot be written, so nothing is opened"),
        Text("检查日志存储后重试", "Check the log's storage and try again"),
    ),
    (
        "frozen",
        403,
        "A14-1-remedy",
        Text("因安全事件已被冻结", "It is frozen as an incident's first measure"),
        Text("联系安全负责人", "Speak to the security officer"),
    ),
    (
        "suspended-by-order",
        403,
        "A14-2-obey",
        Text("电信管理机构已责令暂停", "The authority has ordered its suspension"),
        Text("停止相关行为，直至命令解除", "Cease until the order is lifted"),
    ),
    (
        "policy-unavailable",
        503,
        "A13-3-permissions",
        Text("无法取得最新策略", "The present policy cannot be read"),
        Text("稍后重试", "Try again shortly"),
    ),
    (
        "subject-unknown",
        404,
        "A10-op-secrecy",
        Text("没有可供此用途的该用户信息", "Nothing is held about such a user for this"),
        Text("核对标识后重试", "Check the identifier"),
    ),
    (
        "subject-ambiguous",
        409,
        "A10-op-secrecy",
        Text("该标识对应多个用户", "The identifier points to several users"),
        Text("再给出一个标识或使用用户编号", "Give a further identifier, or the subject's id"),
    ),
    (
        "subject-erased",
        410,
        "A09-4-cancel",
        Text("该用户的信息已删除", "The user's information has been erased"),
        Text("不得再收集和使用", "It may no longer be collected or used"),
    ),
)

CATALOGUE: dict[str, Kind] = {
    code: Kind(code, status, title, remedy, duty) for code, status, duty, title, remedy in _ROWS
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A shut door: a stable code, the duty it rests on, and what exactly was refused (never a value).

    ``purpose`` is the one of several under which it was refused; None where each of them refuses alike.
    """

    code: str
    what: str | None = None
    purpose: str | None = None

    @property
    def kind(self) -> Kind:
        """Return the catalogue row of the code."""
        return CATALOGUE[self.code]

    @property
    def article(self) -> str:
        """Return the article that the refusal rests on, for example ``9(3)``."""
        return article_of(self.kind.duty or "")


def article_of(duty: str) -> str:
    """Return the article in a duty id: ``A09-3-necessity`` gives ``9(3)``, ``A08-make-rules`` gives ``8``."""
    head, _, rest = duty.removeprefix("A").partition("-")
    paragraph = rest.partition("-")[0]
    return f"{int(head)}({paragraph})" if paragraph.isdigit() else str(int(head))


class RefusedError(ShouzeError):
    """The door refused; carries the refusal of the whole request or of its first item."""

    def __init__(self, refusal: Refusal, withheld: dict[str, Refusal] | None = None) -> None:
        self.kind = refusal.kind
        self.refusal = refusal
        self.withheld = withheld or {}
        super().__init__(_for_purpose(refusal) if refusal.purpose else None, field=refusal.what)


def _for_purpose(refusal: Refusal) -> Text:
    title = refusal.kind.title
    return Text(f"{title.zh}（目的：{refusal.purpose}）", f"{title.en} (purpose: {refusal.purpose})")
