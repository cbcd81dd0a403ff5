"""Learning: pages to read, a test to take, the certificate; and who still lacks training (Art. 15)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouze.desk.courses import text_of
from shouze.errors import ConflictError, NotYoursError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.courses import content
from shouze.registers.courses.models import Course
from shouze.registers.courses.register import TOPICS, current
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import open_pages, refusal_of
from shouze.registers.trainings.models import STATES, Training
from shouze.registers.trainings.register import REGISTER
from shouze.web.forms import MISSING
from shouze.web.pages.asking import entry_of, person_of, register_of, version_of
from shouze.web.reading import say
from shouze.web.writing import written

TAKE = REGISTER.acts[0]
MOST = 500
LACKING = ("assigned", "failed", "expired")


@login_required
@require_http_methods(["GET", "POST"])
def learn(request: HttpRequest, number: str) -> HttpResponse:
    """Show a page of a course, or its test; a POST is one attempt at the test."""
    row, person = _training(request, number), person_of(request)
    if (why := refusal_of(REGISTER, TAKE, row, person, timezone.now())) is not None:
        raise NotYoursError(why)
    course = current(row.course)
    if course is None:
        raise Http404
    whole = content.read(*text_of(course))
    shown: dict[str, Any] = {"entry": row, "course": course, "register": REGISTER, "leaves": whole.leaves}
    if request.method == "POST":
        return _taken(request, row, course, whole, shown)
    place = request.GET.get("page", "1")
    if place == "test":
        shown |= {"form": _test(whole), "left": course.attempts - row.used}
        return render(request, "desk/training_test.html", shown)
    at = min(max(int(place) if place.isdecimal() else 1, 1), len(whole.leaves))
    leaf = whole.leaves[at - 1]
    shown |= {"at": at, "title": leaf.title, "text": written(leaf.text, below=1), "last": at == len(whole.leaves)}
    return render(request, "desk/training_page.html", shown)


def _taken(
    request: HttpRequest, row: Training, course: Course, whole: content.Content, shown: dict[str, Any]
) -> HttpResponse:
    form = _test(whole, request.POST)
    if request.POST.get("edition") != str(course.edition):
        detail = Text("课程刚刚更新，请重新学习", "The course has just changed: begin anew")
        raise ConflictError(detail, field="edition")
    if not form.is_valid():
        shown |= {"form": form, "left": course.attempts - row.used}
        return render(request, "desk/training_test.html", shown, status=422)
    answers = {int(name[1:]): _chosen(value) for name, value in form.cleaned_data.items()}
    graded = content.grade(whole.questions, answers)
    asked = Asked({"answers": answers}, reason=f"{graded.right}/{graded.asked}", version=version_of(request))
    done = acting.do(REGISTER, TAKE, row.pk, person_of(request), asked)
    send_waiting()
    passed = graded.percent >= course.pass_percent
    shown |= {
        "entry": done, "graded": graded, "passed": passed, "left": max(course.attempts - done.used, 0),
        "wrong": [whole.questions[each] for each in graded.wrong],
    }  # fmt: skip
    return render(request, "desk/training_result.html", shown)


def _chosen(value: str | list[str]) -> frozenset[int]:
    return frozenset(int(each) for each in ([value] if isinstance(value, str) else value))


def _test(whole: content.Content, given: Any = None) -> forms.Form:
    fields = {f"q{number}": _field(number, each) for number, each in enumerate(whole.questions)}
    form: forms.Form = type("Test", (forms.Form,), fields)(given, use_required_attribute=False)
    return form


def _field(number: int, question: content.Question) -> forms.Field:
    words: dict[str, Any] = {
        "label": f"{number + 1}. {question.words}",
        "choices": [(str(place), each) for place, each in enumerate(question.choices)],
        "error_messages": {"required": say(MISSING)},
    }
    if question.several:
        hint = say(Text("多选", "Choose all that are right"))
        return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, help_text=hint, **words)
    return forms.ChoiceField(widget=forms.RadioSelect, **words)


@login_required
@require_GET
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Show the certificate of a training, to print."""
    row = _training(request, number)
    course = row.certified_course()
    if row.passed_at is None or course is None:
        raise Http404
    shown = {
        "entry": row, "course": course, "register": REGISTER, "over": row.certified_over(timezone.now()),
        "topics": [TOPICS[each] for each in course.topics if each in TOPICS],
    }  # fmt: skip
    return render(request, "desk/training_certificate.html", shown)


@login_required
@require_GET
def gaps(request: HttpRequest) -> HttpResponse:
    """Show who lacks a valid certificate of which course, what is due first in front; and how many hold one."""
    register = register_of(request, REGISTER.name)
    if "training-gaps" not in {each.name for each in open_pages(register, person_of(request))}:
        raise PermissionDenied
    lacking = Training.objects.filter(state__in=LACKING).select_related("person")
    counted = Training.objects.exclude(state__in=("ended", "waived")).values("course").order_by("course")
    counted = counted.annotate(asked=Count("id"), valid=Count("id", Q(state="passed")))
    numbers = {each["course"]: each for each in counted}
    courses = Course.objects.filter(state="published").order_by("name")
    shown = {
        "register": register,
        "rows": [(each, STATES[each.state]) for each in lacking.order_by("due", "pk")[:MOST]],
        "more": max(lacking.count() - MOST, 0),
        "courses": [(each, numbers.get(each.name, {"asked": 0, "valid": 0})) for each in courses],
    }
    return render(request, "desk/training_gaps.html", shown)


def _training(request: HttpRequest, number: str) -> Training:
    found = entry_of(register_of(request, REGISTER.name), number, person_of(request))
    if not isinstance(found, Training):
        raise Http404
    return found
