"""A person's own choice of language."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shouze.language import LANGUAGES
from shouze.registers.people.models import Person
from shouze.web.reading import COOKIE

_YEAR = 365 * 86400


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language, for the person and in the browser, and go back."""
    chosen, back = request.POST.get("language", ""), request.POST.get("back", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and not urlsplit(back).netloc
    answer = HttpResponseRedirect(back if safe else "/")
    if chosen in LANGUAGES:
        answer.set_cookie(COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
        if request.user.is_authenticated:
            Person.objects.filter(pk=request.user.pk).update(language=chosen)
    return answer
