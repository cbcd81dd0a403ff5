"""The matters that facts speak of: which register (or the door, or the log) speaks of each, and its words."""

from __future__ import annotations

from typing import Final, NamedTuple

from shouze.language import Text


class Matter(NamedTuple):
    """A matter: its name as ``source.what``, the register that speaks of it, and what is counted, in words."""

    name: str
    register: str
    words: Text


def _m(name: str, zh: str, en: str, register: str = "") -> Matter:
    return Matter(name, register or name.partition(".")[0], Text(zh, en))


MATTERS: Final[dict[str, Matter]] = {
    each.name: each
    for each in (
        _m("agents.fitness", "委托中的代理人有有效的评估结论", "engaged agents with a verdict in force"),
        _m("agents.supervision", "对代理人的监督检查，终止后的返还", "supervision of agents, and what they give back"),
        _m("announcements.published", "违法行为的记入和公布", "violations entered and published"),
        _m("annualreviews.concluded", "许可和年度审查", "reviews at licensing and of the year"),
        _m("assessments.owed", "应当进行的个人信息保护影响评估", "impact assessments that have to be made"),
        _m("bulk.reviewed", "批量操作经他人审批后执行", "bulk operations run after another person's review"),
        _m("channels.complaints", "受理投诉的联系方式有效", "contact details for complaints that work"),
        _m("channels.working", "查询、更正渠道有效", "channels of enquiry and correction that work"),
        _m("codes.in-force", "施行中的自律公约", "codes of self-discipline in force"),
        _m("complaints.accepted", "投诉的受理；不受理的理由", "complaints taken in; refusals with reasons"),
        _m("complaints.answers", "十五日内答复投诉人", "answers to complainants within 15 days"),
        _m("consents.cancelling", "注销流程没有障碍", "flows without obstacles to cancelling"),
        _m("consents.coerce", "收集流程不强迫用户", "flows that do not coerce"),
        _m("consents.consent", "收集流程取得同意并可撤回", "flows that ask for consent, which can be withdrawn"),
        _m("consents.current", "收集流程展示现行规则", "flows that show the rules in force"),
        _m("consents.deceit", "收集流程不欺骗用户", "flows that do not deceive"),
        _m("consents.found", "告知的内容容易找到", "flows in which what is told is easily found"),
        _m("consents.mislead", "收集流程不误导用户", "flows that do not mislead"),
        _m("declarations.endings", "终止的服务停止收集和使用", "ended services whose use has stopped"),
        _m("declarations.rules", "现行的收集使用规则", "rules for collecting and using in force"),
        _m("declarations.shown", "现行规则已在某处公布", "rules in force that are shown somewhere"),
        _m("door.obeys", "信息闸门执行台账的内容", "the door obeys what the registers say", "house"),
        _m("findings.undeclared", "扫描发现的、没有声明的信息", "information found by scanning that nobody declared"),
        _m("grants.in-force", "经批准、有期限的授权", "grants approved, and for a term"),
        _m("incidents.leaks", "已发生的泄露、篡改、毁损得到控制", "leaks, tampering and damage contained"),
        _m("incidents.remedy", "事件的补救措施", "measures that remedy incidents"),
        _m("incidents.report", "事件的评定和报告", "grading and reporting of incidents"),
        _m("inspections.free", "检查未收取费用", "inspections that charged nothing"),
        _m("inspections.made", "对经营者的检查", "inspections of operators"),
        _m("inspections.recorded", "检查的记录", "inspections with their record"),
        _m("inspections.unhindered", "检查未妨碍经营", "inspections that hindered no business"),
        _m("log.kept", "操作记录写入并可查阅", "handling records written and read", "watching"),
        _m("media.custody", "信息载体的保管", "carriers in safe custody"),
        _m("misconduct.handled", "对工作人员的反映得到办理", "reports on the authority's people handled"),
        _m("operator.begun", "经营者登记的时间", "since when the operator is registered"),
        _m("orders.cooperation", "配合检查和调查、提供材料", "inspections and investigations cooperated in"),
        _m("orders.directives", "要求采取的其他措施", "other measures demanded"),
        _m("orders.suspensions", "责令暂停和改正的执行", "suspensions and corrections carried out"),
        _m("peerreviews.closed", "会员互评", "reviews among members"),
        _m("pledges.given", "会员的承诺", "pledges of members"),
        _m("posts.complaints", "负责投诉处理的岗位", "posts that answer for complaints"),
        _m("posts.responsibilities", "部门、岗位、分支机构的责任", "responsibilities of departments, posts, branches"),
        _m(
            "procedures.security",
            "施行中的安全管理制度，包括保密",
            "rules of security, confidentiality included",
        ),
        _m("procedures.workflow", "施行中的工作流程", "workflows in force, reviewed in their time"),
        _m("publications.copies", "公布件与现行规则一致", "published copies that match the rules in force"),
        _m("readings.confirmed", "制度的阅读确认", "procedures read and confirmed"),
        _m("recipients.grounds", "接收方有依据和期限", "recipients with a ground and a term"),
        _m("reports.assessed", "事件报告的影响评估", "reported incidents assessed"),
        _m("reports.escalated", "影响特别重大的上报", "particularly major ones reported to the ministry"),
        _m("requests.answers", "用户的查询、更正请求", "users' enquiries and corrections"),
        _m("requests.cancellations", "用户的注销请求", "users' cancellations"),
        _m("requests.withdrawals", "用户撤回同意的请求", "users' withdrawals of consent"),
        _m("reviews.decided", "权限复核", "access reviews decided"),
        _m("selfinspections.finished", "完成的自查", "self-inspections finished"),
        _m("selfinspections.recorded", "自查的书面记录", "self-inspections on record"),
        _m("shortcomings.fixed", "隐患的消除", "shortcomings put right"),
        _m("surveys.returned", "不具名的同业数据", "comparable figures without names"),
        _m("systems.network", "网络单元定级、备案、评测", "network units graded, filed and tested"),
        _m("systems.protection", "防入侵、防病毒措施", "protection against intrusion and viruses"),
        _m("systems.recorded", "信息闸门以外的系统有操作记录", "systems outside the door with attested records"),
        _m("systems.reviewed", "系统接入前的审查", "systems reviewed before they connect"),
        _m("trainings.knowledge", "知识培训", "training in knowledge"),
        _m("trainings.responsibility", "安全责任培训", "training in responsibility"),
        _m("trainings.skills", "技能培训", "training in skills"),
        _m("undertakings.signed", "工作人员的保密承诺", "staff's undertakings of confidentiality"),
        _m("visits.free", "双方确认没有收费的现场检查", "visits of which both sides say that nothing was charged"),
        _m("visits.recorded", "现场检查的记录", "visits with their record"),
        _m(
            "visits.unhindered",
            "双方确认没有妨碍经营的现场检查",
            "visits of which both sides say that they hindered nobody",
        ),
        _m("watching.explained", "异常处理得到查明", "unusual handling looked into"),
        _m("withdrawals.decided", "执法人员的回避", "withdrawals of officers decided and carried out"),
        _m("yardsticks.watched", "启用的异常规则", "watch rules in force"),
    )
}
