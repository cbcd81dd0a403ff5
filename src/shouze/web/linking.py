"""Where peers bring dispatches: no sign-in, since each dispatch is verified by its own signature."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from shouze.link.packet import LARGEST, MEDIA, Packet
from shouze.link.refusing import Reason, RejectedError
from shouze.registers.dispatches.taking import take
from shouze.registers.dooring import send_waiting
from shouze.registers.peers.introducing import introduction


@csrf_exempt
@require_POST
def dispatches(request: HttpRequest) -> HttpResponse:
    """Take a dispatch and answer with the receipt, or with the reason against it."""
    try:
        receipt = take(_read(request))
    except RejectedError as problem:
        return JsonResponse({"reason": problem.reason.value}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    # A14-2-obey: what an order changes reaches the door before the sender is answered
    send_waiting()
    return JsonResponse({"receipt": receipt})


@require_GET
def introduce(request: HttpRequest) -> HttpResponse:
    """Say who this installation is, to whom asks by its own name."""
    try:
        packet = Packet(introduction(request.GET.get("to", "")))
    except RejectedError as problem:
        return JsonResponse({"reason": problem.reason.value}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponse(packet.encoded(), content_type=MEDIA)


def _read(request: HttpRequest) -> bytes:
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > len(str(LARGEST)) or int(told) > LARGEST:
        raise RejectedError(Reason.OVERSIZED)
    raw: bytes = request.read(LARGEST + 1)
    return raw


LINK: list[URLPattern] = [
    path("dispatches", dispatches, name="link-dispatches"),
    path("introduction", introduce, name="link-introduction"),
]
