"""Operators on the register, one of them a peer, and a measure for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.registers.instructed.models import Instructed
from shouze.registers.instructions.models import Instruction
from shouze.registers.instructions.prescribing import address
from shouze.registers.ports import GIVEN
from shouze.registers.supervised.models import Supervised
from tests.registers.house import do, make
from tests.registers.parties import Other
from tests.registers.reports.scene import head, inspector

LICENCE = "虚构 B1-20990001"


def operator(title: str = "云泽通信（虚构）", **more: Any) -> Supervised:
    values = {"title": title, "licence": LICENCE, "filing": "", "credit_code": "", "province": "云泽", "contact": "",
              "services": "移动", "licensed_by": "某局", **more}  # fmt: skip
    found: Supervised = Supervised.objects.filter(title=title).first() or make("supervised", inspector(), values)
    return found


def told(**more: Any) -> dict[str, Any]:
    return {
        "title": "弱口令清理", "title_en": "Weak passwords", "document": "云通管安〔2026〕1号", "body": "某局",
        "body_en": "A CA", "article": "13(8)", "ground": "本规定第十三条第八项", "measure": "三十日内清理弱口令",
        "measure_en": "Remove weak passwords within thirty days", "reach": "all", "sector": "", "province": "",
        "listed": "", "acknowledge_by": GIVEN.now() + timedelta(days=5), "due": GIVEN.now() + timedelta(days=30),
        **more,
    }  # fmt: skip


def drafted(**more: Any) -> Instruction:
    found: Instruction = make("instructions", inspector(), told(**more))
    return found


def signed(**more: Any) -> Instruction:
    row: Instruction = do(drafted(**more), "sign", head())
    address(GIVEN.now())
    row.refresh_from_db()
    return row


def served(other: Other, **more: Any) -> Instructed:
    """Serve it on the peer."""
    operator()
    other.trusted("operator", licence=LICENCE)
    signed(**more)
    return Instructed.objects.get(operator=operator().number)
