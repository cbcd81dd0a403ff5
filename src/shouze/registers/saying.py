"""Says in words what the door, or the house itself, refused: what it is, the article it rests on, what to do."""

from __future__ import annotations

from shouze.client import ClientError
from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.rules.citing import article_words
from shouze.rules.refusal import CATALOGUE

_WITH_ARTICLE = Text("{title}（{article}）：{remedy}", "{title} ({article}): {remedy}")
_PLAIN = Text("{title}：{remedy}", "{title}: {remedy}")


def words_of(problem: ShouzeError) -> Text:
    """Return what went wrong in both languages: title, article where it rests on one, and remedy.

    What a door said in the language that it was asked in is said in both where its code is one of the rules'.
    """
    known = CATALOGUE.get(problem.code) if isinstance(problem, ClientError) else None
    title, remedy = (known.title, known.remedy) if known else (problem.detail, problem.remedy)
    if isinstance(problem, ClientError) and problem.article:
        return _WITH_ARTICLE.fill(title=title, article=article_words(problem.article), remedy=remedy)
    return _PLAIN.fill(title=title, remedy=remedy)


def status_of(problem: ShouzeError) -> int:
    """Return the status of a page that tells of an error; only a door asks its caller to sign in."""
    return problem.kind.status if problem.kind.status != 401 else 403
