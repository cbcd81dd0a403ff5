"""Courses as they will be seen, and the ready ones that an operator may take (Art. 15)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouze.errors import InvalidError
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.courses import content
from shouze.registers.courses.models import Course
from shouze.registers.courses.ready import ready_courses
from shouze.registers.courses.register import REGISTER, TOPICS, told
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import refusal_of
from shouze.registers.languages import current
from shouze.web.pages.asking import entry_of, person_of, register_of
from shouze.web.writing import written


def text_of(course: Course) -> tuple[str, str]:
    """Return the course's text in the page's language where there is one, and the field that it is of."""
    english = current() == "en" and course.text_en.strip()
    return (course.text_en, "text_en") if english else (course.text, "text")


@login_required
@require_GET
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """Show all pages and questions of a course, with the right answers, or what is wrong with its text."""
    course = entry_of(register_of(request, REGISTER.name), number, person_of(request))
    if not isinstance(course, Course):
        raise Http404
    try:
        whole = content.read(*text_of(course))
    except InvalidError as problem:
        return render(request, "desk/course.html", {"course": course, "register": REGISTER, "problem": told(problem)})
    shown = {
        "course": course, "register": REGISTER,
        "leaves": [(each.title, written(each.text, below=2)) for each in whole.leaves],
        "questions": [(each, _choices(each)) for each in whole.questions],
    }  # fmt: skip
    return render(request, "desk/course.html", shown)


def _choices(question: content.Question) -> list[tuple[str, bool]]:
    return [(words, place in question.right) for place, words in enumerate(question.choices)]


@login_required
@require_http_methods(["GET", "POST"])
def ready(request: HttpRequest) -> HttpResponse:
    """Show the courses that come with Shouze; a POST takes one as a draft, to be changed and published."""
    register, person = register_of(request, REGISTER.name), person_of(request)
    if refusal_of(REGISTER, REGISTER.creating, Course(), person, timezone.now()) is not None:
        raise PermissionDenied
    if request.method == "POST":
        chosen = ready_courses().get(request.POST.get("course", ""))
        if chosen is None:
            raise Http404
        made = acting.make(REGISTER, person, Asked(chosen.values()))
        send_waiting()
        return HttpResponseRedirect(reverse("row", args=[register.name, made.number]))
    there = set(Course.objects.values_list("name", flat=True))
    offered = [
        (each, [TOPICS[topic] for topic in each.topics], len(content.read(each.text).questions), each.name in there)
        for each in ready_courses().values()
    ]
    return render(request, "desk/courses_ready.html", {"register": register, "offered": offered})
