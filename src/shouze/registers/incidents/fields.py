"""The fields of an incident and of its acts' forms."""

from __future__ import annotations

from dataclasses import replace

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import Choices, Field
from shouze.registers.incidents import grading
from shouze.registers.incidents.models import TARGETS, Incident
from shouze.registers.peers.trusted import authorities

KINDS: Choices = {
    "leak": Text("泄露", "Leak"),
    "damage": Text("毁损", "Damage"),
    "loss": Text("丢失", "Loss"),
    "tampering": Text("篡改", "Tampering"),
}
CERTAINTIES: Choices = {
    "suspected": Text("可能发生", "Suspected"),
    "real": Text("已经发生", "Real"),
    "refuted": Text("排除", "Ruled out"),
}
FOUND_BY: Choices = {
    "staff": Text("工作人员", "Staff"),
    "user": Text("用户反映", "A user"),
    "watch": Text("异常提示", "Unusual handling"),
    "authority": Text("管理机构", "The authority"),
    "outside": Text("外部通报", "Somebody outside"),
}
_NO_NAMES = Text("不写用户姓名、号码；用户以编号指称", "No user's name or number; users by their ids")

STORY = (
    Field(name="title", label=Text("事件名称", "Title"), hint=_NO_NAMES),
    Field(name="kind", label=Text("种类", "Kind"), choices=KINDS, duty="A14-1-remedy"),
    Field(name="certainty", label=Text("是否已经发生", "Certainty"), optional=False,
          choices={key: CERTAINTIES[key] for key in ("suspected", "real")}, duty="A14-1-remedy",
          hint=Text("可能发生的同样立即采取措施", "What may have happened is remedied at once as well")),
    Field(name="found_by", label=Text("由谁发现", "Found by"), choices=FOUND_BY),
    Field(name="detected_at", label=Text("发现时间", "Detected at"), duty="A14-1-remedy"),
    Field(name="happened_since", label=Text("发生时间自", "Happened from")),
    Field(name="happened_until", label=Text("发生时间至", "Happened until")),
    Field(name="story", label=Text("经过", "What happened"), lines=5, hint=_NO_NAMES),
    Field(name="items", label=Text("涉及的信息项", "Items concerned"), choices=vocabulary.items, several=True),
    Field(name="house_hours", label=Text("内部报告时限（小时）", "House clock for the report (hours)"),
          hint=Text("规定为“立即”，没有小时数；可自定更严的内部时限", "The Order says at once and no number")),
)  # fmt: skip
MEASURE = (
    Field(name="measure", label=Text("采取的措施", "The measure"), lines=3, optional=False, duty="A14-1-remedy"),
)
FREEZE = (
    Field(name="target", label=Text("冻结什么", "What to freeze"), choices=TARGETS, optional=False),
    Field(name="frozen_service", label=Text("业务", "Service"), choices=vocabulary.services, optional=True,
          hint=Text("冻结用户账号或整项业务时填写", "For an account or a whole service")),
    Field(name="frozen_subject", label=Text("用户编号", "The user's id"), optional=True,
          hint=Text("冻结用户账号时填写；不是电话等标识", "For an account; no telephone or other identifier")),
    Field(name="frozen_actor", label=Text("人员", "Person"), choices=vocabulary.people, optional=True),
    Field(name="frozen_agent", label=Text("代理人", "Agent"), choices=vocabulary.agents, optional=True),
    Field(name="frozen_item", label=Text("信息项", "Item"), choices=vocabulary.items, optional=True),
    Field(name="frozen_action", label=Text("处理方式", "Action"), choices=vocabulary.actions, optional=True),
)  # fmt: skip


def _frozen_of(incident: Incident) -> Choices:
    return {
        str(place): Text(f"{TARGETS[each['target']].zh} {each['name']}", f"{TARGETS[each['target']].en} {each['name']}")
        for place, each in enumerate(incident.frozen)
        if not each["until"]
    }


RELEASE = (Field(name="released", label=Text("解除哪一项", "What to release"), of_row=_frozen_of, optional=False),)
COUNT = (
    Field(name="by_actor", label=Text("由谁处理（工号或账号）", "Handled by (work number or account)"), optional=True),
    Field(name="by_agent", label=Text("由哪个代理人", "By which agent"), choices=vocabulary.agents, optional=True),
    Field(name="of_service", label=Text("业务", "Service"), choices=vocabulary.services, optional=True),
    Field(name="of_item", label=Text("信息项", "Item"), choices=vocabulary.items, optional=True),
    Field(name="from_site", label=Text("场所", "Site"), optional=True),
    Field(name="handled_since", label=Text("自", "From"), asks="moment", optional=False),
    Field(name="handled_until", label=Text("至", "Until"), asks="moment", optional=True),
)
GRADE = (
    Field(name="criteria", label=Text("符合的标准", "Criteria met"), choices=grading.choices, several=True),
    Field(name="grade", label=Text("等级", "Grade"), choices=grading.GRADES, optional=False, duty="A14-1-report"),
    Field(name="grade_because", label=Text("判断理由", "Reasons"), lines=4, optional=False, duty="A14-1-report"),
)
REPORT = (
    Field(name="report_to", label=Text("报告的电信管理机构", "Authority reported to"), optional=False,
          hint=Text("准予许可或者备案的机构", "The one that licensed the operator or accepted its filing"),
          duty="A14-1-report"),
    Field(name="licence", label=Text("许可证号或者备案号", "Licence or filing number"), optional=False),
    Field(name="consequences", label=Text("后果及影响", "Consequences"), lines=4, optional=False),
    Field(name="reporter", label=Text("联系人及电话", "Contact"), personal=True, optional=False),
)  # fmt: skip
SENT = (
    Field(name="reported_at", label=Text("报告时间", "Reported at"), optional=False, duty="A14-1-report"),
    Field(name="report_receipt", label=Text("回执编号", "Receipt")),
)
SEND = (
    Field(name="authority", label=Text("发给", "To"), choices=authorities, optional=False, duty="A14-1-report",
          hint=Text("准予许可或者备案的机构", "The one that licensed the operator or accepted its filing")),
)  # fmt: skip
CORRECTED = (Field(name="correction", label=Text("改正了什么，如何核对", "What was corrected, how it can be checked"),
                   lines=4, optional=False),)  # fmt: skip
NOTICE = (
    Field(name="notice", label=Text("告知内容", "Notice"), lines=6, optional=True, duty="A14-1-remedy",
          hint=Text("信息种类、原因、可能的危害；已采取的措施、用户可以采取的措施；联系方式（个人信息保护法第五十七条）",
                    "Kinds, cause, harm; measures, what users can do; contact (PIPL Article 57)")),
    Field(name="notice_channel", label=Text("告知渠道", "Channel"), optional=True),
    Field(name="noticed_at", label=Text("告知时间", "Told at"), optional=True),
    Field(name="notice_waived", label=Text("不告知的理由", "Why users are not told"), lines=3, optional=True,
          hint=Text("仅在措施能够有效避免危害时；管理机构可以要求告知", "Only where harm is averted")),
)  # fmt: skip
CAUSE = (Field(name="cause", label=Text("原因", "Cause"), lines=4, optional=False),)
LESSON = (
    Field(name="lesson", label=Text("改进事项", "What to change"), lines=3, optional=False),
    Field(name="lesson_owner", label=Text("负责人", "Owner"), choices=vocabulary.people, optional=False),
    Field(name="lesson_due", label=Text("完成期限", "Due"), asks="moment", optional=False),
)


def _lessons_of(incident: Incident) -> Choices:
    return {
        str(place): Text(each["text"], each["text"]) for place, each in enumerate(incident.lessons) if not each["done"]
    }


LEARNT = (Field(name="learnt", label=Text("完成了哪一项", "Which is done"), of_row=_lessons_of, optional=False),)
COMPUTED = (
    Field(name="measures", label=Text("措施", "Measures"), duty="A14-1-remedy"),
    Field(name="first_measure_at", label=Text("首次措施", "First measure"), duty="A14-1-remedy"),
    Field(name="contained_at", label=Text("控制时间", "Contained at"), duty="A14-1-remedy"),
    Field(name="frozen_now", label=Text("在闸门冻结", "Frozen at the door"), duty="A14-1-remedy"),
    Field(name="scope", label=Text("统计范围", "Counted within")),
    Field(name="affected_uses", label=Text("涉及处理次数", "Uses")),
    Field(name="affected_subjects", label=Text("涉及用户数", "Users affected")),
    Field(name="affected_days", label=Text("涉及日期", "Days")),
    Field(name="affected_items", label=Text("处理过的信息项", "Items handled"), choices=vocabulary.items),
    Field(name="counted_at", label=Text("统计时间", "Counted at")),
    Field(name="graded_at", label=Text("评定时间", "Graded at")),
    Field(name="lessons_told", label=Text("改进", "Lessons")),
)
_LATER = (*COMPUTED, *GRADE, *REPORT, *SENT, *NOTICE, *CAUSE)
EVERY = (*STORY, *(replace(each, once_filled=True) for each in _LATER))
