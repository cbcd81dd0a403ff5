"""Chooses people by post and by agent: for whom a rule is to be read, or a course to be passed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from shouze.registers.people.models import Person


def chosen(posts: Sequence[str], agents: Sequence[str]) -> QuerySet[Person]:
    """Return who is present in these posts or works for these agents; neither named: all of the operator's own."""
    present = Person.objects.filter(is_active=True)
    if not posts and not agents:
        return present.filter(agent="")
    return present.filter(Q(post__in=[*posts]) | (Q(agent__in=[*agents]) & ~Q(agent="")))
