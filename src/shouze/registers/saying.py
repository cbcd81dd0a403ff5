"""Says in words what the door, or the house itself, refused: what it is, the article it rests on, what to do."""

from __future__ import annotations

from shouze.client import ClientError
from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.rules.citing import article_words
from shouze.rules.refusal import CATALOGUE

_TOLD = Text("{title}{article}{purpose}：{remedy}", "{title}{article}{purpose}: {remedy}")
_ARTICLE = Text("（{article}）", " ({article})")
_PURPOSE = Text("，目的是{purpose}", ", for the purpose {purpose}")
_NOTHING = Text("", "")


def words_of(problem: ShouzeError) -> Text:
    """Return what went wrong in both languages: title, article where it rests on one, purpose, and remedy.

    What a door said in the language that it was asked in is said in both where its code is one of the rules'. The
    purpose is told where it was one of several.
    """
    if not isinstance(problem, ClientError):
        return _TOLD.fill(title=problem.detail, article=_NOTHING, purpose=_NOTHING, remedy=problem.remedy)
    known = CATALOGUE.get(problem.code)
    title, remedy = (known.title, known.remedy) if known else (problem.detail, problem.remedy)
    article = _ARTICLE.fill(article=article_words(problem.article)) if problem.article else _NOTHING
    purpose = _PURPOSE.fill(purpose=_called(problem.purpose)) if problem.purpose else _NOTHING
    return _TOLD.fill(title=title, article=article, purpose=purpose, remedy=remedy)


def _called(purpose: str) -> Text | str:
    return vocabulary.purposes().get(purpose, purpose)


def status_of(problem: ShouzeError) -> int:
    """Return the status of a page that tells of an error; only a door asks its caller to sign in."""
    return problem.kind.status if problem.kind.status != 401 else 403
