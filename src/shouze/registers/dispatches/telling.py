"""Says what a dispatch holds, line by line, in the reader's language; what has no word here stands by its own name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from shouze.language import Text
from shouze.registers.languages import current

_MOMENTS = frozenset({"since", "until", "due", "at", "in_force", "detected_at", "happened_since", "happened_until",
                      "contained_at", "arrived_at", "left_at", "happened_at", "in_force_from", "acknowledge_by",
                      "graded_at", "filed_at"})  # fmt: skip
_WORDS: dict[str, Text] = {
    "order": Text("文号", "Order"), "authority": Text("机关", "Authority"), "reason": Text("理由", "Reason"),
    "authority_en": Text("机关（英文）", "Authority (English)"), "reason_en": Text("理由（英文）", "Reason (English)"),
    "since": Text("自", "From"), "until": Text("至", "Until"), "services": Text("业务", "Services"),
    "purposes": Text("目的", "Purposes"), "actions": Text("操作", "Actions"), "items": Text("信息项", "Items"),
    "agents": Text("代理人", "Agents"), "number": Text("编号", "Number"), "title": Text("标题", "Title"),
    "type": Text("种类", "Kind"), "certainty": Text("是否已经发生", "Certainty"),
    "detected_at": Text("发现时间", "Detected"), "happened_since": Text("发生时间自", "Happened from"),
    "happened_until": Text("发生时间至", "Happened until"), "contained_at": Text("控制时间", "Contained"),
    "story": Text("经过", "What happened"),
    "subjects": Text("涉及用户数", "Users affected"), "uses": Text("处理次数", "Uses"),
    "grade": Text("等级", "Grade"), "grade_because": Text("判断理由", "Reasons for the grade"),
    "consequences": Text("后果", "Consequences"), "measures": Text("措施", "Measures"), "cause": Text("原因", "Cause"),
    "notice": Text("对用户的告知", "Notice to users"), "licence": Text("许可证或备案号", "Licence or filing"),
    "contact": Text("联系人", "Contact"), "note": Text("说明", "Note"),
    "in_force": Text("已执行自", "In force since"),
    "epoch": Text("策略期数", "Policy epoch"), "policy": Text("策略摘要", "Policy digest"),
    "proof": Text("证明", "Proof"),
    "demand": Text("要求", "Demand"), "due": Text("期限", "Due"), "done": Text("已改正", "Corrected"),
    "at": Text("时间", "At"), "checkpoint": Text("检查点", "Checkpoint"), "nonce": Text("随机数", "Nonce"),
    "count": Text("条数", "Records"), "places": Text("序号", "Places"), "attachment": Text("附件", "Attachment"),
    "held": Text("所持检查点的记录数", "Size held"), "submission": Text("检查点及其证明", "Checkpoint and proof"),
    "text": Text("正文", "Text"), "document": Text("文号", "Document"), "key": Text("公钥", "Key"),
    "possession": Text("持有证明", "Possession"), "signed_by": Text("签发人", "Signed by"),
    "witness": Text("见证人公钥", "Witness's key"), "handover": Text("日志移交证明", "Proof of the hand-over"),
    "log": Text("日志", "Log"),
    "fields": Text("开启的私密字段", "Private fields to open"), "recipient": Text("密封给", "Sealed for"),
    "openings": Text("披露内容", "Openings"),
    "basis": Text("检查事由", "Why"), "place": Text("地点", "Place"),
    "unannounced": Text("未事先通知的理由", "Why without notice"),
    "arrived_at": Text("到达时间", "Arrived"), "left_at": Text("离开时间", "Left"),
    "officers": Text("执法人员", "Officers"),
    "seen": Text("所见情况", "What was seen"), "taken": Text("取走的物品和复制件", "Taken"),
    "no_fee": Text("未收取任何费用", "Nothing was charged"), "comment": Text("意见", "Comment"),
    "not_hindered": Text("未妨碍正常经营和服务", "Business and service were not hindered"),
    "record": Text("所答复的记录", "Record answered"),
    "inspection": Text("检查编号", "Inspection"), "grounds": Text("投诉事由", "Grounds"),
    "happened_at": Text("发生时间", "Happened"), "grievance": Text("投诉编号", "Complaint"),
    "operator": Text("经营者", "Operator"), "upheld": Text("成立", "Upheld"), "dismissed": Text("不成立", "Dismissed"),
    "reasons": Text("理由", "Reasons"),
    "purpose": Text("移送目的", "Purpose"), "facts": Text("事实", "Facts"), "asked": Text("请求事项", "What is asked"),
    "outcome": Text("结果", "Outcome"),
    "number_there": Text("对方编号", "Number there"), "words": Text("说明", "Words"),
    "code": Text("公约代号", "Code"), "issue": Text("版本", "Version"),
    "title_en": Text("英文标题", "Title in English"),
    "digest": Text("摘要（SHA-256）", "SHA-256"), "in_force_from": Text("施行时间", "In force from"),
    "link": Text("公开页", "Public page"), "says": Text("表示", "Says"), "post": Text("职务", "Post"),
    "year": Text("年度", "Year"), "least": Text("最少家数", "At least"),
    "members": Text("家数", "Members"), "figures": Text("数据", "Figures"), "compared": Text("比较", "Compared"),
    "review": Text("互评编号", "Review"), "part": Text("角色", "Part"), "other": Text("对方会员", "The other member"),
    "findings": Text("意见", "Findings"), "may_share": Text("同意提供给电信管理机构", "The authority may see it"),
    "status": Text("状态", "Status"), "answer": Text("答复", "Answer"),
    "article": Text("条款", "Article"), "ground": Text("依据", "Ground"),
    "demand_en": Text("要求（英文）", "Demand (English)"), "acknowledge_by": Text("签收期限", "To be acknowledged by"),
    "again": Text("仍须补正", "Still lacking"), "stage": Text("进度", "Stage"), "graded_at": Text("定级时间", "Graded"),
    "filing": Text("备案编号", "Filing number"), "filed_at": Text("备案时间", "Filed"),
    "verdict": Text("结论", "Verdict"),
}  # fmt: skip

GROUND_WORDS: Mapping[str, Text] = {
    "fee": Text("收取费用", "A fee was charged"),
    "obstruction": Text("妨碍正常经营或者服务", "Business or service was hindered"),
    "conduct": Text("执法行为不当", "How officers behaved"),
    "record": Text("没有记录", "No record was made"),
}
"""What an inspection is complained about for."""
_GROUNDS = frozenset({"grounds", "upheld", "dismissed"})
_LINE = Text("{name}：{shown}", "{name}: {shown}")
_YES_NO = {True: Text("是", "Yes"), False: Text("否", "No")}


def told(body: Mapping[str, Any]) -> str:
    """Return a line for each thing that the body says."""
    language, lines = current(), list[str]()
    for name, value in body.items():
        words = _WORDS.get(name, Text(name, name))
        shown = _shown(name, value) if not isinstance(value, bool) else _YES_NO[value].to(language)
        if shown and name in _GROUNDS:
            listed = Text.listed(GROUND_WORDS.get(each, Text(each, each)) for each in value)
            shown = listed.to(language)
        if shown:
            lines.append(_LINE.fill(name=words, shown=shown).to(language))
    return "\n".join(lines)


def _shown(name: str, value: Any) -> str:
    if value in ("", None, []):
        return ""
    if name in _MOMENTS:
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    return "、".join(map(_one, value)) if isinstance(value, list | tuple) else str(value)


def _one(value: Any) -> str:
    return (
        " ".join(str(each) for each in value.values() if each not in (None, ""))
        if isinstance(value, Mapping)
        else str(value)
    )
