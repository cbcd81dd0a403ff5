"""Asks the door in a person's name, and says in words what it refused: code, article, remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.utils import translation

from shouze.client import Client, ClientError
from shouze.client.bulk import BulkRequest
from shouze.errors import InvalidError, UnavailableError
from shouze.language import Language, Text
from shouze.registers import vocabulary
from shouze.registers.dooring import door
from shouze.registers.people.models import Person
from shouze.rules.citing import article_words
from shouze.rules.refusal import CATALOGUE

A = TypeVar("A")


def asked_of_door(person: Person, ask: Callable[[Client], A]) -> A:
    """Return what the door answers the person; ClientError where it refuses, UnavailableError where there is none."""
    reached = door()
    if reached is None:
        raise UnavailableError(Text("信息闸门没有回应", "The door does not answer"))
    language: Language = "en" if (translation.get_language() or "zh").startswith("en") else "zh"
    return ask(reached.acting_for(person.asserted(), language))


def approved_bulk(person: Person, request: str) -> BulkRequest:
    """Return a bulk request as it stands once the person has approved it; errors as above."""
    reached = door()
    if reached is None:
        raise UnavailableError(Text("信息闸门没有回应", "The door does not answer"))
    language: Language = "en" if (translation.get_language() or "zh").startswith("en") else "zh"
    return reached.approve_bulk(person.asserted(), language, request)


def told(problem: ClientError) -> Text:
    """Return what the door said in both languages: title, article where it rests on one, purpose, and remedy.

    The purpose is told where it was one of several.
    """
    known = CATALOGUE.get(problem.code)
    title, remedy = (known.title, known.remedy) if known else (problem.detail, problem.remedy)
    article = (
        Text("（{article}）", " ({article})").fill(article=article_words(problem.article))
        if problem.article
        else Text("", "")
    )
    named = vocabulary.purposes().get(problem.purpose, problem.purpose) if problem.purpose else ""
    purpose = Text("，目的是{purpose}", ", for the purpose {purpose}").fill(purpose=named) if named else Text("", "")
    return Text(f"{title.zh}{article.zh}{purpose.zh}：{remedy.zh}", f"{title.en}{article.en}{purpose.en}: {remedy.en}")


def blamed(problem: ClientError, field: str | None = None) -> InvalidError:
    """Return the error of a form whose question the door refused."""
    known = CATALOGUE.get(problem.code)
    return InvalidError(told(problem), field=field, remedy=known.remedy if known else problem.remedy)
