"""The OpenAPI document of the JSON for apps: valid, of every address, and true of what is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from shouze.portal.api_document import OPERATIONS
from shouze.portal.urls import urlpatterns
from tests.portal.house import Portal, browser, version
from tests.portal.test_handing_over import App, _app, assertion
from tests.portal.test_used import handled

__all__ = ["_app"]
pytestmark = pytest.mark.django_db


def document(language: str = "en") -> dict[str, Any]:
    told: dict[str, Any] = json.loads(browser(language).get("/api/openapi.json").content)
    return told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_valid_openapi(portal: Portal, language: str) -> None:
    told = document(language)
    OpenAPIV31SpecValidator(told).validate()
    assert told["info"]["title"] == ("守则用户门户" if language == "zh" else "The Shouze portal")


def test_it_has_every_address_for_apps_and_says_which_want_a_token(portal: Portal) -> None:
    there = {
        f"/{str(each.pattern).replace('<slug:', '{').replace('<int:', '{').replace('>', '}')}"
        for each in urlpatterns if str(each.pattern).startswith("api/")
    }  # fmt: skip
    told = document()["paths"]
    assert told.keys() == there - {"/api/openapi.json"}
    for path, operations in told.items():
        for method, operation in operations.items():
            at = path.replace("{service}", "mobile").replace("{purpose}", "offers").replace("{index}", "1")
            answer = browser().generic(method.upper(), at, "{}", "application/json")
            assert (answer.status_code == 401) == bool(operation["security"]), (method, path)
            assert answer.status_code != 405


class Asking:
    """Asks each operation, and compares what is answered with the document."""

    def __init__(self, portal: Portal, subject: str) -> None:
        self._told, self._app, self.seen = document(), App(portal, subject), set[str]()

    def __call__(self, operation: str, path: str, body: Any = None) -> Any:
        known = next(each for each in OPERATIONS if each.id == operation)
        if known.token:
            status, answer = self._app(known.method.upper(), path, body)
        else:
            raw = browser().post(path, json.dumps(body), "application/json")
            status, answer = raw.status_code, json.loads(raw.content)
        assert status == 200, answer
        told = self._told["paths"][known.path][known.method]["responses"]["200"]["content"]["application/json"]
        Draft202012Validator({**told["schema"], "components": self._told["components"]}).validate(answer)
        if known.answer is not None:
            assert answer.keys() == self._told["components"]["schemas"][known.answer.__name__]["properties"].keys()
        self.seen.add(operation)
        return answer


@pytest.mark.lasting
def test_what_is_answered_is_what_it_says(portal: Portal) -> None:
    subject = portal.subscriber()
    handled(portal, subject)
    asked = Asking(portal, subject)
    asked("sign-in", "/api/sign-in", {"assertion": assertion(subject)})
    asked("held", "/api/held")
    asked("open", "/api/held", {"items": ["name"]})
    index = asked("records", "/api/records")["records"][-1]["index"]
    asked("proof", f"/api/records/{index}/proof")
    asked("consents", "/api/consents")
    asked("agree", "/api/consents/mobile/offers", {"version": int(version())})
    asked("receipt", "/api/receipts/mobile/offers")
    asked("withdraw", "/api/consents/mobile/offers")
    asked("services", "/api/services")
    asked("prospect", "/api/services/mobile/leave")
    asked("leave", "/api/services/mobile/leave", {"when": "later"})
    asked("take-up", "/api/services/mobile/leave")
    secret = asked("leave", "/api/services/mobile/leave", {"when": "later"})["secret"]
    asked("undo", "/api/erasure/undo", {"secret": secret})
    asked("leave", "/api/services/mobile/leave", {"when": "now"})
    secret = asked("link", "/api/services/mobile/link")["secret"]
    asked("erasure", "/api/erasure", {"secret": secret})
    asked("certificate", "/api/erasure/certificate", {"secret": secret})
    assert asked.seen == {each.id for each in OPERATIONS}
