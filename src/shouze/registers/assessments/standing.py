"""Whether something that needs an impact assessment has one, for the pages of what is assessed."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers.assessments.models import Assessment
from shouze.registers.describing import Alert

NONE = Alert("须事先进行个人信息保护影响评估，尚无经批准的评估（个人信息保护法第五十五条）",
            "An impact assessment is needed beforehand; none is approved (PIPL Article 55)")  # fmt: skip
OUTDATED = Alert("影响评估之后有变化，须重新评估", "It changed after its impact assessment: assess it anew")
AGAINST = Alert("影响评估的结论是不得开展", "The impact assessment concluded that it must not be done")


def warning(about: str) -> Text | None:
    """Return what stands against something that needs an assessment; None where an approved one stands for it."""
    states = dict(Assessment.objects.filter(about=about).order_by("pk").values_list("state", "conclusion"))
    if states.get("approved") == "not":
        return AGAINST
    if "approved" in states:
        return None
    return OUTDATED if "outdated" in states else NONE
