"""Sign-in by the operator's own accounts (OpenID Connect): what the provider vouches for finds the subject.

Only a number or an address that the provider says it has verified counts, and only its present holder is signed in.
No account is made: the sign-in is the portal's own. Staff have another provider, at the desk.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from shouze.errors import InvalidError
from shouze.portal.ports import door
from shouze.portal.signing_in import arrived
from shouze.rules.forms import normalise
from shouze.web.configuring import USERS
from shouze.web.faces import PORTAL
from shouze.web.signing_in import OutsideDoorkeeper, vouched

_CLAIMS = (("phone", "phone_number", "phone_number_verified"), ("email", "email", "email_verified"))


class Doorkeeper(OutsideDoorkeeper):
    """Each provider serves one face: users' the portal, staff's the desk."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Sign a user in at the portal; leave staff to the desk's way."""
        shown = getattr(request, "urlconf", None) or getattr(settings, "ROOT_URLCONF", None)
        at_portal, of_users = shown == PORTAL, sociallogin.account.provider == USERS
        if at_portal != of_users:
            raise PermissionDenied
        if not of_users:
            super().pre_social_login(request, sociallogin)
            return
        subject = recognised(vouched(sociallogin))
        if subject is None:
            raise PermissionDenied
        raise ImmediateHttpResponse(arrived(request, subject, "oidc"))


def recognised(claims: dict[str, Any]) -> str | None:
    """Return the subject that what is vouched for finds: the same one by each claim, or nobody."""
    found = set()
    for item, name, verified in _CLAIMS:
        if claims.get(name) and claims.get(verified) is True:
            try:
                found.add(door().recognise(item, normalise(item, str(claims[name]))))
            except InvalidError:
                return None
    return found.pop() if len(found) == 1 else None
