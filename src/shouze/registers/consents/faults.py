"""What a review looks for in a flow, and which duty each fault breaks (Arts. 9(1)-(4))."""

from __future__ import annotations

from shouze.language import Text

IN_USE = frozenset({"unreviewed", "fair", "faulty"})
"""States of a flow that users meet."""
FAULTS = {
    "pre-ticked": Text("默认勾选或默认同意", "Ticked beforehand, or taken for granted"),
    "bundled": Text("多个目的捆绑一次同意", "Several purposes bundled into one consent"),
    "refusing-denied": Text("拒绝非必需信息即不提供服务", "No service when something unnecessary is refused"),
    "re-asking": Text("拒绝后频繁再次索要", "Asked again and again after a refusal"),
    "hidden": Text("规则难以找到或看清", "The rules are hard to find or to read"),
    "misleading": Text("措辞或按钮误导", "Words or buttons mislead"),
    "deceitful": Text("所述与实际不符", "What is said is not what is done"),
    "no-withdrawal": Text("不能或难以撤回同意", "Consent cannot be withdrawn, or hardly"),
    "cancellation-obstacles": Text("注销设置障碍", "Obstacles to cancelling"),
}
DUTIES = {
    "pre-ticked": "A09-3-no-mislead", "bundled": "A09-3-no-coerce", "refusing-denied": "A09-3-no-coerce",
    "re-asking": "A09-3-no-coerce", "hidden": "A09-2-etc", "misleading": "A09-3-no-mislead",
    "deceitful": "A09-3-no-deceit", "no-withdrawal": "A09-1-consent", "cancellation-obstacles": "A09-4-cancel",
}  # fmt: skip
