"""Problems: one form for every error, in both languages, without values."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import msgspec
import pytest

import shouze
from shouze.api.problems import MethodError, catalogue, headers_of, problem
from shouze.errors import InvalidError, Kind, NotFoundError, ShouzeError, UnauthenticatedError, UnavailableError
from shouze.language import Text
from shouze.rules.refusal import CATALOGUE, Refusal, RefusedError
from tests.api.gate import Gate

ID = "00000000-0000-4000-8000-000000000000"


def test_every_kind_of_error_is_in_the_catalogue() -> None:
    for module in pkgutil.walk_packages(shouze.__path__, "shouze."):
        if not module.name.startswith(("shouze.store.migrations", "shouze.cli")):
            importlib.import_module(module.name)
    known = {kind.code for kind in catalogue()}
    assert {kind.code for kind in _kinds(ShouzeError)} <= known
    assert len(known) == len(catalogue())


@pytest.mark.parametrize("kind", catalogue(), ids=lambda kind: kind.code)
def test_every_kind_speaks_both_languages_and_names_a_remedy(kind: Kind) -> None:
    assert all([*kind.title, *kind.remedy])
    assert 400 <= kind.status <= 599


def test_a_problem_has_the_members_of_rfc_9457_and_our_own() -> None:
    error = InvalidError(Text("太长", "Too long"), field="values.name", line=3)
    assert msgspec.to_builtins(problem(error, "en", ID)) == {
        "type": "/v1/errors#invalid",
        "title": "The content is not valid",
        "status": 422,
        "detail": "Too long",
        "instance": f"urn:uuid:{ID}",
        "code": "invalid",
        "remedy": "Correct the named field and send it again",
        "field": "values.name",
        "line": 3,
    }


def test_a_refusal_names_its_article_and_what_is_withheld() -> None:
    refusal = Refusal("no-consent", "phone")
    told = problem(RefusedError(refusal, {"phone": refusal}), "zh", ID)
    assert (told.code, told.article, told.field, told.status) == ("no-consent", "9(1)", "phone", 403)
    assert told.withheld is not None
    assert told.withheld["phone"].title == CATALOGUE["no-consent"].title.zh


def test_a_caller_that_the_policy_no_longer_knows_reads_like_any_other() -> None:
    assert problem(RefusedError(Refusal("caller-unknown")), "en", ID) == problem(UnauthenticatedError(), "en", ID)


@pytest.mark.parametrize("place", ["13812345678", "values.13812345678 x", "张三", "a\nb", "x" * 300])
def test_what_stands_for_a_name_and_may_be_a_value_is_not_repeated(place: str) -> None:
    assert problem(InvalidError(field=place), "en", ID).field is None
    assert problem(RefusedError(Refusal("item-not-declared", place)), "en", ID).field is None


def test_headers_go_with_the_status() -> None:
    assert headers_of(MethodError("GET")) == [(b"allow", b"GET")]
    assert headers_of(UnauthenticatedError()) == [(b"www-authenticate", b"Bearer")]
    assert headers_of(RefusedError(Refusal("caller-unknown"))) == [(b"www-authenticate", b"Bearer")]
    assert headers_of(UnavailableError()) == [(b"retry-after", b"1")]
    assert headers_of(NotFoundError()) == []


async def test_an_unknown_path_is_a_problem_too(gate: Gate) -> None:
    for path in ("/", "/v1", "/v1/collect/", "/v2/collect", "/v1/%00", "/v1/tokens", "/v1/tokens/a/b"):
        answer = await gate.call("GET", path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.status_code == (405 if path == "/v1/tokens" else 404)


async def test_a_wrong_method_is_told_the_right_ones(gate: Gate) -> None:
    answer = await gate.call("PATCH", "/v1/policy")
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    ("wish", "language"), [("en-GB, zh;q=0.5", "en"), ("zh", "zh-CN"), ("fr", "zh-CN"), ("", "zh-CN")]
)
async def test_the_readers_language_is_spoken(gate: Gate, wish: str, language: str) -> None:
    answer = await gate.call("POST", "/v1/collect", {}, token=None, headers={"accept-language": wish})
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == UnauthenticatedError.kind.title.to("en" if language == "en" else "zh")


def _kinds(error: type[ShouzeError]) -> Iterator[Kind]:
    if error is not RefusedError and "kind" in vars(error):
        yield error.kind
    for each in error.__subclasses__():
        if each.__module__.startswith("shouze.") and not each.__module__.startswith("shouze.client."):
            yield from _kinds(each)
