"""Says in words what the door, or the house itself, refused: what it is, the article it rests on, what to do."""

from __future__ import annotations

from shouze.client import ClientError
from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.rules.citing import article_words
from shouze.rules.refusal import CATALOGUE

_TOLD = Text("{wrong}：{remedy}", "{wrong}: {remedy}")
_WRONG = Text("{title}{article}{purpose}", "{title}{article}{purpose}")
_ARTICLE = Text("（{article}）", " ({article})")
_PURPOSE = Text("，目的是{purpose}", ", for the purpose {purpose}")
_NOTHING = Text("", "")


def words_of(problem: ShouzeError) -> Text:
    """Return what went wrong in both languages, and what to do."""
    return _TOLD.fill(wrong=wrong(problem), remedy=remedy_of(problem))


def wrong(problem: ShouzeError) -> Text:
    """Return what went wrong in both languages: title, article where it rests on one, purpose.

    What a door said in the language that it was asked in is said in both where its code is one of the rules'. The
    purpose is told where it was one of several.
    """
    if not isinstance(problem, ClientError):
        return problem.detail
    known = CATALOGUE.get(problem.code)
    title = known.title if known else problem.detail
    article = _ARTICLE.fill(article=article_words(problem.article)) if problem.article else _NOTHING
    purpose = _PURPOSE.fill(purpose=_called(problem.purpose)) if problem.purpose else _NOTHING
    return _WRONG.fill(title=title, article=article, purpose=purpose)


def remedy_of(problem: ShouzeError) -> Text:
    """Return what to do about it, in both languages as ``wrong``."""
    known = CATALOGUE.get(problem.code) if isinstance(problem, ClientError) else None
    return known.remedy if known else problem.remedy


def _called(purpose: str) -> Text | str:
    return vocabulary.purposes().get(purpose, purpose)


def status_of(problem: ShouzeError) -> int:
    """Return the status of a page that tells of an error; only a door asks its caller to sign in."""
    return problem.kind.status if problem.kind.status != 401 else 403
