"""Programs at every stage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.registers.people.models import Person
from shouze.registers.programs.models import Program
from tests.registers.house import do, make, officer


def ordered(whose: Person | None = None, **changed: Any) -> Program:
    values = {
        "title": "工单系统", "person": whose or officer(), "service": "", "reads": [], "acts": ["agents"],
        "until": timezone.now() + timedelta(days=90), "why": "把工单里的代理人登记到台账",
    }  # fmt: skip
    program: Program = make("programs", officer(), values | changed)
    return program


def issued(whose: Person | None = None, **changed: Any) -> tuple[Program, str]:
    """Return a program that its person issued, and its token."""
    program = ordered(whose, **changed)
    done: Program = do(program, "issue", program.person)
    return done, done.secret
