"""Who comes in: a program by its token, never a browser by its cookie; how often, and into which registers.

# Invariant: a session opens nothing here, and a token nothing of the pages; so there is no forged request to fear.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from shouze.client import ClientError
from shouze.errors import InvalidError, NotFoundError, NotYoursError, ShouzeError, UnauthenticatedError
from shouze.language import Text
from shouze.registers.describing import Register
from shouze.registers.entitling import may_see
from shouze.registers.finding import registers
from shouze.registers.programs.models import Program
from shouze.registers.programs.register import MARK, digest_of, in_force
from shouze.web.programs.answering import problem
from shouze.web.programs.limiting import Allowance

PER_MINUTE, STRANGERS_PER_MINUTE = 300, 30
ASKED = Allowance(PER_MINUTE)
STRANGERS = Allowance(STRANGERS_PER_MINUTE)
_SEEN_AGAIN = timedelta(minutes=1)
_log = logging.getLogger("shouze.web")
P = ParamSpec("P")


def for_programs(
    *methods: str,
) -> Callable[[Callable[Concatenate[HttpRequest, Program, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Return what lets programs into a view with these methods, and answers errors as problems."""

    def guard(view: Callable[Concatenate[HttpRequest, Program, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def entered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                program = _admitted(request)
                if request.method not in methods:
                    return _not_allowed(methods)
                return view(request, program, *args, **kwargs)
            except (ShouzeError, ClientError) as error:
                return problem(error)
            except Http404:
                return problem(NotFoundError())
            except PermissionDenied:
                return problem(NotYoursError())

        return entered

    return guard


def register_for(program: Program, name: str, *, to_act: bool = False) -> Register[Any]:
    """Return a register that the program may read, or act in; NotYoursError where its scope or its person may not."""
    register = registers().get(name)
    if register is None:
        raise NotFoundError(Text("没有这个台账", "There is no such register"), field="register")
    scope = program.acts if to_act else [*program.reads, *program.acts]
    if name not in scope or not may_see(register, program.person):
        detail = Text("令牌的范围不包括此项", "The token's scope does not include it")
        remedy = Text("为程序登记更大的范围", "Register the program with a wider scope")
        raise NotYoursError(detail, field="register", remedy=remedy)
    return register


def _admitted(request: HttpRequest) -> Program:
    """Return the program by its token; UnauthenticatedError for any other, which says nothing about why."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    now = timezone.now()
    program = None
    if kind.lower() == "bearer" and token.startswith(MARK):
        program = Program.objects.select_related("person").filter(digest=digest_of(token), state="issued").first()
    if program is None or not in_force(program, now):
        STRANGERS.take(request.META.get("REMOTE_ADDR") or "")
        raise UnauthenticatedError
    ASKED.take(program.number)
    unseen = Q(used_at=None) | Q(used_at__lt=now - _SEEN_AGAIN)
    Program.objects.filter(unseen, pk=program.pk).update(used_at=now)
    return program


def _not_allowed(methods: tuple[str, ...]) -> HttpResponse:
    answered = problem(InvalidError(Text("此路径不支持该方法", "The path does not take this method"), field="method"))
    answered.status_code, answered.headers["Allow"] = 405, ", ".join(methods)
    return answered
