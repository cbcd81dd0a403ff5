"""Where peers bring dispatches: no sign-in, since each dispatch is verified by its own signature."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from http import HTTPStatus
from tempfile import SpooledTemporaryFile

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from shouze.link.announcing import HEADER, UNSIGNED, Announced, expected
from shouze.link.packet import LARGEST, MEDIA, Packet
from shouze.link.refusing import Reason, RejectedError
from shouze.registers.dispatches.taking import known, take
from shouze.registers.dooring import send_waiting
from shouze.registers.peers.introducing import introduction
from shouze.registers.ports import own

_PART = 64 * 1024


@csrf_exempt
@require_POST
def dispatches(request: HttpRequest) -> HttpResponse:
    """Take a dispatch and answer with the receipt, or with the reason against it."""
    try:
        receipt = take(_read(request))
    except RejectedError as problem:
        return _refused(problem)
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


def _refused(problem: RejectedError) -> JsonResponse:
    large = problem.reason == Reason.OVERSIZED
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if large else HTTPStatus.UNPROCESSABLE_ENTITY
    return JsonResponse({"reason": problem.reason.value}, status=status)


def _read(request: HttpRequest) -> bytes:
    """Return the packet; RejectedError, before anything is read, for more than its sender may send."""
    said = _announced(request)
    most = said.size if said else UNSIGNED
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > len(str(LARGEST)) or int(told) > most:
        raise RejectedError(Reason.OVERSIZED)
    # What is large lies in a file until its digest is known to be the one that was signed.
    with SpooledTemporaryFile(max_size=UNSIGNED) as kept:
        digest = sha256()
        for part in _parts(request, most):
            digest.update(part)
            kept.write(part)
        if said is not None and digest.hexdigest() != said.sha256:
            raise RejectedError(Reason.ALTERED)
        kept.seek(0)
        return kept.read()


def _parts(request: HttpRequest, most: int) -> Iterator[bytes]:
    size = 0
    while part := request.read(_PART):
        size += len(part)
        if size > most:
            raise RejectedError(Reason.OVERSIZED)
        yield part


def _announced(request: HttpRequest) -> Announced | None:
    """Return what a trusted sender announces; whatever else the header says gives nobody a right to send more."""
    try:
        told = request.headers.get(HEADER, "")
        return expected(told, known, own().party) if told else None
    except RejectedError:
        return None


LINK: list[URLPattern] = [
    path("dispatches", dispatches, name="link-dispatches"),
    path("introduction", introduce, name="link-introduction"),
]
