"""The report of supervising an agent (Art. 11): whom it serves for, what it was found to be, what was done about it."""

from __future__ import annotations

from datetime import datetime

from shouze.language import Text
from shouze.registers.agents.models import Agent
from shouze.registers.describing import Register
from shouze.registers.reporting import basis, clocks, documents_of, done, facts, operator_name
from shouze.reports.report import Facts, Report, Section


def supervision(register: Register[Agent], agent: Agent, now: datetime) -> Report:
    """Return the report: contract and tasks, verdict and supervision, clocks, every look with its documents."""
    standing = [(Text("状态", "State"), register.states[agent.state].label), *facts(register.fields, agent)]
    return Report(
        name="agent",
        title=Text(f"对代理人的监督管理报告：{agent.title}", f"Supervision of an agent: {agent.title_en}"),
        operator=operator_name(),
        basis=basis(register.duties),
        made=now,
        number=agent.number,
        sections=[
            Section(Text("委托与结论", "Entrustment and verdict"), [Facts(standing)]),
            clocks(register.name, agent),
            done(register, agent),
        ],
        documents=documents_of(register.name, agent),
    )
